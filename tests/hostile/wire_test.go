package hostile

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
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

// send does not wait until all is sent: a server may respond before, and close.
func (c *wire) send(text string) *wire {
	go func() { _, _ = io.WriteString(c, text) }()
	return c
}

// next reads the response to a request with the method.
func (c *wire) next(method string) kit.Response {
	c.t.Helper()
	response, err := http.ReadResponse(c.in, &http.Request{Method: method})
	if err != nil {
		c.t.Fatalf("there is no response: %v", err)
	}
	read, err := api.Read(api.Request{Method: method, Path: "on the wire"}, response)
	if err != nil {
		c.t.Error(err)
	}
	return kit.Response{Response: read, T: c.t}
}

// closed fails the test unless the server closes the connection, with nothing
// more to say.
func (c *wire) closed() {
	c.t.Helper()
	if rest, err := io.ReadAll(c.in); err != nil && !strings.Contains(err.Error(), "reset") || len(rest) > 0 {
		c.t.Errorf("the connection goes on with %.200q, %v", rest, err)
	}
}

// wireService is a service with an image, and requests as they are on the wire.
type wireService struct {
	*kit.Environment
	owner, target, image, token string
}

func newWireService(t *testing.T) wireService {
	e := kit.Start(t, runner.Config{Log: kit.QuietLog(t)})
	x := wireService{Environment: e, owner: e.Project("owner"), target: e.Project("target")}
	x.image = e.Image(x.owner, "img", nil)
	x.token = e.Token(api.TenantScope, x.owner)
	return x
}

// request is a whole request; more are further header lines.
func (x wireService) request(line, body string, more ...string) string {
	lines := []string{line + " HTTP/1.1", "Host: api.test", "Authorization: Bearer " + x.token}
	if body != "" {
		lines = append(lines, fmt.Sprint("Content-Length: ", len(body)))
	}
	return strings.Join(append(lines, more...), "\r\n") + "\r\n\r\n" + body
}

func (x wireService) shareLine() string { return "POST " + api.SharesPath(x.owner, x.image) }

func (x wireService) shares() int {
	x.T.Helper()
	return int(x.Send(x.token, "GET", api.SharesPath(x.owner, x.image), nil).Is(200).Body["shareCount"].(float64))
}
