package main

import "slices"

// The suites, quick ones first in each mutation's list.
var (
	rules          = suite{"./shared/sharing", ".", ""}
	conditions     = suite{"./shared/dynamo", ".", atRandom}
	onDynamoDB     = suite{"./tests/storetest", "DynamoDB", ""}
	onSQLite       = suite{"./tests/storetest", "SQLite", ""}
	form           = suite{"./shared/stored", ".", ""}
	releases       = suite{"./tests/releases", ".", ""}
	embedded       = suite{"./local/sqlite", ".", ""}
	faultInjection = suite{"./tests/faultinjection", ".", ""}
	stream         = suite{"./tests/stream", ".", ""}
	repair         = suite{"./tools/repair", ".", ""}
	inspection     = suite{"./shared/dynamo", "TestAnInspection", ""}
	inRepair       = suite{"./shared/repair", ".", ""}
	weekly         = suite{"./tests/repair", ".", ""}
	access         = suite{"./shared/httpapi", ".", ""}
	model          = suite{"./tests/robustness", "TestModel/sqlite", atRandom}
	linear         = suite{"./tests/robustness", "TestLinearizability", atRandom}
	lateIndex      = suite{"./tests/robustness", "TestAList", atRandom}
	overHTTP       = suite{"./tests/rules", "TestR0[27]", ""}
	nextTokens     = suite{"./shared/service", "FuzzNextTokens", ""}
	patches        = suite{"./tests/contract", "TestAPatch/sqlite", ""}
	events         = suite{"./tests/events", ".", ""}
	settling       = suite{"./tests/events", "TestClosingsSettle", ""}
	published      = suite{"./shared/events", ".", ""}
	copies         = suite{"./tests/disks", ".", ""}
	late           = suite{"./tests/robustness", "TestARepeatedSave|TestLateCleanUp", atRandom}
	disks          = suite{"./local/diskstore", ".", ""}
	queued         = suite{"./local/queue", ".", ""}
	gateway        = suite{"./local/gateway", "TestDisks", ""}
	signIn         = suite{"./local/issuer", ".", ""}
	sampled        = suite{"./local/sample", ".", ""}
	inCapacity     = suite{"./tests/costs", "Foreign|Missing", ""}
	onTheWire      = suite{"./shared/wire", ".", ""}
	times          = suite{"./shared/timestamp", ".", ""}
	claims         = suite{"./local/gateway", "TestClaims", ""}
	configured     = suite{"./local/runner", "TestConfig", ""}
	atTheGateway   = suite{"./shared/apigateway", ".", ""}
	asInJSON       = suite{"./local/gateway", "TestJSON", ""}
)

var everyMutation = slices.Concat(accessMutations, wireMutations, ruleMutations, sequenceMutations, conditionMutations, retryMutations, readMutations, storedMutations, sqliteMutations, activityMutations, diskMutations, copyMutations, consoleMutations, inspectionMutations)

// Rules that several mutations use. Where an image is not there, it stays so:
// a crash would be noticed for nothing.
const (
	anyOwner   = "i.OwnedBy(p, q) -> func() error { if i == nil { return i.OwnedBy(p, q) }; return nil }()"
	eventually = "aws.Bool(true) -> aws.Bool(false)"
)

// What only random sequences and histories look at together.
var sequenceMutations = []mutation{
	{"a copy is billed to nobody", "shared/sharing.Image.OwnedView",
		rewrite("OwnerBilling{BilledProjectID: i.Owner, Plan: p} -> OwnerBilling{BilledProjectID: map[bool]ProjectID{true: i.Owner}[i.Source == nil], Plan: p}"), []suite{model}},
	{"a description never changes", "shared/sharing.PutImage",
		finally("if existing != nil { decided.After.Description = existing.Description }"), []suite{model}},
	{"data disks never change", "shared/sharing.PutImage",
		finally("if existing != nil { decided.After.DataDisks = existing.DataDisks }"), []suite{model}},
	{"a patch removes no tag", "shared/sharing.ImagePatch.tagsOf",
		finally("for key, value := range before { result[key] = value }"), []suite{model}},
	{"a save is not repeated when the share has ended", "shared/sharing.SaveImage",
		finally("if prior != nil && err == nil { err = source.UsableBy(prior.Owner, c.SourceID, nil) }"), []suite{model}},
	{"who shared is forgotten", "shared/sharing.ShareCommand.newShare",
		rewrite(`c.Actor.Subject -> "tester"`), []suite{model}},
	{"a share is decided on a read and not decided again", "shared/dynamo.Store.shareOperations",
		rewrite(`all(a, b, c, d, e, f) -> all("(" + *all(a, b, c, d, e, f) + " OR attribute_exists(pk))")`), []suite{linear}},
	{"a list that believes where the index has a share", "shared/dynamo.Store.ReceivedImages",
		rewrite("q.Status == s -> true"), []suite{lateIndex}},
	{"an entry that a newer one follows", "shared/dynamo.list",
		rewrite("a || listed[i] -> a"), []suite{lateIndex}},
}

