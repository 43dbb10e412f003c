package beforetraffic

import (
	"maps"
	"strings"
	"testing"
)

func TestVersionsAreNamedByFunction(t *testing.T) {
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:stack-ListFunction-1:42"
	got, err := parseVersions("list=" + arn + "\n  save=b")
	if want := map[string]string{"list": arn, "save": "b"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "  ", "list", "=b", "list="} {
		if got, err := parseVersions(bad); err == nil || !strings.Contains(err.Error(), "NEW_VERSIONS") {
			t.Errorf("%q is %v, %v", bad, got, err)
		}
	}
}

// TestEachProbeAsksForAnImageOfItsOwn: one that was registered under the name of
// a probe would be deleted by the next.
func TestEachProbeAsksForAnImageOfItsOwn(t *testing.T) {
	for _, name := range Probed() {
		if first, second := probes[name].event(), probes[name].event(); string(first) == string(second) {
			t.Errorf("%s is asked the same twice: %s", name, first)
		}
	}
}

func TestOnlyTheRightResponseIsOne(t *testing.T) {
	for response, ok := range map[string]bool{
		`{"statusCode":404,"body":"{\"code\":\"ImageNotFound\"}"}`:      true,
		`{"statusCode":404,"body":"{\"code\":\"RouteNotFound\"}"}`:      false,
		`{"statusCode":503,"body":"{\"code\":\"Busy\"}"}`:               false,
		`{"statusCode":500,"body":"{\"code\":\"Internal\"}"}`:           false,
		`{"statusCode":200,"body":"{}"}`:                                false,
		`{"statusCode":404,"body":"<html>"}`:                            false,
		`{"errorType":"Runtime.ExitError","errorMessage":"it crashed"}`: false,
		`null`: false,
		``:     false,
	} {
		if err := imageNotFound([]byte(response)); (err == nil) != ok {
			t.Errorf("%s: %v", response, err)
		}
	}
	for response, ok := range map[string]bool{
		`{"batchItemFailures":null}`: true, `{"batchItemFailures":[]}`: true,
		`{"batchItemFailures":[{"itemIdentifier":"1"}]}`: false, `"no"`: false, ``: false,
	} {
		if err := noFailures([]byte(response)); (err == nil) != ok {
			t.Errorf("%s: %v", response, err)
		}
	}
}
