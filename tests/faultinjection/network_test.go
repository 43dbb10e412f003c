package faultinjection

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/dynamo"
)

// attemptTimeout is of the requests that never get an answer. The others end by
// themselves, and have patience with a slow machine.
const attemptTimeout, patience = 50 * time.Millisecond, time.Minute

// The ways a connection can fail. The client is the one of a function, with
// its time-outs; only the network is not there.
var (
	refuses = network(patience, func(_ context.Context, network, _ string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	})
	neverConnects = dynamo.NewHTTPClient(attemptTimeout).WithDialerOptions(func(d *net.Dialer) {
		d.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
			<-ctx.Done()
			return ctx.Err()
		}
	})
	silent = network(attemptTimeout, func(context.Context, string, string) (net.Conn, error) {
		return connection(func(net.Conn) {}), nil
	})
	hangsUp = network(patience, func(context.Context, string, string) (net.Conn, error) {
		return connection(func(c net.Conn) { _ = c.Close() }), nil
	})
)

// connection takes one request and then does what answer does.
func connection(answer func(net.Conn)) net.Conn {
	here, there := net.Pipe()
	go func() {
		if r, err := http.ReadRequest(bufio.NewReader(there)); err == nil {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		answer(there)
	}()
	return here
}

func network(timeout time.Duration, dial func(ctx context.Context, network, address string) (net.Conn, error)) dynamodb.HTTPClient {
	return dynamo.NewHTTPClient(timeout).WithTransportOptions(func(t *http.Transport) { t.DialContext = dial })
}

// unsent has no connection made for the request.
func unsent(client dynamodb.HTTPClient) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) { return e.through(client) }
}

// by sends the request on a connection that fails. When the machine is so slow
// that the time is over before there is one, something else has happened than
// was planned.
func by(client dynamodb.HTTPClient) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) {
		connected := false
		e.request = e.request.WithContext(httptrace.WithClientTrace(e.request.Context(), &httptrace.ClientTrace{
			GotConn: func(httptrace.GotConnInfo) { connected = true },
		}))
		response, err := e.through(client)
		e.run.unplanned = e.run.unplanned || !connected
		return response, err
	}
}

// carriedOut has the engine carry the request out before the fault happens.
func carriedOut(fault func(*exchange) (*http.Response, error)) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) {
		if _, err := e.forward(); err != nil {
			return nil, err
		}
		return fault(e)
	}
}

// partly has the connection bring a part of the answer and then end as it may.
func partly(timeout time.Duration, end func(net.Conn)) func(*exchange) (*http.Response, error) {
	return func(e *exchange) (*http.Response, error) {
		response, err := e.forward()
		if err != nil {
			return nil, err
		}
		answer, err := httputil.DumpResponse(response, true)
		if err != nil {
			return nil, err
		}
		return by(network(timeout, func(context.Context, string, string) (net.Conn, error) {
			return connection(func(c net.Conn) {
				_, _ = c.Write(answer[:len(answer)-1])
				end(c)
			}), nil
		}))(e)
	}
}