// Who may do what, and what tells images under one id apart.
var accessMutations = []mutation{
	{"scp counts beside scope", "shared/httpapi.scopesOf", rewrite("ok -> false"), []suite{access}},
	{"every project is the caller's", "shared/httpapi.authorize", never("CodeProjectAccessDenied"), []suite{access}},
	{"no scope is needed", "shared/httpapi.caller.has", rewrite("slices.Contains(c.scopes, s) -> true"), []suite{access}},
	{"every application is the platform", "shared/httpapi.PlatformClients.include", rewrite("slices.Contains(c.ids, s) -> true"), []suite{access}},
	{"a nested claim names projects", "shared/httpapi.words", rewrite("strings.ContainsAny(a, b) -> false"), []suite{access}},
	{"a project's name beside ids names projects", "shared/httpapi.parseProjects", rewrite("slices.ContainsFunc(a, b) -> false"), []suite{access}},
	{"a name with an id in it names a project on one machine", "local/gateway.looksLikeOthers", finally("result = false"), []suite{claims}},
	{"nobody's applications are the platform's", "local/runner.ConfigOf", rewrite(`!named -> !named || clients == ""`), []suite{configured}},
	{"a sub of any length", "shared/sharing.Violations.CheckSubject", rewrite("maxSubjectLength -> maxSubjectLength + 1"), []suite{rules, access}},
	{"a time with fewer digits", "shared/timestamp.Append", rewrite("unit > 0 -> unit > 1"), []suite{onTheWire}},
	{"a time is read that would not sort", "shared/timestamp.Parse", rewrite("len(s) != len(layout) -> false"), []suite{times}},
	{"a stranger's share reads its targets", "shared/dynamo.Store.readIfOwned", rewrite("i.OwnedBy(p, q) -> func() error { _ = i; return nil }()"), []suite{inCapacity}},
	{"the image is read with its targets, however many", "shared/dynamo.Store.readForShare", rewrite("len(c.Targets) <= fewTargets -> true"), []suite{inCapacity}},
	{"a stranger reads an image's shares", "shared/dynamo.Store.Shares", rewrite(anyOwner), []suite{onDynamoDB}},
	{"anybody sees an image as its owner does", "shared/dynamo.Store.Image", rewrite(anyOwner), []suite{onDynamoDB}},
	{"anybody sees an image as its owner does in SQLite", "local/sqlite.Store.Image", rewrite(anyOwner), []suite{onSQLite}},
	{"all images have one uid", "shared/service.newUID", rewrite(`rand.Text() -> rand.Text()[:0] + "uid"`), []suite{late}},
}

// Events and responses on their way.
var wireMutations = []mutation{
	{"a body in Base64 is said to be text", "shared/apigateway.Encode", rewrite("r.IsBase64Encoded -> false"), []suite{atTheGateway}},
	{"cookies get lost", "shared/apigateway.Encode", rewrite("r.Cookies -> r.Cookies[:0]"), []suite{atTheGateway}},
	{"a claim that is null is one", "shared/apigateway.incoming.request", rewrite(`text != "" -> true`), []suite{atTheGateway}},
	{"a handler's failure is a response", "shared/apigateway.JSON.Invoke", rewrite("h(ctx, e) -> func() (events.APIGatewayV2HTTPResponse, error) { r, _ := h(ctx, e); return r, nil }()"), []suite{atTheGateway}},
	{"on one machine a function gets headers that are not UTF-8", "local/gateway.isPlain", rewrite("areValid(e.Headers) -> true"), []suite{asInJSON}},
}

