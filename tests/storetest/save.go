package storetest

import (
	"reflect"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var saveTests = []test{
	{"a copy of its own", saveCopy},
	{"refusals and their order", saveRefusals},
	{"without a key", saveWithoutKey},
	{"replay with the same key", saveReplay},
	{"replay after the share ended", saveReplayAfterShare},
	{"a failed copy begins again", saveAgain},
	{"a failed copy that cannot begin again", saveAgainRefused},
	{"another save with the same key", saveConflict},
	{"the copy itself with its own key", saveOwnCopy},
	{"keys are per project", saveKeysPerProject},
	{"a key lives as long as the copy", saveKeyFreeAgain},
	{"a copy outlives its original", saveCopyOutlives},
	{"a copy can be shared in its turn", saveCopyShared},
	{"a copy of an own image", copyOwn},
	{"a failed copy of an own image", copyAgain},
}

// sharedImage registers an image and shares it with a new project.
func (s *suite) sharedImage() (owner, recipient sharing.ProjectID, id sharing.ImageID) {
	s.Helper()
	owner, recipient = s.project("owner"), s.project("recipient")
	id = s.image(owner, "image")
	s.share(owner, id, recipient)
	return owner, recipient, id
}

func saveCopy(s *suite) {
	owner, recipient := s.project("owner"), s.project("recipient")
	s.putProject(recipient, sharing.ProjectSpec{AccountID: "account-7", Name: "recipient"}, at(1))
	id := s.image(owner, "image", func(spec *sharing.ImageSpec) {
		region := spec.Region
		change(reflect.ValueOf(spec).Elem())
		spec.Region, spec.Kind, spec.HostType, spec.State = region, sharing.Custom, sharing.UHost, sharing.Available
	})
	s.share(owner, id, recipient)
	source := s.stored(id)
	c := saveCommand(recipient, id, "key")
	c.Region = new(region)
	got := s.save(c)
	// What a copy takes over, the rules say: shared/sharing holds them to it.
	want, err := sharing.SaveImage(&source, &sharing.Project{ID: recipient, AccountID: "account-7"}, nil, c)
	s.must(err)
	equal(s, "system disk of the copy", got.SystemDisk, sharing.Disk{SizeGiB: source.SystemDisk.SizeGiB}) // R5
	s.equalImage("response", got, want.After)
	s.equalImage("copy", s.stored(c.NewID), want.After)
	s.sharedExactlyWith(recipient, c.NewID, nil, owner, recipient)
	s.equalImage("source after the save", s.stored(id), source)
	equal(s, "the recipient's images", s.all(owned, sharing.PageQuery{Project: recipient, Limit: 10}), []sharing.Position{
		{Region: region, At: c.Now, Image: c.NewID},
	})
}

func saveRefusals(s *suite) {
	owner, recipient, id := s.sharedImage()
	s.putImage(owner, id, at(1), inState(sharing.Failed))
	stranger := s.project("stranger")
	used := s.image(owner, "other")
	s.share(owner, used, recipient)
	s.save(saveCommand(recipient, used, "used"))

	for _, r := range []struct {
		project   sharing.ProjectID
		source    sharing.ImageID
		key       string
		region    string
		code      sharing.Code
		extension map[string]any
	}{
		{recipient, s.imageID("missing"), "used", "region-2", sharing.CodeIdempotencyConflict, nil},
		{recipient, s.imageID("missing"), "", "region-2", sharing.CodeImageNotFound, nil},
		{stranger, id, "", "region-2", sharing.CodeImageNotFound, nil},
		{owner, id, "new", "region-2", sharing.CodeImageNotFound, nil}, // the owner has the image, but no share
		{recipient, id, "new", "region-2", sharing.CodeCrossRegionNotSupported, map[string]any{"imageRegion": region, "region": "region-2"}},
		{recipient, id, "new", region, sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Failed}},
		{recipient, id, "", "", sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Failed}},
	} {
		c := saveCommand(r.project, r.source, r.key)
		c.Region = regionOrNil(r.region)
		_, err := s.store.Save(s.Context(), c)
		s.refused(err, r.code, r.extension)
		if r.code == sharing.CodeImageNotFound {
			s.notFound(err)
		}
		if r.key != "used" {
			_, err = s.store.Image(s.Context(), r.project, c.NewID)
			s.notFound(err)
		}
	}
}

