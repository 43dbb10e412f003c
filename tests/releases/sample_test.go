package releases

import (
	"testing"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// The names of the sample.
const (
	orgA = sharing.ProjectID("org-a")
	orgB = sharing.ProjectID("org-b")
	orgC = sharing.ProjectID("org-c")
	orgD = sharing.ProjectID("org-d")
	orgE = sharing.ProjectID("org-e")

	key = "first" // of org-b's save
)

// at is a moment of the sample, n seconds and n microseconds after its start.
func at(n int) time.Time {
	return time.Date(2026, 11, 24, 2, 51, 33, 0, time.UTC).Add(time.Duration(n) * (time.Second + time.Microsecond))
}

// sampler writes the sample: a record of every shape that the store's commands
// can give one. What is new gets an image of its own, so that the others go on
// having the shape they had.
type sampler struct {
	t *testing.T
	service.Store
}

func sample(t *testing.T, store service.Store) {
	t.Helper()
	s := sampler{t, store}
	s.putProject(orgA, "acct-1", "Org A", 0)
	s.putProject(orgB, "acct-2", "Org B", 1)
	s.putProject(orgC, "acct-2", "Org C", 2)
	s.putImage("plain", spec("plain"), 10)
	s.putImage("bare", sharing.ImageSpec{
		Name: "bare", Region: "us-east", Kind: sharing.Public, HostType: sharing.LightweightUHost,
		State: sharing.Failed, SystemDisk: sharing.Disk{SizeGiB: 1},
	}, 11)

	s.putImage("shared", spec("shared"), 12)
	s.share("shared", 20, orgB, orgC)
	s.save("img-without-key", "", 30)
	s.save(sharing.SavedImageID(orgB, key), key, 31)

	// A share that was cancelled, and an image and a project that were changed.
	s.putImage("cancelled", spec("cancelled"), 13)
	s.share("cancelled", 21, orgC)
	s.unshare("cancelled", orgC, 40)
	s.putProject(orgA, "acct-9", "Org A, moved", 41)
	changed := spec("changed")
	changed.State = sharing.Failed
	s.putImage("cancelled", changed, 42)

	// One with labels, which should not be used any more, and one that never was.
	described, broken := spec("described"), spec("broken")
	described.Tags = map[string]string{"team": "shop", "empty": ""}
	described.Deprecation = &sharing.Deprecation{At: new(at(60)), ReplacementImageID: new(sharing.ImageID("plain")), Message: "two lines,\nold"}
	s.putImage("described", described, 15)
	broken.State, broken.Failure = sharing.Failed, &sharing.Failure{Code: "TimedOut", Message: "two lines,\nslow"}
	s.putImage("broken", broken, 16)

	// What this one leaves behind is still there while the clean-up is late.
	s.putImage("deleted", spec("deleted"), 14)
	s.share("deleted", 22, orgB)
	s.deleteImage("deleted")

	s.putImage("suspended", spec("suspended"), 17)
	s.putProject(orgD, "acct-2", "Org D", 3)
	s.share("suspended", 24, orgD)
	s.suspend("suspended", "spam", 60)

	// Copies: one that is under way, to another region, and one that failed.
	s.copied("img-copying", "us-east", 33)
	s.copied("img-failed", "eu-west", 34)
	copying, failed := sharing.CopyID{Image: "img-copying", UID: "uid-img-copying", Began: at(33)}, sharing.CopyID{Image: "img-failed", UID: "uid-img-failed", Began: at(34)}
	_, err := s.KeepUpload(t.Context(), sharing.KeepUploadCommand{CopyID: copying, Disk: 1, Upload: "upload-1"})
	must(t, err)
	_, err = s.ReportProgress(t.Context(), sharing.ReportProgressCommand{CopyID: copying, Copying: sharing.Copying{CopiedBytes: 7, TotalBytes: 9}})
	must(t, err)
	bySystem := origin(at(35))
	bySystem.Actor = sharing.System
	_, err = s.FailCopy(t.Context(), sharing.FailCopyCommand{CopyID: failed, Origin: bySystem, Failure: sharing.Failure{Code: "TimedOut", Message: "slow"}})
	must(t, err)

	// Its recipient was closed, and so lost it.
	must(t, s.CloseProject(t.Context(), sharing.CloseProjectCommand{ID: orgD, Origin: origin(at(61))}))
	ending := origin(at(62))
	ending.Actor, ending.Reason = sharing.System, "ProjectClosed"
	must(t, s.Unshare(t.Context(), sharing.UnshareCommand{Owner: orgA, ImageID: "suspended", Target: orgD, Origin: ending}))

	// One who wants to be asked, and answers in every way.
	s.putProject(orgE, "acct-3", "Org E", 70)
	_, err = s.PutPolicy(t.Context(), sharing.PutPolicyCommand{Project: orgE, PolicySpec: policy(), Origin: origin(at(71))})
	must(t, err)
	s.putImage("asked", spec("asked"), 72)
	s.putImage("turned-down", spec("turned-down"), 73)
	s.share("asked", 74, orgE, orgB)
	s.share("turned-down", 75, orgE)
	s.answer("turned-down", orgE, sharing.Decline, 76)
	s.answer("asked", orgB, sharing.Decline, 77)
	s.answer("asked", orgB, sharing.Accept, 78)
}

func (s sampler) answer(id sharing.ImageID, p sharing.ProjectID, answer sharing.Answer, n int) {
	s.t.Helper()
	_, err := s.AnswerShare(s.t.Context(), sharing.AnswerShareCommand{Project: p, ImageID: id, Answer: answer, Origin: origin(at(n))})
	must(s.t, err)
}

func (s sampler) putProject(id sharing.ProjectID, account, name string, n int) sharing.Project {
	s.t.Helper()
	p, _, err := s.PutProject(s.t.Context(), sharing.PutProjectCommand{
		ID: id, ProjectSpec: sharing.ProjectSpec{AccountID: account, Name: name}, Origin: origin(at(n)),
	})
	must(s.t, err)
	return p
}

func (s sampler) putImage(id sharing.ImageID, spec sharing.ImageSpec, n int) sharing.Image {
	s.t.Helper()
	img, _, err := s.PutImage(s.t.Context(), sharing.PutImageCommand{
		Owner: orgA, ImageID: id, UID: "uid-" + string(id), ImageSpec: spec, Origin: origin(at(n)),
	})
	must(s.t, err)
	return img
}

func (s sampler) deleteImage(id sharing.ImageID) {
	s.t.Helper()
	must(s.t, s.DeleteImage(s.t.Context(), sharing.DeleteImageCommand{Owner: orgA, ImageID: id, Origin: origin(at(50))}))
}

func (s sampler) suspend(id sharing.ImageID, reason string, n int) {
	s.t.Helper()
	_, err := s.SuspendImage(s.t.Context(), sharing.SuspendImageCommand{Owner: orgA, ImageID: id, Reason: reason, Origin: origin(at(n))})
	must(s.t, err)
}

func (s sampler) share(id sharing.ImageID, n int, targets ...sharing.ProjectID) []sharing.ShareOutcome {
	s.t.Helper()
	_, outcomes, err := s.Share(s.t.Context(), sharing.ShareCommand{
		Owner: orgA, ImageID: id, Targets: targets, Acknowledged: true,
		Origin: origin(at(n)), Limit: sharing.MaxShares,
	})
	must(s.t, err)
	return outcomes
}

func (s sampler) unshare(id sharing.ImageID, target sharing.ProjectID, n int) {
	s.t.Helper()
	must(s.t, s.Unshare(s.t.Context(), sharing.UnshareCommand{Owner: orgA, ImageID: id, Target: target, Origin: origin(at(n))}))
}

// save saves the image "shared" for org-b.
func (s sampler) save(id sharing.ImageID, key string, n int) sharing.Image {
	s.t.Helper()
	img, err := s.Save(s.t.Context(), sharing.SaveCommand{
		Project: orgB, SourceID: "shared", Name: "my copy", Description: "of shared",
		Key: key, NewID: id, UID: "uid-" + string(id), Origin: origin(at(n)),
	})
	must(s.t, err)
	return img
}

// copied begins a copy of the image "plain".
func (s sampler) copied(id sharing.ImageID, region string, n int) {
	s.t.Helper()
	_, err := s.Save(s.t.Context(), sharing.SaveCommand{
		Project: orgA, SourceID: "plain", Via: sharing.ViaOwn, Region: &region, Name: "my copy",
		NewID: id, UID: "uid-" + string(id), Origin: origin(at(n)),
	})
	must(s.t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// origin makes an activity's id of its time, so that the same steps keep the
// same items.
func origin(at time.Time) sharing.Origin {
	return sharing.Origin{
		Actor: sharing.Actor{Subject: "alice@example.com", ClientID: "console"}, RequestID: "request-" + at.Format("150405"),
		Now: at, ActivityID: sharing.ActivityID("act-" + at.Format("150405")), KeepUntil: at.AddDate(1, 0, 0),
	}
}
