package httpapi

import (
	"net/http"
	"testing"

	"image-sharing/shared/sharing"
)

func TestIdempotencyKey(t *testing.T) {
	for name, c := range map[string]struct {
		values  []string
		want    string
		refused bool
	}{
		"none":  {nil, "", false},
		"one":   {[]string{"k-1"}, "k-1", false},
		"empty": {[]string{""}, "", true},
	} {
		key, err := idempotencyKey(http.Header{"Idempotency-Key": c.values})
		if key != c.want || (err != nil) != c.refused {
			t.Errorf("%s: %q, %v", name, key, err)
		}
	}
}

func TestIdempotencyKeysAreVisibleASCII(t *testing.T) {
	for _, key := range []string{"a b", "ü", "a\x7f", "a\tb"} {
		ask(t, Save, asked{
			method: "POST", path: "/v1/projects/p/shared-images/i/save", projects: "p", scope: scopeSave,
			body: `{"name":"n"}`, header: map[string]string{"Idempotency-Key": key},
		}).refused(t, 400, string(sharing.CodeInvalidRequest))
	}
}