// copyCommand copies an own image to another region.
func copyCommand(owner sharing.ProjectID, source sharing.ImageID, key string) sharing.SaveCommand {
	c := saveCommand(owner, source, key)
	c.Via, c.Region = sharing.ViaOwn, new("region-2")
	return c
}

func copyOwn(s *suite) {
	owner, recipient, id := s.sharedImage()
	source := s.stored(id)
	c := copyCommand(owner, id, "key")
	c.Regions = []string{region, "region-2"}
	got := s.save(c)
	want, err := sharing.SaveImage(&source, &sharing.Project{ID: owner, AccountID: "account-1"}, nil, c)
	s.must(err)
	s.equalImage("response", got, want.After)
	s.equalImage("copy", s.stored(c.NewID), want.After)
	equal(s, "region of the source", s.stored(c.NewID).Source.Region, region)
	s.equalImage("source after the copy", s.stored(id), source)
	s.sharedExactlyWith(owner, c.NewID, nil, owner, recipient)

	left := leftOnImage(sharing.ImageCopied, owner, id, c.Origin)
	left.Source = &sharing.ImageRef{ImageID: id, ProjectID: owner, Region: region}
	left.Copy = &sharing.ImageRef{ImageID: c.NewID, ProjectID: owner, Region: "region-2"}
	s.leaves(owner, left)
	equal(s, "the activity of the copy", s.activity(owner, ofImage(c.NewID)), []sharing.Activity{left})
	equal(s, "the last activity of the source", s.activity(owner, ofImage(id))[0], left)

	refused := func(code sharing.Code, extension map[string]any, c sharing.SaveCommand) {
		_, err := s.store.Save(s.Context(), c)
		s.refused(err, code, extension)
	}
	refused(sharing.CodeImageNotFound, nil, copyCommand(recipient, id, "key"))
	elsewhere := copyCommand(owner, id, "new key")
	elsewhere.Regions = []string{region}
	refused(sharing.CodeRegionNotSupported, map[string]any{"region": "region-2", "regions": []string{region}}, elsewhere)
	other := copyCommand(owner, id, "key")
	other.Region = nil
	refused(sharing.CodeIdempotencyConflict, nil, other)
	refused(sharing.CodeIdempotencyConflict, nil, saveCommand(owner, id, "key"))
	s.deleteImage(owner, id)
	s.equalImage("replay after the deletion of the original", s.save(copyCommand(owner, id, "key")), got)
	refused(sharing.CodeImageNotFound, nil, copyCommand(owner, id, ""))
}

func copyAgain(s *suite) {
	owner, _, id := s.sharedImage()
	first := s.save(copyCommand(owner, id, "key"))
	failed := s.failCopy(first, at(10))
	c := copyCommand(owner, id, "key")
	c.Origin = sample.Origin(at(20))
	s.putImage(owner, id, at(11), inState(sharing.Failed))
	_, err := s.store.Save(s.Context(), c)
	s.refused(err, sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Failed})
	s.putImage(owner, id, at(12))
	want := first
	want.UpdatedAt, want.CopyBegan, want.Tags = at(20), at(20), failed.Tags
	s.equalImage("response", s.save(c), want)
	s.equalImage("copy", s.stored(first.ID), want)
}

func saveWithoutKey(s *suite) {
	_, recipient, id := s.sharedImage()
	first, second := s.save(saveCommand(recipient, id, "")), s.save(saveCommand(recipient, id, ""))
	if first.ID == second.ID {
		s.Fatalf("two saves without a key made one image, %s", first.ID)
	}
	equal(s, "fingerprint without a key", s.stored(first.ID).SaveFingerprint, "")
	equal(s, "number of the recipient's images", len(s.all(owned, sharing.PageQuery{Project: recipient, Limit: 10})), 2)
}

