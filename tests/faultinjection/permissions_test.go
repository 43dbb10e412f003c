package faultinjection

import (
	"testing"

	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit/iam"
)

// TestEveryRouteHasItsFaults fails when a function can be asked for something
// that no use case here asks for.
func TestEveryRouteHasItsFaults(t *testing.T) {
	p := newPool(t)
	for _, f := range httpapi.Functions() {
		for _, r := range f.Routes {
			if route := r.Method + " " + r.Path; !r.Public() && !p.asked(route) {
				t.Errorf("no use case has the route %s: add one to useCases", route)
			}
		}
	}
}

// TestPermissionsAreWhatTheFunctionsCall holds what each function has called, in
// all cases of the tests before and without faults, against what its role in
// template.yaml grants it.
func TestPermissionsAreWhatTheFunctionsCall(t *testing.T) {
	p := newPool(t)
	roles, err := iam.TemplateRoles()
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range append(p.calls.Ungranted(roles), p.calls.Unused(roles)...) {
		t.Error(fault)
	}
}
