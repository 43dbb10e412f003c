package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"image-sharing/local/runner"
)

// wire is a connection on which a test sends bytes that no HTTP client would.
type wire struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

// patience ends a test that would hang; it measures nothing.
const patience = time.Minute

func dial(t *testing.T, url string) *wire {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &wire{t, connection, bufio.NewReader(connection)}
}

// send does not wait until all is sent: a server may answer before, and close.
func (c *wire) send(text string) *wire {
	go func() { _, _ = io.WriteString(c, text) }()
	return c
}

// next reads an answer to a request with the method.
func (c *wire) next(method string) answer {
	c.t.Helper()
	response, err := http.ReadResponse(c.in, &http.Request{Method: method})
	if err != nil {
		c.t.Fatalf("there is no answer: %v", err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{t: c.t, what: "the request", status: response.StatusCode, header: response.Header, raw: string(raw)}
	if strings.Contains(response.Header.Get("Content-Type"), "json") && len(raw) > 0 {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			c.t.Errorf("%v in %s", err, raw)
		}
	}
	return a
}

// closed fails the test unless the server closes the connection, with nothing
// more to say.
func (c *wire) closed() {
	c.t.Helper()
	if rest, err := io.ReadAll(c.in); err != nil && !strings.Contains(err.Error(), "reset") || len(rest) > 0 {
		c.t.Errorf("the connection goes on with %.200q, %v", rest, err)
	}
}

// wireWorld is a service with an image, and requests as they are on the wire.
type wireWorld struct {
	*world
	owner, target, image, token string
}

func newWireWorld(t *testing.T) wireWorld {
	w := start(t, runner.Config{DataDir: runner.InMemory, Engine: runner.SQLite, Log: quietLog(t)})
	x := wireWorld{world: w, owner: w.project("owner"), target: w.project("target")}
	x.image = w.image(x.owner, "img", nil)
	x.token = w.token(tenantScope+" catalog:write", x.owner)
	return x
}

// request is a whole request; more are further header lines.
func (x wireWorld) request(line, body string, more ...string) string {
	lines := []string{line + " HTTP/1.1", "Host: api.test", "Authorization: Bearer " + x.token}
	if body != "" {
		lines = append(lines, fmt.Sprint("Content-Length: ", len(body)))
	}
	return strings.Join(append(lines, more...), "\r\n") + "\r\n\r\n" + body
}

func (x wireWorld) shareLine() string { return "POST " + sharesPath(x.owner, x.image) }

func (x wireWorld) shares() int {
	x.t.Helper()
	return int(x.send(x.token, "GET", sharesPath(x.owner, x.image), nil).is(200).body["shareCount"].(float64))
}

func TestRequestsThatAreNoHTTP(t *testing.T) {
	t.Parallel()
	x := newWireWorld(t)
	get := "GET " + imagePath(x.owner, x.image)
	big := strings.Repeat("x", 1<<20)
	for name, test := range map[string]struct {
		text string
		want []int
	}{
		"no version":             {get + "\r\n\r\n", []int{400}},
		"a version to come":      {get + " HTTP/3.0\r\nHost: a\r\n\r\n", []int{505}},
		"TLS":                    {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", []int{400}},
		"no Host":                {get + " HTTP/1.1\r\n\r\n", []int{400}},
		"two Hosts":              {get + " HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", []int{400}},
		"a Host with a space":    {get + " HTTP/1.1\r\nHost: a b\r\n\r\n", []int{400}},
		"a space in the path":    {"GET /v1/pro jects HTTP/1.1\r\nHost: a\r\n\r\n", []int{400}},
		"NUL in the path":        {"GET /v1/\x00 HTTP/1.1\r\nHost: a\r\n\r\n", []int{400}},
		"a bare %":               {"GET /v1/projects/% HTTP/1.1\r\nHost: a\r\n\r\n", []int{400}},
		"no slash":               {"GET v1/projects/a HTTP/1.1\r\nHost: a\r\n\r\n", []int{400}},
		"no method":              {" / HTTP/1.1\r\nHost: a\r\n\r\n", []int{400}},
		"a method with a colon":  {"GET: / HTTP/1.1\r\nHost: a\r\n\r\n", []int{400}},
		"a header without colon": {get + " HTTP/1.1\r\nHost: a\r\nAuthorization\r\n\r\n", []int{400}},
		"a space before a colon": {get + " HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\n", []int{400}},
		"NUL in a header":        {get + " HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", []int{400}},
		"a negative length":      {x.request(x.shareLine(), "", "Content-Length: -1"), []int{400}},
		"a length with a sign":   {x.request(x.shareLine(), "", "Content-Length: +2") + "{}", []int{400}},
		"a length in hex":        {x.request(x.shareLine(), "", "Content-Length: 0x2") + "{}", []int{400}},
		"two lengths":            {x.request(x.shareLine(), "", "Content-Length: 2", "Content-Length: 3") + "{}", []int{400}},
		"lengths in a list":      {x.request(x.shareLine(), "", "Content-Length: 2, 3") + "{}", []int{400}},
		"too long a length":      {x.request(x.shareLine(), "", "Content-Length: 99999999999999999999"), []int{400}},
		"an unknown encoding":    {x.request(x.shareLine(), "", "Transfer-Encoding: gzip"), []int{501}},
		"chunked twice":          {x.request(x.shareLine(), "", "Transfer-Encoding: chunked, chunked") + "0\r\n\r\n", []int{400, 501}},
		"another expectation":    {x.request(x.shareLine(), "{}", "Expect: the-worst"), []int{417}},
		"a giant header":         {x.request(get, "", "X-Giant: "+big), []int{431}},
		"a giant token":          {get + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + big + "\r\n\r\n", []int{431}},
		"thousands of headers":   {x.request(get, "", strings.TrimSuffix(strings.Repeat("X-Many: x\r\n", 10000), "\r\n")), []int{431}},
		"a giant path":           {"GET /v1/projects/" + big + " HTTP/1.1\r\nHost: a\r\n\r\n", []int{431}},
		"a giant query":          {get + "?" + big + " HTTP/1.1\r\nHost: a\r\n\r\n", []int{431}},
		"a giant line":           {big, []int{431}},
	} {
		// net/http refuses these before there is a request: no problem of ours.
		a := dial(t, x.url).send(test.text).next("GET")
		if !slices.Contains(test.want, a.status) || strings.Contains(a.raw, x.token) {
			t.Errorf("%s is answered %d %s", name, a.status, a.raw)
		}
	}
	if n := x.shares(); n != 0 {
		t.Errorf("there are %d shares", n)
	}
}

func TestOddRequestsAreAnsweredAsTheContractSays(t *testing.T) {
	t.Parallel()
	x := newWireWorld(t)
	get := "GET " + imagePath(x.owner, x.image)
	one := func(text string) answer { t.Helper(); return dial(t, x.url).send(text).next(strings.Fields(text)[0]) }

	for _, host := range []string{"a/b", "%zz", "[::::]", "[::1]", "a:99999", "user@a", "a'b", ""} {
		// In place of the host that the functions and the problems show.
		with := func(request string) answer { return one(strings.Replace(request, "api.test", host, 1)) }
		if a := with(x.request(get, "")); a.status != 200 && a.status != 400 {
			t.Errorf("Host %q: %d %s", host, a.status, a.raw)
		}
		if a := with(x.request("GET /nothing", "")); a.status != 400 {
			a.refused(404, "RouteNotFound")
		}
	}
	if a := one("GET /openapi.yaml HTTP/1.0\r\n\r\n").is(200); !strings.HasPrefix(a.raw, "openapi:") {
		t.Errorf("HTTP/1.0 gets %.40q", a.raw)
	}
	one("GET /v1/projects/"+x.owner+" HTTP/1.0\r\n\r\n").refused(401, "Unauthenticated")
	one(strings.Replace(x.request(get, ""), "HTTP/1.1\r\nHost: api.test", "HTTP/1.0", 1)).is(200)

	// The path decides, wherever the request says that it goes.
	absolute := "GET http://other.test:1" + imagePath(x.owner, x.image)
	one(x.request(absolute, "")).is(200)
	one(x.request("GET http://other.test", "")).refused(404, "RouteNotFound")
	one(x.request("GET *", "")).refused(404, "RouteNotFound")
	one(x.request("CONNECT other.test:443", "")).refused(404, "RouteNotFound")
	one(x.request("CONNECT "+imagePath(x.owner, x.image), "")).refused(405, "MethodNotAllowed")
	one(x.request("OPTIONS *", "")).is(200) // net/http's own: about the server, and of no route

	for _, method := range []string{"TRACE", "TRACK", "OPTIONS", "PATCH", "PROPFIND", "LOCK", "M-SEARCH", "get", "Get", "delete", "GETX", "!", strings.Repeat("M", 5000)} {
		if a := one(x.request(method+" "+imagePath(x.owner, x.image), "")).refused(405, "MethodNotAllowed"); a.header.Get("Allow") != "DELETE, GET, PUT" || strings.Contains(a.raw, x.token) {
			t.Errorf("%.20s: %v %s", method, a.header, a.raw)
		}
	}
	if a := one(x.request("HEAD "+imagePath(x.owner, x.image), "")); a.status != 405 || a.raw != "" {
		t.Errorf("HEAD: %d %s", a.status, a.raw)
	}
	for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Http-Method-Override"} {
		one(x.request(get, "", name+": DELETE")).is(200).has("imageId", x.image)
		one(x.request(x.shareLine(), "{}", name+": DELETE")).refused(400, "InvalidRequest")
	}
	one(x.request(get+"?_method=DELETE", "")).refused(400, "InvalidRequest")
	for _, name := range []string{"X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"} {
		one(x.request("GET /v1/projects/"+x.owner, "", name+": /openapi.yaml")).is(200).has("projectId", x.owner)
	}

	many := strings.TrimSuffix(strings.Repeat("X-Many: x\r\n", 700), "\r\n")
	one(x.request(get, "", many)).is(200)
	if a := one(x.request(get+"?"+strings.Repeat("a=1&", 1000), "")).refused(400, "InvalidRequest"); len(a.raw) > 4<<10 {
		t.Errorf("the answer has %d bytes", len(a.raw))
	}
	var names strings.Builder
	for i := range 800 {
		fmt.Fprintf(&names, "n%d&", i)
	}
	if a := one(x.request(get+"?"+names.String(), "")).refused(400, "InvalidRequest"); len(a.body["errors"].([]any)) != 20 {
		t.Errorf("%d errors are named", len(a.body["errors"].([]any)))
	}
	x.send(x.token, "GET", imagePath(x.owner, x.image), nil).is(200).has("shareCount", 0)
}

// A token is a secret wherever a client puts it. TestMain looks for it in the
// log.
func TestATokenInAnyPlaceIsAnswered(t *testing.T) {
	t.Parallel()
	x := newWireWorld(t)
	get, save := "GET "+imagePath(x.owner, x.image), "POST "+sharedPath(x.owner, x.image)+"/save"
	escaped := strings.ReplaceAll(x.token, ".", "%2e")
	requests := map[string]string{
		"the version":         get + " " + x.token + "\r\nHost: a\r\n\r\n",
		"the whole request":   x.token + "\r\n\r\n",
		"the body":            x.request(x.shareLine(), x.token),
		"a project to share":  x.request(x.shareLine(), jsonOf(t, shareBody(x.token))),
		"the name of a field": x.request(x.shareLine(), jsonOf(t, object{x.token: 1})),
		"the Host":            strings.Replace(x.request(get, ""), "api.test", x.token, 1),
		"the Host, no route":  strings.Replace(x.request("GET /nothing", ""), "api.test", x.token, 1),
	}
	for _, line := range []string{
		x.token + " " + imagePath(x.owner, x.image), x.token + " /nothing", x.token + " *",
		get + "?" + x.token, get + "?" + x.token + "=1", get + "?" + escaped + "=1&" + x.token + "=2",
		"GET /v1/projects/" + x.owner + "/images?region=" + x.token, "GET /v1/projects/" + x.owner + "/images?limit=" + x.token, "GET /v1/projects/" + x.owner + "/images?nextToken=" + x.token,
		"GET /" + x.token, "GET /v1/projects/" + x.token, "GET /v1/projects/" + escaped, "GET " + imagePath(x.owner, x.token), "DELETE " + sharesPath(x.owner, x.image) + "/" + x.token,
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
			a := dial(t, x.url).send(strings.Replace(request, "Authorization", authorization, 1)).next("GET")
			if a.status >= 500 {
				t.Errorf("a token for %.60s, with %s, is answered %d %s", name, authorization, a.status, a.raw)
			}
		}
	}
}