func saveReplay(s *suite) {
	_, recipient, id := s.sharedImage()
	first := s.save(saveCommand(recipient, id, "key"))
	again := saveCommand(recipient, id, "key") // with an uid of its own
	again.Now, again.Region = at(50), new(region)
	s.equalImage("replay", s.save(again), first)
	s.equalImage("copy after the replay", s.stored(first.ID), first)

	// The replay tells of the copy as it stands.
	s.putImage(recipient, first.ID, at(51), func(spec *sharing.ImageSpec) { spec.Name = "renamed" })
	replayed := s.save(again)
	s.equalImage("replay after a change", replayed, s.stored(first.ID))
	equal(s, "state", replayed.State, sharing.Available)
	equal(s, "source", replayed.Source, first.Source)

	again.Region = new("region-2")
	_, err := s.store.Save(s.Context(), again)
	s.refused(err, sharing.CodeCrossRegionNotSupported, map[string]any{"imageRegion": region, "region": "region-2"})
}

func saveReplayAfterShare(s *suite) {
	owner, recipient, id := s.sharedImage()
	c := saveCommand(recipient, id, "key")
	first := s.save(c)
	s.unshare(owner, id, recipient)
	s.equalImage("replay after the unshare", s.save(c), first)
	s.deleteImage(owner, id)
	s.equalImage("replay after the deletion of the original", s.save(c), first)
	_, err := s.store.Save(s.Context(), saveCommand(recipient, id, "new key"))
	s.notFound(err)
}

// failCopy lets the copying of a copy fail.
func (s *suite) failCopy(copied sharing.Image, now time.Time) sharing.Image {
	s.Helper()
	img, err := s.store.PatchImage(s.Context(), patchCommand(copied.Owner, copied.ID, now, sharing.ImagePatch{
		State: to(sharing.Failed), Failure: to(sharing.FailurePatch{Code: to("TimedOut")}),
		SystemDisk: to(sharing.DiskPatch{SizeGiB: to(7), SnapshotID: to("half")}), Tags: to(map[string]*string{"mine": new("")}),
	}))
	s.must(err)
	return img
}

func saveAgain(s *suite) {
	owner, recipient, id := s.sharedImage()
	first := s.save(saveCommand(recipient, id, "key"))
	failed := s.failCopy(first, at(10))
	again := saveCommand(recipient, id, "key")
	again.Origin = sample.Origin(at(20))
	got := s.save(again)
	want := first
	want.UpdatedAt, want.CopyBegan, want.Tags = at(20), at(20), failed.Tags
	s.equalImage("response", got, want)
	s.equalImage("copy", s.stored(first.ID), want)
	ref := func(id sharing.ImageID, p sharing.ProjectID) *sharing.ImageRef {
		return &sharing.ImageRef{ImageID: id, ProjectID: p, Region: region}
	}
	left := leftOnImage(sharing.ImageSaved, recipient, id, again.Origin)
	left.Source, left.Copy = ref(id, owner), ref(first.ID, recipient)
	s.leaves(owner, left)
	s.leaves(recipient, left)

	again.Origin = sample.Origin(at(21)) // what is being made is not begun again
	s.equalImage("replay", s.save(again), want)
	s.leaves(recipient, left)
}

func saveAgainRefused(s *suite) {
	owner, recipient, id := s.sharedImage()
	first := s.save(saveCommand(recipient, id, "key"))
	failed := s.failCopy(first, at(10))
	c := saveCommand(recipient, id, "key")
	s.putImage(owner, id, at(11), inState(sharing.Failed))
	_, err := s.store.Save(s.Context(), c)
	s.refused(err, sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Failed})
	s.putImage(owner, id, at(12))
	s.unshare(owner, id, recipient)
	_, err = s.store.Save(s.Context(), c)
	s.notFound(err)
	s.equalImage("copy after the refusals", s.stored(first.ID), failed)

	// The id comes back under another owner: that is not what was saved.
	s.deleteImage(owner, id)
	other := s.project("other")
	s.putImage(other, id, at(13))
	s.share(other, id, recipient)
	_, err = s.store.Save(s.Context(), c)
	s.notFound(err)

	// What was Available once has content that others trust.
	s.putImage(recipient, first.ID, at(14))
	s.putImage(recipient, first.ID, at(15), inState(sharing.Failed))
	before := s.stored(first.ID)
	s.equalImage("replay", s.save(c), before)
	s.equalImage("copy after the replay", s.stored(first.ID), before)
}

