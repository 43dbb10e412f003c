package template

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"image-sharing/tests/kit/cfn"
)

var (
	overrides = regexp.MustCompile(`(?m)^parameter_overrides = "(.*)"$`)
	envVars   = regexp.MustCompile(`(?m)^env_vars = "(.*)"$`)
	section   = regexp.MustCompile(`(?m)^\[(\w+)\.(\w+)\.parameters\]$`)
)

func TestSamconfig(t *testing.T) {
	template := templateOf(t, source(t))
	text, err := os.ReadFile(root + "samconfig.toml")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]bool{}
	for _, s := range section.FindAllStringSubmatch(string(text), -1) {
		sections[s[1]+" "+s[2]] = true
	}
	for _, want := range []string{"default build", "default validate", "default local_invoke", "default local_start_api", "dev deploy", "staging deploy", "prod deploy"} {
		if !sections[want] {
			t.Errorf("samconfig.toml has no section %s", want)
		}
	}
	if environments := strings.Count(string(text), ".global.parameters]"); strings.Count(string(text), "language_extensions = true") != environments {
		t.Errorf("not each of %d environments has the template's loops expanded", environments)
	}
	deploys := strings.Count(string(text), ".deploy.parameters]")
	if n := len(overrides.FindAllString(string(text), -1)); n != deploys {
		t.Errorf("%d of %d deployments say their parameters", n, deploys)
	}
	for _, line := range overrides.FindAllStringSubmatch(string(text), -1) {
		// CloudFormation keeps the value of a parameter that is not given.
		if !strings.Contains(line[1], "Rollout=careful") {
			t.Errorf("%s: an at-once would stay", line[0])
		}
		values := map[string]string{}
		for _, pair := range strings.Fields(line[1]) {
			name, value, _ := strings.Cut(pair, "=")
			values[name] = value
		}
		if _, err := deployed(template, values); err != nil {
			t.Errorf("%s: %v", line[0], err)
		}
	}
	for _, file := range envVars.FindAllStringSubmatch(string(text), -1) {
		checkEnvVars(t, template, file[1])
	}
}

// checkEnvVars asks that "sam local" finds the file, and does not ignore what
// is in it: it hands on only variables that the template names too.
func checkEnvVars(t *testing.T, template object, file string) {
	t.Helper()
	text, err := os.ReadFile(root + file)
	if err != nil {
		t.Error(err)
		return
	}
	all, err := cfn.Parse(string(text))
	if err != nil {
		t.Error(err)
	}
	for id, variables := range all {
		if id != "Parameters" && properties(template, functionType, id) == nil {
			t.Errorf("%s names %s, which is no function", file, id)
		}
		for name := range objectAt(variables) {
			if !slices.ContainsFunc(folders, func(f string) bool { return at(function(template, f), "Environment", "Variables", name) != nil }) {
				t.Errorf("%s sets %s, which the template does not", file, name)
			}
		}
	}
}
