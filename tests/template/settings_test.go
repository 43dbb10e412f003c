package template

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"image-sharing/tests/kit/cfn"
)

// checkSettings asks that the template has no setting but those that the checks
// know: a function's URL or a stream switched off would be noticed by no other.
// It reads policies where they stand.
func checkSettings(template object) []error {
	var r report
	text, err := os.ReadFile("testdata/settings.yaml")
	if err != nil {
		return []error{err}
	}
	known, err := cfn.Parse(string(text))
	if err != nil {
		return []error{err}
	}
	r.onlyKnown("Globals", template["Globals"], known["Globals"])
	for id, resource := range objectAt(template, "Resources") {
		resourceType := fmt.Sprint(at(resource, "Type"))
		for name, setting := range resource.(object) {
			if name != "Type" {
				r.onlyKnown(id, object{name: setting}, known[resourceType])
			}
			if ids := objectAt(known[resourceType], "Condition"); name == "Condition" && ids != nil {
				r.onlyKnown(resourceType+".Condition", object{id: nil}, ids)
			}
		}
	}
	return r
}

// onlyKnown reports each setting that is not known. What an intrinsic function
// is given is seen as what it returns.
func (r *report) onlyKnown(path string, value, known any) {
	switch value := value.(type) {
	case object:
		for name, setting := range value {
			if cfn.IsIntrinsic(name) {
				r.onlyKnown(path, setting, known)
				continue
			}
			names, _ := known.(object)
			of, isKnown := names[name]
			if !isKnown {
				of, isKnown = names["*"]
			}
			if !isKnown {
				r.errorf("%s.%s is not in settings.yaml", path, name)
				continue
			}
			r.onlyKnown(path+"."+name, setting, of)
		}
	case []any:
		for _, setting := range value {
			r.onlyKnown(path, setting, known)
		}
	}
}

// ofOurNames are the objects with names of our own, which other checks compare.
var ofOurNames = regexp.MustCompile(`\.(Authorizers|Events|RouteSettings|Variables)$`)

// TestNewSettingsAreNoticed adds a setting wherever one may stand, and a
// condition to each resource.
func TestNewSettingsAreNoticed(t *testing.T) {
	longForm(t)
	template, err := cfn.Parse(source(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range places("", template) {
		o, isObject := p.value.(object)
		inResource := strings.HasPrefix(p.path, "Globals.") || strings.HasPrefix(p.path, "Resources.")
		if !isObject || !inResource || ofOurNames.MatchString(p.path) {
			continue
		}
		names := []string{"Other"}
		if o["Type"] != nil && o["Condition"] == nil {
			names = append(names, "Condition")
		}
		for _, name := range names {
			o[name] = "x"
			expanded, err := cfn.Expand(template)
			if err == nil && cfn.AttachPolicies(expanded) == nil && len(checkSettings(expanded)) == 0 {
				t.Errorf("%s could have %s", p.path, name)
			}
			delete(o, name)
		}
	}
}
