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
	const noNetwork = "#!/bin/sh\necho 'govulncheck: fetching vulnerabilities: no such host'; exit 1\n"
	withoutOne(t, "go", noNetwork, "vulnerabilities", map[string]bool{"": true, "CI=true": false, "CI=true VULNCHECK=optional": true})
}

func TestAPageThatIsNotCheckedFailsInCI(t *testing.T) {
	withoutOne(t, "node", "#!/bin/sh\nexit 127\n", "page", map[string]bool{"": true, "CI=true": false})
}

func TestStepsThatAreNotTriedFailInCI(t *testing.T) {
	withoutOne(t, "node", "#!/bin/sh\nexit 127\n", "steps", map[string]bool{"": true, "CI=true": false})
}

// withoutOne runs a target with another program in the place of the real one, and asks
// whether it passes, and says that it has not checked.
func withoutOne(t *testing.T, program, instead, target string, passing map[string]bool) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, program), []byte(instead), 0o700); err != nil {
		t.Fatal(err)
	}
	// make test runs this test: its flags and variables are not for it.
	environment := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS=") || strings.HasPrefix(v, "CI=") || strings.HasPrefix(v, "VULNCHECK=")
	})
	environment = append(environment, "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	for variables, passes := range passing {
		command := exec.Command("make", "-C", "../..", target)
		command.Env = append(slices.Clone(environment), strings.Fields(variables)...)
		out, err := command.CombinedOutput()
		if (err == nil) != passes || !strings.Contains(string(out), "NOT checked") {
			t.Errorf("with %q: %v, %s", variables, err, out)
		}
	}
}
