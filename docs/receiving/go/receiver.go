// A receiver without dependencies. WEBHOOK_SECRET=whsec_… PORT=4000 go run receiver.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const tolerance = 5 * time.Minute

// keyOf reads a signing secret: whsec_ and base64 is a key in that form; any other secret is the key as it stands.
func keyOf(secret string) ([]byte, error) {
	if strings.HasPrefix(secret, "whsec_") {
		return base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	}
	return []byte(secret), nil
}

// problem says what is wrong with a request, or "". body is the bytes exactly as they came.
func problem(key []byte, headers http.Header, body []byte) string {
	id, timestamp, signatures := headers.Get("webhook-id"), headers.Get("webhook-timestamp"), headers.Get("webhook-signature")
	if id == "" || timestamp == "" || signatures == "" {
		return "not signed"
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if age := time.Since(time.Unix(seconds, 0)); err != nil || age > tolerance || age < -tolerance {
		return "too old"
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	// One signature per live secret, so that a roll loses nothing: any of them will do.
	for _, one := range strings.Split(signatures, " ") {
		if hmac.Equal([]byte(one), expected) {
			return ""
		}
	}
	return "wrong signature"
}

func main() {
	key, err := keyOf(os.Getenv("WEBHOOK_SECRET"))
	if err != nil || len(key) == 0 {
		log.Fatal("Set WEBHOOK_SECRET to the signing secret of the webhook.")
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "4000"
	}
	var seen sync.Map // Use your database: a unique index on the id, written in the transaction that does the work.
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening")
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		if why := problem(key, request.Header, body); why != "" {
			fmt.Println("refused:", why)
			http.Error(response, why, http.StatusUnauthorized)
			return
		}
		id := request.Header.Get("webhook-id")
		if _, again := seen.LoadOrStore(id, true); again {
			fmt.Println("again", id)
		} else {
			fmt.Println("accepted", request.Header.Get("x-webhook-event"), id) // Put it on a queue of yours; do the work after the answer.
		}
		response.WriteHeader(http.StatusNoContent)
	})))
}
