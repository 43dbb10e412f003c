package gateway

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

// writeResponse responds with what the function returned. It writes nothing if
// it returns an error.
func writeResponse(w http.ResponseWriter, response events.APIGatewayV2HTTPResponse) error {
	if response.StatusCode < 200 || response.StatusCode > 599 {
		return fmt.Errorf("the function responded with status %d", response.StatusCode)
	}
	body := response.Body
	if response.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return fmt.Errorf("the function's body is not the Base64 it says it is: %w", err)
		}
		body = string(decoded)
	}
	for name, value := range response.Headers {
		w.Header().Set(name, value)
	}
	for _, cookie := range response.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	w.WriteHeader(response.StatusCode)
	_, _ = io.WriteString(w, body) // the client may be gone, or the status allow no body
	return nil
}
