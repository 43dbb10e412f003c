package template

import (
	"fmt"
	"slices"
	"strings"
)

// readsStream says of which functions the stream is the trigger, by their names.
func readsStream(folder string) bool { return strings.HasPrefix(folder, "on-") }

// streamReaders are those functions.
func streamReaders() []string {
	return slices.DeleteFunc(slices.Clone(folders), func(folder string) bool { return !readsStream(folder) })
}

// streamEvent returns the properties of a function's trigger, if it is the stream.
func streamEvent(template object, folder string) object {
	for _, event := range objectAt(function(template, folder), "Events") {
		if at(event, "Type") == "DynamoDB" {
			return objectAt(event, "Properties")
		}
	}
	return nil
}

func checkStream(template object) []error {
	var r report
	// More would throttle each other (DynamoDB Developer Guide, "DynamoDB Streams
	// quotas").
	if readers := streamReaders(); len(readers) > 2 {
		r.errorf("the stream has the readers %v: a shard is for two", readers)
	}
	for _, folder := range streamReaders() {
		r.want("events of "+folder, len(objectAt(function(template, folder), "Events")), 1)
		event := streamEvent(template, folder)
		for name, value := range map[string]any{
			"StartingPosition":           "TRIM_HORIZON",
			"FunctionResponseTypes":      []any{"ReportBatchItemFailures"},
			"BisectBatchOnFunctionError": true,
			"DestinationConfig":          object{"OnFailure": object{"Type": "SQS", "Destination": "!GetAtt DeadLetters.Arn"}},
		} {
			r.want(folder+": the stream trigger's "+name, at(event, name), value)
		}
		// -1, the default, retries until the record's age ends it; and the stream
		// keeps a record for a day, so what is given up must still be there.
		limits, err := documentedBatches(folder)
		if err != nil {
			return append(r, err)
		}
		r.want(folder+" BatchSize", at(event, "BatchSize"), limits.batch)
		r.want(folder+" MaximumRetryAttempts", at(event, "MaximumRetryAttempts"), limits.tries)
		r.want(folder+" MaximumRecordAgeInSeconds", at(event, "MaximumRecordAgeInSeconds"), limits.hours*3600)
		said := fmt.Sprint(at(properties(template, alarmType, "DeadLettersAlarm"), "AlarmDescription"))
		if left := fmt.Sprintf("keeps for %d more hours", 24-limits.hours); !strings.Contains(said, left) {
			r.errorf("DeadLettersAlarm does not say that the stream %s: %s", left, said)
		}
	}
	return r
}

func checkQueue(template object) []error {
	var r report
	queues := ofType(template, "AWS::SQS::Queue")
	r.want("queues", len(queues), 2)
	for _, folder := range streamReaders() {
		limits, err := documentedBatches(folder)
		if err != nil {
			return append(r, err)
		}
		r.want("the queue's retention", at(queues["DeadLetters"], "MessageRetentionPeriod"), limits.days*24*60*60)
	}
	return r
}

// checkBus asks that there is a bus of the stack's own, which the function
// publishes on, and that it keeps nothing unless it is asked to.
func checkBus(template object) []error {
	var r report
	for days, archives := range map[string]map[string]object{"0": {}, "7": {"EventArchive": {"SourceArn": "EventBus.Arn", "RetentionDays": "7"}}} {
		d, err := deployed(template, map[string]string{"EventArchiveDays": days})
		if err != nil {
			return append(r, err)
		}
		r.want("buses", ofType(d.Template, "AWS::Events::EventBus"), map[string]object{"EventBus": {"Name": "stack"}})
		r.want("archives", ofType(d.Template, "AWS::Events::Archive"), archives)
		var arn any
		if len(archives) > 0 {
			arn = "EventArchive.Arn"
		}
		r.want("EventArchiveArn", at(d.Template, "Outputs", "EventArchiveArn", "Value"), arn)
		r.want("EVENT_BUS_NAME", at(function(d.Template, "on-activity"), "Environment", "Variables", "EVENT_BUS_NAME"), "EventBus")
	}
	return r
}
