package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// request is a request whose path and query are already checked. The ids are
// empty where the route has none.
type request struct {
	*http.Request
	gateway Gateway
	body    []byte

	project sharing.ProjectID
	image   sharing.ImageID
	target  sharing.ProjectID
	query   url.Values
	limit   int
	caller  caller
	// platform is true of the platform, whatever else it is.
	platform bool

	// For the log.
	unreadable error               // see sharing.Page
	revoked    []sharing.ProjectID // who lost an image
}

// subject is who calls, "" for nobody. A share records it (R7), so it is a text
// that says something: see checkSubject.
func (r *request) subject() string {
	return told(r.gateway.Claims["sub"])
}

// told is a claim that is kept and shown to people, "" for one that must not be.
func told(claim string) string {
	var v sharing.Violations
	if v.CheckSubject("", claim); len(v) > 0 {
		return ""
	}
	return claim
}

// origin says who asks and as which request, for the activity.
func (r *request) origin() sharing.Origin {
	return sharing.Origin{
		Actor:     sharing.Actor{Subject: r.subject(), ClientID: told(clientOf(r.gateway.Claims))},
		RequestID: r.gateway.RequestID,
	}
}

// readBody reads the whole body. It returns RequestTooLarge.
func (r *request) readBody() error {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBodyBytes+1))
	if err != nil {
		return sharing.Invalid(sharing.Violation{Field: "body", Message: "could not be read"})
	}
	if len(body) > MaxBodyBytes {
		return RequestTooLarge()
	}
	r.body = body
	return nil
}

// parsePathAndQuery returns InvalidRequest with every violation of the path and
// the query.
func (r *request) parsePathAndQuery(route Route) error {
	var v sharing.Violations
	id := func(name string) string {
		if !strings.Contains(route.Path, "{"+name+"}") {
			return ""
		}
		s := r.PathValue(name)
		if !sharing.ValidID(s) {
			v.CheckID(name, s)
			return "" // nothing that is not well-formed is logged
		}
		return s
	}
	r.project = sharing.ProjectID(id("projectId"))
	r.image = sharing.ImageID(id("imageId"))
	r.target = sharing.ProjectID(id("targetProjectId"))
	return append(v, r.parseQuery(route.query)...).Err()
}

// parseQuery returns the violations sorted by field.
func (r *request) parseQuery(known []string) (v sharing.Violations) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		v.Add("query", "is not a well-formed query string")
		return v
	}
	r.query = query
	for name := range query {
		if !slices.Contains(known, name) {
			v.Add(shortened(name), "is not a query parameter of this route")
			continue
		}
		v.Check(len(query[name]) == 1, name, "must be given once")
	}
	v.Check(!query.Has("region") || sharing.ValidID(query.Get("region")), "region", "must be the id of a region")
	v.Check(!query.Has("name") || sharing.ValidNameFilter(query.Get("name")), "name", "must have 1 to 128 characters")
	v.Check(!query.Has("state") || slices.Contains(sharing.States(), sharing.State(query.Get("state"))), "state", "must be Creating, Available or Failed")
	v.Check(!query.Has("status") || query.Get("status") == anyStatus || slices.Contains(sharing.ShareStatuses(), sharing.ShareStatus(query.Get("status"))), "status", "must be accepted, pending, declined or all")
	v.Check(!query.Has("imageId") || sharing.ValidID(query.Get("imageId")), "imageId", "must be the id of an image")
	v.Check(!query.Has("ownerProjectId") || sharing.ValidID(query.Get("ownerProjectId")), "ownerProjectId", "must be the id of a project")
	v.Check(!query.Has("type") || slices.Contains(sharing.ActivityTypes(), sharing.ActivityType(query.Get("type"))), "type", "must be a type of activity: see /openapi.yaml")
	v.Check(!query.Has("nextToken") || query.Get("nextToken") != "", "nextToken", "must not be empty: leave it out for the first page")
	r.limit = sharing.DefaultPageLimit
	if query.Has("limit") {
		r.limit, err = strconv.Atoi(query.Get("limit"))
		exact := err == nil && strconv.Itoa(r.limit) == query.Get("limit") // not "+1" or "01"
		v.Check(exact && r.limit >= 1 && r.limit <= sharing.MaxPageLimit, "limit", fmt.Sprintf("must be a whole number from 1 to %d", sharing.MaxPageLimit))
	}
	slices.SortStableFunc(v, func(a, b sharing.Violation) int { return strings.Compare(a.Field, b.Field) })
	return v
}

// region is the one asked for in the query, nil for none.
func (r *request) region() *string {
	if !r.query.Has("region") {
		return nil
	}
	return new(r.query.Get("region"))
}

// owner is the one meant by the query, nil for none.
func (r *request) owner() *sharing.ProjectID {
	if !r.query.Has("ownerProjectId") {
		return nil
	}
	return new(sharing.ProjectID(r.query.Get("ownerProjectId")))
}

// anyStatus asks for the shares of every status.
const anyStatus = "all"

// shareStatus is that of the shares which are asked for, "" for all of them.
func (r *request) shareStatus() sharing.ShareStatus {
	switch status := r.query.Get("status"); status {
	case "":
		return sharing.Accepted
	case anyStatus:
		return ""
	default:
		return sharing.ShareStatus(status)
	}
}

func (r *request) listRequest() service.ListRequest {
	return service.ListRequest{
		Project: r.project, Region: r.query.Get("region"), Name: r.query.Get("name"),
		State: sharing.State(r.query.Get("state")), Owner: sharing.ProjectID(r.query.Get("ownerProjectId")),
		Limit: r.limit, NextToken: r.query.Get("nextToken"),
	}
}

