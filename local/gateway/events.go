package gateway

import (
	"errors"
	"net/http"

	"image-sharing/shared/httpapi"
)

// eventsRoute is of no deployment: there, events go to the targets of a bus.
var eventsRoute = httpapi.Route{Method: http.MethodGet, Path: "/local/events", PlatformScope: "catalog:read"}

// showEvents is for the platform, which may see every project.
func (g gateway) showEvents(w http.ResponseWriter, r *http.Request, _ string) error {
	if err := g.authorize(r, eventsRoute); err != nil {
		return err
	}
	g.Events.ServeHTTP(w, r)
	return nil
}

// authorize refuses whoever may not call a route of this machine, as a function does
// for its own.
func (g gateway) authorize(r *http.Request, route httpapi.Route) error {
	claims, err := g.Verifier.Verify(r)
	if err == nil && claims["sub"] == "" {
		err = errNoSubject
	}
	if err != nil {
		return httpapi.Unauthenticated(err)
	}
	return g.PlatformClients.Authorize(claims, "", route)
}

var errNoSubject = errors.New("the token has no sub")
