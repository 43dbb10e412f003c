package httpapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// checkRequests asks document and service of the same requests whether they are
// valid. For each operation these are one that is, made of the document's
// examples, and what comes of it by one change: see changes.
func checkRequests(d *document, report func(string, ...any)) {
	reported := make(map[string]bool) // by place: one of many is enough
	for _, v := range variants() {
		if reported[v.place] || v.place != "" && d.asPublished(v.place) {
			continue
		}
		err := d.refusedVariant(v)
		if (err == nil) == (v.code == "") {
			continue
		}
		reported[v.place] = true
		if err != nil {
			report("%s: the service takes this %s, the document does not: %.200v\n%v", v.operation, v.field, v.value, err)
		} else {
			report("%s: the service refuses this %s by %s of %q, the document does not: %.200v", v.operation, v.field, v.code, v.violations, v.value)
		}
	}
}

// variant is a valid request but for one field, and the service's response.
type variant struct {
	operation, field string
	place            string // of the schema that has to take the value, "" for none
	value            any
	code             string   // "" if it is not refused
	violations       []string // the fields that the refusal names
}

// absent is the value of what is left out.
type absent struct{}

func (d *document) refusedVariant(v variant) error {
	if v.place == "" {
		return errors.New("it is not documented")
	}
	if v.value != (absent{}) {
		return d.refused(v.place, v.value)
	}
	if d.node(v.place)["required"] == true {
		return errors.New("it is required")
	}
	return nil
}

// variants are made once, of the document as it is: what the service makes of
// them does not depend on it.
var variants = sync.OnceValue(func() (all []variant) {
	d := openAPI()
	changes := changesOf(d)
	operations := d.operations()
	for _, f := range Functions() {
		handler := handlerOf(f)
		for _, r := range f.Routes {
			op := operations[r.Method+" "+r.Path]
			all = append(all, parameterVariants(op, changes, handler)...)
			all = append(all, bodyVariants(op, changes, handler)...)
		}
	}
	return all
})

func parameterVariants(op operation, c changes, h http.Handler) (all []variant) {
	add := func(s sent, v variant) {
		v.operation = op.name
		v.code, v.violations = s.response(h)
		// A token of the right form need not be one of this list.
		if v.code != "InvalidNextToken" {
			all = append(all, v)
		}
	}
	for _, p := range op.parameters {
		for _, text := range c.texts {
			if p.in != "path" || text != "" { // or it would be another route
				add(validFor(op).with(p.in, p.name, text), variant{field: p.name, place: p.place + "/schema", value: typed(p, text)})
			}
		}
		if p.in != "path" {
			s := validFor(op)
			delete(s.in(p.in), p.name)
			add(s, variant{field: p.name, place: p.place, value: absent{}})
		}
	}
	for name := range c.names {
		if !slices.Contains(op.parametersIn("query"), name) {
			add(validFor(op).with("query", name, "1"), variant{field: name, value: "1"})
		}
	}
	return all
}

// typed is the value that a parameter's text stands for.
func typed(p parameter, text string) any {
	if n, err := strconv.Atoi(text); err == nil && strconv.Itoa(n) == text && at(p.object, "schema", "type") == "integer" {
		return n
	}
	return text
}

func bodyVariants(op operation, c changes, h http.Handler) (all []variant) {
	schema, place := op.body()
	if schema == nil {
		return nil
	}
	s := validFor(op)
	c.each("", s.body, func(field string, body any) {
		s.body = body
		v := variant{operation: op.name, field: field, place: place, value: body}
		v.code, v.violations = s.response(h)
		all = append(all, v)
	})
	s.body = absent{}
	code, _ := s.response(h)
	return append(all, variant{operation: op.name, field: "body", place: op.place + "/requestBody", value: absent{}, code: code})
}

// sent is a request with all that its operation may have.
type sent struct {
	op                  operation
	path, query, header map[string]string
	body                any
}

