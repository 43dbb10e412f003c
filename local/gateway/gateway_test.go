package gateway

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/httpapi"
)

func TestEveryRouteLeadsToItsFunction(t *testing.T) {
	w := newWorld(t)
	for _, f := range httpapi.Functions() {
		for _, route := range f.Routes {
			path := strings.NewReplacer("{projectId}", "p1", "{imageId}", "i1", "{targetProjectId}", "t1").Replace(route.Path)
			if a := w.as(route.Method, path, ""); a.StatusCode != 204 {
				t.Errorf("%s %s: %d", route.Method, path, a.StatusCode)
			}
			calls := w.called()
			if len(calls) != 1 || calls[0].function != f.Name || calls[0].event.RouteKey != route.Method+" "+route.Path {
				t.Errorf("%s %s: calls %v", route.Method, path, calls)
			}
		}
	}
	if lines := w.lines(); len(lines) != 0 {
		t.Errorf("the gateway logged requests that reached a function: %v", lines)
	}
}

func TestPublicRoutesNeedNoToken(t *testing.T) {
	w := newWorld(t)
	for _, header := range [][]string{nil, {"Authorization", "Bearer nonsense"}, {"Authorization", "Bearer " + w.token()}} {
		if a := w.send("GET", "/openapi.yaml", "", header...); a.StatusCode != 204 {
			t.Errorf("%.20v: %d", header, a.StatusCode)
		}
		if e := w.event(); e.RequestContext.Authorizer != nil {
			t.Errorf("%.20v: authorizer %v", header, e.RequestContext.Authorizer)
		}
	}
}

func TestRefusalsBeforeAnyFunction(t *testing.T) {
	w := newWorld(t)
	huge := strings.Repeat("x", httpapi.MaxBodyBytes+1)
	shares := "/v1/projects/p1/images/i1/shares"

	a := w.send("POST", shares, huge)
	w.refused(a, 401, "Unauthenticated")
	if a.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("WWW-Authenticate %q", a.Header.Get("WWW-Authenticate"))
	}
	w.refused(w.send("POST", shares, "", "Authorization", "Bearer "+w.token(), "Authorization", "Bearer "+w.token()), 401, "Unauthenticated")
	w.refused(w.as("POST", shares, huge), 413, "RequestTooLarge")
	w.refused(w.send("GET", "/v1/nothing", ""), 404, "RouteNotFound")
	w.refused(w.send("GET", "/", ""), 404, "RouteNotFound")
	w.refused(w.send("GET", "//v1/projects/p1", ""), 404, "RouteNotFound")
	w.refused(w.send("GET", "/v1/projects/../projects", ""), 404, "RouteNotFound")
	a = w.send("PATCH", "/v1/projects/p1/images/i1", huge)
	w.refused(a, 405, "MethodNotAllowed")
	if a.Header.Get("Allow") != "DELETE, GET, PUT" {
		t.Errorf("Allow %q", a.Header.Get("Allow"))
	}
	w.refused(w.send("POST", "/healthz", ""), 405, "MethodNotAllowed")
	if calls := w.called(); len(calls) != 0 {
		t.Errorf("calls %v", calls)
	}
}

func TestBodiesUpToTheLimitPass(t *testing.T) {
	w := newWorld(t)
	full := strings.Repeat("x", httpapi.MaxBodyBytes)
	if a := w.as("POST", "/v1/projects/p1/images/i1/shares", full, "Content-Type", "application/json"); a.StatusCode != 204 {
		t.Fatalf("status %d", a.StatusCode)
	}
	if e := w.event(); e.Body != full {
		t.Errorf("%d bytes arrived", len(e.Body))
	}
}

func TestBodiesThatEndEarlyAreRefused(t *testing.T) {
	w := newWorld(t)
	host := strings.TrimPrefix(w.url, "http://")
	w.refused(w.sendRaw("POST /v1/projects/p1/images/i1/shares HTTP/1.1\r\nHost: "+host+"\r\nAuthorization: Bearer "+w.token()+
		"\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"), 400, "InvalidRequest")
}

func TestHeadersHaveALimit(t *testing.T) {
	w := newWorld(t)
	if a := w.send("GET", "/healthz", "", "X-Large", strings.Repeat("x", 9<<10)); a.StatusCode != 200 {
		t.Errorf("9 KiB: status %d", a.StatusCode)
	}
	if a := w.send("GET", "/healthz", "", "X-Large", strings.Repeat("x", 20<<10)); a.StatusCode != 431 {
		t.Errorf("20 KiB: status %d", a.StatusCode)
	}
}

