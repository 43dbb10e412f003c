package gateway

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestParseOrigins(t *testing.T) {
	for text, want := range map[string][]string{
		"":                            nil,
		"https://console.example.com": {"https://console.example.com"},
		"http://localhost:5173,http://127.0.0.1:5173,https://a.example:8443": {"http://localhost:5173", "http://127.0.0.1:5173", "https://a.example:8443"},
	} {
		if got, err := ParseOrigins(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q are %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"*", "a.example", "https://a.example/", "https://a.example, https://b.example", "https://a.example,", "http://a.example", "null"} {
		if got, err := ParseOrigins(text); err == nil {
			t.Errorf("%q are %q", text, got)
		}
	}
}

// asked sends a request to a gateway that allows the origin https://a.example.
func asked(origins []string, method, from string, headers ...string) *httptest.ResponseRecorder {
	handler := New(Config{Origins: origins, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	r := httptest.NewRequest(method, "/healthz", nil)
	r.Header.Set("Origin", from)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	return answer
}

func TestOnlyTheOriginsThatAreNamedAreAllowed(t *testing.T) {
	origins := []string{"https://a.example"}
	preflight := []string{"Access-Control-Request-Method", "GET"}
	for _, c := range []struct {
		what    string
		answer  *httptest.ResponseRecorder
		status  int
		allowed string
		vary    string
	}{
		{"a request of its", asked(origins, "GET", "https://a.example"), 200, "https://a.example", "Origin"},
		{"another's", asked(origins, "GET", "https://b.example"), 200, "", "Origin"},
		{"a preflight of its", asked(origins, "OPTIONS", "https://a.example", preflight...), 204, "https://a.example", "Origin"},
		{"another's preflight", asked(origins, "OPTIONS", "https://b.example", preflight...), 204, "", "Origin"},
		{"OPTIONS that is no preflight", asked(origins, "OPTIONS", "https://a.example"), 405, "https://a.example", "Origin"},
		{"a refusal", asked(origins, "DELETE", "https://a.example"), 405, "https://a.example", "Origin"},
		{"a request without CORS", asked(nil, "GET", "https://a.example"), 200, "", ""},
		{"a preflight without CORS", asked(nil, "OPTIONS", "https://a.example", preflight...), 405, "", ""},
	} {
		h := c.answer.Header()
		if c.answer.Code != c.status || h.Get("Access-Control-Allow-Origin") != c.allowed || h.Get("Vary") != c.vary {
			t.Errorf("%s is answered %d, %v", c.what, c.answer.Code, h)
		}
		if methods := h.Get("Access-Control-Allow-Methods"); (methods != "") != (c.status == http.StatusNoContent && c.allowed != "") {
			t.Errorf("%s is allowed %q", c.what, methods)
		}
	}
}
