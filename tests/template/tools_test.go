package template

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Where a machine has cfn-lint and the SAM translator, they look at the
// template too. They know CloudFormation's schemas, which the checks here do
// not; but a wrong issuer key, a mistyped action or a broken filter passes
// them.

func TestCfnLint(t *testing.T) {
	if _, err := exec.LookPath("cfn-lint"); err != nil {
		t.Log("not checked: this machine has no cfn-lint (pip install cfn-lint)")
		return
	}
	out, err := exec.Command("cfn-lint", "--template", root+"template.yaml").CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

// translate writes the template as SAM hands it to CloudFormation. Code is in
// S3 by then. The translator's own rollout switches are not the template's.
const translate = `
import json, logging, sys, warnings
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

found = []
class Collect(logging.Handler):
    def emit(self, record):
        found.append(record.getMessage())
logging.getLogger().addHandler(Collect(logging.WARNING))
logging.getLogger("samtranslator.feature_toggle").setLevel(logging.ERROR)
logging.captureWarnings(True)

template = yaml_parse(sys.stdin.read())
template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
translated = Translator({}, Parser()).translate(template, {
    "JwtIssuer": "https://issuer.example", "JwtAudience": "a,b", "CorsOrigins": "https://a.example,https://b.example"})
json.dump({"template": translated, "warnings": found}, sys.stdout)
`

func TestSAMTranslator(t *testing.T) {
	if err := exec.Command("python3", "-c", "import samtranslator").Run(); err != nil {
		t.Log("not checked: this machine has no SAM translator (pip install aws-sam-translator)")
		return
	}
	python := exec.Command("python3", "-c", translate)
	python.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1")
	python.Stdin = strings.NewReader(source(t))
	var stderr bytes.Buffer
	python.Stderr = &stderr
	out, err := python.Output()
	if err != nil {
		t.Fatalf("the SAM translator: %v\n%s", err, stderr.String())
	}
	result := parsed(t, string(out))
	for _, w := range listAt(result, "warnings") {
		t.Errorf("the SAM translator warns: %v", w)
	}
	translated := objectAt(result, "template")
	for _, err := range checkPermissions(translated) {
		t.Errorf("translated: %v", err)
	}
	for _, err := range checkTranslatedRoutes(translated) {
		t.Errorf("translated: %v", err)
	}
	for _, kind := range []string{"AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::CodeDeploy::DeploymentGroup"} {
		if n := len(ofType(translated, kind)); n != len(folders) {
			t.Errorf("translated: %d of type %s, want %d", n, kind, len(folders))
		}
	}
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
