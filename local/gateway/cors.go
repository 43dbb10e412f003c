package gateway

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// What the template's CorsConfiguration says; tests/template holds the two to each other.
const (
	corsMethods = "GET,PUT,POST,PATCH,DELETE"
	corsHeaders = "authorization,content-type,idempotency-key,if-none-match"
	corsExposed = "allow,cache-control,etag,location,retry-after,www-authenticate"
	corsMaxAge  = "600" // seconds
)

// origin is what the template's CorsOrigins takes, and this machine by its address too.
var origin = regexp.MustCompile(`^(https://[a-z0-9.-]+|http://localhost|http://127\.0\.0\.1)(:[0-9]+)?$`)

// ParseOrigins returns the origins of browser applications, which are separated by
// commas; none of "". It returns an error that says what an origin is.
func ParseOrigins(s string) ([]string, error) {
	if s == "" {
		return nil, nil
	}
	origins := strings.Split(s, ",")
	if slices.ContainsFunc(origins, func(o string) bool { return !origin.MatchString(o) }) {
		return nil, errors.New("name origins as https://console.example.com or http://localhost:5173, separated by commas, without spaces or a / at the end")
	}
	return origins, nil
}

// allow lets browser applications of the origins call what is behind next, as API
// Gateway does: it answers preflights itself (Fetch standard, "CORS protocol"), whatever
// the path. Without origins there is no CORS.
func allow(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, h := r.Header.Get("Origin"), w.Header()
		h.Add("Vary", "Origin")
		allowed := slices.Contains(origins, from)
		if allowed {
			h.Set("Access-Control-Allow-Origin", from)
			h.Set("Access-Control-Expose-Headers", corsExposed)
		}
		if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
			next.ServeHTTP(w, r)
			return
		}
		if allowed {
			h.Set("Access-Control-Allow-Methods", corsMethods)
			h.Set("Access-Control-Allow-Headers", corsHeaders)
			h.Set("Access-Control-Max-Age", corsMaxAge)
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
