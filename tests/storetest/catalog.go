package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var catalogTests = []test{
	{"a project is registered and changed", projectRegistered},
	{"many projects", projectsOfMany},
	{"a project that is not registered", projectMissing},
	{"an image is registered", imageRegistered},
	{"an image with only what is required", imageSparse},
	{"an image is changed and stays shared", imageChanged},
	{"an image follows its owner's account", imageFollowsAccount},
	{"region, kind and host type never change, nor does content", imageFixedFields},
	{"content stays fixed while an image has failed", imageSealed},
	{"a patch changes what it names", imagePatched},
	{"patches that are refused", imagePatchRefused},
	{"an image id belongs to one project", imageIDTaken},
	{"an image that is not registered", imageMissing},
}

func projectRegistered(s *suite) {
	id := s.projectID("project")
	spec := sharing.ProjectSpec{AccountID: "account-1", Name: "Tëst ’25"}
	got, created := s.putProject(id, spec, at(1))
	want := sharing.Project{ID: id, AccountID: spec.AccountID, Name: spec.Name, State: sharing.Active, CreatedAt: at(1), UpdatedAt: at(1)}
	equal(s, "created", created, true)
	equal(s, "response", got, want)
	s.storedProject(want)

	got, created = s.putProject(id, sharing.ProjectSpec{AccountID: "account-2", Name: "other"}, at(2))
	want.AccountID, want.Name, want.UpdatedAt = "account-2", "other", at(2)
	equal(s, "created again", created, false)
	equal(s, "response to the change", got, want)
	s.storedProject(want)
}

func (s *suite) storedProject(want sharing.Project) {
	s.Helper()
	got, err := s.store.Project(s.Context(), want.ID)
	s.must(err)
	equal(s, "project", got, want)
}

func projectsOfMany(s *suite) {
	one, other := s.project("one"), s.project("other")
	// More than DynamoDB reads in a call, some twice, and some that are not there.
	ids := append([]sharing.ProjectID{one, s.projectID("missing"), other, one}, s.targets...)
	found, err := s.store.Projects(s.Context(), ids)
	s.must(err)
	equal(s, "number of projects", len(found), 2+len(s.targets))
	for id, p := range found {
		got, err := s.store.Project(s.Context(), id)
		s.must(err)
		equal(s, "project", p, got)
	}
	none, err := s.store.Projects(s.Context(), nil)
	s.must(err)
	equal(s, "of nothing", len(none), 0)
}

func projectMissing(s *suite) {
	id := s.projectID("missing")
	_, err := s.store.Project(s.Context(), id)
	s.refused(err, sharing.CodeProjectNotFound, map[string]any{"projectIds": []sharing.ProjectID{id}})
}

func imageRegistered(s *suite) {
	owner := s.project("owner")
	c := putCommand(owner, s.imageID("image"), at(1))
	got, created, err := s.store.PutImage(s.Context(), c)
	s.must(err)
	want := registered(c, "account-1")
	equal(s, "created", created, true)
	s.equalImage("response", got, want)
	s.equalImage("image", s.stored(c.ImageID), want)
	s.sharedExactlyWith(owner, c.ImageID, nil, owner)
}

