package template

import (
	"fmt"
	"strings"
)

// readsStream says of which functions the stream is the trigger, by their names.
func readsStream(folder string) bool { return strings.HasPrefix(folder, "on-") }

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
	events := objectAt(function(template, "on-image-deleted"), "Events")
	r.want("events of on-image-deleted", len(events), 1)
	event := streamEvent(template, "on-image-deleted")
	for name, value := range map[string]any{
		"StartingPosition":           "TRIM_HORIZON",
		"FunctionResponseTypes":      []any{"ReportBatchItemFailures"},
		"BisectBatchOnFunctionError": true,
		"DestinationConfig":          object{"OnFailure": object{"Type": "SQS", "Destination": "!GetAtt DeadLetters.Arn"}},
	} {
		r.want("the stream trigger's "+name, at(event, name), value)
	}
	// -1, the default, retries until the record's age ends it; and the stream
	// keeps a record for a day, so what is given up must still be there.
	batch, tries, hours, _, err := documentedCleanUp()
	if err != nil {
		return append(r, err)
	}
	r.want("BatchSize", at(event, "BatchSize"), batch)
	r.want("MaximumRetryAttempts", at(event, "MaximumRetryAttempts"), tries)
	r.want("MaximumRecordAgeInSeconds", at(event, "MaximumRecordAgeInSeconds"), hours*3600)
	said := fmt.Sprint(at(properties(template, alarmType, "DeadLettersAlarm"), "AlarmDescription"))
	if left := fmt.Sprintf("keeps for %d more hours", 24-hours); !strings.Contains(said, left) {
		r.errorf("DeadLettersAlarm does not say that the stream %s: %s", left, said)
	}
	return r
}

func checkQueue(template object) []error {
	var r report
	queues := ofType(template, "AWS::SQS::Queue")
	r.want("queues", len(queues), 1)
	_, _, _, days, err := documentedCleanUp()
	if err != nil {
		return append(r, err)
	}
	r.want("the queue's retention", at(queues["DeadLetters"], "MessageRetentionPeriod"), days*24*60*60)
	return r
}
