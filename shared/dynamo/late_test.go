package dynamo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/sample"
)

// detour is an HTTP client that keeps the first transaction back: to the SDK its
// time is over, and the request arrives when release is called.
type detour struct {
	dynamodb.HTTPClient
	meanwhile func()
	held      *http.Request
}

func (d *detour) Do(r *http.Request) (*http.Response, error) {
	if d.held != nil || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		return d.HTTPClient.Do(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	d.held = r.Clone(context.Background())
	d.held.Body = io.NopCloser(bytes.NewReader(body))
	d.meanwhile()
	return nil, context.DeadlineExceeded
}

func (d *detour) release(t *testing.T) {
	t.Helper()
	response, err := d.HTTPClient.Do(d.held)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

// newDetour returns the store by way of the detour, and directly. Both have an
// image and targets to share it with.
func newDetour(t *testing.T, meanwhile func(direct *Store)) (*Store, *Store, *detour) {
	t.Helper()
	direct := newTable(t)
	d := &detour{HTTPClient: awsclient.NewHTTPClient(10 * time.Second), meanwhile: func() { meanwhile(direct) }}
	db := clientBy(d, ddbtest.Endpoint(t))
	for _, p := range append(everyTarget, "owner") {
		_, _, err := direct.PutProject(t.Context(), sharing.PutProjectCommand{ID: p, ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: "n"}, Origin: sample.Origin(instant)})
		fatal(t, err)
	}
	_, _, err := direct.PutImage(t.Context(), lateImage)
	fatal(t, err)
	return New(db, *direct.name), direct, d
}

var lateImage = sharing.PutImageCommand{
	Owner: "owner", ImageID: imageID, UID: "u1", Origin: sample.Origin(instant),
	ImageSpec: sharing.ImageSpec{Name: "n", Region: "r", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available},
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func lateCommand(limit int, targets ...sharing.ProjectID) sharing.ShareCommand {
	return sharing.ShareCommand{Owner: "owner", ImageID: imageID, Targets: targets, Acknowledged: true, Origin: sample.Origin(instant), Limit: limit}
}

// step is a command on its way to a store.
type step = func(context.Context, *Store) error

func share(after time.Duration, targets ...sharing.ProjectID) step {
	return func(ctx context.Context, table *Store) error {
		c := lateCommand(limit, targets...)
		c.Now = instant.Add(after)
		_, _, err := table.Share(ctx, c)
		return err
	}
}

func unshare(after time.Duration) step {
	return func(ctx context.Context, table *Store) error {
		return table.Unshare(ctx, sharing.UnshareCommand{Owner: "owner", ImageID: imageID, Target: "t1", Origin: sample.Origin(instant.Add(after))})
	}
}

func revoke(ctx context.Context, table *Store) error {
	_, err := table.RevokeShares(ctx, sharing.RevokeSharesCommand{Owner: "owner", ImageID: imageID, Origin: sample.Origin(instant)})
	return err
}

// hasTheImage fails the test unless t1 has it.
func hasTheImage(t *testing.T, table *Store) {
	t.Helper()
	_, err := table.Received(t.Context(), sharing.ReceivedQuery{Project: "t1", ImageID: imageID})
	fatal(t, err)
}

func put(uid string, state sharing.State, after time.Duration) step {
	return func(ctx context.Context, table *Store) error {
		c := lateImage
		c.UID, c.State, c.Now = uid, state, instant.Add(after)
		c.Description = after.String() // a change that changes nothing is none
		_, _, err := table.PutImage(ctx, c)
		return err
	}
}

func remove(ctx context.Context, table *Store) error {
	return table.DeleteImage(ctx, sharing.DeleteImageCommand{Owner: "owner", ImageID: imageID, Origin: sample.Origin(instant)})
}

func rename(name string, after time.Duration) step {
	return func(ctx context.Context, table *Store) error {
		_, _, err := table.PutProject(ctx, sharing.PutProjectCommand{ID: "t1", ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: name}, Origin: sample.Origin(instant.Add(after))})
		return err
	}
}

// patch reports a state, and when.
func patch(id sharing.ImageID, owner sharing.ProjectID, state sharing.State, after time.Duration) step {
	return func(ctx context.Context, table *Store) error {
		c := sharing.PatchImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(instant.Add(after))}
		c.State = sharing.Member[sharing.State]{Named: true, Value: &state}
		c.Description = sharing.Member[string]{Named: true, Value: new(after.String())} // a patch that changes nothing is none
		_, err := table.PatchImage(ctx, c)
		return err
	}
}

