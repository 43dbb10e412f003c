package httpapi

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"image-sharing/shared/sharing"
)

// The scopes of the contract.
const (
	scopeRead    = "images:read"
	scopeShare   = "images:share"
	scopeSave    = "images:save"
	scopeWrite   = "images:write"
	scopeReceive = "images:receive"

	scopeCatalogRead  = "catalog:read"
	scopeCatalogWrite = "catalog:write" // includes scopeCatalogRead
)

// PlatformClients are the applications that act for the platform, by the
// client_id or azp of their tokens. A catalog scope of any other application
// counts for nothing: an issuer that gives tenants the scopes that they ask for
// must not make them the platform.
type PlatformClients struct {
	any bool
	ids []string
}

// ParsePlatformClients reads a list separated by commas, in which * stands for any
// application. It returns an error for a list that names none.
func ParsePlatformClients(list string) (PlatformClients, error) {
	var c PlatformClients
	for id := range strings.SplitSeq(list, ",") {
		switch id = strings.TrimSpace(id); id {
		case "":
		case "*":
			c.any = true
		default:
			c.ids = append(c.ids, id)
		}
	}
	if !c.any && len(c.ids) == 0 {
		return c, errors.New("it must name the applications of the platform by their client ids, separated by commas, or be * for any")
	}
	return c, nil
}

// AnyClient takes every application for the platform's.
func AnyClient() PlatformClients { return PlatformClients{any: true} }

func (c PlatformClients) include(client string) bool {
	return c.any || slices.Contains(c.ids, client)
}

// caller is who calls, by the claims of the token that the gateway verified.
type caller struct {
	projects []string
	scopes   []string
	platform bool // a catalog scope counts
}

func (c PlatformClients) callerOf(claims map[string]string) caller {
	return caller{
		projects: parseProjects(claims["projects"]),
		scopes:   scopesOf(claims),
		platform: c.include(clientOf(claims)),
	}
}

// scopesOf are those of scope (RFC 9068, section 2.2.3). Entra ID lets nobody write that
// claim: in a token without it they are in scp, of a person, or roles, of an application.
func scopesOf(claims map[string]string) []string {
	if scope, ok := claims["scope"]; ok {
		return words(scope)
	}
	if scp, ok := claims["scp"]; ok { // a person's, whose own roles are not the application's
		return words(scp)
	}
	return elements(claims["roles"])
}

// clientOf is the calling application, "" for one that the token does not name.
func clientOf(claims map[string]string) string {
	return cmp.Or(claims["client_id"], claims["azp"]) // RFC 9068, section 2.2; OpenID Connect Core 1.0, section 2
}

// has reports whether the token has a scope that a route asks for. None has "".
func (c caller) has(scope string) bool {
	return scope != "" && slices.Contains(c.scopes, scope) ||
		scope == scopeCatalogRead && slices.Contains(c.scopes, scopeCatalogWrite)
}

// parseProjects reads the projects claim in the forms it arrives in: a
// space-separated string, and "[a b]", which is how API Gateway's HTTP API hands over
// an array claim, and package apigateway an array as such. A claim in any other form,
// such as an object, an array in an array or JSON, which an element with quotes of its
// own would look like, names no project. Nor does one with an element
// that is no id: it was not made of ids, and where API Gateway has joined its
// elements, other words of it may be parts of a name.
func parseProjects(claim string) []string {
	ids := elements(claim)
	if slices.ContainsFunc(ids, func(id string) bool { return !sharing.ValidID(id) }) {
		return nil
	}
	return ids
}

func elements(claim string) []string {
	inside, isArray := strings.CutPrefix(claim, "[")
	if !isArray {
		return words(claim)
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

// Authorize is the one place that decides who may call a route for a project: a
// member, whose token names the project, or the platform. A route without a
// project takes everybody for a member. It returns ProjectAccessDenied,
// PlatformOnly or MissingScope.
func (c PlatformClients) Authorize(claims map[string]string, p sharing.ProjectID, route Route) error {
	return authorize(c.callerOf(claims), p, route)
}

func authorize(c caller, p sharing.ProjectID, route Route) error {
	member, catalog := p == "" || slices.Contains(c.projects, string(p)), c.has(route.PlatformScope)
	switch {
	case route.Public(), member && c.has(route.Scope), catalog && c.platform:
		return nil
	case !member && !catalog:
		detail := "Your token does not name this project: ask for one whose projects claim does"
		if route.PlatformScope != "" {
			detail += ", or, as the platform, for the scope " + route.PlatformScope
		}
		return &sharing.Error{Code: sharing.CodeProjectAccessDenied, Detail: detail + "."}
	case catalog:
		detail := "The scope " + route.PlatformScope + " counts only in tokens of the platform's own applications: use one of those"
		if route.Scope != "" {
			detail += ", or one that names the project and has the scope " + route.Scope
		}
		return &sharing.Error{Code: sharing.CodePlatformOnly, Detail: detail + "."}
	}
	scope := cmp.Or(route.Scope, route.PlatformScope)
	return &sharing.Error{
		Code:      sharing.CodeMissingScope,
		Detail:    "Your token lacks the scope " + scope + ": ask for one that has it.",
		Extension: map[string]any{"requiredScope": scope},
	}
}

var errNoToken = errors.New("the request has no token")

// checkSubject returns Unauthenticated for a token whose bearer could not be held
// to what it does (R7).
func checkSubject(claims map[string]string) error {
	if len(claims) == 0 {
		return Unauthenticated(errNoToken)
	}
	var v sharing.Violations
	if v.CheckSubject("sub", claims["sub"]); len(v) > 0 {
		return &sharing.Error{
			Code:   sharing.CodeUnauthenticated,
			Detail: "The sub of your token " + v[0].Message + ": ask for a token with another one.",
			Cause:  errors.New("the sub " + v[0].Message),
		}
	}
	return nil
}

// platformChanges returns PlatformOnly or MissingScope, which name the field, for a
// caller who is not the platform.
func (c caller) platformChanges(field string) error {
	refused := authorize(c, "", Route{PlatformScope: scopeCatalogWrite})
	if e, ok := errors.AsType[*sharing.Error](refused); ok {
		e.Detail = "Only the platform changes " + field + ": leave it out. " + e.Detail
	}
	return refused
}

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
