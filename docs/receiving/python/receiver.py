"""A receiver without dependencies. WEBHOOK_SECRET=whsec_... PORT=4000 python3 receiver.py"""
import base64
import hashlib
import hmac
import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ["WEBHOOK_SECRET"]
# whsec_ and base64 is a key in that form; any other secret is the key as it stands.
KEY = base64.b64decode(SECRET[6:]) if SECRET.startswith("whsec_") else SECRET.encode()
TOLERANCE = 5 * 60
seen = set()  # Use your database: a unique index on the id, written in the transaction that does the work.


def problem(headers, body):
    """Says what is wrong with a request, or None. `body` is the bytes exactly as they came."""
    event_id, timestamp, signatures = (headers.get(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature"))
    if not event_id or not timestamp or not signatures:
        return "not signed"
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE:
        return "too old"
    digest = hmac.new(KEY, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    # One signature per live secret, so that a roll loses nothing: any of them will do.
    if not any(hmac.compare_digest(one.encode(), expected) for one in signatures.split(" ")):
        return "wrong signature"
    return None


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        why = problem(self.headers, body)
        if why:
            print(f"refused: {why}", flush=True)
            return self.answer(401, why)
        event_id = self.headers["webhook-id"]
        # Put it on a queue of yours; do the work after the answer.
        print(f"again {event_id}" if event_id in seen else f"accepted {self.headers['x-webhook-event']} {event_id}", flush=True)
        seen.add(event_id)
        return self.answer(204)

    def answer(self, status, text=""):
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "4000"))), Receiver)
print("listening", flush=True)
server.serve_forever()
