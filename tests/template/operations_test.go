package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/itchyny/gojq"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/cfn"
)

var (
	shellBlock  = regexp.MustCompile("(?s)```sh\n(.*?)```")
	linkTarget  = regexp.MustCompile(`\]\(([^)\s]*)\)`)
	physicalID  = regexp.MustCompile(`physical (\w+)`)
	outputName  = regexp.MustCompile(`(?m)(?:\$\(|^ *)output (\w+)`)
	overridden  = regexp.MustCompile(`--parameter-overrides "?([^"\n]*)|RESTORE="([^"]*)"`)
	logGroup    = regexp.MustCompile(`"(/aws/(?:lambda|vendedlogs)/[^"]*)"`)
	alarmOfRow  = regexp.MustCompile("`(…?[A-Za-z]+Alarm)`")
	alarmsPrice = regexp.MustCompile(`(\d+) alarms on (\d+) metrics \$([0-9.]+), (\d+) metrics from logs\s+\$([0-9.]+)`)
)

// TestCommandsOfTheRunbook: whoever is called at night pastes them.
func TestCommandsOfTheRunbook(t *testing.T) {
	d, err := deployed(templateOf(t, source(t)), map[string]string{
		"DomainName": "images.example.com", "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1", "EventArchiveDays": "7",
	})
	if err != nil {
		t.Fatal(err)
	}
	blocks := shellBlock.FindAllStringSubmatch(operations(), -1)
	if len(blocks) < 20 {
		t.Fatalf("there are %d blocks of commands", len(blocks))
	}
	groups := map[string]bool{}
	for _, g := range ofType(d.Template, "AWS::Logs::LogGroup") {
		groups[fmt.Sprint(at(g, "LogGroupName"))] = true
	}
	for _, b := range blocks {
		shell := exec.Command("bash", "-n")
		shell.Stdin = strings.NewReader(b[1])
		if out, err := shell.CombinedOutput(); err != nil {
			t.Errorf("%v: %s\n%s", err, out, b[1])
		}
		for _, id := range physicalID.FindAllStringSubmatch(b[1], -1) {
			// SAM makes CodeDeploy's own.
			if at(d.Template, "Resources", strings.TrimSuffix(id[1], "DeploymentGroup")) == nil && id[1] != "ServerlessDeploymentApplication" {
				t.Errorf("there is no %s", id[1])
			}
		}
		for _, name := range outputName.FindAllStringSubmatch(b[1], -1) {
			if at(d.Template, "Outputs", name[1]) == nil {
				t.Errorf("there is no output %s", name[1])
			}
		}
		for _, m := range overridden.FindAllStringSubmatch(b[1], -1) {
			checkOverrides(t, d.Template, m[1]+m[2])
		}
		for _, g := range logGroup.FindAllStringSubmatch(b[1], -1) {
			if !groups[strings.ReplaceAll(g[1], "$STACK", "stack")] {
				t.Errorf("there is no log group %s", g[1])
			}
		}
	}
}

var (
	assigned   = regexp.MustCompile(`\b([A-Z][A-Z_]*)=|\bfor ([A-Z]+) in`)
	variable   = regexp.MustCompile(`\$\{?([A-Z][A-Z_]*)`)
	definition = regexp.MustCompile(`(?m)^ *([a-z]+)\(\) \{`)
	functions  = regexp.MustCompile(`\bfor F in ([A-Za-z ]+)`)
)

// TestRunbookDefinesWhatItUses: each variable and helper is there before it is
// used, in the order of the document, and a loop over functions has all.
func TestRunbookDefinesWhatItUses(t *testing.T) {
	var all strings.Builder
	for _, b := range shellBlock.FindAllStringSubmatch(operations(), -1) {
		all.WriteString(b[1])
	}
	commands, known := all.String(), map[string]bool{}
	for line := range strings.Lines(commands) {
		for _, m := range assigned.FindAllStringSubmatch(line, -1) {
			known[m[1]+m[2]] = true
		}
		for _, m := range variable.FindAllStringSubmatch(line, -1) {
			if !known[m[1]] {
				t.Errorf("%s has no value yet in %s", m[1], line)
			}
		}
	}
	for _, m := range definition.FindAllStringSubmatchIndex(commands, -1) {
		name := commands[m[2]:m[3]]
		if used := regexp.MustCompile(`(?m)(?:^ *|\$\(|[;|&] |do )` + name + `\b`).FindStringIndex(commands); used[0] < m[0] {
			t.Errorf("%s is used before it is defined", name)
		}
	}
	for _, m := range functions.FindAllStringSubmatch(commands, -1) {
		var r report
		got, want := map[string]bool{}, map[string]bool{}
		for _, folder := range watchedFolders() {
			want[logicalName(folder)] = true
		}
		for name := range strings.FieldsSeq(m[1]) {
			got[name] = true
		}
		if sameSet(&r, "functions of the runbook", got, want); len(r) > 0 {
			t.Error(r)
		}
	}
}

