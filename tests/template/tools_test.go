package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"image-sharing/tests/kit/cfn"
)

// Where a machine has cfn-lint and the SAM translator, they look at the
// template too. They know CloudFormation's schemas, which the checks here do
// not; but a wrong issuer key, a mistyped action or a broken filter passes
// them.

func TestCfnLint(t *testing.T) {
	if testing.Short() {
		t.Skip("cfn-lint takes five seconds: it is of the long form")
	}
	if _, err := exec.LookPath("cfn-lint"); err != nil {
		t.Log("not checked: this machine has no cfn-lint (pip install cfn-lint)")
		return
	}
	out, err := exec.Command("cfn-lint", "--template", root+"template.yaml").CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

// translate writes the template, its loops written out and its functions in the
// short form of package cfn, as SAM hands it to CloudFormation. Code is in S3 by
// then. The translator's own rollout switches are not the template's.
const translate = `
import json, logging, sys
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

def long_form(v):
    if isinstance(v, str) and v.startswith("!"):
        name, argument = v.split(" ", 1)
        v = {name: argument}
    if isinstance(v, list):
        return [long_form(item) for item in v]
    if not isinstance(v, dict):
        return v
    (name, argument), *more = v.items()
    if more or not name.startswith("!"):
        return {name: long_form(value) for name, value in v.items()}
    if name == "!Ref":
        return {"Ref": argument}
    if name == "!GetAtt":
        return {"Fn::GetAtt": argument.split(".", 1)}
    return {"Fn::" + name[1:]: argument if isinstance(argument, str) else long_form(argument)}

found = []
class Collect(logging.Handler):
    def emit(self, record):
        found.append(record.getMessage())
logging.getLogger().addHandler(Collect(logging.WARNING))
logging.getLogger("samtranslator.feature_toggle").setLevel(logging.ERROR)
logging.captureWarnings(True)

template = long_form(json.load(sys.stdin))
template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
translated = Translator({}, Parser()).translate(template, {
    "JwtIssuer": "https://issuer.example", "JwtAudience": "a,b", "PlatformClients": "platform", "CorsOrigins": "https://a.example,https://b.example"})
json.dump({"template": translated, "warnings": found}, sys.stdout)
`

func TestSAMTranslator(t *testing.T) {
	if testing.Short() {
		t.Skip("the SAM translator is of the long form")
	}
	if err := exec.Command("python3", "-c", "import samtranslator").Run(); err != nil {
		t.Log("not checked: this machine has no SAM translator (pip install aws-sam-translator)")
		return
	}
	python := exec.Command("python3", "-c", translate)
	python.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1")
	template, err := cfn.Parse(source(t))
	if err == nil {
		template, err = cfn.Expand(template)
	}
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	python.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	python.Stderr = &stderr
	out, err := python.Output()
	if err != nil {
		t.Fatalf("the SAM translator: %v\n%s", err, stderr.String())
	}
	result, err := cfn.Parse(string(out))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range listAt(result, "warnings") {
		t.Errorf("the SAM translator warns: %v", w)
	}
	translated := objectAt(result, "template")
	if err := cfn.AttachPolicies(translated); err != nil {
		t.Fatal(err)
	}
	for name, check := range map[string]check{"roles": func(o object) []error { return checkRoles(o) }, "routes": checkTranslatedRoutes, "deployment": checkTranslatedDeployment} {
		for _, err := range check(translated) {
			t.Errorf("translated: %s: %v", name, err)
		}
	}
}

// checkTranslatedDeployment asks that CodeDeploy shifts the traffic of every
// function but the hook's, after the hook, watched by the alarm on the very
// version that is new.
func checkTranslatedDeployment(translated object) []error {
	var r report
	r.want("deployment groups", len(ofType(translated, "AWS::CodeDeploy::DeploymentGroup")), len(folders)-1)
	r.want("versions", len(ofType(translated, "AWS::Lambda::Version")), len(folders))
	versions := map[string]string{}
	for id, version := range ofType(translated, "AWS::Lambda::Version") {
		function, _ := at(version, "FunctionName").(string)
		versions[strings.TrimPrefix(function, "!Ref ")] = id
	}
	for _, folder := range watchedFolders() {
		id := logicalName(folder) + "Function"
		update := at(translated, "Resources", id+"Aliaslive", "UpdatePolicy", "CodeDeployLambdaAliasUpdate")
		r.want(folder+" hook", at(update, "BeforeAllowTrafficHook"), object{"!If": []any{"Careful", "!Ref BeforeTrafficFunction", "!Ref AWS::NoValue"}})
		r.want(folder+" deployment group", at(update, "DeploymentGroupName"), "!Ref "+id+"DeploymentGroup")
		group := properties(translated, "AWS::CodeDeploy::DeploymentGroup", id+"DeploymentGroup")
		alarm := logicalName(folder) + "NewVersionAlarm"
		r.want(folder+" alarms", at(group, "AlarmConfiguration"), object{"!If": []any{"Careful",
			object{"Enabled": true, "Alarms": []any{object{"Name": "!Ref " + alarm}}}, object{}}})
		watched := false
		for _, m := range listAt(properties(translated, alarmType, alarm), "Metrics") {
			for _, d := range listAt(m, "MetricStat", "Metric", "Dimensions") {
				watched = watched || at(d, "Name") == "ExecutedVersion" && at(d, "Value") == "!GetAtt "+versions[id]+".Version"
			}
		}
		if !watched {
			r.errorf("%s does not watch %s", alarm, versions[id])
		}
		variables := at(translated, "Resources", "BeforeTrafficFunction", "Properties", "Environment", "Variables", "NEW_VERSIONS")
		if !strings.Contains(fmt.Sprint(variables), folder+"=${"+versions[id]+"}") {
			r.errorf("the hook does not try %s: %v", versions[id], variables)
		}
	}
	return r
}

// checkTranslatedRoutes asks that API Gateway is told of every route: to which
// function's alias, and behind which authorizer.
func checkTranslatedRoutes(translated object) []error {
	var r report
	got, want := map[route]bool{}, map[route]bool{}
	body := at(properties(translated, "AWS::ApiGatewayV2::Api", "Api"), "Body")
	for path, methods := range objectAt(body, "paths") {
		for method, operation := range methods.(object) {
			uri, _ := at(operation, "x-amazon-apigateway-integration", "uri").(string)
			_, alias, _ := strings.Cut(uri, "/functions/${")
			alias, _, _ = strings.Cut(alias, "}")
			security := listAt(operation, "security")
			protected := len(security) == 1 && at(security[0], "Jwt") != nil
			if !protected && security != nil { // such as NONE, a scheme that is not there
				r.errorf("%s %s has the security %v", method, path, security)
			}
			r.want(method+" "+path+" payloadFormatVersion", at(operation, "x-amazon-apigateway-integration", "payloadFormatVersion"), "2.0")
			got[route{alias, strings.ToUpper(method), path, !protected}] = true
		}
	}
	for route := range routesInCode() {
		route.function = logicalName(route.function) + "FunctionAliaslive"
		want[route] = true
	}
	sameSet(&r, "routes", got, want)
	r.want("the authorizer", at(body, "components", "securitySchemes", "Jwt", "x-amazon-apigateway-authorizer"), object{
		"type":             "jwt",
		"identitySource":   "$request.header.Authorization",
		"jwtConfiguration": object{"issuer": "!Ref JwtIssuer", "audience": "!Ref JwtAudience"},
	})
	r.want("CORS origins", at(listAt(body, "x-amazon-apigateway-cors", "!If")[1], "allowOrigins"),
		object{"!Split": []any{",", "https://a.example,https://b.example"}})
	return r
}
