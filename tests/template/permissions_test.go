package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const roleType = "AWS::IAM::Role"

// grant is one action on one resource under a condition, "" for none.
type grant struct{ action, resource, condition string }

func (g grant) String() string {
	if g.condition == "" {
		return g.action + " on " + g.resource
	}
	return g.action + " on " + g.resource + " if " + g.condition
}

// The conditions. A transaction is authorized by the underlying actions
// (DynamoDB Developer Guide, "Using IAM with DynamoDB transactions").
const (
	imageItems      = "ForAllValues:StringLike dynamodb:LeadingKeys IMAGE#*"
	projectItems    = "ForAllValues:StringLike dynamodb:LeadingKeys PROJECT#*"
	anyItems        = "ForAllValues:StringLike dynamodb:LeadingKeys IMAGE#* PROJECT#*"
	inTransaction   = "ForAnyValue:StringEquals dynamodb:EnclosingOperation TransactWriteItems"
	imagesInTrans   = imageItems + " and " + inTransaction
	projectsInTrans = projectItems + " and " + inTransaction
	anyItemsInTrans = anyItems + " and " + inTransaction
)

const (
	theTable  = "!GetAtt Table.Arn"
	theIndex  = "!Sub ${Table.Arn}/index/gsi1"
	theStream = "!GetAtt Table.StreamArn"
	theQueue  = "!GetAtt DeadLetters.Arn"
)

// permissions are what a function may do beside what it calls of the table, and
// its log and traces. What it calls of the table is in no list: fault injection and
// the end-to-end tests hold every call against the template (tests/kit/iam).
var permissions = map[string][]grant{
	"on-image-deleted": {
		{"dynamodb:DescribeStream", theStream, ""},
		{"dynamodb:GetRecords", theStream, ""},
		{"dynamodb:GetShardIterator", theStream, ""},
		{"dynamodb:ListStreams", theStream, ""},
		{"sqs:SendMessage", theQueue, ""},
	},
	"before-traffic": hookGrants(),
}

// ofTable are the conditions under which an action can be granted on the table:
// for a kind of items, and a write only in a transaction. An action that needs no
// key, such as a scan, would be granted whatever the condition on keys says.
var ofTable = map[string][]string{
	"dynamodb:GetItem":            {imageItems, projectItems, anyItems},
	"dynamodb:BatchGetItem":       {imageItems, projectItems, anyItems},
	"dynamodb:Query":              {imageItems, projectItems, anyItems},
	"dynamodb:PutItem":            {imagesInTrans, projectsInTrans, anyItemsInTrans},
	"dynamodb:UpdateItem":         {imagesInTrans, projectsInTrans, anyItemsInTrans},
	"dynamodb:DeleteItem":         {imagesInTrans, projectsInTrans, anyItemsInTrans},
	"dynamodb:ConditionCheckItem": {imagesInTrans, projectsInTrans, anyItemsInTrans},
}

func isOfTable(g grant) bool { return g.resource == theTable || g.resource == theIndex }

// hookGrants are to call any version of a function, and not the function as
// such, and to report to this stack's codeDeploy.
func hookGrants() []grant {
	grants := []grant{{"codedeploy:PutLifecycleEventHookExecutionStatus", codeDeploy, ""}}
	for _, f := range watchedFolders() {
		grants = append(grants, grant{"lambda:InvokeFunction", "!Sub ${" + logicalName(f) + "Function.Arn}:*", ""})
	}
	return grants
}

const codeDeploy = "!Sub arn:${AWS::Partition}:codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:${ServerlessDeploymentApplication}/*"

// wildcards are the only ones: these actions have no resources to name.
var wildcards = map[grant]bool{
	{"xray:PutTelemetryRecords", "*", ""}:  true,
	{"xray:PutTraceSegments", "*", ""}:     true,
	{"cloudwatch:DescribeAlarms", "*", ""}: true,
}

// knownActions are names of the Service Authorization Reference. IAM accepts
// any name, and a mistyped one grants nothing.
var knownActions = map[string]string{
	"dynamodb":   "BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem DescribeStream DescribeTable GetItem GetRecords GetShardIterator ListStreams PutItem Query Scan UpdateItem",
	"logs":       "CreateLogGroup CreateLogStream PutLogEvents",
	"xray":       "PutTelemetryRecords PutTraceSegments",
	"sqs":        "SendMessage",
	"lambda":     "GetAlias GetProvisionedConcurrencyConfig InvokeFunction UpdateAlias",
	"codedeploy": "PutLifecycleEventHookExecutionStatus",
	"cloudwatch": "DescribeAlarms",
}

