package template

// streamEvent returns the properties of on-image-deleted's trigger.
func streamEvent(template object) object {
	return objectAt(function(template, "on-image-deleted"), "Events", "ImageDeleted", "Properties")
}

func checkStream(template object) []error {
	var r report
	events := objectAt(function(template, "on-image-deleted"), "Events")
	r.want("events of on-image-deleted", len(events), 1)
	r.want("type of its event", at(events, "ImageDeleted", "Type"), "DynamoDB")
	event := streamEvent(template)
	for name, value := range map[string]any{
		"StartingPosition":           "TRIM_HORIZON",
		"FunctionResponseTypes":      []any{"ReportBatchItemFailures"},
		"BisectBatchOnFunctionError": true,
		"DestinationConfig":          object{"OnFailure": object{"Type": "SQS", "Destination": theQueue}},
	} {
		r.want("the stream trigger's "+name, at(event, name), value)
	}
	// -1, the default, retries until the record's age ends it.
	if n, _ := at(event, "MaximumRetryAttempts").(int); n < 1 || n > 100 {
		r.errorf("MaximumRetryAttempts is %d", n)
	}
	// The stream keeps a record for a day: what is given up must still be there.
	if n, _ := at(event, "MaximumRecordAgeInSeconds").(int); n < 60 || n > 12*60*60 {
		r.errorf("MaximumRecordAgeInSeconds is %d", n)
	}
	return r
}

func checkQueue(template object) []error {
	var r report
	queues := ofType(template, "AWS::SQS::Queue")
	r.want("queues", len(queues), 1)
	r.want("the queue's retention", at(queues["DeadLetters"], "MessageRetentionPeriod"), 14*24*60*60)
	return r
}