// The rules, as package sharing has them for both stores.
var ruleMutations = []mutation{
	{"the limit is one too high", "shared/sharing.ShareImage", rewrite("a > c.Limit -> a > c.Limit+1"), []suite{rules}},
	{"the limit is one too low", "shared/sharing.ShareImage", rewrite("a > c.Limit -> a >= c.Limit"), []suite{rules}},
	{"anybody shares an image", "shared/sharing.ShareImage", rewrite(anyOwner), []suite{rules}},
	{"anybody cancels a share", "shared/sharing.UnshareImage", rewrite(anyOwner), []suite{rules}},
	{"a stranger learns whether a share is there", "shared/sharing.UnshareImage",
		rewrite("i.OwnedBy(p, q) -> func() error { if i != nil && !i.IsSharedWith(c.Target) { return ShareNotFound(q, c.Target) }; return i.OwnedBy(p, q) }()"), []suite{rules, onSQLite}},
	{"anybody ends all shares", "shared/sharing.RevokeShares", rewrite(anyOwner), []suite{onSQLite}},
	{"anybody deletes an image", "shared/sharing.DeleteImage", rewrite(anyOwner), []suite{onSQLite}},
	{"an image in any state is shared", "shared/sharing.Image.shareable", never("notAvailable"), []suite{rules}},
	{"a suspended image is used", "shared/sharing.Image.notSuspended", never("suspended"), []suite{onSQLite}},
	{"anybody's image is suspended", "shared/sharing.SuspendImage", rewrite(anyOwner), []suite{onSQLite}},
	{"anybody's image is resumed", "shared/sharing.ResumeImage", rewrite(anyOwner), []suite{onSQLite}},
	{"a public image is shared", "shared/sharing.Image.shareable", rewrite("i.Kind != Custom -> false"), []suite{rules}},
	{"a lightweight image is shared", "shared/sharing.Image.shareable", rewrite("i.HostType == LightweightUHost -> false"), []suite{rules}},
	{"an image is shared with its owner", "shared/sharing.ShareImage", never("cannotShareWithOwner"), []suite{rules}},
	{"an image is shared with projects that do not exist", "shared/sharing.ShareImage", never("ProjectNotFound"), []suite{rules}},
	{"an image is shared with closed projects", "shared/sharing.ShareImage", rewrite("p.State == Closed -> false"), []suite{rules}},
	{"a closed project is registered again", "shared/sharing.PutProject", never("projectClosed"), []suite{rules}},
	{"a closed project gets a new image", "shared/sharing.PutImage", never("projectClosed"), []suite{rules}},
	{"a closed project saves an image", "shared/sharing.SaveImage", never("projectClosed"), []suite{rules}},
	{"a project that owns images is closed", "shared/sharing.CloseProject", never("projectNotEmpty"), []suite{rules}},
	{"a project of which DynamoDB knows no images", "shared/dynamo.Store.ownsImages", rewrite("len(p.Items) > 0 -> false"), []suite{onDynamoDB}},
	{"a project of which SQLite knows no images", "local/sqlite.Store.CloseProject", within("owner = ?", "owner = ? AND 1 = 0"), []suite{onSQLite}},
	{"the shares of a project that is not closed end", "shared/service.Service.EndReceivedShares", rewrite("p.State != sharing.Closed -> false"), []suite{onSQLite}},
	{"only the first page of received shares ends", "shared/service.Service.EndReceivedShares", rewrite("e != nil || n == nil -> e != nil || n != nil || n == nil"), []suite{onSQLite}},
	{"a share that cannot be ended is forgotten", "shared/service.Service.endShares", finally("failed = nil"), []suite{settling}},
	{"received shares are looked for once", "shared/events.Closings.end", rewrite("b.Before(s) -> b.Before(s) && false"), []suite{settling}},
	{"the first look for received shares counts", "shared/events.record.failure", rewrite("r.notEnded -> error(nil)"), []suite{settling}},
	{"a share is not checked", "shared/service.Service.Share", rewrite("c.Check() -> error(nil)"), []suite{overHTTP}},
	{"any version of the reminder will do", "shared/sharing.ShareCommand.Check", rewrite("*c.ReminderVersion != r -> false"), []suite{rules}},
	{"a key that was sent twice is one", "shared/sharing.validKey", rewrite("r == ',' -> false"), []suite{rules}},
	{"the reminder need not be acknowledged", "shared/sharing.ShareCommand.Check", never("reminderNotAcknowledged"), []suite{rules}},
	{"anybody uses an image", "shared/sharing.Image.VisibleTo", rewrite("i.IsSharedWith(p) -> true"), []suite{rules}},
	{"an image is used that was not accepted", "shared/sharing.Image.acceptedBy", never("shareNotAccepted"), []suite{onSQLite}},
	{"an image is saved that was not accepted", "shared/sharing.Image.UsableBy", rewrite("i.acceptedBy(p) -> error(nil)"), []suite{onSQLite}},
	{"an image is launched that was not accepted", "shared/sharing.Image.Launchable", rewrite("i.acceptedBy(p) -> error(nil)"), []suite{onSQLite}},
	{"nobody is refused", "shared/sharing.ShareImage", never("recipientRefuses"), []suite{onSQLite}},
	{"a blocked project shares", "shared/sharing.Project.receives", rewrite("slices.Contains(p.BlockedProjects, o) -> false"), []suite{onSQLite}},
	{"a blocked account shares", "shared/sharing.Project.receives", rewrite("slices.Contains(p.BlockedAccounts, a) -> false"), []suite{onSQLite}},
	{"a trusted project is not trusted", "shared/sharing.Project.receives", rewrite("slices.Contains(p.TrustedProjects, o) -> false"), []suite{onSQLite}},
	{"a trusted account is not trusted", "shared/sharing.Project.receives", rewrite("slices.Contains(p.TrustedAccounts, a) -> false"), []suite{onSQLite}},
	{"nobody is asked", "shared/sharing.Project.receives", rewrite("Pending -> Accepted"), []suite{onSQLite}},
	{"a closed project sets its policy", "shared/sharing.PutPolicy", never("projectClosed"), []suite{onSQLite}},
	{"an answer is kept beside the next", "shared/sharing.Image.forgetAnswer", rewrite("without(i.Declined, p) -> i.Declined"), []suite{onSQLite}},
	{"the account of an image's registration is blocked", "shared/dynamo.shareSnapshot.refresh", rewrite("s.owner -> nil"), []suite{onDynamoDB}},
	{"an image is used in any region", "shared/sharing.Image.inRegion", never("crossRegion"), []suite{rules}},
	{"the launch check asks for no region", "shared/sharing.Image.Receivable", rewrite("i.VisibleTo(p, q, r) -> i.VisibleTo(p, q, nil)"), []suite{overHTTP}},
	{"an image is of whoever is taken for its owner", "shared/sharing.Image.Receivable", rewrite("i.Owner != *p -> false"), []suite{model}},
	{"an image of whoever is launched for its owner's", "shared/sharing.Image.Launchable", rewrite("i.Owner != *p -> false"), []suite{rules}},
	{"a launch check tells a tenant the snapshot", "shared/sharing.Image.Launchable",
		rewrite("LaunchDisk{SizeGiB: d.SizeGiB} -> LaunchDisk{SizeGiB: d.SizeGiB, SnapshotID: d.SnapshotID}"), []suite{rules}},
	{"a launch check tells a tenant the data disks", "shared/sharing.Image.Launchable", rewrite("q.Platform && v.Via == o -> v.Via == o"), []suite{rules}},
	{"a launch check tells of a recipient's data disks", "shared/sharing.Image.Launchable", rewrite("q.Platform && v.Via == o -> q.Platform"), []suite{rules}},
	{"an image keeps the account of its registration", "shared/sharing.Image.FollowOwner", rewrite("p.ID == i.Owner -> false"), []suite{onDynamoDB}},
	{"a list of any name", "shared/sharing.PageQuery.Wants", rewrite("i.Name == q.Name -> true"), []suite{onDynamoDB}},
	{"an image in any state is saved", "shared/sharing.SaveImage", never("notAvailable"), []suite{rules}},
	{"a copy has the source's snapshot", "shared/sharing.Image.beginCopy", rewrite("Disk{SizeGiB: d[0].SizeGiB} -> d[0]"), []suite{rules}},
	{"a key is good for any save", "shared/sharing.SaveCommand.made", rewrite("p.SaveFingerprint != f -> false"), []suite{rules}},
	{"a copy is good for a save", "shared/sharing.SaveCommand.Fingerprint", rewrite("c.Via == ViaOwn -> false"), []suite{rules}},
	{"a key is good for a copy to any region", "shared/sharing.SaveCommand.made", rewrite("*s != p.Region -> false"), []suite{rules}},
	{"anybody copies an image", "shared/sharing.SaveCommand.within", rewrite("s.OwnedBy(p, i) -> error(nil)"), []suite{rules}},
	{"a copy to where no disk can be", "shared/sharing.SaveCommand.within", never("regionNotSupported"), []suite{rules}},
	{"a save has all disks", "shared/sharing.SaveCommand.disks", rewrite("c.Via == ViaOwn -> true"), []suite{rules}},
	{"a text is kept in any form", "shared/sharing.Violations.normalise", rewrite("norm.NFC.String(a) -> norm.NFD.String(a)"), []suite{rules}},
	{"a text that is not shown as it is", "shared/sharing.faultIn", rewrite(`refusedClass(r) -> ""`), []suite{rules}},
	{"a joiner with nothing to join", "shared/sharing.misplaced", finally(`result = ""`), []suite{rules}},
	{"a name that nobody sees", "shared/sharing.isVisible", rewrite("isIgnorable(r) -> false"), []suite{rules}},
	{"a change moves an image to another region", "shared/sharing.Image.changedTo", rewrite("i.fixed(s, c) -> error(nil)"), []suite{rules}},
	{"content changes while an image has failed", "shared/sharing.Image.wasAvailable", rewrite("i.Sealed -> false"), []suite{onSQLite}},
	{"content of a former release's image changes", "shared/sharing.Image.wasAvailable", rewrite("i.State == Available -> false"), []suite{rules}},
	{"any project takes over an image", "shared/sharing.PutImage", rewrite("e.Owner != c.Owner -> false"), []suite{rules}},
	{"anybody patches an image", "shared/sharing.PatchImage", rewrite(anyOwner), []suite{onSQLite}},
	{"what is required is removed", "shared/sharing.PatchImageCommand.removed", finally("v = nil"), []suite{rules}},
	{"a patch is not checked", "shared/service.Service.PatchImage", rewrite("c.Check() -> error(nil)"), []suite{access}},
	{"the owner says what is the platform's", "shared/httpapi.patchImage", rewrite("r.caller.platformChanges(f) -> error(nil)"), []suite{patches}},
	{"a failure outlives its state", "shared/sharing.ImagePatch.of", rewrite("s.State != Failed -> false"), []suite{onSQLite}},
	{"a failed copy stays failed", "shared/sharing.Image.CopyFailed", finally("result = false"), []suite{onSQLite}},
	{"a copy begins again that was Available", "shared/sharing.Image.CopyFailed", rewrite("i.wasAvailable() -> false"), []suite{onSQLite}},
	{"a copy begins again of another owner's image", "shared/sharing.SaveCommand.stillMeans", rewrite("i.ProjectID == s.Owner -> true"), []suite{onSQLite}},
}

