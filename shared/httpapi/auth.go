package httpapi

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"image-sharing/shared/sharing"
)

// The scopes of the contract.
const (
	scopeRead    = "images:read"
	scopeShare   = "images:share"
	scopeSave    = "images:save"
	scopeCatalog = "catalog:write"
)

// caller is who calls, by the claims of the token that the gateway verified.
type caller struct {
	projects []string
	scopes   []string
}

func callerOf(claims map[string]string) caller {
	return caller{
		projects: parseProjects(claims["projects"]),
		scopes:   words(claims["scope"]),
	}
}

// parseProjects reads the projects claim in the three forms it arrives in: a
// space-separated string, a JSON array, and "[a b]", which is how API Gateway's
// HTTP API hands over an array claim. A claim in any other form, such as an
// object or an array in an array, names no project.
func parseProjects(claim string) []string {
	inside, isArray := strings.CutPrefix(claim, "[")
	if !isArray {
		return words(claim)
	}
	// Only JSON has quotes: no id does. Without one, "[null]" is JSON too, but
	// names the project null.
	if strings.Contains(claim, `"`) {
		var ids []string
		if json.Unmarshal([]byte(claim), &ids) != nil {
			return nil
		}
		return ids
	}
	inside, closed := strings.CutSuffix(inside, "]")
	if !closed {
		return nil
	}
	return words(inside)
}

// words are separated by spaces and nothing else (RFC 6749, section 3.3).
func words(s string) []string {
	if strings.ContainsAny(s, `[]{}"`) {
		return nil // the text of an array or an object
	}
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' })
}

// authorize is the one place that decides who may call a route for a project.
// It returns ProjectAccessDenied or MissingScope.
func authorize(c caller, p sharing.ProjectID, route Route) error {
	if route.Public() {
		return nil
	}
	hasScope := slices.Contains(c.scopes, route.Scope)
	if !slices.Contains(c.projects, string(p)) && !(route.anyProject && hasScope) {
		return &sharing.Error{
			Code:   sharing.CodeProjectAccessDenied,
			Detail: "Your token does not name this project: ask for one whose projects claim does.",
		}
	}
	if !hasScope {
		return &sharing.Error{
			Code:      sharing.CodeMissingScope,
			Detail:    "Your token lacks the scope " + route.Scope + ": ask for one that has it.",
			Extension: map[string]any{"requiredScope": route.Scope},
		}
	}
	return nil
}

var errNoSubject = errors.New("the request has no token, or one without sub")

// Unauthenticated refuses a request without a valid token; the cause is for
// the log.
func Unauthenticated(cause error) error {
	return &sharing.Error{
		Code:   sharing.CodeUnauthenticated,
		Detail: "Send a valid token as Authorization: Bearer <JWT>.",
		Cause:  cause,
	}
}

// RequestTooLarge refuses a request whose body is larger than MaxBodyBytes.
func RequestTooLarge() error {
	return &sharing.Error{
		Code:   sharing.CodeRequestTooLarge,
		Detail: "The body is larger than 64 KiB: send less, no request needs more.",
	}
}