// registered is the image that a first registration makes.
func registered(c sharing.PutImageCommand, accountID string) sharing.Image {
	return sharing.Image{
		ID: c.ImageID, UID: c.UID, Owner: c.Owner, AccountID: accountID,
		ImageSpec: c.ImageSpec, Sealed: c.State == sharing.Available, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
}

func imageSparse(s *suite) {
	c := putCommand(s.project("owner"), s.imageID("image"), at(1))
	c.ImageSpec = sharing.ImageSpec{
		Name: "n", Region: region, Kind: sharing.Public, HostType: sharing.LightweightUHost,
		State: sharing.Failed, SystemDisk: sharing.Disk{SizeGiB: 1},
	}
	got, _, err := s.store.PutImage(s.Context(), c)
	s.must(err)
	s.equalImage("response", got, registered(c, "account-1"))
	s.equalImage("image", s.stored(c.ImageID), registered(c, "account-1"))
}

func imageChanged(s *suite) {
	owner := s.project("owner")
	first := putCommand(owner, s.imageID("image"), at(1))
	_, _, err := s.store.PutImage(s.Context(), first)
	s.must(err)
	s.share(owner, first.ImageID, s.targets[0], s.targets[1])

	second := putCommand(owner, first.ImageID, at(2), func(spec *sharing.ImageSpec) {
		before := *spec
		change(reflect.ValueOf(spec).Elem())
		spec.Region, spec.Kind, spec.HostType = before.Region, before.Kind, before.HostType
		spec.OSType, spec.Architecture, spec.SystemDisk, spec.DataDisks = before.OSType, before.Architecture, before.SystemDisk, before.DataDisks
		spec.Description = ""
	})
	got, created, err := s.store.PutImage(s.Context(), second)
	s.must(err)
	want := registered(second, "account-1")
	want.UID, want.CreatedAt, want.SharedWith, want.Sealed = first.UID, first.Now, s.targets[:2], true
	equal(s, "created", created, false)
	s.equalImage("response", got, want)
	s.equalImage("image", s.stored(first.ImageID), want)
	s.sharedExactlyWith(owner, first.ImageID, s.targets[:2], s.targets[2])
}

// change gives everything within v another value, that is not zero.
func change(v reflect.Value) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(at(300)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + " changed")
	case reflect.Int:
		v.SetInt(v.Int() + 1)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		change(v.Index(0))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"changed": v.String()}))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		change(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			change(v.Field(i))
		}
	default:
		panic(fmt.Sprintf("change knows no other value of a %s: teach it one", v.Type()))
	}
}

func imageFollowsAccount(s *suite) {
	owner, recipient, id := s.sharedImage()
	save := saveCommand(recipient, id, "key")
	s.save(save)
	for p, account := range map[sharing.ProjectID]string{owner: "account-of-owner", recipient: "account-of-recipient"} {
		s.putProject(p, sharing.ProjectSpec{AccountID: account, Name: "moved"}, at(3))
	}
	is := func(what, got string) {
		s.Helper()
		equal(s, "owner's account of "+what, got, "account-of-owner")
	}
	is("an own image", s.stored(id).AccountID)
	for _, named := range []*sharing.ProjectID{nil, &owner} {
		r, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: recipient, ImageID: id, Owner: named})
		s.must(err)
		is("a received image", r.Image.AccountID)
		for _, p := range []sharing.ProjectID{owner, recipient} {
			l, err := s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: p, ImageID: id, Owner: named})
			s.must(err)
			is("a launchable image", l.Owner.AccountID)
		}
	}
	s.settled(received, sharing.PageQuery{Project: recipient}, []sharing.Position{{Region: region, At: at(1), Image: id}})
	list, err := s.store.ReceivedImages(s.Context(), sharing.PageQuery{Project: recipient, Limit: 1})
	s.must(err)
	is("a listed received image", list.Items[0].Image.AccountID)
	images, err := s.store.OwnedImages(s.Context(), sharing.PageQuery{Project: owner, Limit: 1})
	s.must(err)
	is("a listed own image", images.Items[0].AccountID)

	// The move of a project changes none of its images.
	same, _ := s.putImage(owner, id, at(4))
	is("an image that is registered again", same.AccountID)
	equal(s, "time of the last change", same.UpdatedAt, at(0))
	changed, _ := s.putImage(owner, id, at(5), inState(sharing.Failed))
	is("an image that changes", changed.AccountID)
	equal(s, "account of a copy that is asked for again", s.save(save).AccountID, "account-of-recipient")
}

