package httpapi

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"

	"image-sharing/shared/sharing"
)

// Console is functions/console: the page that people use the API with. It is no
// part of the API, so it is not in the OpenAPI document, and needs no store. API
// Gateway takes "/console/" for "/console".
var Console = Function{Name: "console", Routes: []Route{
	{Method: http.MethodGet, Path: "/"},
	{Method: http.MethodHead, Path: "/"},
	{Method: http.MethodGet, Path: "/console"},
	{Method: http.MethodHead, Path: "/console"},
	{Method: http.MethodGet, Path: consoleFile},
	{Method: http.MethodHead, Path: consoleFile},
}}

const (
	consoleRoot = "/console/"
	consoleFile = consoleRoot + "{file...}"
)

// ConsoleConfig is what a deployment tells its console.
type ConsoleConfig struct {
	// Issuer signs people in. "" is the one of this machine, which is where the page
	// was opened.
	Issuer string
	// ClientID is the console's at the issuer; "" leaves the console to say that it
	// is not configured. Scope is what it asks for.
	ClientID, Scope string
	// Origins are those, beside the issuer's, that sign-in calls, such as that of a
	// token endpoint on another host.
	Origins []string
}

// DefaultConsoleScope is what the console asks an issuer for: all that a tenant may
// do. Issuers grant what the person has.
const DefaultConsoleScope = "openid images:read images:share images:save images:write images:receive"

// ParseOrigins reads origins separated by commas, such as https://login.example.com.
func ParseOrigins(list string) (origins []string, err error) {
	for o := range strings.SplitSeq(list, ",") {
		if o = strings.TrimSpace(o); o == "" {
			continue
		}
		if originOf(o) != o {
			return nil, fmt.Errorf("%q is no origin, such as https://login.example.com", o)
		}
		origins = append(origins, o)
	}
	return origins, nil
}

// originOf is the scheme and host of an address, "" of what has none. Nothing of it
// can be mistaken for another part of a policy.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(u.Host, " ;,'\"*") {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// consoleTypes are those of the files that the build makes (mime.TypeByExtension
// would ask the machine).
var consoleTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".ico": "image/x-icon", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json", ".woff2": "font/woff2",
}

// hashed is the folder of the files that have a hash of their content in their name.
const hashed = "assets/"

// console serves the files of the page.
type console struct {
	ConsoleConfig
	files  map[string]*file
	policy string
}

// NewConsole returns the handler of Console, with the files of the page by their
// paths below /console/. It returns an error for a page that cannot be served. It
// responds to every request and logs one line for each.
func NewConsole(files fs.FS, c ConsoleConfig, log *slog.Logger) (http.Handler, error) {
	all, err := consoleFiles(files)
	if err != nil {
		return nil, err
	}
	page := console{c, all, c.contentSecurityPolicy()}
	return Mux(Console.Routes, func(route Route) http.Handler {
		return serve(log, func(w http.ResponseWriter, r *request) (int, error) { return page.serve(w, r, route) })
	}, func(err error) http.Handler {
		return serve(log, func(http.ResponseWriter, *request) (int, error) { return 0, err })
	}), nil
}

const (
	indexFile = "index.html"
	// signedIn is where the issuer sends people back to. In a window that the page has
	// opened to sign in again, it must not be cut off from the page that waits for it:
	// any policy for openers that is not the issuer's would do that.
	signedIn = "signed-in"
)

func consoleFiles(files fs.FS) (map[string]*file, error) {
	all := make(map[string]*file)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		contentType, known := consoleTypes[path.Ext(name)]
		if !known {
			return fmt.Errorf("the console's file %s is of no known type", name)
		}
		content, err := fs.ReadFile(files, name)
		caching := alwaysAsked
		if strings.HasPrefix(name, hashed) {
			caching = keptForEver
		}
		all[name] = newFile(contentType, caching, content)
		return err
	})
	if err == nil && all[indexFile] == nil {
		err = fmt.Errorf("the console has no %s", indexFile)
	}
	return all, err
}

// serve returns the status of its response, or RouteNotFound.
func (c console) serve(w http.ResponseWriter, r *request, route Route) (int, error) {
	name := strings.TrimSuffix(r.PathValue("file"), "/")
	c.protect(w.Header(), r.gateway.BaseURL, name)
	switch {
	case route.Path == "/":
		w.Header().Set("Location", consoleRoot)
		w.Header().Set("Cache-Control", keptMinutes)
		w.WriteHeader(http.StatusPermanentRedirect)
		return http.StatusPermanentRedirect, nil
	case name == "config.json":
		return http.StatusOK, writeJSON(w, http.StatusOK, "application/json", c.told(r.gateway.BaseURL))
	case c.files[name] != nil:
		return c.files[name].serve(w, r.Request), nil
	case isPage(name):
		return c.files[indexFile].serve(w, r.Request), nil
	}
	return 0, &sharing.Error{Code: sharing.CodeRouteNotFound, Detail: "The console has no such file: open /console/ again, it may have been replaced by a new one."}
}

// isPage reports whether a path that is no file is an address inside the page, which
// finds out by itself what it shows. Ids in such an address may have dots; a first
// part of it has none, nor has what follows a project that is called as a folder of
// files is.
func isPage(name string) bool {
	beside := strings.TrimPrefix(name, hashed)
	return name == "" || fs.ValidPath(name) && (strings.Contains(beside, "/") || path.Ext(beside) == "")
}

// consoleSettings are the response of /console/config.json.
type consoleSettings struct {
	Authority string `json:"authority"`
	ClientID  string `json:"clientId"`
	Scope     string `json:"scope"`
	// Local is true on one machine, where the issuer invites to try everything.
	Local bool `json:"local"`
}

func (c console) told(baseURL string) consoleSettings {
	s := consoleSettings{c.Issuer, c.ClientID, c.Scope, false}
	if c.Issuer == "" {
		s.Authority, s.Local = baseURL, true
	}
	return s
}

// contentSecurityPolicy lets the page load what is served beside it and call the API
// and the issuer, and nothing else.
func (c ConsoleConfig) contentSecurityPolicy() string {
	connect := "'self'"
	for _, o := range append([]string{originOf(c.Issuer)}, c.Origins...) {
		if o != "" {
			connect += " " + o
		}
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; connect-src " + connect +
		"; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
}

// protect sets the headers that go with each response of the console.
func (c console) protect(h http.Header, baseURL, name string) {
	h.Set("Content-Security-Policy", c.policy)
	if name != signedIn {
		h.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
	}
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	if strings.HasPrefix(baseURL, "https://") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
