package gateway

import (
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

// writeResponse responds with what the function returned. It writes nothing if
// it returns an error.
func writeResponse(w http.ResponseWriter, response events.APIGatewayV2HTTPResponse) error {
	if response.StatusCode < 200 || response.StatusCode > 599 {
		return fmt.Errorf("the function responded with status %d", response.StatusCode)
	}
	body := []byte(response.Body) // a string would leave in pieces of two kilobytes
	if response.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(response.Body); err != nil {
			return fmt.Errorf("the function's body is not the Base64 it says it is: %w", err)
		}
	}
	for name, value := range response.Headers {
		w.Header().Set(name, value)
	}
	for _, cookie := range response.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(body) // the client may be gone, or the status allow no body
	return nil
}
