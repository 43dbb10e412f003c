package template

import "time"

// A deployment that copies disks.
const someBuckets = `{"eu-west":{"bucket":"disks-eu-west","region":"eu-west-1"},"us-east":{"bucket":"disks-us-east","region":"us-east-1"}}`

var (
	someKeys    = []string{"arn:aws:kms:eu-west-1:123456789012:key/1b2c-3d", "arn:aws:kms:us-east-1:123456789012:key/4e5f"}
	someArns    = []string{"arn:aws:s3:::disks-eu-west", "arn:aws:s3:::disks-us-east"}
	withBuckets = map[string]string{"DiskBuckets": someBuckets, "DiskBucketArns": someArns[0] + "," + someArns[1], "DiskKmsKeyArns": someKeys[0] + "," + someKeys[1]}
)

// longestCopy is how long a copy may take (shared/disks).
const longestCopy = 24 * time.Hour

// checkCopies asks that what begins a copy comes to the function, one at a time and
// again until it is done, where there are buckets; and that nothing does otherwise.
func checkCopies(template object) []error {
	var r report
	for _, copies := range []bool{false, true} {
		values, state, buckets := map[string]string(nil), "DISABLED", ""
		if copies {
			values, state, buckets = withBuckets, "ENABLED", someBuckets
		}
		d, err := deployed(template, values)
		if err != nil {
			return append(r, err)
		}
		r.want("DISK_BUCKETS", at(function(d.Template, "copy-disks"), "Environment", "Variables", "DISK_BUCKETS"), buckets)
		r.want("the rules", ofType(d.Template, "AWS::Events::Rule"), map[string]object{"CopyRule": {
			"EventBusName": "EventBus", "State": state,
			"EventPattern": object{"source": []any{"image-sharing"}, "detail-type": []any{"ImageSaved", "ImageCopied"}},
			"Targets":      []any{object{"Id": "copy-jobs", "Arn": "CopyJobs.Arn", "DeadLetterConfig": object{"Arn": "DeadLetters.Arn"}}},
		}})
		r.want("the triggers of copy-disks", function(d.Template, "copy-disks")["Events"], object{"CopyJob": object{"Type": "SQS", "Properties": object{
			"Queue": "CopyJobs.Arn", "Enabled": copies, "BatchSize": 1, "FunctionResponseTypes": []any{"ReportBatchItemFailures"},
			"ScalingConfig": object{"MaximumConcurrency": 20},
		}}})
		r.want("who may fill the queues", ofType(d.Template, "AWS::SQS::QueuePolicy"), map[string]object{"CopyJobsPolicy": {
			"Queues": []any{"CopyJobs", "DeadLetters"},
			"PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{
				"Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
				"Resource": []any{"CopyJobs.Arn", "DeadLetters.Arn"}, "Condition": object{"ArnEquals": object{"aws:SourceArn": "CopyRule.Arn"}},
			}}},
		}})
		r.want("the oldest copy is watched", properties(d.Template, "AWS::Logs::MetricFilter", "CopyAge") != nil, copies)
		r.want("somebody is told of it", properties(d.Template, alarmType, "CopyAgeAlarm") != nil, copies)
		checkCopyJobs(&r, d.Template)
	}
	return r
}

// checkCopyJobs asks that no message is handed out while it is worked on, and that
// none is given up before its copy is.
func checkCopyJobs(r *report, template object) {
	queue := properties(template, "AWS::SQS::Queue", "CopyJobs")
	hidden, _ := at(queue, "VisibilityTimeout").(int)
	times, _ := at(queue, "RedrivePolicy", "maxReceiveCount").(int)
	kept, _ := at(queue, "MessageRetentionPeriod").(int)
	if timeout, _ := at(function(template, "copy-disks"), "Timeout").(int); hidden != timeout+60 {
		r.errorf("a message is hidden for %d s, not a minute longer than the %d s of the function", hidden, timeout)
	}
	r.want("where messages end that are given up", at(queue, "RedrivePolicy", "deadLetterTargetArn"), "DeadLetters.Arn")
	r.want("times that a message is handed out", times, 100)
	r.want("days that a message is kept", kept, 4*24*60*60)
	if long := time.Duration(times*hidden) * time.Second; long < longestCopy || time.Duration(kept)*time.Second < 2*longestCopy {
		r.errorf("a message is given up after %v, or %d s", long, kept)
	}
}