var copyID = sharing.SavedImageID("t1", "key")

func saveCopy(after time.Duration) step {
	return func(ctx context.Context, table *Store) error {
		_, err := table.Save(ctx, sharing.SaveCommand{
			Project: "t1", SourceID: imageID, Name: "copy", Key: "key", NewID: copyID, UID: "u9", Origin: sample.Origin(instant.Add(after)),
		})
		return err
	}
}

func failedCopy(ctx context.Context, table *Store) error {
	return errors.Join(share(0, "t1")(ctx, table), saveCopy(0)(ctx, table), patch(copyID, "t1", sharing.Failed, 0)(ctx, table))
}

func stateIs(t *testing.T, table *Store, owner sharing.ProjectID, id sharing.ImageID, want sharing.State) {
	t.Helper()
	img, err := table.Image(t.Context(), owner, id)
	fatal(t, err)
	if img.State != want {
		t.Errorf("the image is %s", img.State)
	}
}

// TestALateAttemptIsNotRefused: an attempt that was lost arrives after the
// SDK's second one was refused, and takes effect. A refusal would be untrue.
func TestALateAttemptIsNotRefused(t *testing.T) {
	late, direct, d := newDetour(t, func(direct *Store) { fatal(t, put("", sharing.Failed, 0)(t.Context(), direct)) })
	_, _, err := late.Share(t.Context(), lateCommand(1, "t1"))
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
		t.Errorf("the error is %v, not OutcomeUnknown", err)
	}
	fatal(t, put("", sharing.Available, 0)(t.Context(), direct))
	d.release(t)
	if _, err := direct.Received(t.Context(), sharing.ReceivedQuery{Project: "t1", ImageID: imageID}); err != nil {
		t.Errorf("the late attempt took no effect, so this proves nothing: %v", err)
	}
}

// TestALateAttemptIsNotDecidedAnew: if the share were decided anew and
// succeeded, the lost attempt could bring it back after it was cancelled.
func TestALateAttemptIsNotDecidedAnew(t *testing.T) {
	late, direct, _ := newDetour(t, func(direct *Store) {
		fatal(t, direct.Unshare(t.Context(), sharing.UnshareCommand{Owner: "owner", ImageID: imageID, Target: "t2", Origin: sample.Origin(instant)}))
	})
	_, _, err := direct.Share(t.Context(), lateCommand(limit, "t2"))
	fatal(t, err)
	_, _, err = late.Share(t.Context(), lateCommand(limit, "t1", "t2"))
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
		t.Errorf("the error is %v, not OutcomeUnknown", err)
	}
	if _, err := direct.Received(t.Context(), sharing.ReceivedQuery{Project: "t1", ImageID: imageID}); err == nil {
		t.Error("it was decided anew")
	}
}

