package dynamo

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/budget"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/sample"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

// properties is how many share the time of the long form.
const properties = 5

func check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	budget.Check(t, 1.0/properties, 100, property)
}

func newTable(t *testing.T) *Store {
	t.Helper()
	db := clientBy(awsclient.NewHTTPClient(10*time.Second), ddbtest.Endpoint(t))
	return New(db, ddbtest.NewTable(t, db))
}

func clientBy(http dynamodb.HTTPClient, endpoint string) *dynamodb.Client {
	return NewClient(ClientConfig{
		Region: ddbtest.Region, Endpoint: endpoint, Credentials: ddbtest.Credentials(), HTTPClient: http,
	})
}

const (
	imageID = sharing.ImageID("image")
	limit   = 3
)

var (
	everyTarget = []sharing.ProjectID{"t0", "t1", "t2", "t3"}
	instant     = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// replace makes the image the one that stands, nil for none, with its shares.
func replace(test *rapid.T, table *Store, img *sharing.Image) {
	ctx := context.Background()
	for _, k := range everyKey() {
		must(test, table.write(ctx, table.delete(k, nil, nil)))
	}
	if img == nil {
		return
	}
	it := imageItem(*img)
	for name, set := range map[string][]sharing.ProjectID{AttrSharedWith: img.SharedWith, attrPending: img.Pending, attrDeclined: img.Declined} {
		if len(set) > 0 {
			it[name] = projectSet(set)
		}
	}
	must(test, table.write(ctx, table.put(it, nil, nil)))
	for _, p := range img.SharedWith {
		share := sharing.Share{ProjectID: p, SharedAt: instant, Status: img.StatusOf(p)}
		must(test, table.write(ctx, table.put(shareItem(*img, share), nil, nil)))
	}
}

func everyKey() []key {
	keys := []key{imageKey(imageID), imageKey("copy")}
	for _, p := range everyTarget {
		keys = append(keys, shareKey(imageID, p))
	}
	return keys
}

// standing reads back the image, and fails unless its share items are exactly
// those of its set, each in the list of its status.
func standing(test *rapid.T, table *Store) *sharing.Image {
	var with []sharing.ProjectID
	j := judge{id: imageID, keys: make(map[key]bool), listed: make(map[sharing.ProjectID]bool)}
	must(test, table.collection(context.Background(), imageID, func(it item) {
		j.keys[keyOf(it)] = true
		if j.add(it); j.odd {
			test.Fatalf("%v cannot be read", keyOf(it))
		}
		if p, err := targetOf(keyOf(it).sk); err == nil {
			with = append(with, p)
		}
	}))
	img := j.img
	if found := j.findings(); slices.ContainsFunc(found, Finding.isBroken) {
		test.Fatal(found)
	}
	slices.Sort(with)
	if img != nil && !slices.Equal(with, img.SharedWith) || img == nil && len(with) > 0 {
		test.Fatalf("share items %v, image %+v", with, img)
	}
	return img
}

func must(test *rapid.T, err error) {
	test.Helper()
	if err != nil {
		test.Fatal(err)
	}
}

// anyImage generates an image in any situation a decision can meet, or none.
func anyImage(test *rapid.T, name string) *sharing.Image {
	if rapid.IntRange(0, 9).Draw(test, name+" missing") == 0 {
		return nil
	}
	img := &sharing.Image{
		ID: imageID, UID: rapid.SampledFrom([]string{"u1", "u2"}).Draw(test, name+" uid"), Owner: "owner",
		ImageSpec: sharing.ImageSpec{
			Region: "r1", Kind: sharing.Custom, HostType: sharing.UHost, DataDisks: []sharing.Disk{},
			State: rapid.SampledFrom([]sharing.State{sharing.Available, sharing.Available, sharing.Available, sharing.Failed}).Draw(test, name+" state"),
		},
		CreatedAt: instant, UpdatedAt: instant,
	}
	anyFlags(test, name, reflect.ValueOf(&img.ImageSpec).Elem())
	if rapid.IntRange(0, 4).Draw(test, name+" suspended") == 0 {
		img.Suspension = &sharing.Suspension{Reason: "r", SuspendedAt: instant}
	}
	// What never changes in an image's life follows from its uid.
	if img.UID == "u2" {
		img.Owner = rapid.SampledFrom([]sharing.ProjectID{"owner", "other"}).Draw(test, name+" owner")
	}
	anyShares(test, name, img)
	return img
}

// anyShares generates whom an image is shared with, and what they say to it.
func anyShares(test *rapid.T, name string, img *sharing.Image) {
	img.SharedWith, img.Pending, img.Declined = anyTargets(test, name), nil, nil
	for _, p := range img.SharedWith {
		switch rapid.SampledFrom([]sharing.ShareStatus{sharing.Accepted, sharing.Accepted, sharing.Pending, sharing.Declined}).Draw(test, name+" says "+string(p)) {
		case sharing.Pending:
			img.Pending = append(img.Pending, p)
		case sharing.Declined:
			img.Declined = append(img.Declined, p)
		}
	}
}

// anyFlags generates what an image may have of yes and no, so that a rule on a new
// one cannot lack its condition.
func anyFlags(test *rapid.T, name string, spec reflect.Value) {
	for i := range spec.NumField() {
		if f := spec.Field(i); f.Kind() == reflect.Bool {
			f.SetBool(rapid.Bool().Draw(test, name+" "+spec.Type().Field(i).Name))
		}
	}
}

func anyTargets(test *rapid.T, name string) (targets []sharing.ProjectID) {
	for _, p := range everyTarget {
		if len(targets) < limit && rapid.Bool().Draw(test, name+" has "+string(p)) {
			targets = append(targets, p)
		}
	}
	return targets
}

// anyTwo generates an image as it was read and as it stands when the
// transaction comes.
func anyTwo(test *rapid.T) (read, current *sharing.Image) {
	read, current = anyImage(test, "read"), anyImage(test, "current")
	if read != nil && rapid.IntRange(0, 2).Draw(test, "only shares differ") > 0 {
		same := *read
		current = &same
		anyShares(test, "current", current)
	}
	if read != nil && current != nil && read.UID == current.UID {
		current.Owner = read.Owner
	}
	return read, current
}

// registered are all targets; the last two want to be asked.
func registered() map[sharing.ProjectID]sharing.Project {
	projects := map[sharing.ProjectID]sharing.Project{}
	for i, p := range everyTarget {
		projects[p] = sharing.Project{ID: p}
		if i > 1 {
			projects[p] = sharing.Project{ID: p, Policy: &sharing.SharingPolicy{PolicySpec: sharing.PolicySpec{Incoming: sharing.IncomingConsent}}}
		}
	}
	return projects
}

// TestShareConditionsAgreeWithTheTransition: a transaction that was decided on
// one image takes effect on another if and only if the transition decides the
// same on that one, and no share was cancelled in between.
func TestShareConditionsAgreeWithTheTransition(t *testing.T) {
	table := newTable(t)
	check(t, func(test *rapid.T) {
		read, current := anyTwo(test)
		c := sharing.ShareCommand{
			Owner: "owner", ImageID: imageID, Acknowledged: true, Origin: sample.Origin(instant), Limit: limit,
			Targets: rapid.SliceOfNDistinct(rapid.SampledFrom(everyTarget), 1, 3, rapid.ID[sharing.ProjectID]).Draw(test, "targets"),
		}
		decided, err := sharing.ShareImage(read, registered(), c)
		if err != nil || len(decided.Created) == 0 {
			return // nothing would be sent
		}
		replace(test, table, current)
		cancelled := rapid.IntRange(0, 7).Draw(test, "cancelled since") == 7
		var before types.AttributeValue // as replace has written it
		if cancelled {
			before = number(1)
		}
		operations := table.shareOperations(c, &shareSnapshot{image: read, cancelled: before}, decided)
		err = table.write(context.Background(), operations...)
		now, refusal := sharing.ShareImage(current, registered(), c)
		want := refusal == nil && current.UID == read.UID && slices.Equal(now.Added(), decided.Added()) && !cancelled
		if got := err == nil; got != want {
			test.Fatalf("took effect %v, want %v (transition: added %v, %v; transaction: %v)", got, want, now.Added(), refusal, err)
		}
		after := now.After
		if !want {
			after = sharing.Image{}
			if current != nil {
				after = *current
			}
			sameFailure(test, err, 0, current)
		}
		sameSets(test, standing(test, table), after)
	})
}

// TestAnswerConditionsAgreeWithTheTransition: an answer that was decided on one image
// takes effect on another if and only if the share is the same, has the status that was
// read, and nobody has answered since, be it the same again.
func TestAnswerConditionsAgreeWithTheTransition(t *testing.T) {
	table := newTable(t)
	check(t, func(test *rapid.T) {
		read, current := anyTwo(test)
		c := sharing.AnswerShareCommand{
			Project: "t1", ImageID: imageID, Origin: sample.Origin(instant),
			Answer: rapid.SampledFrom([]sharing.Answer{sharing.Accept, sharing.Decline}).Draw(test, "answer"),
		}
		decided, err := sharing.AnswerShare(read, c)
		if err != nil {
			return // nothing would be sent
		}
		replace(test, table, current)
		snapshot := answerSnapshot{image: read, share: sharing.Share{ProjectID: "t1", SharedAt: instant}}
		switch rapid.SampledFrom([]string{"nothing", "nothing", "nothing", "nothing", "an answer", "another share"}).Draw(test, "since") {
		case "an answer":
			snapshot.answers = number(1) // there is none now
		case "another share":
			snapshot.share.SharedAt = instant.Add(-time.Second)
		}
		stale := snapshot.answers != nil || !snapshot.share.SharedAt.Equal(instant)
		err = table.write(context.Background(), table.answerOperations(c, snapshot, decided)...)
		now, refusal := sharing.AnswerShare(current, c)
		want := refusal == nil && current.UID == read.UID && current.StatusOf("t1") == read.StatusOf("t1") && !stale
		if got := err == nil; got != want {
			test.Fatalf("took effect %v, want %v (transition: %+v, %v; transaction: %v)", got, want, now, refusal, err)
		}
		after := sharing.Image{}
		if current != nil {
			after = *current
		}
		if want && decided.Activity != nil {
			after = now.After
		}
		sameSets(test, standing(test, table), after)
	})
}

// TestUnshareConditionsAgreeWithTheTransition runs the store's own method:
// unshare decides in its one call.
func TestUnshareConditionsAgreeWithTheTransition(t *testing.T) {
	table := newTable(t)
	check(t, func(test *rapid.T) {
		current := anyImage(test, "current")
		replace(test, table, current)
		c := sharing.UnshareCommand{Owner: "owner", ImageID: imageID, Target: "t1", Origin: sample.Origin(instant)}
		if rapid.Bool().Draw(test, "by a slower clock") {
			c.Now = instant.Add(-time.Millisecond) // than the one that shared
		}
		err := table.Unshare(context.Background(), c)
		after, _, want := sharing.UnshareImage(current, c)
		if !sameRefusal(err, want) {
			test.Fatalf("%v, want %v", err, want)
		}
		if want != nil && current != nil {
			after = *current
		}
		sameSets(test, standing(test, table), after)
	})
}

// TestSaveConditionsAgreeWithTheTransition: as for share, on the source and on
// what has the copy's id, of which one that has failed begins again.
func TestSaveConditionsAgreeWithTheTransition(t *testing.T) {
	table := newTable(t)
	check(t, func(test *rapid.T) {
		read, current := anyTwo(test)
		recipient := &sharing.Project{ID: rapid.SampledFrom([]sharing.ProjectID{"t1", "t1", "owner"}).Draw(test, "who"), AccountID: "a"}
		via := sharing.ViaShare
		if recipient.ID == "owner" {
			via = sharing.ViaOwn
		}
		c := sharing.SaveCommand{Via: via, Project: recipient.ID, SourceID: imageID, Name: "copy", Key: "k", NewID: "copy", UID: "u9", Origin: sample.Origin(instant.Add(time.Hour))}
		prior, now := anyPrior(test, c, "prior"), anyPrior(test, c, "prior now")
		if prior != nil && now != nil && prior.UID == now.UID && prior.UpdatedAt.Equal(now.UpdatedAt) {
			now = prior // each change is at a time of its own
		}
		decision, err := sharing.SaveImage(read, recipient, prior, c)
		if err != nil || decision.Activity == nil {
			return
		}
		replace(test, table, current)
		if now != nil {
			must(test, table.write(context.Background(), table.put(imageItem(*now), nil, nil)))
		}
		err = table.write(context.Background(), table.saveOperations(c, saveSnapshot{read, prior, recipient}, decision.After)...)
		replay, refusal := sharing.SaveImage(current, recipient, now, c)
		want := refusal == nil && replay.Activity != nil && current.UID == read.UID && reflect.DeepEqual(now, prior)
		if got := err == nil; got != want {
			test.Fatalf("took effect %v, want %v (transition: %+v, %v; transaction: %v)", got, want, replay, refusal, err)
		}
		found, err := table.get(context.Background(), imageKey("copy"))
		must(test, err)
		after, err := imageOf(found)
		must(test, err)
		if want {
			now = &decision.After
		}
		if (after == nil) != (now == nil) || after != nil && (after.UID != now.UID || after.State != now.State || !after.UpdatedAt.Equal(now.UpdatedAt)) {
			test.Fatalf("the copy is %+v, not %+v", after, now)
		}
	})
}

// anyPrior generates what has the copy's id, or nothing.
func anyPrior(test *rapid.T, c sharing.SaveCommand, name string) *sharing.Image {
	if !rapid.Bool().Draw(test, name) {
		return nil
	}
	img := &sharing.Image{
		ID: c.NewID, UID: rapid.SampledFrom([]string{"u7", "u8"}).Draw(test, name+" uid"), Owner: c.Project, SaveFingerprint: c.Fingerprint(),
		ImageSpec: sharing.ImageSpec{Region: "r1", State: rapid.SampledFrom([]sharing.State{sharing.Failed, sharing.Failed, sharing.Creating, sharing.Available}).Draw(test, name+" state")},
		CreatedAt: instant, UpdatedAt: instant.Add(time.Duration(rapid.IntRange(0, 1).Draw(test, name+" changed")) * time.Second),
		Sealed: rapid.IntRange(0, 3).Draw(test, name+" sealed") == 0,
	}
	if img.State == sharing.Failed && rapid.Bool().Draw(test, name+" says why") {
		img.Failure = &sharing.Failure{Code: "TimedOut"}
	}
	return img
}

// TestPatchConditionsAgreeWithTheTransition: a patch that was decided on one image
// takes effect on another if and only if that is the same image and nobody has
// changed it.
func TestPatchConditionsAgreeWithTheTransition(t *testing.T) {
	table := newTable(t)
	check(t, func(test *rapid.T) {
		read, current := anyTwo(test)
		if current != nil && rapid.Bool().Draw(test, "changed since") {
			changed := *current
			changed.UpdatedAt, current = instant.Add(time.Second), &changed
		}
		c := sharing.PatchImageCommand{Owner: "owner", ImageID: imageID, Origin: sample.Origin(instant.Add(time.Hour))}
		c.Description = sharing.Member[string]{Named: true, Value: new("patched")}
		decision, err := sharing.PatchImage(read, c)
		if err != nil {
			return
		}
		replace(test, table, current)
		err = table.write(context.Background(), table.changeOperation(*read, decision.After))
		_, refusal := sharing.PatchImage(current, c)
		want := refusal == nil && current.UID == read.UID && current.UpdatedAt.Equal(read.UpdatedAt)
		if got := err == nil; got != want {
			test.Fatalf("took effect %v, want %v (transition: %v; transaction: %v)", got, want, refusal, err)
		}
		after := standing(test, table)
		if patched := after != nil && after.Description == "patched"; patched != want {
			test.Fatalf("took effect %v, and it is %+v", want, after)
		}
		if current != nil {
			sameSets(test, after, *current)
		}
	})
}

// TestCopyConditionsAgreeWithTheTransition: a change of a copying that was decided on
// one image takes effect on another if and only if it would be the same change of that
// one; an end also needs that nobody has changed the image.
func TestCopyConditionsAgreeWithTheTransition(t *testing.T) {
	table := newTable(t)
	o := sample.Origin(instant.Add(time.Hour))
	type decide func(test *rapid.T, read *sharing.Image) func(*sharing.Image) sharing.CopyDecision
	for about, change := range map[string]struct { // by the field that its own condition is about
		decide    decide
		condition copyCondition
	}{
		"Uploads": {func(test *rapid.T, read *sharing.Image) func(*sharing.Image) sharing.CopyDecision {
			lost := rapid.SampledFrom([]string{read.UploadOf(1), read.UploadOf(1), "a"}).Draw(test, "lost")
			return func(img *sharing.Image) sharing.CopyDecision {
				return sharing.KeepUpload(img, sharing.KeepUploadCommand{CopyID: read.CopyID(), Disk: 1, Upload: "new", Lost: lost})
			}
		}, keptAsRead},
		"Copying": {func(test *rapid.T, read *sharing.Image) func(*sharing.Image) sharing.CopyDecision {
			copied := rapid.SampledFrom([]int64{0, 0, 1, 2}).Draw(test, "copied")
			return func(img *sharing.Image) sharing.CopyDecision {
				return sharing.ReportProgress(img, sharing.ReportProgressCommand{CopyID: read.CopyID(), Copying: sharing.Copying{CopiedBytes: copied}})
			}
		}, goesOn},
		"UpdatedAt": {func(test *rapid.T, read *sharing.Image) func(*sharing.Image) sharing.CopyDecision {
			failed := rapid.Bool().Draw(test, "fails")
			return func(img *sharing.Image) sharing.CopyDecision {
				if failed {
					return sharing.FailCopy(img, sharing.FailCopyCommand{CopyID: read.CopyID(), Origin: o, Failure: sharing.Failure{Code: "c"}})
				}
				return sharing.CompleteCopy(img, sharing.CompleteCopyCommand{CopyID: read.CopyID(), Origin: o, Keys: []string{"k0", "k1"}})
			}
		}, asRead},
	} {
		budget.Check(t, 1.0/3/properties, 60, func(test *rapid.T) {
			read, current := anyCopying(test, "read"), anyCopying(test, "current")
			read.State, read.CopyFrom = sharing.Creating, twoDisks // else nothing would be sent
			decideOn := change.decide(test, read)
			fields := []string{about, "Uploads", "Copying", "UID", "State", "CopyBegan", "CopyFrom", "all"}
			if field := rapid.SampledFrom(fields).Draw(test, "what differs"); field != "all" {
				same := *read
				reflect.ValueOf(&same).Elem().FieldByName(field).Set(reflect.ValueOf(current).Elem().FieldByName(field))
				current = &same
			}
			decided := decideOn(read)
			if !decided.Changed {
				return // nothing would be sent
			}
			replace(test, table, current)
			err := table.write(context.Background(), table.copyOperations(*read, decided, change.condition)...)
			now := decideOn(current)
			want := now.Changed && (now.Activity == nil || current.UpdatedAt.Equal(read.UpdatedAt))
			if got := err == nil; got != want {
				test.Fatalf("took effect %v, want %v (transition: %+v; transaction: %v)", got, want, now, err)
			}
			if after := standing(test, table); want && (after.State != now.After.State || after.UploadOf(1) != now.After.UploadOf(1) || !reflect.DeepEqual(after.Copying, now.After.Copying)) {
				test.Fatalf("it is %+v, not %+v", after, now.After)
			}
		})
	}
}

var twoDisks = []sharing.SourceDisk{{Region: "r1", Key: "a", SizeGiB: 1}, {Region: "r1", Key: "b", SizeGiB: 2}}

// anyCopying generates a copy in any situation, rarely none that is being copied.
func anyCopying(test *rapid.T, name string) *sharing.Image {
	draw := func(what string, values ...string) string { return rapid.SampledFrom(values).Draw(test, name+" "+what) }
	img := &sharing.Image{
		ID: imageID, UID: draw("uid", "u1", "u1", "u2"), Owner: "owner",
		ImageSpec: sharing.ImageSpec{Region: "r1", State: sharing.State(draw("state", "Creating", "Creating", "Failed")), DataDisks: []sharing.Disk{}},
		CreatedAt: instant, UpdatedAt: instant, CopyBegan: instant,
	}
	if draw("changed", "no", "no", "yes") == "yes" {
		img.UpdatedAt = instant.Add(time.Second)
	}
	if draw("begun again", "no", "no", "yes") == "yes" {
		img.CopyBegan = instant.Add(time.Second)
	}
	if draw("is copied", "yes", "yes", "no") == "yes" {
		img.CopyFrom = twoDisks
	}
	if id := draw("upload", "", "", "a", "b"); id != "" {
		img.Uploads = []string{"", id}
	}
	if n := rapid.SampledFrom([]int64{-1, -1, 0, 1, 2}).Draw(test, name+" copied"); n >= 0 {
		img.Copying = &sharing.Copying{CopiedBytes: n, TotalBytes: 3}
	}
	return img
}

// sameFailure fails unless the failed condition brought the image along.
func sameFailure(test *rapid.T, err error, position int, current *sharing.Image) {
	var failed *conditionsFailed
	if !errors.As(err, &failed) || failed.items[position] == nil && current != nil {
		test.Fatalf("not refused: %v", err)
	}
	img, err := imageOf(failed.items[position])
	must(test, err)
	if (img == nil) != (current == nil) || img != nil && (img.UID != current.UID || !slices.Equal(img.SharedWith, current.SharedWith)) {
		test.Fatalf("the refusal brings %+v, not %+v", img, current)
	}
}

// sameSets compares whom an image is shared with, and what they say; nil is with nobody.
func sameSets(test *rapid.T, img *sharing.Image, want sharing.Image) {
	if img == nil {
		img = &sharing.Image{}
	}
	for what, sets := range map[string][2][]sharing.ProjectID{
		"shared with": {img.SharedWith, want.SharedWith}, "pending": {img.Pending, want.Pending}, "declined": {img.Declined, want.Declined},
	} {
		if !slices.Equal(sets[0], slices.Sorted(slices.Values(sets[1]))) {
			test.Fatalf("%s %v, not %v", what, sets[0], sets[1])
		}
	}
}

func sameRefusal(got, want error) bool {
	if got == nil || want == nil {
		return got == nil && want == nil
	}
	var refusal *sharing.Error
	return errors.As(want, &refusal) && errors.Is(got, refusal)
}