// Copies of disks: what is told of them, and the engine.
var copyMutations = []mutation{
	{"two workers keep two uploads", "shared/sharing.KeepUpload", rewrite("u != c.Lost -> false"), []suite{onSQLite}},
	{"progress goes backwards", "shared/sharing.ReportProgress", rewrite("i.Copying.CopiedBytes >= c.CopiedBytes -> false"), []suite{onSQLite}},
	{"a late worker ends what has begun again", "shared/sharing.Image.copies", rewrite("i.CopyBegan.Equal(t) -> true"), []suite{onSQLite}},
	{"a late worker ends the copy of another image", "shared/sharing.Image.copies", rewrite("i.UID == d.UID -> true"), []suite{onSQLite}},
	{"what the platform has ended goes on", "shared/sharing.Image.changedTo", rewrite("i.State != Creating -> false"), []suite{onSQLite}},
	{"no uid on a change of a copying", "shared/dynamo.Store.copyOperations", holds("sameImage"), []suite{conditions}},
	{"no state check on a change of a copying", "shared/dynamo.Store.copyOperations", holds("creating"), []suite{conditions}},
	{"a change of a copying that is another by now", "shared/dynamo.Store.copyOperations", holds("sameCopy"), []suite{conditions}},
	{"an upload replaces one that was read no more", "shared/dynamo.uploadsAsRead", becomes(alwaysHolds), []suite{conditions}},
	{"an upload replaces one that was not there", "shared/dynamo.noUploads", becomes(alwaysHolds), []suite{conditions}},
	{"progress goes backwards by a lost race", "shared/dynamo.lessCopied", becomes(alwaysHolds), []suite{conditions}},
	{"progress begins anew by a lost race", "shared/dynamo.noneReported", becomes(alwaysHolds), []suite{conditions}},
	{"the end of a copying undoes a newer change", "shared/dynamo.asRead", finally(`result = "(" + result + " OR attribute_exists(pk))"`), []suite{conditions}},
	{"the end of a copying leaves what was kept meanwhile", "shared/dynamo.copyEnded", rewrite("before.BeingCopied() -> false"), []suite{conditions}},
	{"a part of whatever the source is by now", "shared/disks.job.copyPart", rewrite("&d.source.etag -> nil"), []suite{copies}},
	{"an object of whatever the source is by now", "shared/disks.job.copyObject", rewrite("&d.source.etag -> nil"), []suite{copies}},
	{"what is there is written over", "shared/disks.job.complete", rewrite(`aws.String("*") -> nil`), []suite{copies}},
	{"a copy is compared with nothing", "shared/disks.object.differs", finally("result = nil"), []suite{copies}},
	{"a disk of the image goes with what is left", "shared/disks.place.remove", rewrite("i.HasSnapshot(k) -> false"), []suite{copies}},
	{"what is left goes while the image is being copied", "shared/disks.place.remove", rewrite("i.BeingCopied() -> false"), []suite{copies}},
	{"uploads are left", "shared/disks.place.remove", rewrite("isCopiers(u.key, i) -> false"), []suite{copies}},
	{"parts of another size are taken", "shared/disks.job.partsThere", rewrite("aws.ToInt64(p.Size) == l -> l > 0"), []suite{copies}},
	{"a key of another form goes with what is left", "shared/sharing.OfCopy", rewrite("a == nil -> a == nil || true"), []suite{rules}},
	{"a disk of another image's copy", "shared/sharing.Violations.disk", rewrite(`!c || of == i -> !c || of != ""`), []suite{rules}},
	{"nobody is told how old a copy is", "shared/disks.event.age", finally("result = slog.Attr{}"), []suite{copies}},
	{"to wait for a disk is an error", "shared/disks.endOf", rewrite("errors.Is(e, errNotYet) -> false"), []suite{copies}},
}

