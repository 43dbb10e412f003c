package template

import (
	"encoding/json"
	"fmt"
	"strings"
)

// checkLogs asks that every function has a log of its own, in Lambda's JSON
// form, which is kept as long as the parameter says.
func checkLogs(template object) []error {
	var r report
	d, err := deployed(template, map[string]string{"LogRetentionDays": "7"})
	if err != nil {
		return append(r, err)
	}
	groups := ofType(d.Template, "AWS::Logs::LogGroup")
	want, got := map[string]bool{"AccessLogGroup": true}, map[string]bool{}
	for id, g := range groups {
		got[id] = true
		r.want(id+" RetentionInDays", at(g, "RetentionInDays"), "7")
	}
	for _, folder := range folders {
		group := logicalName(folder) + "LogGroup"
		want[group] = true
		r.want(folder+" LoggingConfig", at(function(d.Template, folder), "LoggingConfig"), object{"LogFormat": "JSON", "LogGroup": group})
		name := fmt.Sprint(at(groups[group], "LogGroupName"))
		if !strings.HasPrefix(name, "/aws/lambda/stack-") {
			r.errorf("the log group of %s is %s", folder, name)
		}
	}
	sameSet(&r, "log groups", got, want)
	checkAccessLog(&r, d.Template)
	return r
}

func checkAccessLog(r *report, template object) {
	settings := at(properties(template, apiType, "Api"), "AccessLogSettings")
	r.want("the access log", at(settings, "DestinationArn"), "arn:aws:logs:eu-west-1:123456789012:log-group:AccessLogGroup")
	r.want("the access log's name", at(properties(template, "AWS::Logs::LogGroup", "AccessLogGroup"), "LogGroupName"), "/aws/vendedlogs/apigateway/stack")
	format, _ := at(settings, "Format").(string)
	var fields map[string]string
	if err := json.Unmarshal([]byte(format), &fields); err != nil {
		r.errorf("the access log's format is no JSON: %w", err)
		return
	}
	got, want := map[string]bool{}, map[string]bool{
		"requestId $context.requestId": true, "time $context.requestTime": true, "route $context.routeKey": true,
		"status $context.status": true, "latencyMs $context.responseLatency": true,
		"integrationLatencyMs $context.integrationLatency": true, "integrationError $context.integrationErrorMessage": true,
		"authorizerError $context.authorizer.error": true,
	}
	for name, variable := range fields {
		got[name+" "+variable] = true
	}
	sameSet(r, "the access log", got, want)
}

// checkNames asks that two stacks of one account and region do not meet: what
// has a name of its own has another in each.
func checkNames(template object) []error {
	var r report
	taken := map[string]string{}
	for _, stack := range []string{"one", "two"} {
		d, err := deployed(template, map[string]string{"AWS::StackName": stack})
		if err != nil {
			return append(r, err)
		}
		for id, resource := range objectAt(d.Template, "Resources") {
			for _, property := range []string{"LogGroupName", "DashboardName", "FunctionName", "RoleName", "QueueName", "TableName", "AlarmName", "FilterName", "Name", "ArchiveName"} {
				name, named := at(resource, "Properties", property).(string)
				if !named || at(resource, "Type") == "AWS::Logs::MetricFilter" && property == "LogGroupName" {
					continue
				}
				if other := taken[property+name]; other != "" {
					r.errorf("%s of the stack %s has the %s of %s", id, stack, property, other)
				}
				taken[property+name] = id + " of the stack " + stack
			}
		}
	}
	return r
}
