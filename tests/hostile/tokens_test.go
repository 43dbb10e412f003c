package hostile

import (
	"strings"
	"testing"

	"image-sharing/tests/kit/api"
)

// A token is a secret wherever a client puts it. TestMain looks for it in the
// log.
func TestATokenInAnyPlaceGetsAResponse(t *testing.T) {
	t.Parallel()
	x := newWireService(t)
	get, save := "GET "+api.ImagePath(x.owner, x.image), "POST "+api.SavePath(x.owner, x.image)
	escaped := strings.ReplaceAll(x.token, ".", "%2e")
	requests := map[string]string{
		"the version":         get + " " + x.token + "\r\nHost: a\r\n\r\n",
		"the whole request":   x.token + "\r\n\r\n",
		"the body":            x.request(x.shareLine(), x.token),
		"a project to share":  x.request(x.shareLine(), jsonOf(t, api.ShareBody(x.token))),
		"the name of a field": x.request(x.shareLine(), jsonOf(t, api.Object{x.token: 1})),
		"the Host":            strings.Replace(x.request(get, ""), "api.test", x.token, 1),
		"the Host, no route":  strings.Replace(x.request("GET /nothing", ""), "api.test", x.token, 1),
	}
	for _, line := range []string{
		x.token + " " + api.ImagePath(x.owner, x.image), x.token + " /nothing", x.token + " *",
		get + "?" + x.token, get + "?" + x.token + "=1", get + "?" + escaped + "=1&" + x.token + "=2",
		"GET /v1/projects/" + x.owner + "/images?region=" + x.token, "GET /v1/projects/" + x.owner + "/images?limit=" + x.token, "GET /v1/projects/" + x.owner + "/images?nextToken=" + x.token,
		"GET /" + x.token, "GET /v1/projects/" + x.token, "GET /v1/projects/" + escaped, "GET " + api.ImagePath(x.owner, x.token), "DELETE " + api.SharesPath(x.owner, x.image) + "/" + x.token,
		"GET /console/" + x.token, "GET /console/signed-in?code=" + x.token, "GET /console/assets/" + x.token + ".js", "GET /local/sign-in?state=" + x.token, "POST /local/sign-in/token?code=" + x.token,
		"GET /local/" + x.token, "GET /.well-known/" + x.token, "GET http://" + x.token + "/v1/projects/" + x.owner, "CONNECT " + x.token + ":443",
	} {
		requests[line] = x.request(line, "")
	}
	for _, header := range []string{
		x.token + ": 1", "X-Any: " + x.token, "Cookie: " + x.token, "User-Agent: " + x.token, "Content-Type: " + x.token, "Expect: " + x.token,
		"Idempotency-Key: " + x.token, "X-Forwarded-For: " + x.token, "X-Forwarded-Proto: " + x.token, "Authorization: Basic " + x.token,
	} {
		requests["the header "+header] = x.request(save, "{}", header)
	}
	for name, request := range requests {
		for _, authorization := range []string{"Authorization", "X-Authorization"} {
			a := dial(t, x.URL).send(strings.Replace(request, "Authorization", authorization, 1)).next("GET")
			if a.Status >= 500 {
				t.Errorf("a token for %.60s, with %s, got %d %s", name, authorization, a.Status, a.Raw)
			}
		}
	}
}
