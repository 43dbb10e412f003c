package faultinjection

import (
	"context"
	"fmt"
	"time"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

const (
	owner  = sharing.ProjectID("owner")
	other  = sharing.ProjectID("other")
	gaveUp = sharing.ProjectID("gave-up") // closed, and its shares have not ended yet

	shared = sharing.ImageID("shared") // with targets 0 to 2
	alone  = sharing.ImageID("alone")  // with nobody
	frozen = sharing.ImageID("frozen") // with nobody, suspended
	gone   = sharing.ImageID("gone")   // was shared with 0 to 2, and nobody cleaned up
	again  = sharing.ImageID("again")  // as gone, but registered again, and shared with 1 and gaveUp
	full   = sharing.ImageID("full")   // with targets 0 to 49, in the large situation only
	fresh  = sharing.ImageID("fresh")  // not there
)

// The copies that a key names.
var (
	copyOf0 = sharing.SavedImageID(target(0), "used")
	copyOf1 = sharing.SavedImageID(target(1), "key")
	copyOf2 = sharing.SavedImageID(target(2), "failed") // and it has
	oldCopy = sharing.SavedImageID(target(0), "old")    // began more than a day ago
)

// limit is of the small situation: the deployment's, below sharing.MaxShares.
const limit = 5

// target is a registered project, in the small situation up to limit.
func target(i int) sharing.ProjectID { return sharing.ProjectID(fmt.Sprintf("target-%02d", i)) }

func targets(from, to int) []sharing.ProjectID {
	var all []sharing.ProjectID
	for i := from; i < to; i++ {
		all = append(all, target(i))
	}
	return all
}

// bubbleTime is the time of every use case: it runs in a bubble of package
// synctest, where time stands still while anything works.
var bubbleTime = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// at is a moment of the hour before.
func at(n int) time.Time { return bubbleTime.Add(-time.Hour).Add(time.Duration(n) * time.Second) }

// write is a write that somebody else makes, or that makes a situation. It goes
// beside the functions, and has a time of its own.
type write func(context.Context, *dynamo.Store) error

// A use case starts in one of two situations. The small one has everything that
// a rule is about, the large one as many shares as there can be.
var (
	small = writes(
		registerProjects(owner, other), registerProjects(targets(0, limit+1)...),
		registerImage(owner, shared, "uid-shared", 1), makeShare(shared, 11, targets(0, 3)...),
		registerImage(owner, alone, "uid-alone", 3),
		registerImage(owner, frozen, "uid-frozen", 6), suspendImage(frozen, 7),
		registerImage(owner, gone, "uid-gone", 4), makeShare(gone, 14, targets(0, 3)...), endImage(gone),
		registerImage(owner, again, "uid-again", 5), makeShare(again, 15, targets(0, 3)...), endImage(again),
		registerImage(owner, again, "uid-again-2", 20), makeShare(again, 21, target(1)),
		makeCopy(target(0), "used", 22),
		makeCopy(target(2), "failed", 23), patchCopy(sharing.Failed, 24),
		makeCopy(target(0), "old", -90_000),
		registerProjects(gaveUp), makeShare(again, 23, gaveUp), endProject(gaveUp, 30),
	)
	large = writes(
		registerProjects(owner), registerProjects(targets(0, sharing.MaxShares)...),
		registerImage(owner, alone, "uid-alone", 3),
		registerImage(owner, full, "uid-full", 2), makeShare(full, 12, targets(0, sharing.MaxShares)...),
	)
	// goneAnew makes a new image gone and shares it with target 1.
	goneAnew = writes(registerImage(owner, gone, "uid-gone-2", 40), makeShare(gone, 41, target(1)))
)

// sharedAnew ends the image shared and registers another one under its id.
func sharedAnew(more ...write) write {
	return writes(endImage(shared), registerImage(owner, shared, "uid-other", 40), writes(more...))
}

func writes(all ...write) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		for _, w := range all {
			if err := w(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
}

func registerProjects(ids ...sharing.ProjectID) write {
	var all []write
	for _, id := range ids {
		all = append(all, nameProject(id, "name of "+string(id), 0))
	}
	return writes(all...)
}

func nameProject(id sharing.ProjectID, name string, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, _, err := s.PutProject(ctx, sharing.PutProjectCommand{
			ID: id, ProjectSpec: sharing.ProjectSpec{AccountID: "account", Name: name}, Origin: sample.Origin(at(n)),
		})
		return err
	}
}

func endProject(id sharing.ProjectID, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		return s.CloseProject(ctx, sharing.CloseProjectCommand{ID: id, Origin: sample.Origin(at(n))})
	}
}

func spec(name string) sharing.ImageSpec {
	return sharing.ImageSpec{
		Name: name, Region: "region", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snapshot"}, DataDisks: []sharing.Disk{{SizeGiB: 10}},
	}
}

