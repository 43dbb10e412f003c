package gateway

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// eventsRoute is of no deployment: there, events go to the targets of a bus.
var eventsRoute = httpapi.Route{Method: http.MethodGet, Path: "/local/events", Scope: "catalog:read"}

// showEvents is for the platform, which may see every project.
func (g gateway) showEvents(w http.ResponseWriter, r *http.Request, _ string) error {
	claims, err := g.Verifier.Verify(r)
	if err == nil && claims["sub"] == "" {
		err = errNoSubject
	}
	if err != nil {
		return httpapi.Unauthenticated(err)
	}
	if !mayReadCatalog(claims["scope"]) {
		return &sharing.Error{
			Code:      sharing.CodeMissingScope,
			Detail:    "Your token lacks the scope " + eventsRoute.Scope + ": ask for one that has it.",
			Extension: map[string]any{"requiredScope": eventsRoute.Scope},
		}
	}
	g.Events.ServeHTTP(w, r)
	return nil
}

var errNoSubject = errors.New("the token has no sub")

// mayReadCatalog looks for the scope, or for catalog:write, which includes it. A
// claim that is an array or an object has no scopes, as everywhere.
func mayReadCatalog(scope string) bool {
	if strings.ContainsAny(scope, `[]{}"`) {
		return false
	}
	scopes := strings.Split(scope, " ")
	return slices.Contains(scopes, eventsRoute.Scope) || slices.Contains(scopes, "catalog:write")
}
