package storetest

import (
	"fmt"
	"reflect"

	"image-sharing/shared/sharing"
)

var catalogTests = []test{
	{"a project is registered and changed", projectRegistered},
	{"many projects", projectsOfMany},
	{"a project that is not registered", projectMissing},
	{"an image is registered", imageRegistered},
	{"an image with only what is required", imageSparse},
	{"an image is changed and stays shared", imageChanged},
	{"an image follows its owner's account", imageFollowsAccount},
	{"region, kind and host type never change", imageFixedFields},
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
		ImageSpec: c.ImageSpec, CreatedAt: c.Now, UpdatedAt: c.Now,
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
		spec.Description = ""
	})
	got, created, err := s.store.PutImage(s.Context(), second)
	s.must(err)
	want := registered(second, "account-1")
	want.UID, want.CreatedAt, want.SharedWith = first.UID, first.Now, s.targets[:2]
	equal(s, "created", created, false)
	s.equalImage("response", got, want)
	s.equalImage("image", s.stored(first.ImageID), want)
	s.sharedExactlyWith(owner, first.ImageID, s.targets[:2], s.targets[2])
}

// change gives everything within v another value, that is not zero.
func change(v reflect.Value) {
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
	case reflect.Struct:
		for i := range v.NumField() {
			change(v.Field(i))
		}
	default:
		panic(fmt.Sprintf("change knows no other value of a %s: teach it one", v.Type()))
	}
}

func imageFollowsAccount(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.putProject(owner, sharing.ProjectSpec{AccountID: "account-2", Name: "moved"}, at(1))
	got, _ := s.putImage(owner, id, at(2))
	equal(s, "account in the response", got.AccountID, "account-2")
	equal(s, "account", s.stored(id).AccountID, "account-2")
}

func imageFixedFields(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	before := s.stored(id)
	for name, change := range map[string]func(*sharing.ImageSpec){
		"region":   func(spec *sharing.ImageSpec) { spec.Region = "region-2" },
		"kind":     func(spec *sharing.ImageSpec) { spec.Kind = sharing.Public },
		"hostType": func(spec *sharing.ImageSpec) { spec.HostType = sharing.LightweightUHost },
	} {
		_, _, err := s.store.PutImage(s.Context(), putCommand(owner, id, at(1), change, func(spec *sharing.ImageSpec) {
			spec.Name = "changed with the " + name
		}))
		s.refused(err, sharing.CodeImageConflict, nil)
		s.equalImage(fmt.Sprintf("image after the refused change of %s", name), s.stored(id), before)
	}
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
	_, err = s.store.Image(s.Context(), s.imageID("new"))
	s.notFound(err)
	s.equalImage("image after the refusals", s.stored(id), before)
}

func imageMissing(s *suite) {
	owner, id := s.project("owner"), s.imageID("missing")
	_, err := s.store.Image(s.Context(), id)
	s.notFound(err)
	_, _, err = s.store.Shares(s.Context(), owner, id)
	s.notFound(err)
	_, err = s.store.Received(s.Context(), owner, id)
	s.notFound(err)
	s.notFound(s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: id}))
	s.notFound(s.store.Unshare(s.Context(), unshareCommand(owner, id, s.targets[0])))
}