// TestALateAttemptUndoesNothing: the caller gives up, asks again and goes on;
// then the lost attempt arrives. Each case ends with what must stand.
func TestALateAttemptUndoesNothing(t *testing.T) {
	const later = time.Second
	for name, c := range map[string]struct {
		before, command, then step
		stands                func(t *testing.T, table *Store)
	}{
		"a share that was cancelled since": {nil, share(0, "t1"), unshare(0), func(t *testing.T, table *Store) {
			if _, err := table.Received(t.Context(), sharing.ReceivedQuery{Project: "t1", ImageID: imageID}); !errors.Is(err, sharing.ImageNotFound(imageID)) {
				t.Errorf("t1 has the image: %v", err)
			}
		}},
		"the end of a share that was given again since":             {share(0, "t1"), unshare(0), share(later, "t1"), hasTheImage},
		"the end of all shares, of which one was given again since": {share(0, "t1"), revoke, share(later, "t1"), hasTheImage},
		"the end of all shares of an image whose id was registered again since, and shared with the same": {share(0, "t1"), revoke, func(ctx context.Context, table *Store) error {
			return errors.Join(remove(ctx, table), put("u2", sharing.Available, later)(ctx, table), share(later, "t1")(ctx, table))
		}, hasTheImage},
		"the end of an image whose id was registered again since": {nil, remove, put("u2", sharing.Available, later), func(t *testing.T, table *Store) {
			img, err := table.Image(t.Context(), "owner", imageID)
			fatal(t, err)
			if img.UID != "u2" {
				t.Errorf("the image is %s", img.UID)
			}
		}},
		"a change of an image that was changed since": {nil, put("", sharing.Failed, time.Millisecond), put("", sharing.Available, later), func(t *testing.T, table *Store) {
			img, err := table.Image(t.Context(), "owner", imageID)
			fatal(t, err)
			if img.State != sharing.Available {
				t.Errorf("the image is %s", img.State)
			}
		}},
		"a patch of what was patched since": {nil, patch(imageID, "owner", sharing.Available, time.Millisecond), patch(imageID, "owner", sharing.Failed, later), func(t *testing.T, table *Store) {
			stateIs(t, table, "owner", imageID, sharing.Failed)
		}},
		"the restart of a copy that has failed again since": {failedCopy, saveCopy(time.Millisecond), patch(copyID, "t1", sharing.Failed, later), func(t *testing.T, table *Store) {
			stateIs(t, table, "t1", copyID, sharing.Failed)
		}},
		"a change of a project that was changed since": {nil, rename("early", time.Millisecond), rename("late", later), func(t *testing.T, table *Store) {
			p, err := table.Project(t.Context(), "t1")
			fatal(t, err)
			if p.Name != "late" {
				t.Errorf("the name is %s", p.Name)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, giveUp := context.WithCancel(t.Context())
			late, direct, d := newDetour(t, func(*Store) { giveUp() })
			if c.before != nil {
				fatal(t, c.before(t.Context(), direct))
			}
			if err := c.command(ctx, late); !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
				t.Fatalf("the error is %v, not OutcomeUnknown", err)
			}
			fatal(t, c.command(t.Context(), direct))
			fatal(t, c.then(t.Context(), direct))
			d.release(t)
			c.stands(t, direct)
		})
	}
}

// TestALostShareIsVoidOnceItsCancellationFoundNothing: the caller gives up and
// makes sure by cancelling the share, which was not made yet. Then the lost
// attempt arrives.
func TestALostShareIsVoidOnceItsCancellationFoundNothing(t *testing.T) {
	ctx, giveUp := context.WithCancel(t.Context())
	late, direct, d := newDetour(t, func(*Store) { giveUp() })
	if _, _, err := late.Share(ctx, lateCommand(limit, "t1")); !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
		t.Fatalf("the error is %v, not OutcomeUnknown", err)
	}
	err := direct.Unshare(t.Context(), sharing.UnshareCommand{Owner: "owner", ImageID: imageID, Target: "t1", Origin: sample.Origin(instant)})
	if !errors.Is(err, sharing.ShareNotFound(imageID, "t1")) {
		t.Fatalf("the error is %v, not ShareNotFound", err)
	}
	d.release(t)
	if _, err := direct.Received(t.Context(), sharing.ReceivedQuery{Project: "t1", ImageID: imageID}); !errors.Is(err, sharing.ImageNotFound(imageID)) {
		t.Errorf("t1 has the image: %v", err)
	}
}

func answer(a sharing.Answer) step {
	return func(ctx context.Context, table *Store) error {
		_, err := table.AnswerShare(ctx, sharing.AnswerShareCommand{Project: "t1", ImageID: imageID, Answer: a, Origin: sample.Origin(instant)})
		return err
	}
}

