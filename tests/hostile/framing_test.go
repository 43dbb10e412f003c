package hostile

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

func TestBodiesOnTheWire(t *testing.T) {
	t.Parallel()
	x := newWireService(t)
	body := jsonOf(t, api.ShareBody(x.target))
	chunked := func(chunks ...string) string {
		text := x.request(x.shareLine(), "", "Transfer-Encoding: chunked")
		for _, c := range chunks {
			text += fmt.Sprintf("%x\r\n%s\r\n", len(c), c)
		}
		return text
	}
	one := func(text string) kit.Response { t.Helper(); return dial(t, x.URL).send(text).next("POST") }
	const end = "0\r\n\r\n"

	// What ends early is refused, whatever the part of it says.
	for name, text := range map[string]string{
		"a length that is too long": x.request(x.shareLine(), "", fmt.Sprint("Content-Length: ", len(body)+1)) + body,
		"chunks without an end":     chunked(body),
		"half a chunk":              x.request(x.shareLine(), "", "Transfer-Encoding: chunked") + "ff\r\n" + body,
	} {
		c := dial(t, x.URL)
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if a := c.next("POST"); a.Status != 400 || a.Code() != "InvalidRequest" {
			t.Errorf("%s got %d %s", name, a.Status, a.Raw)
		}
	}
	one(chunked()+"zz\r\n"+body+"\r\n"+end).Refused(400, "InvalidRequest")
	one(chunked()+"fffffffffffffffff\r\n"+body).Refused(400, "InvalidRequest")
	one(chunked(strings.Repeat(" ", 40<<10), strings.Repeat(" ", 40<<10))+end).Refused(413, "RequestTooLarge")
	// A length that is too short cuts the body, and what is left is no request.
	c := dial(t, x.URL).send(x.request(x.shareLine(), "", fmt.Sprint("Content-Length: ", len(body)-1)) + body)
	c.next("POST").Refused(400, "InvalidRequest")
	if n := x.shares(); n != 0 {
		t.Errorf("there are %d shares", n)
	}

	// A header that comes after the body does not count.
	unsigned := strings.Replace(chunked(body), "Authorization", "X-Authorization", 1)
	one(unsigned+"0\r\nAuthorization: Bearer "+x.token+"\r\n\r\n").Refused(401, "Unauthenticated")
	// The body is asked for only when it will be read.
	expecting := x.request(x.shareLine(), "", "Expect: 100-continue", fmt.Sprint("Content-Length: ", len(body)))
	one(strings.Replace(expecting, "Authorization", "X-Authorization", 1)).Refused(401, "Unauthenticated")
	c = dial(t, x.URL).send(expecting)
	c.next("POST").Is(100)
	c.send(body).next("POST").Is(200).Has("shareCount", 1)
	one(chunked(body[:5], body[5:])+end).Is(200).Has("shareCount", 1)
}

func TestPipelining(t *testing.T) {
	t.Parallel()
	x := newWireService(t)
	foreign := x.Image(x.target, "foreign", nil)
	inside := x.request("DELETE "+api.ImagePath(x.owner, x.image), "")
	c := dial(t, x.URL).send(strings.Join([]string{
		x.request("GET "+api.ImagePath(x.owner, x.image), ""),
		x.request("GET "+api.ImagePath(x.target, foreign), ""),
		x.request(x.shareLine(), inside), // a request in a body is none
		strings.Replace(x.request("GET "+api.ImagePath(x.owner, x.image), ""), "Authorization", "X-Authorization", 1),
		x.request("GET "+api.ImagePath(x.owner, foreign), ""),
		x.request(x.shareLine(), jsonOf(t, api.ShareBody(x.target))),
		x.request("GET "+api.SharesPath(x.owner, x.image), "", "Connection: close"),
		x.request("DELETE "+api.ImagePath(x.owner, x.image), ""), // after the end
	}, ""))
	c.next("GET").Is(200).Has("imageId", x.image)
	c.next("GET").Refused(403, "ProjectAccessDenied")
	c.next("POST").Refused(400, "InvalidRequest")
	c.next("GET").Refused(401, "Unauthenticated")
	c.next("GET").Refused(404, "ImageNotFound")
	c.next("POST").Is(200).Has("shareCount", 1)
	c.next("GET").Is(200).Has("shareCount", 1)
	c.closed()
	x.Send(x.token, "GET", api.ImagePath(x.owner, x.image), nil).Is(200)
}