func saveConflict(s *suite) {
	owner, recipient, id := s.sharedImage()
	other := s.image(owner, "other")
	s.share(owner, other, recipient)
	first := s.save(saveCommand(recipient, id, "key"))
	for _, change := range []func(*sharing.SaveCommand){
		func(c *sharing.SaveCommand) { c.Name = "another name" },
		func(c *sharing.SaveCommand) { c.Description = "" },
		func(c *sharing.SaveCommand) { c.SourceID = other },
	} {
		c := saveCommand(recipient, id, "key")
		change(&c)
		_, err := s.store.Save(s.Context(), c)
		s.refused(err, sharing.CodeIdempotencyConflict, nil)
	}
	s.equalImage("copy after the refusals", s.stored(first.ID), first)

	// The id that a key leads to may be taken by an image that no save made.
	c := saveCommand(recipient, id, "taken")
	s.putImage(recipient, c.NewID, at(1))
	_, err := s.store.Save(s.Context(), c)
	s.refused(err, sharing.CodeIdempotencyConflict, nil)
}

func saveKeysPerProject(s *suite) {
	owner, recipient, id := s.sharedImage()
	other := s.project("other")
	s.share(owner, id, other)
	one, two := s.save(saveCommand(recipient, id, "key")), s.save(saveCommand(other, id, "key"))
	equal(s, "owner of the first copy", s.stored(one.ID).Owner, recipient)
	equal(s, "owner of the second copy", s.stored(two.ID).Owner, other)
}

func saveKeyFreeAgain(s *suite) {
	owner, recipient, id := s.sharedImage()
	first := s.save(saveCommand(recipient, id, "key"))
	s.deleteImage(recipient, first.ID)

	c := saveCommand(recipient, id, "key")
	c.Name = "a name that would have been a conflict"
	second := s.save(c)
	equal(s, "uid of the second copy", second.UID, c.UID)
	s.equalImage("second copy", s.stored(second.ID), second)

	s.deleteImage(recipient, second.ID)
	s.unshare(owner, id, recipient)
	_, err := s.store.Save(s.Context(), c)
	s.notFound(err)
}

func saveCopyOutlives(s *suite) {
	owner, recipient, id := s.sharedImage()
	copied := s.save(saveCommand(recipient, id, ""))
	s.deleteImage(owner, id)
	s.equalImage("copy", s.stored(copied.ID), copied)
	equal(s, "number of the recipient's images", len(s.all(owned, sharing.PageQuery{Project: recipient, Limit: 10})), 1)
}

func saveCopyShared(s *suite) {
	_, recipient, id := s.sharedImage()
	copied := s.save(saveCommand(recipient, id, ""))
	_, _, err := s.store.Share(s.Context(), shareCommand(recipient, copied.ID, s.targets[0]))
	s.refused(err, sharing.CodeImageNotAvailable, map[string]any{"state": sharing.Creating})
	s.putImage(recipient, copied.ID, at(3))
	s.share(recipient, copied.ID, s.targets[0])
	s.sharedExactlyWith(recipient, copied.ID, s.targets[:1], recipient)
	equal(s, "source of the copy", s.stored(copied.ID).Source, copied.Source)
}

// saveOwnCopy names the copy as the source of the save that made it: source
// and copy have one id then.
func saveOwnCopy(s *suite) {
	_, recipient, id := s.sharedImage()
	copied := s.save(saveCommand(recipient, id, "key"))
	_, err := s.store.Save(s.Context(), saveCommand(recipient, copied.ID, "key"))
	s.refused(err, sharing.CodeIdempotencyConflict, nil)
}