// TestRunbookPutsAnImageBack runs the runbook's jq on images as the newest release
// has stored them: what comes out is a body that registers one, and nothing else.
func TestRunbookPutsAnImageBack(t *testing.T) {
	program := regexp.MustCompile(`(?s)jq '(def plain.*?)' kept\.json`).FindStringSubmatch(operations())
	forms, err := filepath.Glob(root + "tests/releases/testdata/v*/dynamodb.json")
	if program == nil || err != nil || len(forms) == 0 {
		t.Fatal("there is nothing to run, or to run it on: ", err)
	}
	text, err := os.ReadFile(forms[len(forms)-1])
	if err != nil {
		t.Fatal(err)
	}
	var items any
	if err := json.Unmarshal(text, &items); err != nil {
		t.Fatal(err)
	}
	query, err := gojq.Parse(program[1])
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for results := query.Run(map[string]any{"Items": items}); ; n++ {
		result, more := results.Next()
		if !more {
			break
		}
		body, err := json.Marshal(result)
		if err != nil { // of what failed too
			t.Fatal(err, result)
		}
		var command sharing.PutImageCommand
		strict := json.NewDecoder(bytes.NewReader(body))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&command); err != nil || command.Check() != nil {
			t.Fatalf("%v, %v: %s", err, command.Check(), body)
		}
	}
	if n == 0 {
		t.Errorf("no image comes out of %s", forms[len(forms)-1])
	}
}

func checkOverrides(t *testing.T, template object, overrides string) {
	t.Helper()
	for _, pair := range strings.Fields(overrides) {
		name, _, isPair := strings.Cut(pair, "=")
		if isPair && at(template, "Parameters", name) == nil {
			t.Errorf("there is no parameter %s", name)
		}
	}
	// What the command line says stands alone: an at-once must be meant.
	if !strings.Contains(overrides, "Rollout=") && !strings.Contains(overrides, "$RESTORE") {
		t.Errorf("%q leaves open how to roll out", overrides)
	}
}

