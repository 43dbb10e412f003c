package storetest

import (
	"slices"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var copyingTests = []test{
	{"from the save to its end", copyCompletes},
	{"that fails, and begins again", copyFails},
	{"two who keep an upload", copyUploads},
	{"that is over", copyOver},
}

// copying saves an image, whose disks are to be copied then.
func (s *suite) copying() sharing.Image {
	s.Helper()
	_, recipient, id := s.sharedImage()
	return s.save(saveCommand(recipient, id, "key"))
}

// decides checks what the store says of a change of a copying, and that it keeps that.
func (s *suite) decides(what string, got sharing.CopyDecision, err error, want sharing.CopyDecision) {
	s.Helper()
	s.must(err)
	if got.UnderWay != want.UnderWay || got.Changed != want.Changed || (got.Activity == nil) != (want.Activity == nil) {
		s.Fatalf("%s: %+v, want %+v", what, got, want)
	}
	s.equalImage(what, *got.After, *want.After)
	s.equalImage(what+", stored", s.stored(want.After.ID), *want.After)
}

func copyCompletes(s *suite) {
	img := s.copying()
	equal(s, "what is to be copied", img.CopyFrom, []sharing.SourceDisk{{Region: region, Key: "snap-system", SizeGiB: 20}})
	before := s.activity(img.Owner)
	for _, step := range []struct{ copied, told int64 }{{0, 0}, {5, 5}, {3, 5}, {5, 5}, {1 << 45, 1 << 45}} {
		changed := img.Copying == nil || img.Copying.CopiedBytes < step.told
		img.Copying = &sharing.Copying{CopiedBytes: step.told, TotalBytes: 1 << 46}
		got, err := s.store.ReportProgress(s.Context(), sharing.ReportProgressCommand{CopyID: img.CopyID(), Copying: sharing.Copying{CopiedBytes: step.copied, TotalBytes: 1 << 46}})
		s.decides("progress", got, err, sharing.CopyDecision{After: &img, UnderWay: true, Changed: changed})
	}
	equal(s, "the activity of progress", s.activity(img.Owner), before)
	equal(s, "what the owner sees", img.OwnedView(50).Copying, img.Copying)

	c := sharing.CompleteCopyCommand{CopyID: img.CopyID(), Origin: sample.Origin(at(30)), Keys: []string{"images/copy/0"}}
	left := leftOnImage(sharing.CopyCompleted, img.Owner, img.ID, c.Origin)
	left.Reason = "All its disks are copied."
	img.State, img.Sealed, img.SystemDisk.SnapshotID, img.UpdatedAt = sharing.Available, true, "images/copy/0", at(30)
	img.CopyFrom, img.Copying = nil, nil
	got, err := s.store.CompleteCopy(s.Context(), c)
	s.decides("complete", got, err, sharing.CopyDecision{After: &img, UnderWay: true, Changed: true, Activity: &left})
	s.leaves(img.Owner, left)
	c.Origin = sample.Origin(at(31))
	got, err = s.store.CompleteCopy(s.Context(), c)
	s.decides("complete again", got, err, sharing.CopyDecision{After: &img})
	s.leaves(img.Owner, left)
}

func copyFails(s *suite) {
	img := s.copying()
	first := img.CopyID()
	c := sharing.FailCopyCommand{CopyID: first, Origin: sample.Origin(at(30)), Failure: sharing.Failure{Code: "TimedOut", Message: "Too slow."}}
	left := leftOnImage(sharing.CopyFailed, img.Owner, img.ID, c.Origin)
	left.Reason, left.Failure = "Its disks could not be copied.", &c.Failure
	keep := sharing.KeepUploadCommand{CopyID: first, Upload: "one"}
	_, err := s.store.KeepUpload(s.Context(), keep)
	s.must(err)
	img.State, img.Failure, img.UpdatedAt, img.CopyFrom = sharing.Failed, &c.Failure, at(30), nil
	got, err := s.store.FailCopy(s.Context(), c)
	s.decides("fail", got, err, sharing.CopyDecision{After: &img, UnderWay: true, Changed: true, Activity: &left})
	s.leaves(img.Owner, left)

	again := saveCommand(img.Owner, img.Source.ImageID, "key")
	again.Origin = sample.Origin(at(40))
	img = s.save(again)
	if img.CopyID() == first || len(img.CopyFrom) != 1 || img.Uploads != nil {
		s.Errorf("it has begun again as %+v", img)
	}
	// What comes late is of the first.
	got, err = s.store.FailCopy(s.Context(), c)
	s.decides("a late failure", got, err, sharing.CopyDecision{After: &img})
	got, err = s.store.KeepUpload(s.Context(), keep)
	s.decides("a late upload", got, err, sharing.CopyDecision{After: &img})
}

func copyUploads(s *suite) {
	img := s.copying()
	keep := func(id, lost string) sharing.CopyDecision {
		got, err := s.store.KeepUpload(s.Context(), sharing.KeepUploadCommand{CopyID: img.CopyID(), Upload: id, Lost: lost})
		s.must(err)
		return got
	}
	var kept [8]string
	for _, err := range concurrently(len(kept), func(i int) error {
		return s.persistently(func() error {
			got, err := s.store.KeepUpload(s.Context(), sharing.KeepUploadCommand{CopyID: img.CopyID(), Upload: string(rune('a' + i))})
			if err == nil {
				kept[i] = got.After.UploadOf(0)
			}
			return err
		})
	}) {
		s.must(err)
	}
	if first := kept[0]; first == "" || slices.ContainsFunc(kept[:], func(id string) bool { return id != first }) {
		s.Fatalf("they do not agree: %q", kept)
	}
	img.Uploads = []string{"new"}
	s.decides("another for a lost one", keep("new", kept[0]), nil, sharing.CopyDecision{After: &img, UnderWay: true, Changed: true})
	s.decides("another for one that is lost no more", keep("newer", kept[0]), nil, sharing.CopyDecision{After: &img, UnderWay: true})
}

func copyOver(s *suite) {
	img := s.copying()
	id := img.CopyID()
	img, _ = s.putImage(img.Owner, img.ID, at(20))
	if img.CopyFrom != nil {
		s.Errorf("the platform has completed it, and it is still copied: %+v", img)
	}
	complete := func() (sharing.CopyDecision, error) {
		return s.store.CompleteCopy(s.Context(), sharing.CompleteCopyCommand{CopyID: id, Origin: sample.Origin(at(30)), Keys: []string{"k"}})
	}
	got, err := complete()
	s.decides("of an image that the platform completed", got, err, sharing.CopyDecision{After: &img})
	s.deleteImage(img.Owner, img.ID)
	got, err = complete()
	equal(s, "of an image that is gone", got, sharing.CopyDecision{})
	s.must(err)
	c := saveCommand(img.Owner, img.Source.ImageID, "key")
	c.Origin = sample.Origin(id.Began)
	img = s.save(c)
	got, err = complete()
	s.decides("of one that has its id since", got, err, sharing.CopyDecision{After: &img})
}
