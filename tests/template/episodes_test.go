package template

import "slices"

// usual is the traffic of a function behind the gateway in a good minute.
const usual = 200

// endsOf are how a function's work can end: well, by a fault of its own, hindered
// by others, refused.
func endsOf(folder string) (good, bad, hindered, no string) {
	switch folder {
	case "on-image-deleted":
		return record, badRecord, busyOne, slowOne
	case "on-activity":
		return event, badEvent, busyEvent, slowEvent
	case "copy-disks":
		return copied, badCopy, busyCopy, slowCopy
	case "repair":
		return inspected, badInspection, busyInspection, slowInspection
	default:
		return fine, internal, busy, refused
	}
}

// of is n invocations a minute of a function's version, some of which end in
// one way and the rest well.
func of(folder, version, end string, n, some int) func(*cloud, int) {
	good, _, _, _ := endsOf(folder)
	return func(c *cloud, minute int) {
		c.invoke(minute, folder, version, end, some)
		c.invoke(minute, folder, version, good, n-some)
	}
}

// responding is n requests a minute, some with a status and the rest with 200.
func responding(status, n, some int) func(*cloud, int) {
	return func(c *cloud, minute int) {
		c.gateway(minute, status, 20, some)
		c.gateway(minute, 200, 20, n-some)
	}
}

// with is several things in the same minute.
func with(all ...func(*cloud, int)) func(*cloud, int) {
	return func(c *cloud, minute int) {
		for _, happens := range all {
			happens(c, minute)
		}
	}
}

// nowAndThen is what happens in one minute of five.
func nowAndThen(happens func(*cloud, int)) func(*cloud, int) {
	return func(c *cloud, minute int) {
		if minute%5 == 0 {
			happens(c, minute)
		}
	}
}

// claimed is the concurrency that the account's functions have.
func claimed(n float64) func(*cloud, int) {
	return valued("AWS/Lambda ClaimedAccountConcurrency", n)
}

// smallQuota is for an account with a quota of 100.
func smallQuota() []episode {
	return []episode{
		{"81 of 100 are claimed", "ConcurrencyAlarm", 6, claimed(81), claimed(10), 3, 9},
		{"80 of 100 are claimed", "ConcurrencyAlarm", 60, claimed(80), nil, never, never},
	}
}

// withDisks is for a deployment that copies disks. A copy comes again every 16 minutes.
func withDisks() []episode {
	copies := func(end string, n int) func(*cloud, int) {
		return func(c *cloud, minute int) {
			if minute%16 == 0 {
				of("copy-disks", oldVersion, end, n, n)(c, minute)
			}
		}
	}
	done := of("copy-disks", oldVersion, copied, usual, usual)
	return []episode{
		{"a copy of more than four hours comes again, and is done", "CopyAgeAlarm", 17, with(copies(oldCopy, 1), copies(agedCopy, 1)), done, 5, 55},
		{"a copy of more than four hours comes once", "CopyAgeAlarm", 5, copies(oldCopy, 1), nil, 5, 40},
		{"a copy of more than four hours comes again and again", "CopyAgeAlarm", 60, copies(oldCopy, 1), nil, 5, never},
		{"copies are four hours old", "CopyAgeAlarm", 60, copies(agedCopy, usual), nil, never, never},
	}
}

// counted is some events of a metric that its service emits only then.
func counted(metric string, some int) func(*cloud, int) {
	return func(c *cloud, minute int) { c.samples.put(minute, metric, 1, some) }
}

// valued is a metric's value, among lower ones.
func valued(metric string, value float64) func(*cloud, int) {
	return func(c *cloud, minute int) {
		for _, v := range []float64{0, value, value / 2} {
			c.samples.put(minute, metric, v, 1)
		}
	}
}

func episodes() []episode {
	all := wholeEpisodes()
	for _, folder := range watchedFolders() {
		all = append(all, functionEpisodes(folder)...)
	}
	return all
}

