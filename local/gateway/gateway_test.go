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
	"image-sharing/tests/kit/api"
)

func TestEveryRouteLeadsToItsFunction(t *testing.T) {
	f := newFixture(t)
	for _, function := range append(httpapi.Functions(), httpapi.Console) {
		for _, route := range function.Routes {
			path := strings.NewReplacer("{projectId}", "p1", "{imageId}", "i1", "{targetProjectId}", "t1", "{file...}", "assets/f1").Replace(route.Path)
			if a := f.as(route.Method, path, ""); a.Status != 204 {
				t.Errorf("%s %s: %d", route.Method, path, a.Status)
			}
			calls := f.called()
			if len(calls) != 1 || calls[0].function != function.Name || calls[0].event.RouteKey != route.Key() {
				t.Errorf("%s %s: calls %v", route.Method, path, calls)
			}
		}
	}
	if lines := f.lines(); len(lines) != 0 {
		t.Errorf("the gateway logged requests that reached a function: %v", lines)
	}
}

func TestPublicRoutesNeedNoToken(t *testing.T) {
	f := newFixture(t)
	for _, header := range [][]string{nil, {"Authorization", "Bearer nonsense"}, {"Authorization", "Bearer " + f.token()}} {
		for _, path := range []string{"/openapi.yaml", "/", "/console", "/console/", "/console/assets/f1"} {
			if a := f.send("GET", path, "", header...); a.Status != 204 {
				t.Errorf("%.20v: %s: %d", header, path, a.Status)
			}
			if e := f.event(); e.RequestContext.Authorizer != nil {
				t.Errorf("%.20v: %s: authorizer %v", header, path, e.RequestContext.Authorizer)
			}
		}
	}
}

func TestRefusalsBeforeAnyFunction(t *testing.T) {
	f := newFixture(t)
	huge := strings.Repeat("x", httpapi.MaxBodyBytes+1)
	shares := "/v1/projects/p1/images/i1/shares"

	a := f.send("POST", shares, huge)
	f.refused(a, 401, "Unauthenticated")
	if a.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("WWW-Authenticate %q", a.Header.Get("WWW-Authenticate"))
	}
	f.refused(f.send("POST", shares, "", "Authorization", "Bearer "+f.token(), "Authorization", "Bearer "+f.token()), 401, "Unauthenticated")
	f.refused(f.as("POST", shares, huge), 413, "RequestTooLarge")
	f.refused(f.send("GET", "/v1/nothing", ""), 404, "RouteNotFound")
	f.refused(f.send("GET", "/consoles", ""), 404, "RouteNotFound")
	f.refused(f.send("GET", "/console/../v1", ""), 404, "RouteNotFound")
	f.refused(f.send("GET", "//v1/projects/p1", ""), 404, "RouteNotFound")
	f.refused(f.send("GET", "/v1/projects/../projects", ""), 404, "RouteNotFound")
	a = f.send("POST", "/v1/projects/p1/images/i1", huge)
	f.refused(a, 405, "MethodNotAllowed")
	if a.Header.Get("Allow") != "DELETE, GET, PATCH, PUT" {
		t.Errorf("Allow %q", a.Header.Get("Allow"))
	}
	f.refused(f.send("POST", "/healthz", ""), 405, "MethodNotAllowed")
	if calls := f.called(); len(calls) != 0 {
		t.Errorf("calls %v", calls)
	}
}

func TestBodiesUpToTheLimitPass(t *testing.T) {
	f := newFixture(t)
	full := strings.Repeat("x", httpapi.MaxBodyBytes)
	if a := f.as("POST", "/v1/projects/p1/images/i1/shares", full, "Content-Type", "application/json"); a.Status != 204 {
		t.Fatalf("status %d", a.Status)
	}
	if e := f.event(); e.Body != full {
		t.Errorf("%d bytes arrived", len(e.Body))
	}
}

func TestBodiesThatEndEarlyAreRefused(t *testing.T) {
	f := newFixture(t)
	host := strings.TrimPrefix(f.client.URL, "http://")
	f.refused(f.sendRaw("POST /v1/projects/p1/images/i1/shares HTTP/1.1\r\nHost: "+host+"\r\nAuthorization: Bearer "+f.token()+
		"\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"), 400, "InvalidRequest")
}

