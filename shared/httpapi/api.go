// Package httpapi is the HTTP contract: routes, who may call them, what a
// request may hold, and how responses and problems look. docs/design.md has the
// contract in short, openapi.yaml in full.
package httpapi

import (
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// MaxBodyBytes is the largest body a request may have.
const MaxBodyBytes = 64 << 10

// Function is a deployed function and the routes it serves.
type Function struct {
	Name   string
	Routes []Route
}

// Functions returns every function of the API. Behind the gateway there is the
// Console besides, which is no part of it.
func Functions() []Function { return []Function{Share, Unshare, List, Save, Catalog} }

// Route is one method and path of the contract.
type Route struct {
	Method string
	Path   string // as http.ServeMux and OpenAPI write it
	// Scope is the one that a member's token needs, which names the project;
	// PlatformScope the one that the platform's needs, for any project. Without the
	// one or the other the route is not theirs, without both it is public.
	Scope, PlatformScope string

	query  []string
	handle handler
}

// Key names the route as API Gateway does, which writes the rest of a path with a plus.
func (r Route) Key() string { return r.Method + " " + strings.ReplaceAll(r.Path, "...}", "+}") }

// Public reports whether the route asks for no token.
func (r Route) Public() bool { return r.Scope == "" && r.PlatformScope == "" }

// handler is what a route does; noBody and jsonBody make one.
type handler struct {
	serve func(*service.Service, *request) (reply, error)
	// body is the type of the body, nil for a route without one. Tests hold it
	// against the OpenAPI document.
	body reflect.Type
}

func noBody(serve func(*service.Service, *request) (reply, error)) handler {
	return handler{serve: serve}
}

// jsonBody decodes the body into a command; serve adds what is not in a body.
func jsonBody[Command any](serve func(*service.Service, *request, Command) (reply, error)) handler {
	decode := func(s *service.Service, r *request) (reply, error) {
		var c Command
		if err := r.decode(&c); err != nil {
			return reply{}, err
		}
		return serve(s, r, c)
	}
	return handler{decode, reflect.TypeFor[Command]()}
}

// reply is a successful response. A nil body has no content.
type reply struct {
	status   int
	body     any
	location string
	file     *file // instead of all that
}

// NewHandler returns the handler of one function. It responds to every request,
// logs one line for each, and survives a panic of a route.
func NewHandler(f Function, s *service.Service, platform PlatformClients, log *slog.Logger) http.Handler {
	return Mux(f.Routes, func(route Route) http.Handler {
		return serve(log, func(w http.ResponseWriter, r *request) (int, error) {
			return handle(w, r, route, platform, s)
		})
	}, func(err error) http.Handler {
		return serve(log, func(http.ResponseWriter, *request) (int, error) { return 0, err })
	})
}

// Mux returns a mux with a handler for each route; refuse makes the handlers
// for RouteNotFound and MethodNotAllowed.
func Mux(routes []Route, handler func(Route) http.Handler, refuse func(error) http.Handler) http.Handler {
	mux := http.NewServeMux()
	methods := make(map[string][]string)
	for _, r := range routes {
		path := strings.TrimSuffix(r.Path, "/")
		if path != r.Path {
			path += "/{$}" // and nothing below it
		}
		mux.Handle(r.Method+" "+path, handler(r))
		methods[path] = append(methods[path], r.Method)
	}
	notFound := refuse(&sharing.Error{Code: sharing.CodeRouteNotFound, Detail: "There is no such route: see /openapi.yaml for those there are."})
	mux.Handle("/", notFound)
	for path, allowed := range methods {
		slices.Sort(allowed)
		notAllowed := refuse(&sharing.Error{
			Code:   sharing.CodeMethodNotAllowed,
			Detail: fmt.Sprintf("This route takes %s only.", strings.Join(allowed, ", ")),
		})
		withAllow := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", strings.Join(allowed, ", ")) // RFC 9110, section 15.5.6
			notAllowed.ServeHTTP(w, r)
		}
		mux.HandleFunc(path, withAllow)
		if slices.Contains(allowed, http.MethodGet) && !slices.Contains(allowed, http.MethodHead) {
			mux.HandleFunc("HEAD "+path, withAllow) // GET would take it; API Gateway does not
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// ServeMux redirects a path that is not clean, and has responses of its own to
		// "*" and to none at all ("CONNECT host:1"); no route has such a path. Only
		// as it was sent: an encoded "%2F%2F" is inside an id, and refused as such.
		path := r.URL.EscapedPath()
		if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") || slices.ContainsFunc(strings.Split(path, "/"), isDots) {
			notFound.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func isDots(segment string) bool { return segment == "." || segment == ".." }

// serve calls f, turns its error or panic into a problem, and logs the line
// of the request. f returns the status of its response.
func serve(log *slog.Logger, f func(http.ResponseWriter, *request) (int, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		start := time.Now()
		r := &request{Request: hr, gateway: GatewayOf(hr)}
		status, err := recovered(w, r, f)
		if err != nil {
			status = WriteProblem(w, err, r.gateway.RequestID, r.gateway.BaseURL)
		}
		r.log(log, status, err, time.Since(start))
	})
}

func recovered(w http.ResponseWriter, r *request, f func(http.ResponseWriter, *request) (int, error)) (status int, err error) {
	// A panic that left here would end the Lambda process, and with it the
	// next requests' warm start.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f(w, r)
}

// handle refuses in the order of the contract: 401, 413, path and query,
// access to the project, scope; then the route's own.
func handle(w http.ResponseWriter, r *request, route Route, platform PlatformClients, s *service.Service) (int, error) {
	if !route.Public() {
		if err := checkSubject(r.gateway.Claims); err != nil {
			return 0, err
		}
	}
	if err := r.readBody(); err != nil {
		return 0, err
	}
	if err := r.parsePathAndQuery(route); err != nil {
		return 0, err
	}
	r.caller = platform.callerOf(r.gateway.Claims)
	if err := authorize(r.caller, r.project, route); err != nil {
		return 0, err
	}
	r.platform = r.caller.platform && r.caller.has(route.PlatformScope)
	re, err := route.handle.serve(s, r)
	if err != nil {
		return 0, err
	}
	if re.file != nil {
		return re.file.serve(w, r.Request), nil
	}
	return re.status, re.write(w)
}

func (re reply) write(w http.ResponseWriter) error {
	if re.location != "" {
		w.Header().Set("Location", re.location)
	}
	if re.body == nil {
		w.WriteHeader(re.status)
		return nil
	}
	return writeJSON(w, re.status, "application/json", re.body)
}