// watchedFolders are the functions but the hook, whose failure is one of the
// deployment.
func watchedFolders() []string {
	var watched []string
	for _, folder := range folders {
		if folder != "before-traffic" {
			watched = append(watched, folder)
		}
	}
	return watched
}

func functionEpisodes(folder string) []episode {
	name := logicalName(folder)
	deployment, failures, throttles := name+"NewVersionAlarm", name+"FailuresAlarm", name+"ThrottlesAlarm"
	good, bad, hindered, no := endsOf(folder)
	new := newVersion(folder)
	old := of(folder, oldVersion, good, usual, 0)
	oldFails := of(folder, oldVersion, bad, usual, usual)
	refusedStarts := func(n int) func(*cloud, int) {
		return counted("AWS/Lambda Throttles FunctionName="+name+"Function", n)
	}
	return []episode{
		{"a new version responds to 1.5 % with 5xx", deployment, 5, with(old, of(folder, new, bad, usual, 3)), old, 2, 7},
		{"a new version responds to 1 % with 5xx", deployment, 30, of(folder, new, bad, usual, 2), nil, never, never},
		{"a new version crashes on 1.5 %", deployment, 5, of(folder, new, crash, usual, 3), nil, 2, 7},
		{"a new version with few requests crashes", deployment, 5, of(folder, new, crash, 3, 1), nil, 2, 7},
		{"a new version of which nothing is left but crashes", deployment, 5, of(folder, new, crash, 1, 1), nil, 2, 7},
		{"a new version has one bad minute", deployment, 1, of(folder, new, bad, usual, usual), of(folder, new, good, usual, 0), never, never},
		{"only the old version fails", deployment, 30, with(oldFails, of(folder, new, good, usual, 0)), nil, never, never},
		{"only the old version crashes", deployment, 30, with(of(folder, oldVersion, crash, usual, usual), of(folder, new, good, usual, 0)), nil, never, never},
		{"a tenant hammers one image", deployment, 30, of(folder, new, hindered, usual, usual/2), nil, never, never},
		{"nobody calls the new version", deployment, 30, old, nil, never, never},

		{"5.5 % fail", failures, 15, of(folder, oldVersion, bad, usual, 11), nil, 10, 25},
		{"5.5 % fail, then all is well", failures, 15, of(folder, oldVersion, bad, usual, 11), old, 10, 25},
		{"5.5 % crash", failures, 15, of(folder, oldVersion, crash, usual, 11), nil, 10, 25},
		{"5 % fail", failures, 60, of(folder, oldVersion, bad, usual, 10), nil, never, never},
		{"both versions fail, each a little", failures, 15, with(of(folder, oldVersion, bad, usual/2, 3), of(folder, new, crash, usual/2, 8)), nil, 10, 25},
		{"two fail in five minutes, of two", failures, 60, nowAndThen(of(folder, oldVersion, bad, 2, 2)), nil, never, never},
		{"three fail in five minutes, of three", failures, 15, nowAndThen(of(folder, oldVersion, bad, 3, 3)), nil, 10, 25},
		{"five bad minutes", failures, 5, oldFails, old, never, never},
		{"all are refused", failures, 60, of(folder, oldVersion, no, usual, usual), nil, never, never},
		{"a new version refuses all", deployment, 30, of(folder, new, no, usual, usual), nil, never, never},
		{"a tenant hammers one image", failures, 60, of(folder, oldVersion, hindered, usual, usual/2), nil, never, never},

		{"1.5 % are not started", throttles, 15, with(of(folder, oldVersion, good, 197, 0), refusedStarts(3)), old, 10, 25},
		{"1 % is not started", throttles, 60, with(of(folder, oldVersion, good, 198, 0), refusedStarts(2)), nil, never, never},
		{"nothing is started of three in five minutes", throttles, 15, nowAndThen(refusedStarts(3)), nil, 10, 25},
		{"nothing is started of two in five minutes", throttles, 60, nowAndThen(refusedStarts(2)), nil, never, never},
	}
}

