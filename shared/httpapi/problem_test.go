package httpapi

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"

	"image-sharing/shared/sharing"
)

func written(err error) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	WriteProblem(w, err, "req-1", "https://api.test/stage")
	return w
}

func TestWriteProblemWritesTheSameBytesEachTime(t *testing.T) {
	err := fmt.Errorf("share of img: %w", &sharing.Error{
		Code: sharing.CodeCrossRegionNotSupported, Detail: "Copy it.", Cause: errors.New("secret"),
		Extension: map[string]any{"region": "b", "imageRegion": "a"},
	})
	const want = `{"code":"CrossRegionNotSupported","detail":"Copy it.","imageRegion":"a","region":"b","requestId":"req-1","status":422,` +
		`"title":"Cross-region sharing not supported","type":"https://api.test/stage/openapi.yaml#/components/schemas/CrossRegionNotSupported"}` + "\n"
	for range 50 { // the order of a map changes from time to time
		w := written(err)
		if w.Code != 422 || w.Body.String() != want {
			t.Fatalf("wrote %d %s", w.Code, w.Body)
		}
		if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
			t.Fatalf("Content-Type is %s", got)
		}
	}
}

func TestWhatIsNoRefusalIsInternalAndShowsNothing(t *testing.T) {
	want := written(&sharing.Error{Code: sharing.CodeInternal, Detail: refusal(errors.New("x")).Detail}).Body.String()
	for _, err := range []error{errors.New("secret"), &sharing.Error{Code: "Unheard", Detail: "secret", Extension: map[string]any{"secret": 1}}} {
		if w := written(err); w.Code != 500 || w.Body.String() != want {
			t.Errorf("wrote %d %s", w.Code, w.Body)
		}
	}
}