func policyOf(incoming sharing.Incoming) step {
	return func(ctx context.Context, table *Store) error {
		_, err := table.PutPolicy(ctx, sharing.PutPolicyCommand{Project: "t1", PolicySpec: sharing.PolicySpec{Incoming: incoming}, Origin: sample.Origin(instant)})
		return err
	}
}

// TestALostAnswerIsVoidOnceAnotherWasGiven, or the share was given anew; so is a lost
// policy once another was set. Also when the other found nothing to change.
func TestALostAnswerIsVoidOnceAnotherWasGiven(t *testing.T) {
	accept, decline := answer(sharing.Accept), answer(sharing.Decline)
	consent, open := policyOf(sharing.IncomingConsent), policyOf(sharing.IncomingOpen)
	anew := func(ctx context.Context, table *Store) error {
		return errors.Join(unshare(time.Second)(ctx, table), share(2*time.Second, "t1")(ctx, table))
	}
	status := func(want sharing.ShareStatus) func(*testing.T, *Store) {
		return func(t *testing.T, table *Store) {
			t.Helper()
			r, err := table.Received(t.Context(), sharing.ReceivedQuery{Project: "t1", ImageID: imageID})
			if fatal(t, err); r.Status != want {
				t.Errorf("the share is %s", r.Status)
			}
		}
	}
	incoming := func(want sharing.Incoming) func(*testing.T, *Store) {
		return func(t *testing.T, table *Store) {
			t.Helper()
			p, err := table.Project(t.Context(), "t1")
			if fatal(t, err); p.SharingPolicy().Incoming != want {
				t.Errorf("the policy is %s", p.SharingPolicy().Incoming)
			}
		}
	}
	for name, c := range map[string]struct {
		before []step
		lost   step
		then   []step
		stands func(*testing.T, *Store)
	}{
		"accepted, and declined before it arrives":          {[]step{consent, share(0, "t1")}, accept, []step{accept, decline}, status(sharing.Declined)},
		"accepted, and declined as it was":                  {[]step{share(0, "t1"), decline}, accept, []step{decline}, status(sharing.Declined)},
		"declined, and accepted as it was":                  {[]step{share(0, "t1")}, decline, []step{accept}, status(sharing.Accepted)},
		"accepted again after more than one change":         {[]step{share(0, "t1"), decline}, accept, []step{accept, decline}, status(sharing.Declined)},
		"accepted, and the share given anew":                {[]step{consent, share(0, "t1")}, accept, []step{anew}, status(sharing.Pending)},
		"declined, and the share given anew":                {[]step{share(0, "t1")}, decline, []step{anew}, status(sharing.Accepted)},
		"shared, and answered when it was shared again":     {nil, share(0, "t1"), []step{share(0, "t1"), decline}, status(sharing.Declined)},
		"shared by a policy that was open, and then is not": {nil, share(0, "t1"), []step{consent, share(0, "t1")}, status(sharing.Pending)},
		"a policy, and the one before again":                {nil, consent, []step{open}, incoming(sharing.IncomingOpen)},
		"a policy, and that and another":                    {[]step{consent, open}, consent, []step{consent, open}, incoming(sharing.IncomingOpen)},
		"a policy, and a name":                              {nil, consent, []step{consent, rename("late", time.Second)}, incoming(sharing.IncomingConsent)},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, giveUp := context.WithCancel(t.Context())
			late, direct, d := newDetour(t, func(*Store) { giveUp() })
			for _, before := range c.before {
				fatal(t, before(t.Context(), direct))
			}
			if err := c.lost(ctx, late); !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
				t.Fatalf("the error is %v, not OutcomeUnknown", err)
			}
			for _, then := range c.then {
				fatal(t, then(t.Context(), direct))
			}
			d.release(t)
			c.stands(t, direct)
			_, err := direct.Inspect(t.Context(), Whole, func(f Finding) error {
				if f.Broken != "" {
					t.Error(f.Broken)
				}
				return nil
			})
			fatal(t, err)
		})
	}
}