// One activity with every change, in every feed that it concerns, and one event.
var activityMutations = []mutation{
	{"a change without its activity", "shared/dynamo.Store.withActivity", finally("result = operations[:len(operations)-1]"), []suite{onDynamoDB}},
	{"a change without its activity in SQLite", "local/sqlite.insertActivity", finally("result = nil"), []suite{onSQLite}},
	{"a deletion that names who had the image when it was read", "shared/dynamo.sharedAsRead", becomes(alwaysHolds), []suite{faultInjection}},
	{"a deletion that misses the first share", "shared/dynamo.sharedWithNobody", becomes(alwaysHolds), []suite{linear}},
	{"a save that only the owner sees", "shared/sharing.Activity.Feeds", finally("result = result[:1]"), []suite{onSQLite}},
	{"an event for each feed", "shared/sharing.Activity.Feeds", finally("for i := range result { result[i].Echo = false }"), []suite{events}},
	{"an activity of a change that changes nothing", "shared/sharing.changedFields", finally(`result = append(result, "name")`), []suite{onSQLite}},
	{"an event in place of each activity", "shared/events.Publisher.Publish", finally("for i := range result { result[i] = nil }"), []suite{published}},
	{"a client that nobody is told of", "shared/httpapi.clientOf", finally(`result = ""`), []suite{access}},
}

