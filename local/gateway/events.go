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
	claims, err := g.Verifier.Verify(r)
	if err == nil && claims["sub"] == "" {
		err = errNoSubject
	}
	if err != nil {
		return httpapi.Unauthenticated(err)
	}
	if err := g.PlatformClients.Authorize(claims, "", eventsRoute); err != nil {
		return err
	}
	g.Events.ServeHTTP(w, r)
	return nil
}

var errNoSubject = errors.New("the token has no sub")
