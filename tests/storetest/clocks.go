package storetest

import (
	"fmt"
	"slices"
	"time"

	"image-sharing/shared/sharing"
)

// The functions' clocks differ a little, and one may be set back. Nothing of what
// they say may make a change look like an earlier one, or keep anybody from what
// is allowed.
var clockTests = []test{
	{"a project that a slower clock changes", projectBySlowerClock},
	{"an image that a slower clock changes", imageBySlowerClock},
	{"changes in one microsecond", changesAtOnce},
	{"a share that a slower clock cancels", unshareBySlowerClock},
	{"a share and its end in one microsecond", shareAndEndAtOnce},
	{"an image that a slower clock registers again", registeredAgainBySlowerClock},
}

// later is n microseconds later: records tell no less apart.
func later(t time.Time, n int) time.Time { return t.Add(time.Duration(n) * time.Microsecond) }

// byClocks has the times of changes, and of the record after each of them, which
// was registered at at(5).
var byClocks = []struct{ now, updated time.Time }{
	{at(1), later(at(5), 1)},           // a clock that is seconds behind
	{at(5), later(at(5), 2)},           // or microseconds
	{later(at(5), 2), later(at(5), 3)}, // or not at all
	{later(at(5), 4), later(at(5), 4)}, // or a microsecond ahead
	{at(9), at(9)},
	{at(5), later(at(9), 1)},
}

func projectBySlowerClock(s *suite) {
	id := s.projectID("project")
	s.putProject(id, projectSpec(id), at(5))
	for i, c := range byClocks {
		spec := sharing.ProjectSpec{AccountID: "account-1", Name: fmt.Sprint("change ", i)}
		got, _ := s.putProject(id, spec, c.now)
		want := sharing.Project{ID: id, AccountID: spec.AccountID, Name: spec.Name, State: sharing.Active, CreatedAt: at(5), UpdatedAt: c.updated}
		equal(s, "response", got, want)
		s.storedProject(want)
	}
}

func imageBySlowerClock(s *suite) {
	owner := s.project("owner")
	first := putCommand(owner, s.imageID("image"), at(5))
	_, _, err := s.store.PutImage(s.Context(), first)
	s.must(err)
	want := registered(first, "account-1")
	for i, c := range byClocks {
		rename := func(spec *sharing.ImageSpec) { spec.Name = fmt.Sprint("change ", i) }
		got, _ := s.putImage(owner, want.ID, c.now, rename)
		rename(&want.ImageSpec)
		want.UpdatedAt = c.updated
		s.equalImage("response", got, want)
		s.equalImage("image", s.stored(want.ID), want)
	}
}

// manyChanges is more than a store decides anew: some callers may have to repeat.
const manyChanges = 12

// changesAtOnce: DynamoDB tells by the time of the last change whether there was
// another one meanwhile. With two of one time, one of them could be lost.
func changesAtOnce(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	times, want := make([]time.Time, manyChanges), make([]time.Time, manyChanges)
	for i, err := range concurrently(manyChanges, func(i int) error {
		return s.persistently(func() error {
			img, _, err := s.store.PutImage(s.Context(), putCommand(owner, id, at(5), func(spec *sharing.ImageSpec) { spec.Name = fmt.Sprint("name ", i) }))
			times[i] = img.UpdatedAt
			return err
		})
	}) {
		s.must(err)
		want[i] = later(at(5), i)
	}
	slices.SortFunc(times, time.Time.Compare)
	equal(s, "times of the changes", times, want)
	equal(s, "time of the last change", s.stored(id).UpdatedAt, want[manyChanges-1])
}

func unshareBySlowerClock(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	c := shareCommand(owner, id, s.targets[:3]...)
	c.Now = at(200) // after the time of unshare
	s.shareAs(c)
	s.unshare(owner, id, s.targets[1])
	s.sharedExactlyWith(owner, id, []sharing.ProjectID{s.targets[0], s.targets[2]}, s.targets[1])
}

func shareAndEndAtOnce(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	c := shareCommand(owner, id, s.targets[0])
	c.Now = unshareCommand(owner, id, s.targets[0]).Now
	for range 2 {
		s.shareAs(c)
		s.sharedExactlyWith(owner, id, s.targets[:1])
		s.unshare(owner, id, s.targets[0])
		s.sharedExactlyWith(owner, id, nil, s.targets[0])
	}
}

func registeredAgainBySlowerClock(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.imageID("image")
	s.putImage(owner, id, at(5))
	s.share(owner, id, target)
	s.deleteImage(owner, id)
	s.putImage(owner, id, at(1))
	s.sharedExactlyWith(owner, id, nil, target)
	s.settled(owned, sharing.PageQuery{Project: owner, Limit: 10}, []sharing.Position{{Region: region, At: at(1), Image: id}})
	s.share(owner, id, target)
	s.sharedExactlyWith(owner, id, []sharing.ProjectID{target})
}