func wholeEpisodes() []episode {
	well := responding(200, usual, 0)
	log := func(end string, n int) func(*cloud, int) { return of("share", oldVersion, end, usual, n) }
	table := func(metric string, n int) func(*cloud, int) {
		return with(well, counted("AWS/DynamoDB "+metric+" TableName=Table", n))
	}
	throttledIndex := func(metric string, n int) func(*cloud, int) {
		return with(well, counted("AWS/DynamoDB "+metric+" GlobalSecondaryIndexName=gsi1 TableName=Table", n))
	}
	failing := func(operation string, n int) func(*cloud, int) {
		return with(well, counted("AWS/DynamoDB SystemErrors Operation="+operation+" TableName=Table", n))
	}
	const throttledWrites, failedGets = "AWS/DynamoDB WriteThrottleEvents TableName=Table", "AWS/DynamoDB SystemErrors Operation=GetItem TableName=Table"
	slow := func(status, latency, n, some int) func(*cloud, int) {
		return func(c *cloud, minute int) {
			c.gateway(minute, status, latency, some)
			c.gateway(minute, status, 20, n-some)
		}
	}
	behind := func(folder string, ms float64) func(*cloud, int) {
		return valued("AWS/Lambda IteratorAge FunctionName="+logicalName(folder)+"Function", ms)
	}
	letters := func(n float64) func(*cloud, int) {
		return valued("AWS/SQS ApproximateNumberOfMessagesVisible QueueName=DeadLetters.QueueName", n)
	}
	copies := func(end string, n int) func(*cloud, int) { return of("copy-disks", oldVersion, end, usual, n) }
	waiting := func(s float64) func(*cloud, int) {
		return valued("AWS/SQS ApproximateAgeOfOldestMessage QueueName=CopyJobs.QueueName", s)
	}
	unreadable := func(n int) func(*cloud, int) { return of("list", oldVersion, leftOut, usual, n) }
	inspections := func(end string) func(*cloud, int) { // one of them in an hour
		return func(c *cloud, minute int) {
			if minute == 17 {
				c.invoke(minute, "repair", oldVersion, end, 1)
			}
		}
	}
	inHours := func(hours ...int) func(*cloud, int) {
		return func(c *cloud, minute int) {
			if minute%60 == 17 && slices.Contains(hours, minute/60) {
				c.invoke(minute, "repair", oldVersion, inspected, 1)
			}
		}
	}
	left := func(n int) func(*cloud, int) { return of("on-activity", oldVersion, leftOver, usual, n) }
	return []episode{
		{"1.5 % get 5xx", "ApiFaultsAlarm", 15, responding(503, usual, 3), well, 10, 25},
		{"1.5 % get 5xx, then silence", "ApiFaultsAlarm", 15, responding(500, usual, 3), nil, 10, 25},
		{"1 % gets 5xx", "ApiFaultsAlarm", 60, responding(500, usual, 2), nil, never, never},
		{"three in five minutes, of three", "ApiFaultsAlarm", 15, nowAndThen(responding(500, 3, 3)), nil, 10, 25},
		{"two in five minutes, of two", "ApiFaultsAlarm", 60, nowAndThen(responding(500, 2, 2)), nil, never, never},
		{"five bad minutes", "ApiFaultsAlarm", 5, responding(500, usual, usual), well, never, never},
		{"many refusals", "ApiFaultsAlarm", 60, responding(404, usual, usual), nil, never, never},

		{"51 % are refused", "ApiRefusalsAlarm", 20, responding(401, 100, 51), well, 15, 25},
		{"half are refused", "ApiRefusalsAlarm", 60, responding(404, 100, 50), nil, never, never},
		{"ten minutes of refusals", "ApiRefusalsAlarm", 10, responding(404, 100, 100), well, never, never},
		{"all of few are refused", "ApiRefusalsAlarm", 60, responding(403, 19, 19), nil, never, never},
		{"all of a hundred are refused", "ApiRefusalsAlarm", 20, responding(403, 20, 20), nil, 15, 25},
		{"all fail", "ApiRefusalsAlarm", 60, responding(500, 100, 100), nil, never, never},

		{"5.5 % get 429", "ApiThrottlesAlarm", 15, responding(429, usual, 11), well, 10, 25},
		{"5 % get 429", "ApiThrottlesAlarm", 60, responding(429, usual, 10), nil, never, never},
		{"three in five minutes, of three", "ApiThrottlesAlarm", 15, nowAndThen(responding(429, 3, 3)), nil, 10, 25},
		{"two in five minutes, of two", "ApiThrottlesAlarm", 60, nowAndThen(responding(429, 2, 2)), nil, never, never},
		{"five throttled minutes", "ApiThrottlesAlarm", 5, responding(429, usual, usual), well, never, never},
		{"many refusals", "ApiThrottlesAlarm", 60, responding(404, usual, usual), nil, never, never},

		{"1.5 % take over a second", "ApiLatencyAlarm", 20, slow(200, 1001, usual, 3), well, 15, 25},
		{"1.5 % take a second", "ApiLatencyAlarm", 60, slow(200, 1000, usual, 3), nil, never, never},
		{"0.5 % take ten seconds", "ApiLatencyAlarm", 60, slow(200, 10_000, usual, 1), nil, never, never},
		{"ten slow minutes", "ApiLatencyAlarm", 10, slow(200, 5000, usual, usual), well, never, never},
		{"few are slow", "ApiLatencyAlarm", 60, slow(200, 5000, 3, 3), nil, never, never},

		{"1.5 % end as Throttled", "ThrottledAlarm", 15, with(well, log(throttled, 3)), well, 10, 25},
		{"1 % ends as Throttled", "ThrottledAlarm", 60, with(well, log(throttled, 2)), nil, never, never},
		{"three in five minutes, of three", "ThrottledAlarm", 15, nowAndThen(with(responding(429, 3, 3), log(throttled, 3))), nil, 10, 25},
		{"two in five minutes, of two", "ThrottledAlarm", 60, nowAndThen(with(responding(429, 2, 2), log(throttled, 2))), nil, never, never},
		{"the gateway throttles, DynamoDB does not", "ThrottledAlarm", 60, responding(429, usual, usual), nil, never, never},
		{"other ends", "ThrottledAlarm", 60, with(well, log(busy, usual), log(internal, usual), log(refused, usual)), nil, never, never},

		{"reads are throttled", "TableThrottlesAlarm", 15, table("ReadThrottleEvents", 3), well, 10, 25},
		{"writes are throttled", "TableThrottlesAlarm", 15, table("WriteThrottleEvents", 3), well, 10, 25},
		{"the index's reads are throttled", "TableThrottlesAlarm", 15, throttledIndex("ReadThrottleEvents", 3), well, 10, 25},
		{"the index's writes are throttled", "TableThrottlesAlarm", 15, throttledIndex("WriteThrottleEvents", 3), well, 10, 25},
		{"1 % is throttled", "TableThrottlesAlarm", 60, table("WriteThrottleEvents", 2), nil, never, never},
		{"three in five minutes, of three", "TableThrottlesAlarm", 15, nowAndThen(with(responding(429, 3, 3), counted(throttledWrites, 3))), nil, 10, 25},
		{"two in five minutes, of two", "TableThrottlesAlarm", 60, nowAndThen(with(responding(429, 2, 2), counted(throttledWrites, 2))), nil, never, never},
		{"five throttled minutes", "TableThrottlesAlarm", 5, table("WriteThrottleEvents", usual), well, never, never},

		{"BatchGetItem fails", "TableErrorsAlarm", 15, failing("BatchGetItem", 3), well, 10, 25},
		{"GetItem fails", "TableErrorsAlarm", 15, failing("GetItem", 3), well, 10, 25},
		{"Query fails", "TableErrorsAlarm", 15, failing("Query", 3), well, 10, 25},
		{"TransactWriteItems fails", "TableErrorsAlarm", 15, failing("TransactWriteItems", 3), well, 10, 25},
		{"1 % fails", "TableErrorsAlarm", 60, failing("GetItem", 2), nil, never, never},
		{"three in five minutes, of three", "TableErrorsAlarm", 15, nowAndThen(with(responding(500, 3, 3), counted(failedGets, 3))), nil, 10, 25},
		{"two in five minutes, of two", "TableErrorsAlarm", 60, nowAndThen(with(responding(500, 2, 2), counted(failedGets, 2))), nil, never, never},
		{"five bad minutes", "TableErrorsAlarm", 5, failing("GetItem", usual), well, never, never},

		{"801 of 1000 are claimed", "ConcurrencyAlarm", 6, claimed(801), claimed(10), 3, 9},
		{"800 of 1000 are claimed", "ConcurrencyAlarm", 60, claimed(800), nil, never, never},
		{"two crowded minutes", "ConcurrencyAlarm", 2, claimed(1000), claimed(10), never, never},

		{"the clean-up is more than 15 minutes behind", "IteratorAgeAlarm", 5, behind("on-image-deleted", 900_001), behind("on-image-deleted", 0), 5, 10},
		{"the clean-up is 15 minutes behind", "IteratorAgeAlarm", 60, behind("on-image-deleted", 900_000), nil, never, never},
		{"nothing is deleted", "IteratorAgeAlarm", 5, behind("on-image-deleted", 1_000_000), nil, 5, 10},
		{"events are late, the clean-up is not", "IteratorAgeAlarm", 60, behind("on-activity", 1_000_000), nil, never, never},

		{"events are more than 15 minutes late", "EventAgeAlarm", 5, behind("on-activity", 900_001), behind("on-activity", 0), 5, 10},
		{"events are 15 minutes late", "EventAgeAlarm", 60, behind("on-activity", 900_000), nil, never, never},
		{"nothing is changed", "EventAgeAlarm", 5, behind("on-activity", 1_000_000), nil, 5, 10},
		{"the clean-up is behind, events are not", "EventAgeAlarm", 60, behind("on-image-deleted", 1_000_000), nil, never, never},

		{"an image cannot be read", "UnreadableAlarm", 10, unreadable(1), of("list", oldVersion, fine, usual, 0), 5, 15},
		{"an image cannot be read", "ListFailuresAlarm", 60, unreadable(usual), nil, never, never},
		{"an image cannot be read", "ListNewVersionAlarm", 30, of("list", newVersion("list"), leftOut, usual, usual), nil, never, never},
		{"a list in five minutes", "UnreadableAlarm", 10, nowAndThen(unreadable(1)), nil, 5, 15},
		{"all lists are read", "UnreadableAlarm", 60, with(of("list", oldVersion, fine, usual, 0), of("list", oldVersion, internal, usual, usual)), nil, never, never},

		{"a closed project owns an image", "LeftOverAlarm", 10, left(1), of("on-activity", oldVersion, event, usual, 0), 5, 15},
		{"a closed project owns an image", "OnActivityFailuresAlarm", 60, left(usual), nil, never, never},
		{"a record in five minutes", "LeftOverAlarm", 10, nowAndThen(left(1)), nil, 5, 15},
		{"nothing is left", "LeftOverAlarm", 60, with(of("on-activity", oldVersion, event, usual, 0), of("on-activity", oldVersion, badEvent, usual, usual)), nil, never, never},

		{"a copy fails, in five minutes", "CopyFailedAlarm", 10, nowAndThen(copies(denied, 1)), nil, 5, 15},
		{"sources are gone or changed, other ends", "CopyFailedAlarm", 60, with(copies(goneCopy, usual), copies(otherCopy, usual), copies(badCopy, usual), copies(busyCopy, usual)), nil, never, never},
		{"copies fail", "CopyDisksFailuresAlarm", 60, copies(denied, usual), nil, never, never},

		{"a copy waits for more than an hour", "CopyJobsAgeAlarm", 5, waiting(3601), waiting(0), 5, 10},
		{"a copy waits for an hour", "CopyJobsAgeAlarm", 60, waiting(3600), nil, never, never},

		{"a promise is broken", "BrokenPromisesAlarm", 60, inspections(brokenTable), nil, 20, 25},
		{"a promise is broken", "RepairFailuresAlarm", 60, of("repair", oldVersion, brokenTable, usual, usual), nil, never, never},
		{"a promise is broken", "RepairNewVersionAlarm", 30, of("repair", newVersion("repair"), brokenTable, usual, usual), nil, never, never},
		{"other ends", "BrokenPromisesAlarm", 60, with(inspections(inspected), inspections(leftTable), inspections(badInspection), inspections(shortInspection)), nil, never, never},

		{"something was left", "LeftInTableAlarm", 60, inspections(leftTable), nil, 20, 25},
		{"something was left", "RepairFailuresAlarm", 60, of("repair", oldVersion, leftTable, usual, usual), nil, never, never},
		{"other ends", "LeftInTableAlarm", 60, with(inspections(inspected), inspections(brokenTable), inspections(badInspection), inspections(shortInspection)), nil, never, never},

		{"an inspection is not done in time", "NotInspectedAlarm", 60, inspections(shortInspection), nil, 20, 25},
		{"an inspection is not done in time", "RepairFailuresAlarm", 60, of("repair", oldVersion, shortInspection, usual, usual), nil, never, never},
		{"inspections of a new version are not done in time", "RepairNewVersionAlarm", 30, of("repair", newVersion("repair"), shortInspection, usual, usual), nil, never, never},
		{"an inspection is not done in time, another is", "NotInspectedAlarm", 60, with(inspections(shortInspection), inspections(inspected)), nil, 20, 25},
		{"an inspection fails", "NotInspectedAlarm", 60, inspections(badInspection), nil, 20, 25},
		{"an inspection is hindered", "NotInspectedAlarm", 60, inspections(busyInspection), nil, 20, 25},
		{"an inspection is throttled", "NotInspectedAlarm", 60, inspections(slowInspection), nil, 20, 25},
		{"an inspection crashes", "NotInspectedAlarm", 60, inspections(crash), nil, 20, 25},
		{"an event is none", "NotInspectedAlarm", 60, inspections(noInspection), nil, 20, 25},
		{"other ends", "NotInspectedAlarm", 60, with(inspections(inspected), inspections(brokenTable), inspections(leftTable)), nil, never, never},

		{"a function of the log says something else", "NotInspectedAlarm", 60, func(c *cloud, minute int) {
			c.log(minute, "RepairLogGroup", `{"level":"ERROR","message":"other","outcome":"failed"}`, 1)
		}, nil, never, never},

		{"three hours without an inspection", "NoInspectionsAlarm", 360, inHours(0, 4, 5), nil, 240, 300},
		{"two hours without an inspection", "NoInspectionsAlarm", 360, inHours(0, 3, 4), nil, never, never},
		{"inspections are counted, and none is", "NoInspectionsAlarm", 60, func(c *cloud, minute int) {
			c.samples.put(minute, "AWS/Lambda Invocations FunctionName=RepairFunction", 0, 1)
		}, nil, 60, never},
		{"inspections fail", "NoInspectionsAlarm", 60, inspections(crash), nil, never, never},

		{"a dead letter is there, then taken away", "DeadLettersAlarm", 10, letters(1), letters(0), 5, 15},
		{"no dead letter", "DeadLettersAlarm", 60, letters(0), nil, never, never},
		{"a queue that nobody uses", "DeadLettersAlarm", 5, letters(2), nil, 5, 10},
	}
}