func imageFixedFields(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	before := s.stored(id)
	for name, change := range map[string]func(*sharing.ImageSpec){
		"region":       func(spec *sharing.ImageSpec) { spec.Region = "region-2" },
		"kind":         func(spec *sharing.ImageSpec) { spec.Kind = sharing.Public },
		"hostType":     func(spec *sharing.ImageSpec) { spec.HostType = sharing.LightweightUHost },
		"systemDisk":   func(spec *sharing.ImageSpec) { spec.SystemDisk.SnapshotID = "other" },
		"dataDisks":    func(spec *sharing.ImageSpec) { spec.DataDisks = nil },
		"osType":       func(spec *sharing.ImageSpec) { spec.OSType = "other" },
		"architecture": func(spec *sharing.ImageSpec) { spec.Architecture = "other" },
		"state":        inState(sharing.Creating),
	} {
		_, _, err := s.store.PutImage(s.Context(), putCommand(owner, id, at(1), change, func(spec *sharing.ImageSpec) {
			spec.Name = "changed with the " + name
		}))
		s.refused(err, sharing.CodeImageConflict, map[string]any{"fields": []string{name}})
		s.equalImage(fmt.Sprintf("image after the refused change of %s", name), s.stored(id), before)
	}
}

// imageSealed: while an image is made, its content is open; once it was Available
// it is not, even if the image fails.
func imageSealed(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image", inState(sharing.Creating))
	s.putImage(owner, id, at(1), inState(sharing.Failed), func(spec *sharing.ImageSpec) { spec.OSType = "another" })
	s.putImage(owner, id, at(2), inState(sharing.Creating))
	s.putImage(owner, id, at(3))
	s.putImage(owner, id, at(4), inState(sharing.Failed))
	_, _, err := s.store.PutImage(s.Context(), putCommand(owner, id, at(5), inState(sharing.Creating), func(spec *sharing.ImageSpec) { spec.OSType = "another" }))
	s.refused(err, sharing.CodeImageConflict, map[string]any{"fields": []string{"osType", "state"}})
	s.putImage(owner, id, at(6))
	equal(s, "state", s.stored(id).State, sharing.Available)
}

func patchCommand(owner sharing.ProjectID, id sharing.ImageID, now time.Time, patch sharing.ImagePatch) sharing.PatchImageCommand {
	return sharing.PatchImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(now), ImagePatch: patch}
}

// to names a member, null removes it.
func to[T any](v T) sharing.Member[T] { return sharing.Member[T]{Named: true, Value: &v} }
func null[T any]() sharing.Member[T]  { return sharing.Member[T]{Named: true} }

func imagePatched(s *suite) {
	_, recipient, source := s.sharedImage()
	id := s.save(saveCommand(recipient, source, "key")).ID
	want := s.stored(id)
	for i, step := range []struct {
		patch   sharing.ImagePatch
		change  func(*sharing.Image)
		changed []string
	}{
		{sharing.ImagePatch{State: to(sharing.Failed), Failure: to(sharing.FailurePatch{Code: to("TimedOut")})},
			func(img *sharing.Image) {
				img.State, img.Failure = sharing.Failed, &sharing.Failure{Code: "TimedOut"}
				img.CopyFrom = nil // nobody copies it any more
			},
			[]string{"failure", "state"}},
		{sharing.ImagePatch{Tags: to(map[string]*string{"a": new("1"), "b": new("")}), Deprecation: to(sharing.DeprecationPatch{})},
			func(img *sharing.Image) {
				img.Tags, img.Deprecation = map[string]string{"a": "1", "b": ""}, &sharing.Deprecation{}
			},
			[]string{"deprecation", "tags"}},
		{sharing.ImagePatch{State: to(sharing.Available), SystemDisk: to(sharing.DiskPatch{SnapshotID: to("snap-copy")})},
			func(img *sharing.Image) {
				img.State, img.Failure, img.SystemDisk.SnapshotID, img.Sealed = sharing.Available, nil, "snap-copy", true
			},
			[]string{"failure", "state", "systemDisk"}},
		{sharing.ImagePatch{Tags: to(map[string]*string{"a": nil, "c": new("3")}), Deprecation: to(sharing.DeprecationPatch{At: to(at(300)), Message: to("old")})},
			func(img *sharing.Image) {
				img.Tags, img.Deprecation = map[string]string{"b": "", "c": "3"}, &sharing.Deprecation{At: new(at(300)), Message: "old"}
			},
			[]string{"deprecation", "tags"}},
		{sharing.ImagePatch{Description: null[string](), Tags: null[map[string]*string](), Deprecation: null[sharing.DeprecationPatch]()},
			func(img *sharing.Image) { img.Description, img.Tags, img.Deprecation = "", nil, nil },
			[]string{"deprecation", "description", "tags"}},
	} {
		c := patchCommand(recipient, id, at(3+i), step.patch)
		got, err := s.store.PatchImage(s.Context(), c)
		s.must(err)
		step.change(&want)
		want.UpdatedAt = c.Now
		s.equalImage("response", got, want)
		s.equalImage("image", s.stored(id), want)
		left := leftOnImage(sharing.ImageChanged, recipient, id, c.Origin)
		left.Changed = step.changed
		s.leaves(recipient, left)
	}
	for _, nothing := range []sharing.ImagePatch{{}, {Name: to(want.Name), SystemDisk: to(sharing.DiskPatch{})}} {
		before := len(s.activity(recipient))
		got, err := s.store.PatchImage(s.Context(), patchCommand(recipient, id, at(50), nothing))
		s.must(err)
		s.equalImage("response to a patch of nothing", got, want)
		equal(s, "number of activities", len(s.activity(recipient)), before)
	}
}

