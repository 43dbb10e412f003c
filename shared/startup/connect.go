package startup

import (
	"io"
	"net/http"
)

// connect leaves an open connection to DynamoDB in the client's pool. Name
// look-up and TLS handshake are the largest part of a small function's first
// request; at init they delay nobody who waits for a response. DynamoDB serves
// "GET /" without credentials, so no permission is needed.
//
// A failure is not one of the function: the first request connects then, and
// reports what is wrong. The client's time-out bounds the delay.
func connect(client interface {
	Do(*http.Request) (*http.Response, error)
}, url string) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return
	}
	response, err := client.Do(request)
	if err != nil {
		return
	}
	// Only a body that was read to its end gives its connection back.
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
}
