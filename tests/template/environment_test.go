package template

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"image-sharing/tests/kit/cfn"
)

// checkEnvironment asks that every function has the variables that the packages
// which it links read, and Go's runtime, and none that nobody reads.
func checkEnvironment(template object) []error {
	var r report
	read, err := variablesRead()
	if err != nil {
		return append(r, err)
	}
	byAnybody := map[string]bool{}
	for _, folder := range folders {
		maps.Copy(byAnybody, read[folder])
	}
	for _, folder := range folders {
		for name := range read[folder] {
			if at(function(template, folder), "Environment", "Variables", name) == nil {
				r.errorf("variables of %s: %s is missing", folder, name)
			}
		}
		for name := range objectAt(function(template, folder), "Environment", "Variables") {
			own := at(properties(template, functionType, logicalName(folder)+"Function"), "Environment", "Variables", name) != nil
			if own && !read[folder][name] || !byAnybody[name] {
				r.errorf("variables of %s: %s is too much", folder, name)
			}
		}
	}
	d, err := deployed(template, map[string]string{
		"MaxSharesPerImage": "7", "ActivityRetentionDays": "9", "PlatformClients": "ours", "JwtIssuer": "https://issuer.example/pool",
		"Repair": "remove", "ConsoleClientId": "page", "ConsoleScope": "openid some", "ConsoleOrigins": "https://login.example",
	})
	if err != nil {
		return append(r, err)
	}
	variables := objectAt(function(d.Template, "share"), "Environment", "Variables")
	r.want("TABLE_NAME", variables["TABLE_NAME"], "Table")
	r.want("PLATFORM_CLIENTS", variables["PLATFORM_CLIENTS"], "ours")
	r.want("MAX_SHARES_PER_IMAGE", variables["MAX_SHARES_PER_IMAGE"], "7")
	r.want("ACTIVITY_RETENTION_DAYS", variables["ACTIVITY_RETENTION_DAYS"], "9")
	r.want("GOGC", variables["GOGC"], "400")
	r.want("GOMAXPROCS", variables["GOMAXPROCS"], "1")
	r.want("REPAIR", at(function(d.Template, "repair"), "Environment", "Variables", "REPAIR"), "remove")
	console := objectAt(function(d.Template, "console"), "Environment", "Variables")
	r.want("JWT_ISSUER", console["JWT_ISSUER"], "https://issuer.example/pool")
	r.want("CONSOLE_CLIENT_ID", console["CONSOLE_CLIENT_ID"], "page")
	r.want("CONSOLE_SCOPE", console["CONSOLE_SCOPE"], "openid some")
	r.want("CONSOLE_ORIGINS", console["CONSOLE_ORIGINS"], "https://login.example")
	r.want("DYNAMODB_ENDPOINT", variables["DYNAMODB_ENDPOINT"], "")
	if n, err := strconv.Atoi(fmt.Sprint(variables["CONFIGURATION"])); err != nil || n < 1 {
		r.errorf("CONFIGURATION is %v: it must be a number to count up", variables["CONFIGURATION"])
	}
	// SAM sees a change of the text, and not of a parameter's value.
	if cfn.IsIntrinsic(fmt.Sprint(at(template, "Globals", "Function", "Environment", "Variables", "CONFIGURATION"))) {
		r.errorf("CONFIGURATION is no literal")
	}
	return r
}

// variablesRead are, for each function, the names in calls of getenv, os.Getenv
// and os.LookupEnv in the packages of this project that it links.
var variablesRead = sync.OnceValues(func() (map[string]map[string]bool, error) {
	list := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Deps \" \"}}", "./functions/...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	read := make(map[string]map[string]bool)
	for line := range strings.Lines(string(out)) {
		linked := strings.Fields(line)
		folder := filepath.Base(linked[0])
		read[folder] = map[string]bool{"GOGC": true, "GOMAXPROCS": true} // by Go's runtime
		for _, path := range linked {
			of, ours := strings.CutPrefix(path, "image-sharing/")
			if !ours {
				continue
			}
			files, err := filepath.Glob(filepath.Join(root, of, "*.go"))
			if err != nil {
				return nil, err
			}
			for _, file := range files {
				if strings.HasSuffix(file, "_test.go") {
					continue
				}
				if err := variablesIn(file, read[folder]); err != nil {
					return nil, err
				}
			}
		}
	}
	if !read["share"]["TABLE_NAME"] {
		return nil, fmt.Errorf("no code reads TABLE_NAME: has the way of reading variables changed?")
	}
	return read, nil
})

// notOfTemplate are the variables that Lambda itself sets, and the SDK's own for a
// service that stands in for AWS's, which no deployed function has.
var notOfTemplate = regexp.MustCompile(`^AWS_(REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|ENDPOINT_URL_[A-Z0-9]+)$`)

var readVariable = regexp.MustCompile(`\b(?:getenv|Getenv|LookupEnv)\(([^)]*)\)`)

func variablesIn(path string, read map[string]bool) error {
	text, err := os.ReadFile(path)
	for _, call := range readVariable.FindAllSubmatch(text, -1) {
		name, notLiteral := strconv.Unquote(string(call[1]))
		if notLiteral != nil {
			name = "an unknown name in " + path // which cannot be checked
		}
		if !notOfTemplate.MatchString(name) {
			read[name] = true
		}
	}
	return err
}
