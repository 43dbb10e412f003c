package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

const alarmType = "AWS::CloudWatch::Alarm"

// metric is what an alarm watches: namespace, name and dimension.
type metric struct{ namespace, name, dimension string }

func metricOf(m any) metric {
	var dimensions []string
	for _, d := range listAt(m, "Dimensions") {
		dimensions = append(dimensions, fmt.Sprint(at(d, "Name"), "=", at(d, "Value")))
	}
	return metric{fmt.Sprint(at(m, "Namespace")), fmt.Sprint(at(m, "MetricName")), strings.Join(dimensions, " ")}
}

// watched are the metrics of an alarm, one or several.
func watched(alarm object) map[metric]bool {
	found := make(map[metric]bool)
	if at(alarm, "MetricName") != nil {
		found[metricOf(alarm)] = true
	}
	for _, m := range listAt(alarm, "Metrics") {
		if stat := at(m, "MetricStat", "Metric"); stat != nil {
			found[metricOf(stat)] = true
		}
	}
	return found
}

const faultsNamespace = "!Sub ImageSharing/${AWS::StackName}"

func alarms() map[string]map[metric]bool {
	want := map[string]map[metric]bool{
		"ApiLatencyAlarm": {{"AWS/ApiGateway", "Latency", "ApiId=!Ref Api"}: true},
		"ApiFaultsAlarm": {
			{"AWS/ApiGateway", "5xx", "ApiId=!Ref Api"}:   true,
			{"AWS/ApiGateway", "Count", "ApiId=!Ref Api"}: true,
		},
		"IteratorAgeAlarm": {{"AWS/Lambda", "IteratorAge", "FunctionName=!Ref OnImageDeletedFunction"}: true},
		"DeadLettersAlarm": {{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=!GetAtt DeadLetters.QueueName"}: true},
	}
	for _, folder := range folders {
		name := logicalName(folder)
		dimension := "FunctionName=!Ref " + name + "Function"
		want[name+"ErrorsAlarm"] = map[metric]bool{
			{"AWS/Lambda", "Errors", dimension}:    true,
			{faultsNamespace, name + "Faults", ""}: true,
		}
		want[name+"ThrottlesAlarm"] = map[metric]bool{{"AWS/Lambda", "Throttles", dimension}: true}
	}
	return want
}

func checkAlarms(template object) []error {
	var r report
	got, want := map[string]bool{}, map[string]bool{}
	for id := range ofType(template, alarmType) {
		got[id] = true
	}
	for id, metrics := range alarms() {
		want[id] = true
		alarm := properties(template, alarmType, id)
		sameSet(&r, id, watched(alarm), metrics)
		r.want(id+" AlarmActions", at(alarm, "AlarmActions"),
			object{"!If": []any{"WithAlarmTopic", []any{"!Ref AlarmTopicArn"}, "!Ref AWS::NoValue"}})
		r.want(id+" TreatMissingData", at(alarm, "TreatMissingData"), "notBreaching")
		if operator, _ := at(alarm, "ComparisonOperator").(string); !strings.HasPrefix(operator, "GreaterThan") {
			r.errorf("%s alarms when its metric is %s the threshold", id, operator)
		}
	}
	sameSet(&r, "alarms", got, want)
	r.want("WithAlarmTopic", at(template, "Conditions", "WithAlarmTopic"),
		object{"!Not": []any{object{"!Equals": []any{"!Ref AlarmTopicArn", ""}}}})
	r.want("ApiLatencyAlarm ExtendedStatistic", at(properties(template, alarmType, "ApiLatencyAlarm"), "ExtendedStatistic"), "p99")
	return r
}

// checkDeployment asks that new code is tried on a tenth of the requests, and
// taken back when the function's own alarm rises. Another function's alarm
// must not stop it, or one that fails already could never be mended.
func checkDeployment(template object) []error {
	var r report
	for _, folder := range folders {
		r.want(folder+" DeploymentPreference", at(function(template, folder), "DeploymentPreference"), object{
			"Type":   "Canary10Percent5Minutes",
			"Role":   "!GetAtt DeploymentRole.Arn",
			"Alarms": []any{"!Ref " + logicalName(folder) + "ErrorsAlarm"},
		})
	}
	return r
}

func checkLogs(template object) []error {
	var r report
	groups := ofType(template, "AWS::Logs::LogGroup")
	want, got := map[string]bool{"AccessLogGroup": true}, map[string]bool{}
	for id, g := range groups {
		got[id] = true
		r.want(id+" RetentionInDays", at(g, "RetentionInDays"), "!Ref LogRetentionDays")
	}
	for _, folder := range folders {
		name := logicalName(folder)
		want[name+"LogGroup"] = true
		r.want(folder+" LoggingConfig", at(function(template, folder), "LoggingConfig"),
			object{"LogFormat": "JSON", "LogGroup": "!Ref " + name + "LogGroup"})
		filter := properties(template, "AWS::Logs::MetricFilter", name+"Faults")
		r.want(name+"Faults LogGroupName", at(filter, "LogGroupName"), "!Ref "+name+"LogGroup")
		r.want(name+"Faults FilterPattern", at(filter, "FilterPattern"), `{ $.level = "ERROR" }`)
		r.want(name+"Faults MetricTransformations", at(filter, "MetricTransformations"), []any{object{
			"MetricNamespace": faultsNamespace, "MetricName": name + "Faults", "MetricValue": "1", "DefaultValue": 0,
		}})
	}
	sameSet(&r, "log groups", got, want)
	r.want("names of log groups", len(logGroupNames(groups)), len(groups))
	checkAccessLog(&r, template)
	return r
}

func logGroupNames(groups map[string]object) map[any]bool {
	names := make(map[any]bool)
	for _, g := range groups {
		names[at(g, "LogGroupName")] = true
	}
	return names
}

func checkAccessLog(r *report, template object) {
	settings := at(properties(template, apiType, "Api"), "AccessLogSettings")
	r.want("the access log", at(settings, "DestinationArn"),
		"!Sub arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AccessLogGroup}")
	format, _ := at(settings, "Format").(string)
	var fields map[string]string
	if err := json.Unmarshal([]byte(format), &fields); err != nil {
		r.errorf("the access log's format is no JSON: %w", err)
		return
	}
	got, want := map[string]bool{}, map[string]bool{
		"$context.requestId": true, "$context.requestTime": true, "$context.routeKey": true, "$context.status": true,
		"$context.responseLatency": true, "$context.integrationLatency": true,
		"$context.integrationErrorMessage": true, "$context.authorizer.error": true,
	}
	for _, variable := range fields {
		got[variable] = true
	}
	sameSet(r, "the access log", got, want)
}

var substitution = regexp.MustCompile(`\$\{([^}]+)\}`)

// checkDashboard asks for JSON whose every name is one of the template, and
// that shows every alarm.
func checkDashboard(template object) []error {
	var r report
	body, _ := at(properties(template, "AWS::CloudWatch::Dashboard", "Dashboard"), "DashboardBody").(string)
	body, ok := strings.CutPrefix(body, "!Sub ")
	if !ok || !json.Valid([]byte(body)) {
		r.errorf("the dashboard is no JSON")
	}
	shown := map[string]bool{}
	for _, s := range substitution.FindAllStringSubmatch(body, -1) {
		id, attribute, _ := strings.Cut(s[1], ".")
		if !strings.HasPrefix(id, "AWS::") && at(template, "Resources", id) == nil {
			r.errorf("the dashboard shows %s, which is not there", id)
		}
		if attribute == "Arn" {
			shown[id] = true
		}
	}
	want := map[string]bool{}
	for id := range alarms() {
		want[id] = true
	}
	sameSet(&r, "alarms on the dashboard", shown, want)
	return r
}