func TestLinksOfTheRunbook(t *testing.T) {
	sections := runbookSections()
	for _, link := range linkTarget.FindAllStringSubmatch(operations(), -1) {
		file, anchor, _ := strings.Cut(link[1], "#")
		switch {
		case strings.Contains(link[1], "://"):
		case file == "" && !sections[anchor]:
			t.Errorf("there is no section %s", anchor)
		case file != "":
			if _, err := os.Stat(filepath.Join(root, "docs", file)); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestRunbookHasEveryAlarm in its table, and every parameter in its own.
func TestRunbookHasEveryAlarm(t *testing.T) {
	template := templateOf(t, source(t))
	var r report
	named, want := map[string]bool{}, map[string]bool{}
	for _, row := range alarmOfRow.FindAllStringSubmatch(operations(), -1) {
		named[row[1]] = true
	}
	for id := range ofType(template, alarmType) {
		for _, folder := range folders {
			if rest, ok := strings.CutPrefix(id, logicalName(folder)); ok && slices.Contains([]string{"NewVersionAlarm", "FailuresAlarm", "ThrottlesAlarm"}, rest) {
				id = "…" + rest
			}
		}
		want[id] = true
	}
	sameSet(&r, "alarms of the runbook", named, want)
	for name := range objectAt(template, "Parameters") {
		if !strings.Contains(operations(), "| `"+name+"`") && !strings.Contains(operations(), ", `"+name+"`") {
			r.errorf("the table of parameters has no %s", name)
		}
	}
	for _, err := range r {
		t.Error(err)
	}
}

// TestRunbookCountsTheRoutes as the first deployment has to.
func TestRunbookCountsTheRoutes(t *testing.T) {
	said := regexp.MustCompile(`as many as the template has: ([0-9]+)`).FindStringSubmatch(operations())
	if want := fmt.Sprint(len(routesInTemplate(templateOf(t, source(t))))); said == nil || said[1] != want {
		t.Errorf("docs/operations.md says %v, it has %s", said, want)
	}
}

// TestPriceOfWatching: list prices, a tenth of a dollar for each metric of an
// alarm, three tenths for a metric from logs.
func TestPriceOfWatching(t *testing.T) {
	template := templateOf(t, source(t))
	alarms, metrics := ofType(template, alarmType), 0
	for _, alarm := range alarms {
		if at(alarm, "MetricName") != nil {
			metrics++
		}
		for _, m := range listAt(alarm, "Metrics") {
			if at(m, "MetricStat") != nil {
				metrics++
			}
		}
	}
	custom := map[string]bool{}
	for _, filter := range ofType(template, "AWS::Logs::MetricFilter") {
		for _, m := range listAt(filter, "MetricTransformations") {
			if at(m, "Dimensions") == nil {
				custom[fmt.Sprint(at(m, "MetricName"))] = true
			}
		}
	}
	want := fmt.Sprintf("%d alarms on %d metrics $%.2f, %d metrics from logs $%.2f", len(alarms), metrics, float64(metrics)*0.1, len(custom), float64(len(custom))*0.3)
	said := strings.Join(strings.Fields(alarmsPrice.FindString(operations())), " ")
	if said != want {
		t.Errorf("docs/operations.md says %q, it is %q", said, want)
	}
}

// deployment needs for each type of resource that the stack has.
var neededToDeploy = map[string][]string{
	"AWS::Serverless::Function":     {"lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:DeleteFunction", "lambda:PublishVersion", "lambda:CreateAlias", "lambda:UpdateAlias", "lambda:AddPermission", "lambda:CreateEventSourceMapping", "lambda:PutFunctionConcurrency", "codedeploy:CreateApplication", "codedeploy:CreateDeploymentGroup", "codedeploy:UpdateDeploymentGroup", "codedeploy:CreateDeployment", "codedeploy:GetDeployment", "codedeploy:GetDeploymentConfig", "codedeploy:RegisterApplicationRevision"},
	"AWS::Serverless::HttpApi":      {"apigateway:POST", "apigateway:PUT", "apigateway:PATCH", "apigateway:DELETE", "logs:CreateLogDelivery", "logs:UpdateLogDelivery", "logs:PutResourcePolicy"},
	"AWS::ApiGatewayV2::DomainName": {"apigateway:POST", "acm:DescribeCertificate"},
	"AWS::ApiGatewayV2::ApiMapping": {"apigateway:POST"},
	"AWS::IAM::Role":                {"iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:DeleteRole", "iam:PassRole", "iam:PutRolePermissionsBoundary"},
	"AWS::IAM::RolePolicy":          {"iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy"},
	"AWS::Logs::LogGroup":           {"logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup", "logs:AssociateKmsKey"},
	"AWS::Logs::MetricFilter":       {"logs:PutMetricFilter", "logs:DeleteMetricFilter"},
	"AWS::CloudWatch::Alarm":        {"cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"},
	"AWS::CloudWatch::Dashboard":    {"cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"},
	"AWS::DynamoDB::Table":          {"dynamodb:CreateTable", "dynamodb:UpdateTable", "dynamodb:DescribeTable", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTimeToLive"},
	"AWS::Events::EventBus":         {"events:CreateEventBus", "events:DescribeEventBus", "events:UpdateEventBus", "events:DeleteEventBus"},
	"AWS::Events::Archive":          {"events:CreateArchive", "events:DescribeArchive", "events:UpdateArchive", "events:DeleteArchive"},
	"AWS::Events::Rule":             {"events:PutRule", "events:DescribeRule", "events:DeleteRule", "events:PutTargets", "events:RemoveTargets"},
	"AWS::SQS::QueuePolicy":         {"sqs:SetQueueAttributes"},
	"AWS::SQS::Queue":               {"sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue"},
}

// TestDeployerPolicy: a new type of resource needs new permissions of whoever
// deploys it.
func TestDeployerPolicy(t *testing.T) {
	allowed := map[string]bool{}
	for _, name := range []string{"deployer-policy.json", "deployer-policy-2.json"} {
		text, err := os.ReadFile(root + "docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var policy struct {
			Statement []struct {
				Effect   string
				Action   any
				Resource any
			}
		}
		if err := json.Unmarshal(text, &policy); err != nil {
			t.Fatal(err)
		}
		for _, s := range policy.Statement {
			for _, action := range listAt(object{"a": s.Action}, "a") {
				if allowed[action.(string)] && action != "iam:CreateServiceLinkedRole" {
					t.Errorf("%v is allowed twice", action)
				}
				allowed[action.(string)] = s.Effect == "Allow"
				if strings.Contains(action.(string), "*") {
					t.Errorf("%v is a wildcard", action)
				}
			}
		}
		// IAM counts no white space (IAM User Guide, "IAM and AWS STS quotas").
		const most = 6144
		long := strings.NewReplacer("STACK", strings.Repeat("s", 29), "REGION", "ap-southeast-2", "ACCOUNT", "123456789012").Replace(string(text))
		if n := len(strings.Join(strings.Fields(long), "")); n > most {
			t.Errorf("%s has %d characters with long names, more than %d", name, n, most)
		}
	}
	unexpanded, err := cfn.Parse(source(t))
	if err != nil {
		t.Fatal(err)
	}
	all, err := cfn.Expand(unexpanded)
	if err != nil {
		t.Fatal(err)
	}
	for id, resource := range objectAt(all, "Resources") {
		needed, known := neededToDeploy[fmt.Sprint(at(resource, "Type"))]
		if !known {
			t.Errorf("%s is of a type for which nobody has said what deploying it needs", id)
		}
		for _, action := range needed {
			if !allowed[action] {
				t.Errorf("%s needs %s", id, action)
			}
		}
	}
}