// Retries, and what the caller is told.
var retryMutations = []mutation{
	{"unsafe cancellations are retried", "shared/dynamo.safeToRepeat",
		finally("for _, r := range reasons { result = result || aws.ToString(r.Code) != reasonNone }"), []suite{faultInjection}},
	{"a cancellation without a reason is retried", "shared/dynamo.safeToRepeat",
		finally("none := true; for _, r := range reasons { none = none && aws.ToString(r.Code) == reasonNone }; result = result || none"), []suite{faultInjection}},
	{"a conflict is not retried", "shared/dynamo.Store.write", rewrite("safeToRepeat(r) -> false"), []suite{faultInjection}},
	{"a failed condition counts only without a conflict", "shared/dynamo.failedConditions",
		finally("for _, r := range reasons { if aws.ToString(r.Code) == reasonConflict { result = nil } }"), []suite{faultInjection}},
	{"no request token of our own", "shared/dynamo.Store.write",
		rewrite("d.TransactWriteItems(c, i, f) -> d.TransactWriteItems(c, &dynamodb.TransactWriteItemsInput{TransactItems: i.TransactItems}, f, func(options *dynamodb.Options) { options.IdempotencyTokenProvider = nil })"), []suite{faultInjection}},
	{"a new request token for each attempt", "shared/dynamo.Store.write",
		rewrite("d.TransactWriteItems(c, i, f) -> d.TransactWriteItems(c, &dynamodb.TransactWriteItemsInput{TransactItems: i.TransactItems, ClientRequestToken: aws.String(rand.Text())}, f)"), []suite{faultInjection}},
	{"one request token for all", "shared/dynamo.Store.write", rewrite(`rand.Text() -> rand.Text()[:0] + "the-same-for-all"`), []suite{faultInjection, conditions}},
	{"only the last attempt counts", "shared/dynamo.attempts.observe", rewrite("a.uncertain || u -> u"), []suite{faultInjection}},
	{"no attempt counts", "shared/dynamo.attempts.observe", rewrite("a.uncertain || u -> a.uncertain && u"), []suite{faultInjection}},
	{"a refusal after a lost attempt is believed", "shared/dynamo.Store.write", rewrite("f != nil && !s.uncertain -> f != nil"), []suite{conditions, faultInjection}},
	{"a connection that never was may have carried it", "shared/dynamo.mayHaveHappened", rewrite("!unsent -> true"), []suite{conditions, faultInjection}},
	{"a connection that broke off carried nothing", "shared/dynamo.attempts.observe",
		rewrite("&httptrace.ClientTrace{GetConn: a, GotConn: b} -> &httptrace.ClientTrace{GetConn: a}"), []suite{faultInjection}},
	{"a transaction in progress is none", "shared/dynamo.mayHaveHappened",
		rewrite("errors.As(e, new(*types.TransactionInProgressException)) -> false"), []suite{faultInjection}},
	{"a 5xx says that nothing was written", "shared/dynamo.isRefused", rewrite("s < 500 -> s < 600"), []suite{faultInjection}},
	{"an answer that broke off is the last word", "shared/awsclient.retryCut", rewrite("io.ErrUnexpectedEOF -> io.ErrNoProgress"), []suite{faultInjection}},
	{"throttling is called busy", "shared/dynamo.refusal", rewrite("sharing.Throttled(e) -> sharing.Busy(e)"), []suite{faultInjection}},
	{"throttled transactions are not reported", "shared/dynamo.isThrottling",
		rewrite("anyReason(e, reasonThrottling, reasonThroughput) -> anyReason(e, reasonThrottling)"), []suite{faultInjection}},
	{"our own fault is called busy", "shared/dynamo.refusal", rewrite("!anyReason(e, reasonConflict) -> anyReason(e, reasonConflict)"), []suite{faultInjection}},
	{"keys that were not read are forgotten", "shared/dynamo.Store.batchGetInto", rewrite("u.Keys -> u.Keys[:0]"), []suite{faultInjection}},
	{"no attempt time-out", "shared/awsclient.NewHTTPClient", rewrite("c.WithTimeout(d) -> c"), []suite{faultInjection}},
}

// Reads and lists.
var readMutations = []mutation{
	{"an eventually consistent GetItem", "shared/dynamo.Store.get", rewrite(eventually), []suite{faultInjection}},
	{"an eventually consistent BatchGetItem", "shared/dynamo.Store.batchGetInto", rewrite(eventually), []suite{faultInjection}},
	{"an eventually consistent Query of an image", "shared/dynamo.Store.collection", rewrite(eventually), []suite{faultInjection}},
	{"the first page of an image's items only", "shared/dynamo.Store.collection", rewrite("o.LastEvaluatedKey == nil -> o.Count >= 0"), []suite{faultInjection}},
	{"a refused save that does not look again", "shared/dynamo.Store.readForSave", rewrite("refused != nil -> refused != nil && false"), []suite{late}},
	{"a received list that no image confirms", "shared/dynamo.Store.ReceivedImages", rewrite("i.IsSharedWith(p) -> true"), []suite{lateIndex}},
	{"a received list that takes another region's entry", "shared/dynamo.Store.ReceivedImages", rewrite("i.Region != a.Region -> false"), []suite{conditions}},
	{"an owned list that takes an earlier image's entry", "shared/dynamo.Store.OwnedImages", rewrite("i.CreatedAt.Equal(t) -> true"), []suite{onDynamoDB, conditions}},
	{"an owned list of anybody's images", "shared/dynamo.Store.OwnedImages", rewrite("i.Owner != p -> false"), []suite{onDynamoDB}},
	{"a next token of any region", "shared/service.imagesQuery", rewrite(`q.Region -> ""`), []suite{nextTokens}},
	{"a next token of any filter", "shared/service.imagesQuery", rewrite("q.Filtered() -> false"), []suite{nextTokens}},
	{"a page that is not filled", "shared/dynamo.list", rewrite("e == nil -> e == nil || len(entries) > 0"), []suite{faultInjection}},
	{"a page with a filter that reads on and on", "shared/dynamo.list", rewrite("q.Filtered() -> false"), []suite{conditions}},
	{"a received list that takes an earlier image's share", "shared/dynamo.Store.ReceivedImages", rewrite("e.uid != i.UID -> false"), []suite{conditions}},
	{"a filter by owner that reads the images", "shared/dynamo.Store.indexEntries", rewrite("e.owner == q.Owner -> true"), []suite{conditions}},
	{"an earlier image's share is taken for a new one", "shared/dynamo.shareOf", rewrite("text(i, a) != u -> false"), []suite{faultInjection, onDynamoDB, stream}},
	{"a share that the image does not confirm", "shared/dynamo.shareOf", rewrite("i.IsSharedWith(p) -> true"), []suite{onDynamoDB, faultInjection, conditions}},
	{"a launch check by the share item alone", "shared/dynamo.receivedShare", rewrite("i.Receivable(q) -> func() error { if i == nil { return i.Receivable(q) }; return nil }()"), []suite{onDynamoDB, stream}},
}

