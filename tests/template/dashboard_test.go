package template

import (
	"encoding/json"
	"fmt"
	"strings"
)

// checkDashboard asks that the dashboard shows every function's duration,
// crashes and faults, and only metrics that there are.
func checkDashboard(template object) []error {
	var r report
	d, err := deployed(template, nil)
	if err != nil {
		return append(r, err)
	}
	body, _ := at(properties(d.Template, "AWS::CloudWatch::Dashboard", "Dashboard"), "DashboardBody").(string)
	var dashboard struct {
		Widgets []struct {
			Type       string
			Properties struct {
				Title, Region, Stat string
				Period              int
				Metrics             [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &dashboard); err != nil {
		r.errorf("the dashboard is no JSON: %w", err)
	}
	shown := map[string]bool{}
	for _, w := range dashboard.Widgets {
		p := w.Properties
		if w.Type != "metric" || p.Title == "" || p.Stat == "" || p.Region != "eu-west-1" || p.Period != 60 {
			r.errorf("a widget is %+v", w)
		}
		var above []string
		for _, row := range p.Metrics {
			above = rowOf(row, above)
			shown[p.Stat+" "+strings.Join(above, " ")] = true
		}
	}
	want := map[string]bool{}
	for _, folder := range watchedFolders() {
		name := logicalName(folder)
		want["p99 AWS/Lambda Duration FunctionName "+name+"Function"] = true
		want["Sum AWS/Lambda Errors FunctionName "+name+"Function"] = true
		want["Sum ImageSharing/stack "+name+"Faults"] = true
		if readsStream(folder) {
			want["Maximum AWS/Lambda IteratorAge FunctionName "+name+"Function"] = true
		}
	}
	for _, m := range []string{
		"Sum AWS/ApiGateway Count ApiId Api", "Sum AWS/ApiGateway 4xx ApiId Api", "Sum AWS/ApiGateway 5xx ApiId Api",
		"p99 AWS/ApiGateway Latency ApiId Api", "Sum ImageSharing/stack TooManyRequests", "Sum ImageSharing/stack Throttled",
		"Sum AWS/DynamoDB ConsumedReadCapacityUnits TableName Table", "Sum AWS/DynamoDB ConsumedWriteCapacityUnits TableName Table",
		"Sum AWS/DynamoDB ReadThrottleEvents TableName Table", "Sum AWS/DynamoDB WriteThrottleEvents TableName Table",
		"Sum AWS/DynamoDB TransactionConflict TableName Table",
		"Maximum AWS/SQS ApproximateNumberOfMessagesVisible QueueName DeadLetters.QueueName",
		"Sum ImageSharing/stack BrokenPromises", "Sum ImageSharing/stack LeftInTable", "Sum ImageSharing/stack NotInspected",
		"Sum ImageSharing/stack CopyFailed", "Maximum ImageSharing/stack CopyAge", "Maximum AWS/SQS ApproximateAgeOfOldestMessage QueueName CopyJobs.QueueName",
		"Maximum AWS/SQS ApproximateNumberOfMessagesVisible QueueName CopyJobs.QueueName",
		"Maximum AWS/SQS ApproximateNumberOfMessagesNotVisible QueueName CopyJobs.QueueName",
	} {
		want[m] = true
	}
	sameSet(&r, "the dashboard", shown, want)
	return r
}

// rowOf writes a row of metrics out: "." is the value above, "..." all of
// them but the last ones (CloudWatch, "Dashboard body structure").
func rowOf(row []any, above []string) []string {
	var parts []string
	for i, part := range row {
		text, isText := part.(string)
		switch {
		case !isText: // how it is drawn
		case text == "." && i < len(above):
			parts = append(parts, above[i])
		case text == "...":
			rest := 0
			for _, p := range row[i+1:] {
				if _, isText := p.(string); isText {
					rest++
				}
			}
			parts = append(parts, above[:len(above)-rest]...)
		default:
			parts = append(parts, fmt.Sprint(text))
		}
	}
	return parts
}