// granted are the other grants of a function, or those of CodeDeploy ("").
func granted(folder string) map[grant]bool {
	want := make(map[grant]bool)
	if folder == "" {
		want[grant{"cloudwatch:DescribeAlarms", "*", ""}] = true
		want[grant{"lambda:InvokeFunction", "!GetAtt BeforeTrafficFunction.Arn", ""}] = true
		for _, f := range watchedFolders() {
			id := logicalName(f) + "Function"
			alias := fmt.Sprint(object{"!Join": []any{":", []any{"!GetAtt " + id + ".Arn", "live"}}})
			for _, resource := range []string{"!GetAtt " + id + ".Arn", alias} {
				want[grant{"lambda:GetAlias", resource, ""}] = true
				want[grant{"lambda:UpdateAlias", resource, ""}] = true
			}
			want[grant{"lambda:GetProvisionedConcurrencyConfig", alias, ""}] = true
		}
		return want
	}
	log := "!GetAtt " + logicalName(folder) + "LogGroup.Arn"
	want[grant{"logs:CreateLogStream", log, ""}] = true
	want[grant{"logs:PutLogEvents", log, ""}] = true
	want[grant{"xray:PutTelemetryRecords", "*", ""}] = true
	want[grant{"xray:PutTraceSegments", "*", ""}] = true
	for _, g := range permissions[folder] {
		want[g] = true
	}
	return want
}

// checkPermissions works on the template and on what the translator makes of
// it.
func checkPermissions(template object) []error {
	var r report
	got, want := map[string]bool{}, map[string]bool{}
	for id, resource := range objectAt(template, "Resources") {
		if kind, _ := at(resource, "Type").(string); strings.HasPrefix(kind, "AWS::IAM::") {
			got[kind+" "+id] = true
		}
		if at(resource, "Type") == functionType && at(resource, "Properties", "Policies") != nil {
			r.errorf("%s has policies beside its role", id)
		}
	}
	roles := map[string]string{"": "DeploymentRole"}
	for _, folder := range folders {
		roles[folder] = logicalName(folder) + "Role"
	}
	for folder, id := range roles {
		want[roleType+" "+id] = true
		role := properties(template, roleType, id)
		service := "lambda.amazonaws.com"
		if folder == "" {
			service = "codedeploy.amazonaws.com"
		}
		r.want("who may assume "+id, at(role, "AssumeRolePolicyDocument", "Statement"), []any{object{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": service},
		}})
		if at(role, "ManagedPolicyArns") != nil {
			r.errorf("%s has managed policies", id)
		}
		grants := grantsOf(&r, id, role)
		checkGrants(&r, id, grants)
		maps.DeleteFunc(grants, func(g grant, _ bool) bool { return isOfTable(g) }) // but for the calls
		sameSet(&r, id, grants, granted(folder))
	}
	sameSet(&r, "IAM resources", got, want)
	return r
}

func checkGrants(r *report, id string, grants map[grant]bool) {
	for g := range grants {
		service, action, _ := strings.Cut(g.action, ":")
		if !slices.Contains(strings.Fields(knownActions[service]), action) {
			r.errorf("%s: there is no action %s", id, g.action)
		}
		if strings.Contains(g.action+g.resource, "*") && !wildcards[g] && !slices.Contains(hookGrants(), g) {
			r.errorf("%s: a wildcard in %v", id, g)
		}
		if isOfTable(g) && !slices.Contains(ofTable[g.action], g.condition) {
			r.errorf("%s: nobody should be granted %v", id, g)
		}
	}
}

func grantsOf(r *report, id string, role object) map[grant]bool {
	grants := make(map[grant]bool)
	for _, policy := range listAt(role, "Policies") {
		for _, statement := range listAt(policy, "PolicyDocument", "Statement") {
			r.want(id+" Effect", at(statement, "Effect"), "Allow")
			for _, not := range []string{"NotAction", "NotResource", "Principal"} {
				r.want(id+" "+not, at(statement, not), nil)
			}
			for _, action := range listAt(statement, "Action") {
				for _, resource := range own(listAt(statement, "Resource")) {
					g := grant{fmt.Sprint(action), fmt.Sprint(resource), condition(statement)}
					if grants[g] {
						r.errorf("%s grants %v twice", id, g)
					}
					grants[g] = true
				}
			}
		}
	}
	return grants
}

// own are the resources of a deployment that is not being restored.
func own(resources []any) []any {
	var all []any
	for _, resource := range resources {
		if parts := listAt(resource, "!If"); len(parts) == 3 {
			resource = map[any]any{"UsesOwn": parts[1], "GrantsOther": parts[2]}[parts[0]]
		}
		if resource != "!Ref AWS::NoValue" {
			all = append(all, resource)
		}
	}
	return all
}

func condition(statement any) string {
	var parts []string
	operators := objectAt(statement, "Condition")
	for _, operator := range slices.Sorted(maps.Keys(operators)) {
		keys := objectAt(operators, operator)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			part := operator + " " + key
			for _, value := range listAt(keys, key) {
				part += " " + fmt.Sprint(value)
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " and ")
}