func TestHealth(t *testing.T) {
	w := newWorld(t)
	a := w.send("GET", "/healthz", "")
	if a.StatusCode != 200 || a.raw != `{"status":"ok"}` || a.Header.Get("Content-Type") != "application/json" {
		t.Errorf("answer %d %s %v", a.StatusCode, a.raw, a.Header)
	}
}

func TestTheIssuerHasItsPaths(t *testing.T) {
	w := newWorld(t)
	a := w.send("POST", "/local/token", `{"sub":"alice","projects":["a","b"]}`)
	if a.StatusCode != 200 {
		t.Fatalf("answer %d %s", a.StatusCode, a.raw)
	}
	w.send("GET", "/v1/projects/a", "", "Authorization", "Bearer "+a.body["access_token"].(string))
	if claims := w.event().RequestContext.Authorizer.JWT.Claims; claims["sub"] != "alice" || claims["projects"] != "[a b]" {
		t.Errorf("claims %v", claims)
	}
	if a := w.send("GET", "/.well-known/openid-configuration", ""); a.body["issuer"] != w.url {
		t.Errorf("answer %d %s", a.StatusCode, a.raw)
	}
	without := New(Config{Log: nopLog})
	for _, path := range []string{"/local/token", "/.well-known/jwks.json"} {
		if status := statusOf(without, path); status != 404 {
			t.Errorf("without an issuer, %s: %d", path, status)
		}
	}
}

func TestRefusalsAreLoggedWithoutSecrets(t *testing.T) {
	w := newWorld(t)
	token := draft{claims: claims{"exp": time.Now().Unix() - 1}}.signed(t, w.issuer)
	a := w.send("DELETE", "/v1/projects/secret-project/images/i1?secret=query", "", "Authorization", "Bearer "+token)
	w.refused(a, 401, "Unauthenticated")
	lines := w.lines()
	if len(lines) != 1 {
		t.Fatalf("%d lines: %v", len(lines), lines)
	}
	want := object{"requestId": a.Header.Get("Apigw-Requestid"), "method": "DELETE", "status": 401.0, "outcome": "Unauthenticated", "level": "INFO"}
	for name, value := range want {
		if lines[0][name] != value {
			t.Errorf("%s is %v, not %v", name, lines[0][name], value)
		}
	}
	if _, ok := lines[0]["durationMs"].(float64); !ok {
		t.Errorf("no duration: %v", lines[0])
	}
	if cause, _ := lines[0]["cause"].(string); !strings.Contains(cause, "expired") {
		t.Errorf("cause %q", cause)
	}
	text := w.log.String()
	for _, secret := range slices.Concat(strings.Split(token, "."), []string{"secret", "Bearer"}) {
		if strings.Contains(text, secret) {
			t.Errorf("the log has %.20s", secret)
		}
	}
}

func TestATokenInPlaceOfAMethodIsNotLogged(t *testing.T) {
	w := newWorld(t)
	w.refused(w.as(w.token(), "/v1/projects/p1", ""), 405, "MethodNotAllowed")
	w.refused(w.as(w.token(), "/v1/nothing", ""), 404, "RouteNotFound")
	for _, line := range w.lines() {
		if line["method"] != "INVALID" {
			t.Errorf("the log has the method %v", line["method"])
		}
	}
}

func TestAFailedFunctionIsAnInternalError(t *testing.T) {
	w := newWorld(t)
	w.answer = func(context.Context, request) (response, error) { return response{}, errors.New("the cause") }
	a := w.as("GET", "/v1/projects/p1", "")
	w.refused(a, 500, "Internal")
	if strings.Contains(a.raw, "the cause") {
		t.Errorf("the problem shows the cause: %s", a.raw)
	}
	if lines := w.lines(); len(lines) != 1 || lines[0]["cause"] != "the cause" || lines[0]["level"] != "ERROR" || lines[0]["outcome"] != "Internal" {
		t.Errorf("lines %v", lines)
	}
}

func TestFunctionsHaveADeadline(t *testing.T) {
	w := newWorld(t)
	w.answer = func(ctx context.Context, _ request) (response, error) {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > 29*time.Second {
			t.Errorf("deadline %v, %v", deadline, ok)
		}
		return response{StatusCode: 204}, nil
	}
	w.as("GET", "/v1/projects/p1", "")
}

func TestFunctionsOutliveTheirClients(t *testing.T) {
	w := newWorld(t)
	ctx, leave := context.WithCancel(t.Context())
	w.answer = func(called context.Context, _ request) (response, error) {
		leave()
		if err := called.Err(); err != nil {
			t.Errorf("the function was stopped: %v", err)
		}
		return response{StatusCode: 204}, nil
	}
	r := withAuthorization("Bearer " + w.token()).WithContext(ctx)
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	if recorder.Code != 204 || ctx.Err() == nil {
		t.Errorf("status %d, client %v", recorder.Code, ctx.Err())
	}
}
