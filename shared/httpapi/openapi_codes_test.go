package httpapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"

	"image-sharing/shared/sharing"
)

// refusals are one for each code and each of the values that its extension can
// have, by the rules themselves where there is an extension.
func refusals() map[string][]error {
	all := make(map[string][]error)
	add := func(err error) {
		if err != nil {
			code := string(refusal(err).Code)
			all[code] = append(all[code], err)
		}
	}
	img := sharing.Image{ID: "i", Owner: "o", SharedWith: []sharing.ProjectID{"t"},
		ImageSpec: sharing.ImageSpec{Region: "r", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available}}
	registered := map[sharing.ProjectID]sharing.Project{"p": {ID: "p"}}
	share := func(img sharing.Image) {
		_, err := sharing.ShareImage(&img, registered, sharing.ShareCommand{Owner: "o", Targets: []sharing.ProjectID{"p"}, Limit: 1})
		add(err)
	}
	elsewhere, kinds := "elsewhere", constants()
	for _, kind := range kinds["Kind"] {
		for _, hostType := range kinds["HostType"] {
			other := img
			other.Kind, other.HostType = sharing.Kind(kind), sharing.HostType(hostType)
			share(other)
		}
	}
	for _, state := range kinds["State"] {
		other := img
		other.State = sharing.State(state)
		share(other)
	}
	add(img.UsableBy("t", &elsewhere))
	add(sharing.ProjectNotFound("p"))
	add(missingResource{sharing.ProjectNotFound("p")})
	add(sharing.Invalid(sharing.Violation{Field: "f", Message: "m"}))
	add((&sharing.ShareCommand{Targets: []sharing.ProjectID{"p"}}).Check())
	for _, f := range Functions() {
		for _, r := range f.Routes {
			add(authorize(caller{projects: []string{"p"}}, "p", r))
		}
	}
	for _, code := range kinds["Code"] {
		if all[code] == nil {
			add(&sharing.Error{Code: sharing.Code(code), Detail: "Do it."})
		}
	}
	return all
}

// checkProblems holds each code's refusals against its schema: what they have is
// all required, and nothing else is taken.
func checkProblems(d *document, report func(string, ...any)) {
	codes := constants()["Code"]
	documented := make(map[string]bool)
	for name, node := range inOrder(objectAt(d.root, "components", "schemas")) {
		documented[name] = slices.ContainsFunc(listAt(node, "allOf"), func(part any) bool { return textAt(part, "$ref") == schemasPlace+"Problem" })
		if documented[name] && !slices.Contains(codes, name) {
			report("%s is documented, but no code of package sharing", name)
		}
	}
	all := refusals()
	for _, code := range codes {
		if problems[sharing.Code(code)].status == 0 {
			report("%s has no entry in the table of shared/httpapi/problem.go", code)
			continue
		}
		if !documented[code] {
			report("%s has no schema, with allOf Problem, in %s", code, documentFile)
			continue
		}
		if objectAt(d.root, "components", "examples", code) == nil {
			report("%s has no example in %s", code, documentFile)
		}
		if !d.asPublished(schemasPlace + code) {
			checkProblem(d, code, all[code], report)
		}
	}
	for code := range problems {
		if !slices.Contains(codes, string(code)) {
			report("%s is in the table of shared/httpapi/problem.go, but no code of package sharing", code)
		}
	}
}

func checkProblem(d *document, code string, refusals []error, report func(string, ...any)) {
	schema := objectAt(d.root, "components", "schemas", code)
	if textAt(schema, "description") == "" {
		report("%s has no description", code)
	}
	place := schemasPlace + code
	var shown []object
	for _, err := range refusals {
		w := httptest.NewRecorder()
		WriteProblem(w, err, "r", strings.TrimSuffix(documentURL, "/openapi.yaml"))
		var problem object
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil {
			report("%s: %v", code, err)
		}
		if header := headersOf[code]; header != "" && header != "Allow" && w.Header().Get(header) == "" {
			report("%s has no header %s", code, header)
		}
		shown = append(shown, problem)
		if err := d.refused(place, problem); err != nil {
			report("%s is not as documented: %v", code, err)
		}
	}
	problem := shown[0]
	for name, value := range problem {
		without := maps.Clone(problem)
		delete(without, name)
		if d.refused(place, without) == nil {
			report("%s: %s must be required", code, name)
		}
		for _, other := range []any{nil, true, -1, "", []any{}, object{}} {
			if d.refused(place, with(problem, name, other)) == nil {
				report("%s: %s must be %v, not %v", code, name, value, other)
			}
		}
	}
	for _, name := range []string{"type", "title", "status", "code"} {
		for _, other := range []any{documentURL + "#/other", "x", 999} {
			if d.refused(place, with(problem, name, other)) == nil {
				report("%s: %s must be %v, not %v", code, name, problem[name], other)
			}
		}
	}
	if d.refused(place, with(problem, "more", "x")) == nil {
		report("%s: it may have other fields: it needs unevaluatedProperties: false", code)
	}
	for name, property := range objectAt(schema, "properties") {
		for _, value := range listAt(property, "enum") {
			if !slices.ContainsFunc(shown, func(p object) bool { return fmt.Sprint(p[name]) == fmt.Sprint(value) }) {
				report("%s.%s: there is no refusal with %v", code, name, value)
			}
		}
	}
}