// validFor is a request with every parameter's example, but for the token of
// another page, and with the example of the body that has the most fields.
func validFor(op operation) sent {
	s := sent{op, map[string]string{}, map[string]string{}, map[string]string{}, absent{}}
	for _, p := range op.parameters {
		if p.name != "nextToken" {
			s.in(p.in)[p.name] = fmt.Sprint(p.object["example"])
		}
	}
	for _, example := range inOrder(objectAt(op.object, "requestBody", "content", "application/json", "examples")) {
		if value := objectAt(example, "value"); len(value) > len(objectAt(s.body)) {
			s.body = value
		}
	}
	return s
}

func (s sent) in(place string) map[string]string {
	return map[string]map[string]string{"path": s.path, "query": s.query, "header": s.header}[place]
}

func (s sent) with(place, name, value string) sent {
	s.in(place)[name] = value
	return s
}

// handlerOf is a function without a store: to reach it is a panic, and the
// response Internal.
func handlerOf(f Function) http.Handler {
	return NewHandler(f, service.New(nil, service.Config{ShareLimit: 50}), AnyClient(), slog.New(slog.DiscardHandler))
}

// response sends the request with a token that is good for it. It returns the
// code of the refusal and the fields that it names, "" if it has reached the
// store.
func (s sent) response(h http.Handler) (code string, violations []string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, s.request())
	var problem struct {
		Code   string
		Errors []sharing.Violation
	}
	_ = json.Unmarshal(w.Body.Bytes(), &problem) // YAML has no code
	if problem.Code == string(sharing.CodeInternal) {
		return "", nil
	}
	for _, v := range problem.Errors {
		violations = append(violations, v.Field)
	}
	return problem.Code, violations
}

func (s sent) request() *http.Request {
	method, path, _ := strings.Cut(s.op.name, " ")
	target := url.URL{Path: path, RawPath: path, RawQuery: several(s.query).Encode()}
	for name, value := range s.path {
		target.Path = strings.ReplaceAll(target.Path, "{"+name+"}", value)
		target.RawPath = strings.ReplaceAll(target.RawPath, "{"+name+"}", strings.ReplaceAll(url.PathEscape(value), ".", "%2E"))
	}
	var body []byte
	if s.body != (absent{}) {
		body = encoded(s.body)
	}
	r := httptest.NewRequest(method, "/", bytes.NewReader(body))
	r.URL = &target
	r.Header = http.Header(several(s.header))
	return WithGateway(r, Gateway{Claims: map[string]string{
		"sub": "tester", "projects": s.path["projectId"], "scope": cmp.Or(textAt(s.op.object, "x-platform-scope"), textAt(s.op.object, "x-required-scope")),
	}})
}

func several(one map[string]string) url.Values {
	all := url.Values{}
	for name, value := range one {
		all.Set(name, value)
	}
	return all
}

// What the examples lack, nothing would change.
func TestExamplesHaveEveryField(t *testing.T) {
	d := openAPI()
	for name, op := range d.operations() {
		s := validFor(op)
		if schema, _ := op.body(); schema != nil {
			d.complete(schema, s.body, func(field string) {
				t.Errorf("%s: no example of the body has every field, one at least lacks %s", name, field)
			})
		}
	}
}

func (d *document) complete(schema, value any, lacks func(string)) {
	s := d.merged(schema)
	if list, ok := value.([]any); ok && len(list) > 0 {
		d.complete(s["items"], list[0], lacks)
	}
	for name, property := range objectAt(s, "properties") {
		if member := at(value, name); member == nil {
			lacks(name)
		} else {
			d.complete(property, member, lacks)
		}
	}
}

// A refusal names the field that is at fault.
func TestViolationsNameTheirField(t *testing.T) {
	for _, v := range variants() {
		named := func(field string) bool {
			return strings.HasPrefix(field, v.field) || strings.HasPrefix(v.field, field) || v.field == "state" && field == "failure" // that goes with it
		}
		if v.code == string(sharing.CodeInvalidRequest) && v.value != (absent{}) && !slices.ContainsFunc(v.violations, named) {
			t.Errorf("%s: %.200v as %s is refused for %q", v.operation, v.value, v.field, v.violations)
		}
	}
}
