// Package kit is what the tests of the whole service share: a running service as
// an Environment, the client of package api with checks, the log and its secrets,
// and a way to stand between a service and DynamoDB. Random choices and their
// time are in package budget, DynamoDB Local alone is in ddbtest, and the OpenAPI
// document in openapitest.
package kit

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/iam"
)

// Main runs the tests of a package and stops what they have started. It fails
// when the log of any service has a secret, or a function has called what its
// role in template.yaml does not grant, or an event was not as the AsyncAPI
// document says. When all tests of the package have run, on
// both stores, it also fails with the error of a check:
//
//	func TestMain(m *testing.M) { kit.Main(m) }
func Main(m *testing.M, checks ...func() error) {
	ddbtest.Main(m)
	if lines := leaks(); len(lines) > 0 {
		fail("%d lines of the log have what no line may have, the first is\n%.2000s", len(lines), lines[0])
	}
	if faults := ungranted(); len(faults) > 0 {
		fail("%s", strings.Join(faults, "\n"))
	}
	if faults := eventFaults(); len(faults) > 0 {
		fail("%d events are not as documented, the first is\n%s", len(faults), faults[0])
	}
	if flag.Lookup("test.run").Value.String() != "" || flag.Lookup("test.list").Value.String() != "" || !bothStoresRan() {
		return
	}
	for _, check := range checks {
		if err := check(); err != nil {
			fail("%v", err)
		}
	}
}

// calls are those of the functions of all services.
var calls iam.Calls

func ungranted() []string {
	roles, err := iam.TemplateRoles()
	if err != nil {
		fail("%v", err)
	}
	return calls.Ungranted(roles)
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "FAIL: "+format+"\n", args...)
	os.Exit(1)
}
