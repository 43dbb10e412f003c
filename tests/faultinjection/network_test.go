package faultinjection

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"syscall"
	"time"

	"image-sharing/shared/awsclient"
)

// attemptTimeout is a function's.
const attemptTimeout = time.Second

// happening is how a fault happens to a request.
type happening func(*exchange) (*http.Response, error)

// network sends the request as a function does, with its client and time-outs,
// but by a network of the test's own. The client is new each time: connections
// of one bubble must not be met in another.
func network(dial func(ctx context.Context, e *exchange) (net.Conn, error)) happening {
	return func(e *exchange) (*http.Response, error) {
		return e.through(awsclient.NewHTTPClient(attemptTimeout).WithTransportOptions(func(t *http.Transport) {
			t.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, e) }
			t.DisableKeepAlives = true
		}))
	}
}

var refuses = network(func(context.Context, *exchange) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
})

// neverConnects has the time-out of a function's own dialler end it.
func neverConnects(e *exchange) (*http.Response, error) {
	return e.through(awsclient.NewHTTPClient(attemptTimeout).WithDialerOptions(func(d *net.Dialer) {
		d.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
			<-ctx.Done()
			return ctx.Err()
		}
	}))
}

var (
	silent  = network(connection(func(net.Conn) {}))
	hangsUp = network(connection(func(c net.Conn) { _ = c.Close() }))
)

// connection takes one request and then does what end does.
func connection(end func(net.Conn)) func(context.Context, *exchange) (net.Conn, error) {
	return func(_ context.Context, e *exchange) (net.Conn, error) {
		here, there := net.Pipe()
		e.run.atEnd(func() { _ = there.Close() })
		go func() {
			if r, err := http.ReadRequest(bufio.NewReader(there)); err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			end(there)
		}()
		return here, nil
	}
}

// carriedOut has DynamoDB carry the request out before the fault happens.
func carriedOut(fault happening) happening {
	return func(e *exchange) (*http.Response, error) {
		if _, err := e.forward(); err != nil {
			return nil, err
		}
		return fault(e)
	}
}

// partly has the connection bring a part of the reply and then end as it may.
func partly(end func(net.Conn)) happening {
	return func(e *exchange) (*http.Response, error) {
		response, err := e.forward()
		if err != nil {
			return nil, err
		}
		whole, err := httputil.DumpResponse(response, true)
		if err != nil {
			return nil, err
		}
		return network(connection(func(c net.Conn) {
			_, _ = c.Write(whole[:len(whole)-1])
			end(c)
		}))(e)
	}
}

// giveUpUnsent: the caller's time is over while there is no connection yet.
var giveUpUnsent = network(func(ctx context.Context, e *exchange) (net.Conn, error) {
	over := make(chan struct{})
	e.run.atEnd(func() { close(over) })
	e.run.giveUp()
	<-over
	return nil, context.Canceled
})

// giveUp: the caller's time is over while there is no reply yet.
func giveUp(e *exchange) (*http.Response, error) {
	e.run.giveUp()
	return nil, e.request.Context().Err()
}

func giveUpLater(e *exchange) (*http.Response, error) {
	response, err := e.forward()
	e.run.giveUp()
	return response, err
}
