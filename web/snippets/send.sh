# Sends your server a request signed the way ours are. Needs curl and openssl.
secret='whsec_…'
url='http://localhost:4000/webhooks'

id="test-$(date +%s)"
timestamp="$(date +%s)"
body='{"id":"'"$id"'","event":"webhook.test","timestamp":"2026-11-21T09:30:00.000Z","data":{}}'
key="$(printf %s "${secret#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \n')"
signature="$(printf %s "$id.$timestamp.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)"

curl -i "$url" -H 'content-type: application/json' \
  -H "webhook-id: $id" -H "webhook-timestamp: $timestamp" -H "webhook-signature: v1,$signature" \
  -d "$body"