func imagePatchRefused(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	before := s.stored(id)
	rename := sharing.ImagePatch{Name: to("another")}
	for _, foreign := range []sharing.PatchImageCommand{
		patchCommand(s.project("other"), id, at(1), rename), patchCommand(owner, s.imageID("missing"), at(1), rename),
	} {
		_, err := s.store.PatchImage(s.Context(), foreign)
		s.notFound(err)
	}
	rename.SystemDisk, rename.State = to(sharing.DiskPatch{SizeGiB: to(21)}), to(sharing.Creating)
	_, err := s.store.PatchImage(s.Context(), patchCommand(owner, id, at(1), rename))
	s.refused(err, sharing.CodeImageConflict, map[string]any{"fields": []string{"state", "systemDisk"}})
	_, err = s.store.PatchImage(s.Context(), patchCommand(owner, id, at(1), sharing.ImagePatch{Failure: to(sharing.FailurePatch{Code: to("TimedOut")})}))
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeInvalidRequest}) {
		s.Errorf("a failure of an image that is Available: %v", err)
	}
	s.equalImage("image after the refusals", s.stored(id), before)
}

func imageIDTaken(s *suite) {
	id := s.image(s.project("owner"), "image")
	before := s.stored(id)
	_, _, err := s.store.PutImage(s.Context(), putCommand(s.project("other"), id, at(1)))
	s.refused(err, sharing.CodeImageConflict, nil)

	unknown := s.projectID("unknown")
	for _, id := range []sharing.ImageID{id, s.imageID("new")} {
		_, _, err = s.store.PutImage(s.Context(), putCommand(unknown, id, at(1)))
		s.refused(err, sharing.CodeProjectNotFound, map[string]any{"projectIds": []sharing.ProjectID{unknown}})
	}
	_, err = s.store.Image(s.Context(), unknown, s.imageID("new"))
	s.notFound(err)
	s.equalImage("image after the refusals", s.stored(id), before)
}

func imageMissing(s *suite) {
	owner, id := s.project("owner"), s.imageID("missing")
	for _, id := range []sharing.ImageID{id, s.image(s.project("other"), "foreign")} {
		_, err := s.store.Image(s.Context(), owner, id)
		s.notFound(err)
		_, err = s.store.Received(s.Context(), sharing.ReceivedQuery{Project: owner, ImageID: id})
		s.notFound(err)
		_, err = s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: owner, ImageID: id})
		s.notFound(err)
	}
	_, _, err := s.store.Shares(s.Context(), owner, id)
	s.notFound(err)
	s.notFound(s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: id}))
	s.notFound(s.store.Unshare(s.Context(), unshareCommand(owner, id, s.targets[0])))
}
