package gateway

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// TestSampleEventsAreEncodedAsTheGatewayDoes: a sample that no gateway sends
// proves nothing.
func TestSampleEventsAreEncodedAsTheGatewayDoes(t *testing.T) {
	files, err := filepath.Glob("../../events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	encoded := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var e events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(text, &e); err != nil || e.Version != "2.0" {
			continue // of the stream, or no event
		}
		body := []byte(e.Body)
		if decoded, err := base64.StdEncoding.DecodeString(e.Body); err == nil && e.IsBase64Encoded {
			body = decoded
		}
		if _, isBase64 := bodyOf(e.Headers["content-type"], body); isBase64 != e.IsBase64Encoded {
			t.Errorf("%s: isBase64Encoded is %v, but %q is not sent so", filepath.Base(file), e.IsBase64Encoded, e.Headers["content-type"])
		}
		if e.IsBase64Encoded {
			encoded++
		}
	}
	if encoded == 0 {
		t.Error("no sample is encoded")
	}
}