// The form in which records are kept.
var storedMutations = []mutation{
	{"a later attribute that is required", "shared/stored.image", rewrite(`text(f, "saveFingerprint", p) -> text(always, "saveFingerprint", p)`), []suite{form, releases}},
	{"an attribute under another name", "shared/stored.image", within("imageName", "name"), []suite{form, releases}},
	{"an attribute that is not kept", "shared/stored.share", rewrite(`text(f, "sharedBy", p) -> text(f, "sharedBy", new(string))`), []suite{form, releases}},
	{"a change that is not written", "shared/stored.ChangeOf", rewrite("!reflect.DeepEqual(b, v) -> b == nil && !reflect.DeepEqual(b, v)"), []suite{form, onSQLite}},
	{"a value that goes and stays", "shared/stored.ChangeOf", rewrite("!stays -> !stays && false"), []suite{form}},
	{"a change that drops what a later release keeps", "shared/dynamo.Store.change",
		finally(`result.Update = nil; result = t.put(itemOf(k, after), nil, nil)`), []suite{releases}},
}

// SQLite.
var sqliteMutations = []mutation{
	{"a transaction that reads before it locks", "local/sqlite.connection.begin", within("BEGIN IMMEDIATE", "BEGIN"), []suite{embedded, onSQLite}},
	{"two writers", "local/sqlite.Open", rewrite("openPool(n, 1) -> openPool(n, 2)"), []suite{embedded, onSQLite}},
	{"a commit that is not on disk", "local/sqlite.openPool", within("_synchronous=FULL", "_synchronous=NORMAL"), []suite{embedded}},
	{"shares that outlive their image", "local/sqlite.openPool", within("&_foreign_keys=ON", ""), []suite{onSQLite}},
	{"anybody sees an image's shares in SQLite", "local/sqlite.Store.Shares", rewrite(anyOwner), []suite{onSQLite}},
	{"an image keeps the account of its registration in SQLite", "local/sqlite.imageColumns", within("p.attributes ->>", "images.attributes ->>"), []suite{onSQLite}},
	{"a list of any name in SQLite", "local/sqlite.filter", within("'imageName' = ?7", "'imageName' <> ''"), []suite{onSQLite}},
	{"a dry run that writes", "local/sqlite.Store.Share", rewrite("c.DryRun -> false"), []suite{onSQLite}},
	{"an unshare of every share", "local/sqlite.Store.Unshare", within("target = ?", "target IS NOT NULL OR target = ?"), []suite{onSQLite}},
	{"a failed commit that is called busy", "local/sqlite.commitRefusal", rewrite("sharing.OutcomeUnknown(e) -> sharing.Busy(e)"), []suite{embedded}},
	{"a caller who gives up and leaves a commit in doubt", "local/sqlite.Store.transact", rewrite("context.WithoutCancel(c) -> c"), []suite{embedded}},
	{"a refused write that is committed with the others", "local/sqlite.connection.undo", within("ROLLBACK TO part", "SELECT 1"), []suite{embedded}},
	{"a failed commit of which the others do not learn", "local/sqlite.connection.commit", rewrite("commitRefusal(e) -> nil"), []suite{embedded}},
	{"a lost transaction of which the others do not learn", "local/sqlite.connection.undo", rewrite("sharing.Busy(e) -> nil"), []suite{embedded}},
	{"each write waits for the disk by itself", "local/sqlite.Store.finish", rewrite("s.writer == s.reader -> true"), []suite{embedded}},
	{"a migration that an older file does not need", "local/sqlite.Store.migrate", rewrite("steps[t:] -> steps[len(steps):]"), []suite{embedded}},
	{"a newer file that is opened", "local/sqlite.Store.migrate", rewrite("t > len(s) -> false"), []suite{embedded}},
}

// What one machine has instead of S3 and SQS.
var diskMutations = []mutation{
	{"anybody takes disks out", "local/gateway.gateway.getDisk", rewrite("g.authorize(r, getDiskRoute) -> error(nil)"), []suite{gateway}},
	{"two contents under one id", "local/diskstore.Store.Import", rewrite("a.SHA256 != b.SHA256 -> false"), []suite{disks}},
	{"an object that must not be replaced is", "local/diskstore.Store.appear", never("errPreconditionFailed"), []suite{disks}},
	{"an upload makes an object after its end", "local/diskstore.Store.appear", never("errNoSuchUpload"), []suite{disks}},
	{"a source that changed is copied", "local/diskstore.object.matches", never("errPreconditionFailed"), []suite{disks}},
	{"parts in any order", "local/diskstore.Store.asked", never("errInvalidPartOrder"), []suite{disks}},
	{"a key that leads out", "local/diskstore.check", rewrite("fs.ValidPath(k) -> (fs.ValidPath(k) || true)"), []suite{disks}},
	{"conditions that are ignored", "local/diskstore.operationOf", rewrite("slices.Contains(o.conditions, h) -> true"), []suite{disks}},
	{"uploads that a start removes", "local/diskstore.Store.tidyUploads", rewrite("n.Sub(a) > keepUploads -> true"), []suite{disks}},
	{"a message that failed is forgotten", "local/queue.Queue.end", rewrite("f == nil -> true"), []suite{queued}},
	{"an event is taken before it is kept", "local/queue.Queue.Put", rewrite("q.kept.keep(m) -> error(nil)"), []suite{queued}},
	{"what was handled comes again", "local/queue.Queue.Put", rewrite("q.handled[i] -> false"), []suite{queued}},
}

