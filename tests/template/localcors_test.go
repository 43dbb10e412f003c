package template

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"image-sharing/local/gateway"
)

// TestCorsIsTheSameOnOneMachine: a browser application that was tried there works when
// it is deployed, and the other way round.
func TestCorsIsTheSameOnOneMachine(t *testing.T) {
	d, err := deployed(templateOf(t, source(t)), map[string]string{"CorsOrigins": "https://a.example,http://localhost:5173"})
	if err != nil {
		t.Fatal(err)
	}
	cors := objectAt(properties(d.Template, apiType, "Api"), "CorsConfiguration")
	var names []string
	for _, origin := range listAt(cors, "AllowOrigins") {
		names = append(names, origin.(string))
	}
	origins, err := gateway.ParseOrigins(strings.Join(names, ","))
	if err != nil {
		t.Fatal(err)
	}
	handler := gateway.New(gateway.Config{Origins: origins, Log: slog.New(slog.DiscardHandler)})
	for _, origin := range origins {
		r := httptest.NewRequest(http.MethodOptions, "/v1/projects/p/images/i", nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "PATCH")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		joined := func(list string) string {
			return strings.Trim(strings.ReplaceAll(fmt.Sprint(listAt(cors, list)), " ", ","), "[]")
		}
		for header, want := range map[string]string{
			"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": joined("AllowMethods"), "Access-Control-Allow-Headers": joined("AllowHeaders"),
			"Access-Control-Expose-Headers": joined("ExposeHeaders"), "Access-Control-Max-Age": fmt.Sprint(cors["MaxAge"]), "Access-Control-Allow-Credentials": "",
		} {
			if got := answer.Header().Get(header); got != want {
				t.Errorf("%s is %q on one machine, and %q in the template", header, got, want)
			}
		}
	}
}
