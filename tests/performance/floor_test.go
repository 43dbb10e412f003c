package performance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"image-sharing/local/issuer"
	"image-sharing/local/runner"
)

// floor is what no program in Go can leave out that serves a use case over HTTP from
// the same data: beside net/http and the token, the calls of the store. It knows no
// rule, and passes on what it finds.
type floor interface {
	image(ctx context.Context, w io.Writer, image, target string) error
	images(ctx context.Context, w io.Writer, target string, most int) error
	share(ctx context.Context, image, target string) error
	close() error
}

// serveFloor serves the floor on the data that a service has left.
func serveFloor(on place) (address string, stop func() error, err error) {
	keys, err := issuer.New(issuer.Config{KeyDir: on.dir})
	if err != nil {
		return "", nil, err
	}
	f, err := openFloor(on)
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: verified(keys, routes(f))}
	go func() { _ = server.Serve(listener) }() // until it is closed
	return "http://" + listener.Addr().String(), func() error { return errors.Join(server.Close(), f.close()) }, nil
}

func openFloor(on place) (floor, error) {
	if on.store == runner.SQLite {
		return openDatabase(on.dir)
	}
	return openTable(on), nil
}

// verified verifies the token of each request.
func verified(keys *issuer.Issuer, next http.Handler) http.Handler {
	key := func(*jwt.Token) (any, error) { return keys.PublicKey(), nil }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if _, err := jwt.Parse(token, key, jwt.WithValidMethods([]string{"RS256"})); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		next.ServeHTTP(w, r)
	})
}

func routes(f floor) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, serve func(w http.ResponseWriter, r *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := serve(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	one := func(w http.ResponseWriter, r *http.Request) error {
		return f.image(context.WithoutCancel(r.Context()), w, r.PathValue("image"), r.PathValue("project"))
	}
	handle("GET /v1/projects/{project}/launchable-images/{image}", one)
	handle("GET /v1/projects/{project}/shared-images/{image}", one)
	handle("GET /v1/projects/{project}/shared-images", func(w http.ResponseWriter, r *http.Request) error {
		most, err := strconv.Atoi(r.FormValue("limit"))
		return errors.Join(err, f.images(context.WithoutCancel(r.Context()), w, r.PathValue("project"), most))
	})
	handle("POST /v1/projects/{project}/images/{image}/shares", func(w http.ResponseWriter, r *http.Request) error {
		body, err := io.ReadAll(r.Body)
		_, rest, _ := strings.Cut(string(body), `["`)
		target, _, found := strings.Cut(rest, `"`)
		if err != nil || !found {
			return fmt.Errorf("the body is %s: %w", body, err)
		}
		if err := f.share(r.Context(), r.PathValue("image"), target); err != nil {
			return err
		}
		_, err = w.Write(body)
		return err
	})
	return mux
}