func TestBodiesOnTheWire(t *testing.T) {
	t.Parallel()
	x := newWireWorld(t)
	body := jsonOf(t, shareBody(x.target))
	chunked := func(chunks ...string) string {
		text := x.request(x.shareLine(), "", "Transfer-Encoding: chunked")
		for _, c := range chunks {
			text += fmt.Sprintf("%x\r\n%s\r\n", len(c), c)
		}
		return text
	}
	one := func(text string) answer { t.Helper(); return dial(t, x.url).send(text).next("POST") }
	const end = "0\r\n\r\n"

	// What ends early is refused, whatever the part of it says.
	for name, text := range map[string]string{
		"a length that is too long": x.request(x.shareLine(), "", fmt.Sprint("Content-Length: ", len(body)+1)) + body,
		"chunks without an end":     chunked(body),
		"half a chunk":              x.request(x.shareLine(), "", "Transfer-Encoding: chunked") + "ff\r\n" + body,
	} {
		c := dial(t, x.url)
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if a := c.next("POST"); a.status != 400 || a.body["code"] != "InvalidRequest" {
			t.Errorf("%s is answered %d %s", name, a.status, a.raw)
		}
	}
	one(chunked()+"zz\r\n"+body+"\r\n"+end).refused(400, "InvalidRequest")
	one(chunked()+"fffffffffffffffff\r\n"+body).refused(400, "InvalidRequest")
	one(chunked(strings.Repeat(" ", 40<<10), strings.Repeat(" ", 40<<10))+end).refused(413, "RequestTooLarge")
	// A length that is too short cuts the body, and what is left is no request.
	c := dial(t, x.url).send(x.request(x.shareLine(), "", fmt.Sprint("Content-Length: ", len(body)-1)) + body)
	c.next("POST").refused(400, "InvalidRequest")
	if n := x.shares(); n != 0 {
		t.Errorf("there are %d shares", n)
	}

	// A header that comes after the body does not count.
	unsigned := strings.Replace(chunked(body), "Authorization", "X-Authorization", 1)
	one(unsigned+"0\r\nAuthorization: Bearer "+x.token+"\r\n\r\n").refused(401, "Unauthenticated")
	// The body is asked for only when it will be read.
	expecting := x.request(x.shareLine(), "", "Expect: 100-continue", fmt.Sprint("Content-Length: ", len(body)))
	one(strings.Replace(expecting, "Authorization", "X-Authorization", 1)).refused(401, "Unauthenticated")
	c = dial(t, x.url).send(expecting)
	c.next("POST").is(100)
	c.send(body).next("POST").is(200).has("shareCount", 1)
	one(chunked(body[:5], body[5:])+end).is(200).has("shareCount", 1)
}