// TestAnAnswerThatChangesNothingIsOfOneMoment: image and share are read beside each other,
// and an answer that was lost may arrive in between.
func TestAnAnswerThatChangesNothingIsOfOneMoment(t *testing.T) {
	_, table, _ := newDetour(t, func(*Store) {})
	fatal(t, share(0, "t1")(t.Context(), table))
	accept := sharing.AnswerShareCommand{Project: "t1", ImageID: imageID, Answer: sharing.Accept, Origin: sample.Origin(instant)}
	read, err := table.readForAnswer(t.Context(), accept)
	fatal(t, err)
	fatal(t, answer(sharing.Decline)(t.Context(), table))
	later, err := table.readForAnswer(t.Context(), accept)
	fatal(t, err)
	read.share, read.answers = later.share, later.answers
	decision, err := sharing.AnswerShare(read.image, accept)
	fatal(t, err)
	var failed *conditionsFailed
	if err := table.write(t.Context(), table.answerOperations(accept, read, decision)...); decision.Activity != nil || !errors.As(err, &failed) {
		t.Errorf("what is declined was accepted as it was: %v", err)
	}
}

// TestAShareBeginsAsThePoliciesSay, whatever a former release has left of an earlier one.
func TestAShareBeginsAsThePoliciesSay(t *testing.T) {
	for incoming, want := range map[sharing.Incoming]sharing.ShareStatus{sharing.IncomingOpen: sharing.Accepted, sharing.IncomingConsent: sharing.Pending} {
		_, table, _ := newDetour(t, func(*Store) {})
		fatal(t, policyOf(incoming)(t.Context(), table))
		fatal(t, table.write(t.Context(), table.update(imageKey(imageID), "ADD declined :t", nil, item{":t": projectSet([]sharing.ProjectID{"t1"})})))
		fatal(t, share(0, "t1")(t.Context(), table))
		r, err := table.Received(t.Context(), sharing.ReceivedQuery{Project: "t1", ImageID: imageID})
		if fatal(t, err); r.Status != want {
			t.Errorf("with %s the share is %s", incoming, r.Status)
		}
	}
}

// TestALostSuspensionIsVoidOnceItsOppositeWasAnswered, and so is the end of one, also
// when the opposite found nothing to change.
func TestALostSuspensionIsVoidOnceItsOppositeWasAnswered(t *testing.T) {
	suspend := func(ctx context.Context, table *Store) error {
		_, err := table.SuspendImage(ctx, sharing.SuspendImageCommand{Owner: "owner", ImageID: imageID, Reason: "r", Origin: sample.Origin(instant)})
		return err
	}
	resume := func(ctx context.Context, table *Store) error {
		_, err := table.ResumeImage(ctx, sharing.ResumeImageCommand{Owner: "owner", ImageID: imageID, Origin: sample.Origin(instant)})
		return err
	}
	for name, c := range map[string]struct {
		before       []step
		lost, answer step
		suspended    bool
	}{
		"the first suspension": {nil, suspend, resume, false},
		"a suspension":         {[]step{suspend, resume}, suspend, resume, false},
		"the end of one":       {[]step{suspend}, resume, suspend, true},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, giveUp := context.WithCancel(t.Context())
			late, direct, d := newDetour(t, func(*Store) { giveUp() })
			for _, before := range c.before {
				fatal(t, before(t.Context(), direct))
			}
			if err := c.lost(ctx, late); !errors.Is(err, &sharing.Error{Code: sharing.CodeOutcomeUnknown}) {
				t.Fatalf("the error is %v, not OutcomeUnknown", err)
			}
			fatal(t, c.answer(t.Context(), direct))
			d.release(t)
			img, err := direct.Image(t.Context(), "owner", imageID)
			fatal(t, err)
			if suspended := img.Suspension != nil; suspended != c.suspended {
				t.Errorf("it is suspended: %v", suspended)
			}
		})
	}
}