func registerImage(p sharing.ProjectID, id sharing.ImageID, uid string, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, _, err := s.PutImage(ctx, sharing.PutImageCommand{Owner: p, ImageID: id, UID: uid, Origin: sample.Origin(at(n)), ImageSpec: spec("image " + uid)})
		return err
	}
}

func failImage(id sharing.ImageID, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		failed := spec("failed")
		failed.State = sharing.Failed
		_, _, err := s.PutImage(ctx, sharing.PutImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(at(n)), ImageSpec: failed})
		return err
	}
}

func suspendImage(id sharing.ImageID, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, err := s.SuspendImage(ctx, sharing.SuspendImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(at(n)), Reason: "suspended"})
		return err
	}
}

func resumeImage(id sharing.ImageID, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, err := s.ResumeImage(ctx, sharing.ResumeImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(at(n))})
		return err
	}
}

func answerShare(id sharing.ImageID, p sharing.ProjectID, a sharing.Answer, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, err := s.AnswerShare(ctx, sharing.AnswerShareCommand{Project: p, ImageID: id, Answer: a, Origin: sample.Origin(at(n))})
		return err
	}
}

func setPolicy(p sharing.ProjectID, incoming sharing.Incoming, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, err := s.PutPolicy(ctx, sharing.PutPolicyCommand{Project: p, PolicySpec: sharing.PolicySpec{Incoming: incoming}, Origin: sample.Origin(at(n))})
		return err
	}
}

func endImage(id sharing.ImageID) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		return s.DeleteImage(ctx, sharing.DeleteImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(at(90))})
	}
}

// makeShare shares up to the limit of the large situation, or of the small one.
func makeShare(id sharing.ImageID, n int, to ...sharing.ProjectID) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, _, err := s.Share(ctx, sharing.ShareCommand{
			Owner: owner, ImageID: id, Targets: to, Acknowledged: true, Origin: sample.Origin(at(n)), Limit: max(limit, len(to)),
		})
		return err
	}
}

func endShare(id sharing.ImageID, n int, from sharing.ProjectID) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		return s.Unshare(ctx, sharing.UnshareCommand{Owner: owner, ImageID: id, Target: from, Origin: sample.Origin(at(n))})
	}
}

func makeCopy(p sharing.ProjectID, key string, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		_, err := s.Save(ctx, sharing.SaveCommand{
			Project: p, SourceID: shared, Name: "copy", Key: key, NewID: sharing.SavedImageID(p, key), UID: "uid-copy", Origin: sample.Origin(at(n)),
		})
		return err
	}
}

// patchCopy reports the state of the copy of target 2.
func patchCopy(state sharing.State, n int) write {
	return func(ctx context.Context, s *dynamo.Store) error {
		c := sharing.PatchImageCommand{Owner: target(2), ImageID: copyOf2, Origin: sample.Origin(at(n))}
		c.State = sharing.Member[sharing.State]{Named: true, Value: &state}
		_, err := s.PatchImage(ctx, c)
		return err
	}
}

func endCopy(ctx context.Context, s *dynamo.Store) error {
	return s.DeleteImage(ctx, sharing.DeleteImageCommand{Owner: target(2), ImageID: copyOf2, Origin: sample.Origin(at(90))})
}

// removed is the stream's record of the image gone.
const removed = `{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"1",
	"Keys":{"pk":{"S":"IMAGE#gone"},"sk":{"S":"IMAGE"}},
	"OldImage":{"uid":{"S":"uid-gone"},"sharedWith":{"SS":["target-00","target-01","target-02"]}}}}`

// savedLongAgo is the queue's message of the old copy, which is TimedOut.
var savedLongAgo = fmt.Sprintf(`{"messageId":"m","body":%q}`, fmt.Sprintf(`{"detail":{"type":"ImageSaved","copy":{"imageId":%q,"projectId":"target-00","region":"region"}}}`, oldCopy))

// closing is the stream's record of the end of gaveUp.
const closing = `{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1",
	"Keys":{"pk":{"S":"PROJECT#gave-up"},"sk":{"S":"ACTIVITY#1999-12-31T23:00:30.000000Z#act"}},
	"NewImage":{"activityId":{"S":"act"},"at":{"S":"1999-12-31T23:00:30.000000Z"},"type":{"S":"ProjectClosed"},"projectId":{"S":"gave-up"},
		"actor":{"M":{"subject":{"S":"caller"}}},"requestId":{"S":"the-request"},"expiresAt":{"N":"4102444800"}}}}`

// removeOrphan removes what the image gone left of its share with a target.
func removeOrphan(i int) action {
	return step(func(ctx context.Context, p *product) (any, error) {
		return p.store.Remove(ctx, dynamo.Orphan{Image: gone, Target: target(i), UID: "uid-gone"})
	})
}

// endLateShares ends what gaveUp has received.
func endLateShares() action {
	return step(func(ctx context.Context, p *product) (any, error) {
		_, err := p.service.EndReceivedShares(ctx, sharing.Activity{ProjectID: gaveUp, RequestID: "repair"})
		return nil, err
	})
}