func TestPipelining(t *testing.T) {
	t.Parallel()
	x := newWireWorld(t)
	foreign := x.world.image(x.target, "foreign", nil)
	inside := x.request("DELETE "+imagePath(x.owner, x.image), "")
	c := dial(t, x.url).send(strings.Join([]string{
		x.request("GET "+imagePath(x.owner, x.image), ""),
		x.request("GET "+imagePath(x.target, foreign), ""),
		x.request(x.shareLine(), inside), // a request in a body is none
		strings.Replace(x.request("GET "+imagePath(x.owner, x.image), ""), "Authorization", "X-Authorization", 1),
		x.request("GET "+imagePath(x.owner, foreign), ""),
		x.request(x.shareLine(), jsonOf(t, shareBody(x.target))),
		x.request("GET "+sharesPath(x.owner, x.image), "", "Connection: close"),
		x.request("DELETE "+imagePath(x.owner, x.image), ""), // after the end
	}, ""))
	c.next("GET").is(200).has("imageId", x.image)
	c.next("GET").refused(403, "ProjectAccessDenied")
	c.next("POST").refused(400, "InvalidRequest")
	c.next("GET").refused(401, "Unauthenticated")
	c.next("GET").refused(404, "ImageNotFound")
	c.next("POST").is(200).has("shareCount", 1)
	c.next("GET").is(200).has("shareCount", 1)
	c.closed()
	x.send(x.token, "GET", imagePath(x.owner, x.image), nil).is(200)
}
