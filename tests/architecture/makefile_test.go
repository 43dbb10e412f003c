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
	folder := t.TempDir()
	const noNetwork = "#!/bin/sh\necho 'govulncheck: fetching vulnerabilities: no such host'; exit 1\n"
	if err := os.WriteFile(filepath.Join(folder, "go"), []byte(noNetwork), 0o700); err != nil {
		t.Fatal(err)
	}
	// make test runs this test: its flags and variables are not for it.
	environment := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS=") || strings.HasPrefix(v, "CI=") || strings.HasPrefix(v, "VULNCHECK=")
	})
	environment = append(environment, "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	for variables, passes := range map[string]bool{"": true, "CI=true": false, "CI=true VULNCHECK=optional": true} {
		command := exec.Command("make", "-C", "../..", "vulnerabilities")
		command.Env = append(slices.Clone(environment), strings.Fields(variables)...)
		out, err := command.CombinedOutput()
		if (err == nil) != passes || !strings.Contains(string(out), "were NOT checked") {
			t.Errorf("with %q: %v, %s", variables, err, out)
		}
	}
}
