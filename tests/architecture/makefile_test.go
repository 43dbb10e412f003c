package architecture

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A check that cannot be made is no failure on somebody's own machine, and one in
// CI, where nobody may read that it was not made.
func TestVulnerabilitiesThatAreNotCheckedFailInCI(t *testing.T) {
	for variables, passes := range map[string]bool{"": true, "CI=true": false, "CI=true VULNCHECK=optional": true} {
		out, err := makeWithout(t, "go", "govulncheck: fetching vulnerabilities: no such host", "vulnerabilities", variables)
		if (err == nil) != passes || !strings.Contains(out, "were NOT checked") {
			t.Errorf("with %q: %v, %s", variables, err, out)
		}
	}
}

func TestAPageThatIsNotCheckedFailsInCI(t *testing.T) {
	for variables, passes := range map[string]bool{"": true, "CI=true": false} {
		out, err := makeWithout(t, "node", "no Node", "page", variables)
		if (err == nil) != passes || !strings.Contains(out, "NOT checked") {
			t.Errorf("with %q: %v, %s", variables, err, out)
		}
	}
}

func TestStepsThatAreNotTriedFailInCI(t *testing.T) {
	for variables, passes := range map[string]bool{"": true, "CI=true": false} {
		out, err := makeWithout(t, "node", "no Node", "steps", variables)
		if (err == nil) != passes || !strings.Contains(out, "NOT ") {
			t.Errorf("with %q: %v, %s", variables, err, out)
		}
	}
}

// Another S3 server is tried in CI, and it is said where that cannot be; it fails for
// what is not as it was.
func TestAnotherS3IsTriedInCI(t *testing.T) {
	for _, c := range []struct {
		variables, message, says string
		passes                   bool
	}{
		{"", "", "make s3 does it", true},
		{"CI=true", "dial tcp: no such host", "were NOT tried", true},
		{"CI=true", "missing go.sum entry", "missing go.sum entry", false},
	} {
		out, err := makeWithout(t, "go", c.message, "other-s3", c.variables)
		if (err == nil) != c.passes || !strings.Contains(out, c.says) {
			t.Errorf("with %q and %q: %v, %s", c.variables, c.message, err, out)
		}
	}
}

// makeWithout makes a target with a program that fails with a message.
func makeWithout(t *testing.T, program, message, target, variables string) (out string, err error) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, program), []byte("#!/bin/sh\necho '"+message+"'; exit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	// make test runs this test: its flags and variables are not for it.
	environment := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS=") || strings.HasPrefix(v, "CI=") || strings.HasPrefix(v, "VULNCHECK=")
	})
	command := exec.Command("make", "-C", "../..", target)
	command.Env = slices.Concat(environment, []string{"PATH=" + folder + string(os.PathListSeparator) + os.Getenv("PATH")}, strings.Fields(variables))
	text, err := command.CombinedOutput()
	return string(text), err
}
