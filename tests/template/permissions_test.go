package template

import (
	"fmt"
	"slices"
	"strings"
)

const roleType = "AWS::IAM::Role"

// granted is what a role grants, with buckets of disks or without, but for what its
// function calls of the table's items. That is in no list: fault injection and the
// end-to-end tests hold every call against the template (tests/kit/iam).
func granted(role string, copies bool) map[string]bool {
	var all []string
	name := strings.TrimSuffix(role, "Role")
	log := name + "LogGroup.Arn"
	own := []string{"logs:CreateLogStream on " + log, "logs:PutLogEvents on " + log, "xray:PutTelemetryRecords on *", "xray:PutTraceSegments on *"}
	switch name {
	case "Deployment": // CodeDeploy's, which shifts the traffic of the aliases
		own = []string{"cloudwatch:DescribeAlarms on *", "lambda:InvokeFunction on BeforeTrafficFunction.Arn"}
		for _, f := range watchedFolders() {
			arn := logicalName(f) + "Function.Arn"
			for _, resource := range []string{arn, arn + ":live"} {
				all = append(all, "lambda:GetAlias on "+resource, "lambda:UpdateAlias on "+resource)
			}
			all = append(all, "lambda:GetProvisionedConcurrencyConfig on "+arn+":live")
		}
	case "BeforeTraffic": // any version of a function, and not the function as such
		for _, f := range watchedFolders() {
			all = append(all, "lambda:InvokeFunction on "+logicalName(f)+"Function.Arn:*")
		}
		all = append(all, "codedeploy:PutLifecycleEventHookExecutionStatus on arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:ServerlessDeploymentApplication/*")
	case "OnImageDeleted", "OnActivity":
		for _, action := range []string{"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"} {
			all = append(all, "dynamodb:"+action+" on Table.StreamArn")
		}
		all = append(all, "sqs:SendMessage on DeadLetters.Arn")
		if name == "OnActivity" {
			all = append(all, "events:PutEvents on EventBus.Arn")
		} else if copies {
			for _, b := range someArns {
				all = append(all, "s3:ListBucket on "+b+" under images/*", "s3:ListBucketMultipartUploads on "+b,
					"s3:AbortMultipartUpload on "+b+"/images/*", "s3:DeleteObject on "+b+"/images/*")
			}
		}
	case "Repair": // which names no key
		all = []string{"dynamodb:Scan on Table.Arn"}
	case "CopyDisks":
		all = []string{"sqs:DeleteMessage on CopyJobs.Arn", "sqs:GetQueueAttributes on CopyJobs.Arn", "sqs:ReceiveMessage on CopyJobs.Arn"}
		if copies {
			for _, key := range someKeys {
				all = append(all, "kms:Decrypt on "+key, "kms:GenerateDataKey on "+key)
			}
			for _, b := range someArns {
				all = append(all, "s3:ListBucket on "+b, "s3:ListBucketMultipartUploads on "+b, "s3:GetObject on "+b+"/*")
				for _, action := range []string{"AbortMultipartUpload", "DeleteObject", "ListMultipartUploadParts", "PutObject"} {
					all = append(all, "s3:"+action+" on "+b+"/images/*")
				}
			}
		}
	}
	set := map[string]bool{}
	for _, g := range append(all, own...) {
		set[g] = true
	}
	return set
}

// The actions that can be granted on the table: each names a key, and so a kind of
// items can be asked for. A scan is granted whatever a condition on keys
// says, so who may scan is listed above. A transaction is authorized by the underlying actions (DynamoDB Developer
// Guide, "Using IAM with DynamoDB transactions").
var (
	readsOfTable  = []string{"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
	writesOfTable = []string{"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}
)

// isForItems reports whether a statement grants an action for kinds of items
// only, and a write only within a transaction.
func isForItems(action string, condition object) bool {
	keys := listAt(condition, "ForAllValues:StringLike", "dynamodb:LeadingKeys")
	for _, kind := range keys {
		if kind != "IMAGE#*" && kind != "PROJECT#*" {
			return false
		}
	}
	if slices.Contains(readsOfTable, action) {
		return len(keys) > 0 && len(condition) == 1
	}
	return len(keys) > 0 && len(condition) == 2 && slices.Contains(writesOfTable, action) &&
		at(condition, "ForAnyValue:StringEquals", "dynamodb:EnclosingOperation") == "TransactWriteItems"
}

// checkRoles asks that these roles are all there is, one for each function and one
// for CodeDeploy: in the template, and in what the translator makes of it.
func checkRoles(template object) (r report) {
	got, want := map[string]bool{}, map[string]bool{"DeploymentRole": true}
	for id, resource := range objectAt(template, "Resources") {
		if kind, _ := at(resource, "Type").(string); strings.HasPrefix(kind, "AWS::IAM::") {
			got[id] = true
		}
		if at(resource, "Type") == functionType && at(resource, "Properties", "Policies") != nil {
			r.errorf("%s has policies beside its role", id)
		}
	}
	for _, folder := range folders {
		want[logicalName(folder)+"Role"] = true
	}
	sameSet(&r, "IAM resources", got, want)
	return r
}

func checkPermissions(template object) []error {
	r := checkRoles(template)
	checkGrants(&r, template, nil)
	checkGrants(&r, template, withBuckets)
	return r
}

func checkGrants(r *report, template object, values map[string]string) {
	d, err := deployed(template, values)
	if err != nil {
		r.errorf("%w", err)
		return
	}
	for id, role := range ofType(d.Template, roleType) {
		service := "lambda.amazonaws.com"
		if id == "DeploymentRole" {
			service = "codedeploy.amazonaws.com"
		}
		r.want("who may assume "+id, at(role, "AssumeRolePolicyDocument"), object{"Version": "2012-10-17", "Statement": []any{object{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": service},
		}}})
		r.want(id+" ManagedPolicyArns", at(role, "ManagedPolicyArns"), nil)
		grants := map[string]bool{}
		for _, policy := range listAt(role, "Policies") {
			r.want(id+" Version", at(policy, "PolicyDocument", "Version"), "2012-10-17")
			for _, statement := range listAt(policy, "PolicyDocument", "Statement") {
				addGrants(r, id, objectAt(statement), grants)
			}
		}
		sameSet(r, id, grants, granted(id, values != nil))
	}
}

func addGrants(r *report, id string, statement object, grants map[string]bool) {
	for name := range statement { // such as NotAction
		if !slices.Contains([]string{"Sid", "Effect", "Action", "Resource", "Condition"}, name) {
			r.errorf("%s has a statement with %s", id, name)
		}
	}
	r.want(id+" Effect", statement["Effect"], "Allow")
	condition, under := objectAt(statement, "Condition"), ""
	if prefix, is := at(condition, "StringLike", "s3:prefix").(string); is && len(condition) == 1 {
		condition, under = nil, " under "+prefix
	}
	for _, action := range listAt(statement, "Action") {
		for _, resource := range listAt(statement, "Resource") {
			grant := fmt.Sprint(action, " on ", resource, under)
			isOfTable := resource == "Table.Arn" || resource == "Table.Arn/index/gsi1"
			switch {
			case isOfTable && action == "dynamodb:Scan" && condition == nil:
				grants[grant] = true
			case isOfTable && !isForItems(action.(string), condition), !isOfTable && condition != nil:
				r.errorf("%s: nobody should be granted %s if %v", id, grant, condition)
			case !isOfTable:
				grants[grant] = true
			}
		}
	}
}