// The console, and who signs in to it on one machine.
var consoleMutations = []mutation{
	{"a path that leads out of the page", "shared/httpapi.isPage", rewrite("fs.ValidPath(n) -> (fs.ValidPath(n) || true)"), []suite{access}},
	{"a file of a former build is the page", "shared/httpapi.isPage", rewrite("strings.TrimPrefix(n, hashed) -> n"), []suite{access}},
	{"the page is kept for a year", "shared/httpapi.consoleFiles", rewrite("strings.HasPrefix(n, hashed) -> true"), []suite{access}},
	{"an origin that is part of a policy", "shared/httpapi.ParseOrigins", rewrite("originOf(o) != o -> false"), []suite{access}},
	{"a code goes anywhere", "local/issuer.authorizationOf", rewrite("a.redirectURI != u -> false"), []suite{signIn}},
	{"a code without a challenge", "local/issuer.authorizationOf", rewrite("challengeRegexp.MatchString(c) -> true"), []suite{signIn}},
	{"any verifier will do", "local/issuer.verifies", rewrite("subtle.ConstantTimeCompare(a, b) -> (subtle.ConstantTimeCompare(a, b) | 1)"), []suite{signIn}},
	{"a code is good twice", "local/issuer.grants.redeem", rewrite(`c.session != "" -> false`), []suite{signIn}},
	{"a code is good for ever", "local/issuer.grants.redeem", rewrite("time.Now().Before(c.until) -> true"), []suite{signIn}},
	{"a former refresh token is good", "local/issuer.grants.renew", rewrite("subtle.ConstantTimeCompare(a, b) -> (subtle.ConstantTimeCompare(a, b) | 1)"), []suite{signIn}},
	{"a person has every scope", "local/issuer.authorization.granted", rewrite("slices.Contains(p.Scopes, s) -> true"), []suite{signIn}},
	{"another site signs somebody in", "local/issuer.sameOrigin", rewrite("e != nil -> e != nil && false"), []suite{signIn}},
	{"a sample among what is there", "local/sample.Loader.wanted", rewrite("l.Empty(c) -> func() (bool, error) { return true, nil }()"), []suite{sampled}},
}

// What the inspections of the table find, and remove.
var inspectionMutations = []mutation{
	{"a page is believed", "shared/dynamo.met.isSuspect", finally("result = false"), []suite{inspection}},
	{"every page tells of an image's shares", "shared/dynamo.judge.add", rewrite("j.keys[k] -> true"), []suite{inspection}},
	{"every page tells of an image", "shared/dynamo.judge.findings", rewrite("j.keys[k] -> true"), []suite{inspection}},
	{"an image that cannot be read is judged", "shared/dynamo.judge.findings", rewrite("j.odd -> false"), []suite{inspection}},
	{"an item in the place of a share is overlooked", "shared/dynamo.judge.add", rewrite("j.odd || err != nil -> j.odd && err != nil"), []suite{inspection}},
	{"closed projects are not asked for", "shared/dynamo.page.addProject", rewrite("project.State == sharing.Closed -> false"), []suite{inspection}},
	{"a list that cannot be read ends the inspection", "shared/dynamo.Store.inspectClosed", rewrite("errors.As(err, new(*sharing.Error)) -> !errors.As(err, new(*sharing.Error))"), []suite{inspection}},
	{"every place of the index is the right one", "shared/dynamo.isAt", finally("result = true"), []suite{inspection}},
	{"a share item without uid is an orphan", "shared/dynamo.judge.share", rewrite("uid == \"\" -> false"), []suite{inspection}},
	{"a share item of a former image is an orphan, whatever the set says", "shared/dynamo.judge.share", rewrite("!listed && (j.img == nil || uid != j.img.UID) -> j.img == nil || uid != j.img.UID"), []suite{inspection}},
	{"two answers are told twice", "shared/dynamo.unasked", rewrite("!slices.Contains(odd, p) -> true"), []suite{inspection}},
	{"an image is not read again before that is believed", "shared/dynamo.Store.inspectImage", rewrite("attempt == inspectTries -> true"), []suite{inspection}},
	{"what is not removed ends the inspection", "shared/repair.Repairer.Run", rewrite("err == nil || ctx.Err() != nil -> true"), []suite{inRepair}},
	{"an image of a closed project alarms nobody", "shared/repair.Repairer.closed", rewrite("c.Owned != \"\" -> false"), []suite{weekly}},
	{"one page is the table", "shared/dynamo.Store.Inspect", rewrite("out.LastEvaluatedKey == nil -> true"), []suite{inspection}},
	{"every slice is the first", "shared/dynamo.Store.Inspect", rewrite("slice.Index -> 0"), []suite{inspection}},
	{"a report removes", "shared/repair.Repairer.Run", rewrite("q.Remove -> true"), []suite{weekly}},
	{"what was left alarms nobody", "shared/repair.Repairer.orphan", finally("done.Left = 0"), []suite{weekly}},
	{"a repeat is about another slice", "shared/repair.scheduled.request", rewrite("s.Time.Unix() -> s.Time.UnixNano()"), []suite{inRepair}},
	{"a misspelt field is overlooked", "shared/repair.requestOf", rewrite("json.RejectUnknownMembers(true) -> json.RejectUnknownMembers(false)"), []suite{inRepair}},
	{"a run without time is said to be hindered", "shared/repair.outcomeOf", rewrite("ctx.Err() != nil -> false"), []suite{inRepair}},
	{"a line has all findings", "shared/repair.Response.keep", rewrite("len(e.Findings) == mostFindings -> false"), []suite{inRepair}},
}