// decode reads the JSON body into v. Names are case-sensitive, unknown and
// duplicate ones are refused. It returns InvalidRequest.
func (r *request) decode(v any) error {
	err := json.Unmarshal(r.body, v, json.RejectUnknownMembers(true), ofNull)
	if isNull := bytes.Equal(bytes.TrimSpace(r.body), []byte("null")); err == nil && !isNull {
		return nil
	}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	violation := sharing.Violation{Field: "body", Message: "must be one JSON object in UTF-8"}
	switch {
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &semantic):
		violation = sharing.Violation{Field: fieldName(semantic.JSONPointer), Message: "is not a known field"}
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntactic):
		violation = sharing.Violation{Field: fieldName(syntactic.JSONPointer), Message: "must be given once"}
	case errors.As(err, &semantic) && semantic.JSONPointer != "":
		violation = sharing.Violation{Field: fieldName(semantic.JSONPointer), Message: "must be " + typeName(semantic.GoType)}
	}
	return sharing.Invalid(violation)
}

// ofNull says what null is: in a merge patch a value too, which removes; a text by
// a name that is null is left out, as any optional field.
var ofNull = json.WithUnmarshalers(json.JoinUnmarshalers(
	json.UnmarshalFromFunc(func(d *jsontext.Decoder, m interface{ Name() any }) error {
		return json.UnmarshalDecode(d, m.Name())
	}),
	json.UnmarshalFromFunc(func(d *jsontext.Decoder, texts *map[string]string) error {
		var all map[string]*string
		err := json.UnmarshalDecode(d, &all)
		*texts = make(map[string]string, len(all))
		for name, text := range all {
			if text != nil {
				(*texts)[name] = *text
			}
		}
		return err
	}),
))

var indexRegexp = regexp.MustCompile(`\.([0-9]+)(\.|$)`)

// fieldName turns /dataDisks/0/sizeGiB into dataDisks[0].sizeGiB.
func fieldName(p jsontext.Pointer) string {
	var name strings.Builder
	for token := range p.Tokens() {
		if name.Len() > 0 {
			name.WriteByte('.')
		}
		name.WriteString(token)
	}
	return shortened(indexRegexp.ReplaceAllString(name.String(), "[$1]$2"))
}

// shortened keeps a name that the caller made up from filling the response.
func shortened(name string) string {
	const most = 64
	name = strings.ToValidUTF8(name, "?")
	if runes := []rune(name); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return name
}

func typeName(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return "of another type"
	}
	if t == reflect.TypeFor[time.Time]() {
		return "a time as in RFC 3339, such as 2026-11-24T02:51:33Z"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Slice:
		return "an array"
	default:
		return "an object"
	}
}

// log writes the one line of the request: no token, no body, and no id that
// was not well-formed. That of a write, done or refused, says who asked for what
// on whom: it is the only record of what was refused.
func (r *request) log(log *slog.Logger, status int, err error, took time.Duration) {
	level, outcome := slog.LevelInfo, "ok"
	attrs := []slog.Attr{
		slog.String("requestId", r.gateway.RequestID),
		slog.String("route", r.Method+" "+routePath(r.Pattern)),
		slog.Int("status", status),
		slog.Float64("durationMs", float64(took.Microseconds())/1000),
	}
	for _, a := range []slog.Attr{
		slog.String("project", string(r.project)), slog.String("image", string(r.image)), slog.String("target", string(r.target)),
		slog.String("subject", r.subject()), slog.String("client", told(clientOf(r.gateway.Claims))),
	} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	attrs = append(attrs, r.asked()...)
	if err != nil {
		e := refusal(err)
		outcome = string(e.Code)
		if e.Cause != nil {
			attrs = append(attrs, slog.String("cause", e.Cause.Error()))
		}
	}
	if r.unreadable != nil {
		attrs = append(attrs, slog.String("unreadable", r.unreadable.Error()))
	}
	if status >= http.StatusInternalServerError || r.unreadable != nil {
		level = slog.LevelError // an alarm counts these
	}
	log.LogAttrs(r.Context(), level, "request", append(attrs, slog.String("outcome", outcome))...)
}

// asked is on whom a share or its end was to be, also of one that was refused
// before its body was decoded.
func (r *request) asked() (attrs []slog.Attr) {
	targets, dryRun := []string{string(r.target)}, false
	for _, p := range r.revoked {
		targets = append(targets, string(p))
	}
	if r.Method == http.MethodPost && strings.HasSuffix(routePath(r.Pattern), "/shares") {
		var body map[string]jsontext.Value // one that is of the wrong type hides no other
		targets = nil
		_ = json.Unmarshal(r.body, &body)
		_ = json.Unmarshal(body["projectIds"], &targets)
		_ = json.Unmarshal(body["dryRun"], &dryRun)
	}
	targets = slices.DeleteFunc(targets, func(id string) bool { return !sharing.ValidID(id) })
	if n := len(targets); n > sharing.MaxShares { // some are doubles, or it was refused
		attrs = append(attrs, slog.Int("targetCount", n))
		targets = targets[:sharing.MaxShares]
	}
	if len(targets) > 0 {
		attrs = append(attrs, slog.Any("targets", targets))
	}
	if dryRun {
		attrs = append(attrs, slog.Bool("dryRun", true))
	}
	return attrs
}

// routePath is the path of a mux pattern, whether or not it has a method.
func routePath(pattern string) string {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	return strings.TrimSuffix(pattern, "{$}")
}
