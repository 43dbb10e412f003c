package httpapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

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
	add(img.UsableBy("t", img.ID, &elsewhere))
	pending, declined := img, img
	pending.Pending, declined.Declined = img.SharedWith, img.SharedWith
	add(pending.UsableBy("t", img.ID, nil))
	add(declined.UsableBy("t", img.ID, nil))
	closed := sharing.Project{ID: "p", Policy: &sharing.SharingPolicy{PolicySpec: sharing.PolicySpec{Incoming: sharing.IncomingClosed}}}
	_, refuses := sharing.ShareImage(&img, map[sharing.ProjectID]sharing.Project{"p": closed}, sharing.ShareCommand{Owner: "o", Targets: []sharing.ProjectID{"p"}, Limit: 2})
	add(refuses)
	_, err := sharing.SaveImage(&img, nil, nil, sharing.SaveCommand{Project: "o", Region: &elsewhere, Via: sharing.ViaOwn, Regions: []string{"r"}})
	add(err)
	// The id of another owner's image, and a change of all that is fixed.
	for _, owner := range []sharing.ProjectID{"p", "o"} {
		other := sharing.ImageSpec{State: sharing.Creating, OSType: "o", Architecture: "a", SystemDisk: sharing.Disk{SizeGiB: 2}, DataDisks: make([]sharing.Disk, 1)}
		_, err := sharing.PutImage(&img, &sharing.Project{}, sharing.PutImageCommand{Owner: owner, ImageSpec: other})
		add(err)
	}
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
	known := func(code string) bool { return slices.Contains(codes, code) }
	documented := make(map[string]bool)
	for name, node := range inOrder(objectAt(d.root, "components", "schemas")) {
		documented[name] = slices.ContainsFunc(listAt(node, "allOf"), func(part any) bool { return textAt(part, "$ref") == schemasPlace+"Problem" })
		if documented[name] && !known(name) {
			report("%s is documented, but no code of package sharing", name)
		}
	}
	for code := range problems {
		if !known(string(code)) {
			report("%s is in the table of shared/httpapi/problem.go, but no code of package sharing", code)
		}
	}
	all := refusals()
	for _, code := range codes {
		inTable := problems[sharing.Code(code)].status > 0
		switch {
		case !inTable:
			report("%s has no entry in the table of shared/httpapi/problem.go", code)
		case documented[code] && !d.asPublished(schemasPlace+code):
			checkProblem(d, code, all[code], report)
		}
		if !documented[code] {
			report("%s has no schema, with allOf Problem, in components of %s", code, documentFile)
		}
		if objectAt(d.root, "components", "examples", code) == nil {
			report("%s has no example in components of %s", code, documentFile)
		}
	}
}

func checkProblem(d *document, code string, refusals []error, report func(string, ...any)) {
	schema, place := objectAt(d.root, "components", "schemas", code), schemasPlace+code
	if textAt(schema, "description") == "" {
		report("%s has no description", code)
	}
	var shown []object
	for _, refusal := range refusals {
		w := written(refusal)
		var problem object
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || float64(w.Code) != problem["status"] {
			report("%s: %v, status %d: %s", code, err, w.Code, w.Body)
		}
		shown = append(shown, problem)
		if err := d.refused(place, problem); err != nil {
			report("%s is not as documented: %v", code, err)
		}
		for _, name := range headersOf[code] {
			if name != "Allow" && w.Header().Get(name) == "" { // which Mux adds
				report("%s has no header %s", code, name)
			}
		}
	}
	problem := shown[0]
	mustRefuse := func(other object, what string) {
		if d.refused(place, other) == nil {
			report("%s: it is not refused %s", code, what)
		}
	}
	mustRefuse(with(problem, "more", "x"), "with another field: it needs unevaluatedProperties: false")
	for name := range problem {
		without := maps.Clone(problem)
		delete(without, name)
		mustRefuse(without, "without "+name)
		for _, other := range []any{nil, true, -1, "", []any{}, object{}} {
			mustRefuse(with(problem, name, other), fmt.Sprintf("with %v as %s", other, name))
		}
	}
	for _, name := range []string{"type", "title", "status", "code"} {
		for _, other := range []any{documentURL + "#/other", "x", 999} {
			mustRefuse(with(problem, name, other), fmt.Sprintf("with %v as %s", other, name))
		}
	}
	for name, property := range inOrder(objectAt(schema, "properties")) {
		if !slices.ContainsFunc(shown, func(p object) bool { return p[name] != nil }) {
			report("%s: %s is documented, but not in the refusal", code, name)
		}
		for _, value := range listAt(property, "enum") {
			if !slices.ContainsFunc(shown, func(p object) bool { return fmt.Sprint(p[name]) == fmt.Sprint(value) }) {
				report("%s: no refusal has %v as %s", code, value, name)
			}
		}
	}
}