func TestHeadersHaveALimit(t *testing.T) {
	f := newFixture(t)
	if a := f.send("GET", "/healthz", "", "X-Large", strings.Repeat("x", 9<<10)); a.Status != 200 {
		t.Errorf("9 KiB: status %d", a.Status)
	}
	if a := f.send("GET", "/healthz", "", "X-Large", strings.Repeat("x", 20<<10)); a.Status != 431 {
		t.Errorf("20 KiB: status %d", a.Status)
	}
}

func TestTheIssuerHasItsPaths(t *testing.T) {
	f := newFixture(t)
	a := f.send("POST", "/local/token", `{"sub":"alice","projects":["a","b"]}`)
	if a.Status != 200 {
		t.Fatalf("response %d %s", a.Status, a.Raw)
	}
	f.send("GET", "/v1/projects/a", "", "Authorization", "Bearer "+a.Text("access_token"))
	if claims := f.event().RequestContext.Authorizer.JWT.Claims; claims["sub"] != "alice" || claims["projects"] != "[a b]" {
		t.Errorf("claims %v", claims)
	}
	if a := f.send("GET", "/.well-known/openid-configuration", ""); a.Body["issuer"] != f.client.URL {
		t.Errorf("response %d %s", a.Status, a.Raw)
	}
	without := New(Config{Log: nopLog})
	for _, path := range []string{"/local/token", "/.well-known/jwks.json"} {
		if status := statusOf(without, path); status != 404 {
			t.Errorf("without an issuer, %s: %d", path, status)
		}
	}
}

func TestRefusalsAreLoggedWithoutSecrets(t *testing.T) {
	f := newFixture(t)
	token := draft{claims: claims{"exp": time.Now().Unix() - 1}}.signed(t, f.issuer)
	a := f.send("DELETE", "/v1/projects/secret-project/images/i1?secret=query", "", "Authorization", "Bearer "+token)
	f.refused(a, 401, "Unauthenticated")
	lines := f.lines()
	if len(lines) != 1 {
		t.Fatalf("%d lines: %v", len(lines), lines)
	}
	want := api.Object{"requestId": a.Header.Get("Apigw-Requestid"), "method": "DELETE", "status": 401.0, "outcome": "Unauthenticated", "level": "INFO"}
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
	text := f.log.String()
	for _, secret := range slices.Concat(strings.Split(token, "."), []string{"secret", "Bearer"}) {
		if strings.Contains(text, secret) {
			t.Errorf("the log has %.20s", secret)
		}
	}
}

func TestATokenInPlaceOfAMethodIsNotLogged(t *testing.T) {
	f := newFixture(t)
	f.refused(f.as(f.token(), "/v1/projects/p1", ""), 405, "MethodNotAllowed")
	f.refused(f.as(f.token(), "/v1/nothing", ""), 404, "RouteNotFound")
	for _, line := range f.lines() {
		if line["method"] != "INVALID" {
			t.Errorf("the log has the method %v", line["method"])
		}
	}
}

func TestAFailedFunctionIsAnInternalError(t *testing.T) {
	f := newFixture(t)
	f.respond = func(context.Context, request) (response, error) { return response{}, errors.New("the cause") }
	a := f.as("GET", "/v1/projects/p1", "")
	f.refused(a, 500, "Internal")
	if strings.Contains(a.Raw, "the cause") {
		t.Errorf("the problem shows the cause: %s", a.Raw)
	}
	if lines := f.lines(); len(lines) != 1 || lines[0]["cause"] != "the cause" || lines[0]["level"] != "ERROR" || lines[0]["outcome"] != "Internal" {
		t.Errorf("lines %v", lines)
	}
}

func TestFunctionsHaveADeadline(t *testing.T) {
	f := newFixture(t)
	f.respond = func(ctx context.Context, _ request) (response, error) {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > 29*time.Second {
			t.Errorf("deadline %v, %v", deadline, ok)
		}
		return response{StatusCode: 204}, nil
	}
	f.as("GET", "/v1/projects/p1", "")
}

func TestFunctionsOutliveTheirClients(t *testing.T) {
	f := newFixture(t)
	ctx, leave := context.WithCancel(t.Context())
	f.respond = func(called context.Context, _ request) (response, error) {
		leave()
		if err := called.Err(); err != nil {
			t.Errorf("the function was stopped: %v", err)
		}
		return response{StatusCode: 204}, nil
	}
	r := withAuthorization("Bearer " + f.token()).WithContext(ctx)
	recorder := httptest.NewRecorder()
	f.handler.ServeHTTP(recorder, r)
	if recorder.Code != 204 || ctx.Err() == nil {
		t.Errorf("status %d, client %v", recorder.Code, ctx.Err())
	}
}
