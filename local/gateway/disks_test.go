package gateway

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/local/diskstore"
	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/httpapi"
)

func TestDisks(t *testing.T) {
	disks, err := diskstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer disks.Close()
	i := served(t)
	platform, err := httpapi.ParsePlatformClients("platform")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config = NewServer(New(Config{Verifier: NewLocalVerifier(i), Issuer: i, Log: nopLog, PlatformClients: platform, Disks: disks}), nopLog)
	server.Start()
	defer server.Close()
	client := s3.New(s3.Options{Region: "eu-west", BaseEndpoint: aws.String("http://disks"), UsePathStyle: true, Credentials: dynamodblocal.Credentials(), HTTPClient: disks})
	const copied = "images/i-1/UID/0"
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("eu-west"), Key: aws.String(copied), Body: strings.NewReader("a copy")}); err != nil {
		t.Fatal(err)
	}

	write := claims{"scope": "catalog:write", "client_id": "platform"}
	large := strings.Repeat("0123456789", 100_000) // more than any other route takes
	const sum = "ec21d64624228af3"                 // of its SHA-256, by sha256sum
	for _, c := range []struct {
		name, method, path, body string
		claims                   claims
		header                   string
		status                   int
		holds                    string
	}{
		{"a new one", "PUT", "eu-west/Snap-1", large, write, "", 201, `{"region":"eu-west","snapshotId":"Snap-1","sizeBytes":1000000,"sha256":"`},
		{"again", "PUT", "eu-west/Snap-1", large, write, "", 200, `"sizeBytes":1000000`},
		{"other content", "PUT", "eu-west/Snap-1", large[1:], write, "", 409, `"code":"ImageConflict"`},
		{"in another region", "PUT", "us-east/Snap-1", "other", write, "", 201, `"region":"us-east"`},
		{"an empty one", "PUT", "eu-west/empty", "", write, "", 201, `"sizeBytes":0,"sha256":"e3b0c44298fc1c14`},
		{"no id", "PUT", "eu-west/-", "x", write, "", 400, `"field":"snapshotId"`},
		{"a copy's name", "PUT", "eu-west/" + copied, "x", write, "", 400, `"field":"snapshotId"`},
		{"no region", "PUT", "-/snap", "x", write, "", 400, `"field":"region"`},
		{"out", "GET", "eu-west/Snap-1", "", write, "", 200, large},
		{"a range", "GET", "eu-west/Snap-1", "", write, "bytes=999998-", 206, "89"},
		{"a copy", "GET", "eu-west/" + copied, "", write, "", 200, "a copy"},
		{"another's name", "GET", "eu-west/snap-1", "", write, "", 404, `"code":"RouteNotFound"`},
		{"outside", "GET", "eu-west/%2e%2e/%2e%2e/secret", "", write, "", 404, `"code":"RouteNotFound"`},
		{"another method", "DELETE", "eu-west/Snap-1", "", write, "", 405, `"code":"MethodNotAllowed"`},
		{"who may only read", "GET", "eu-west/Snap-1", "", claims{"scope": "catalog:read", "client_id": "platform"}, "", 403, `"requiredScope":"catalog:write"`},
		{"a member", "PUT", "eu-west/mine", "x", claims{"scope": "images:read images:save", "client_id": "platform"}, "", 403, `"code":"MissingScope"`},
		{"another application", "PUT", "eu-west/mine", "x", claims{"scope": "catalog:write", "client_id": "tenant"}, "", 403, `"code":"PlatformOnly"`},
		{"nobody", "PUT", "eu-west/mine", "x", nil, "", 401, `"code":"Unauthenticated"`},
		{"what nobody may bring in", "GET", "eu-west/mine", "", write, "", 404, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+"/local/disks/"+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.claims != nil {
			r.Header.Set("Authorization", "Bearer "+draft{claims: c.claims}.signed(t, i))
		}
		if c.header != "" {
			r.Header.Set("Range", c.header)
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(got.Body)
		_ = got.Body.Close()
		if err != nil || got.StatusCode != c.status || !bytes.Contains(body, []byte(c.holds)) {
			t.Errorf("%s: %d %.300s %v", c.name, got.StatusCode, body, err)
		}
		if got.StatusCode == 200 && got.ContentLength < 0 {
			t.Errorf("%s: it does not say how long it is", c.name)
		}
		if c.name == "a new one" && !bytes.Contains(body, []byte(sum)) {
			t.Errorf("the sum is %s", body)
		}
	}

	cutOff(t, server.Listener.Addr().String(), draft{claims: write}.signed(t, i))
	if _, _, err := disks.Export("eu-west", "cut"); err != diskstore.ErrNotFound {
		t.Errorf("half a disk is kept: %v", err)
	}
	if status := statusOf(New(Config{Verifier: NewLocalVerifier(i), Issuer: i, Log: nopLog}), "http://localhost/local/disks/r/d"); status != 404 {
		t.Errorf("without disks, they are answered %d", status)
	}
}

// cutOff sends less than it announced.
func cutOff(t *testing.T, address, token string) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	text := "PUT /local/disks/eu-west/cut HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\nContent-Length: " + strconv.Itoa(1<<20) + "\r\n\r\nhalf"
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if answer, _ := io.ReadAll(c); !bytes.Contains(answer, []byte(" 400 ")) {
		t.Errorf("it is answered %s", answer)
	}
}
