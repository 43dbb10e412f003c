package faultinjection

import (
	"testing"
	"time"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/httpapi"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/ddbtest"
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

// failCopy has copy-disks end a copying, which takes all the actions that it needs.
func endCopying(t *testing.T, calls *iam.Calls) {
	endpoint := ddbtest.Endpoint(t)
	plain := kit.DynamoDB(endpoint)
	table := ddbtest.NewTable(t, plain)
	if err := small(t.Context(), dynamo.New(plain, table)); err != nil {
		t.Fatal(err)
	}
	store := dynamo.New(kit.DynamoDBOver(calls.Around(awsclient.NewHTTPClient(time.Minute)), endpoint), table)
	if got, err := deliver(copyDisks, saved)(t.Context(), newProduct(store, limit)); err != nil || got.code != "" {
		t.Fatal(got, err)
	}
}

// TestPermissionsAreWhatTheFunctionsCall holds what each function has called, in
// all cases of the tests before and without faults, and copy-disks, against what its
// role in template.yaml grants it.
func TestPermissionsAreWhatTheFunctionsCall(t *testing.T) {
	p := newPool(t)
	endCopying(t, &p.calls)
	roles, err := iam.TemplateRoles()
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range append(p.calls.Ungranted(roles), p.calls.Unused(roles)...) {
		t.Error(fault)
	}
}
