package storetest

import (
	"fmt"
	"slices"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var activityTests = []test{
	{"of each change", activityOfEachChange},
	{"of what changes nothing", activityOfNothing},
	{"of a save is in two feeds", activityOfASave},
	{"of an id that was registered again", activityOfAReusedID},
	{"newest first, page by page", activityPages},
	{"with filters", activityFilters},
}

// activity returns a project's whole activity, newest first.
func (s *suite) activity(p sharing.ProjectID, filters ...func(*sharing.ActivityQuery)) []sharing.Activity {
	s.Helper()
	q := sharing.ActivityQuery{Project: p, Limit: 3}
	for _, filter := range filters {
		filter(&q)
	}
	var all []sharing.Activity
	for {
		page, err := s.store.Activities(s.Context(), q)
		s.must(err)
		if len(page.Activities) > q.Limit {
			s.Fatalf("a page of %d has %d", q.Limit, len(page.Activities))
		}
		all = append(all, page.Activities...)
		if page.Next == nil {
			return all
		}
		q.After = page.Next
	}
}

// leaves fails unless the last thing that was done in the project's feed is the
// activity.
func (s *suite) leaves(p sharing.ProjectID, want sharing.Activity) {
	s.Helper()
	all := s.activity(p)
	if len(all) == 0 {
		s.Fatalf("%s has no activity", p)
	}
	equal(s, string(want.Type), all[0], want)
}

// left is what a command leaves that changed something at its time.
func left(t sharing.ActivityType, p sharing.ProjectID, o sharing.Origin) sharing.Activity {
	return sharing.Activity{
		ID: o.ActivityID, At: o.Now, Type: t, ProjectID: p, Actor: o.Actor, RequestID: o.RequestID, KeepUntil: o.KeepUntil,
	}
}

func leftOnImage(t sharing.ActivityType, p sharing.ProjectID, id sharing.ImageID, o sharing.Origin) sharing.Activity {
	a := left(t, p, o)
	a.ImageID, a.Region = id, region
	return a
}

func activityOfEachChange(s *suite) {
	owner, id := s.projectID("owner"), s.imageID("image")
	project := sharing.PutProjectCommand{ID: owner, ProjectSpec: projectSpec(owner), Origin: sample.Origin(at(1))}
	_, _, err := s.store.PutProject(s.Context(), project)
	s.must(err)
	s.leaves(owner, left(sharing.ProjectRegistered, owner, project.Origin))

	project.Origin, project.AccountID = sample.Origin(at(2)), "account-2"
	_, _, err = s.store.PutProject(s.Context(), project)
	s.must(err)
	want := left(sharing.ProjectChanged, owner, project.Origin)
	want.Changed = []string{"accountId"}
	s.leaves(owner, want)

	image := putCommand(owner, id, at(3))
	_, _, err = s.store.PutImage(s.Context(), image)
	s.must(err)
	s.leaves(owner, leftOnImage(sharing.ImageRegistered, owner, id, image.Origin))

	image.Origin, image.Name, image.OSName = sample.Origin(at(4)), "another", ""
	_, _, err = s.store.PutImage(s.Context(), image)
	s.must(err)
	want = leftOnImage(sharing.ImageChanged, owner, id, image.Origin)
	want.Changed = []string{"name", "osName"}
	s.leaves(owner, want)

	share := shareCommand(owner, id, s.targets[1], s.targets[0])
	share.Origin = sample.Origin(at(5))
	s.shareAs(share)
	want = leftOnImage(sharing.ImageShared, owner, id, share.Origin)
	want.Targets, want.ReminderVersion = share.Targets, sharing.Reminder.Version
	s.leaves(owner, want)

	share.Targets, share.Origin = append(share.Targets, s.targets[2]), sample.Origin(at(6))
	s.shareAs(share)
	want = leftOnImage(sharing.ImageShared, owner, id, share.Origin)
	want.Targets, want.ReminderVersion = s.targets[2:3], sharing.Reminder.Version // the others had it
	s.leaves(owner, want)

	unshare := unshareCommand(owner, id, s.targets[1])
	s.must(s.store.Unshare(s.Context(), unshare))
	want = leftOnImage(sharing.ShareCancelled, owner, id, unshare.Origin)
	want.Targets = s.targets[1:2]
	s.leaves(owner, want)

	deletion := deleteCommand(owner, id)
	deletion.Origin = sample.Origin(at(101))
	s.must(s.store.DeleteImage(s.Context(), deletion))
	want = leftOnImage(sharing.ImageDeleted, owner, id, deletion.Origin)
	want.Targets = []sharing.ProjectID{s.targets[0], s.targets[2]} // who lost it
	s.leaves(owner, want)
	equal(s, "number of activities", len(s.activity(owner)), 8)
}

func activityOfNothing(s *suite) {
	owner, recipient := s.project("owner"), s.project("recipient")
	id := s.image(owner, "image")
	s.share(owner, id, recipient)
	save := saveCommand(recipient, id, "key")
	s.save(save)
	before, theirs := s.activity(owner), s.activity(recipient)

	s.putProject(owner, projectSpec(owner), at(50))
	s.putImage(owner, id, at(50))
	s.share(owner, id, recipient) // it has it already
	dry := shareCommand(owner, id, s.targets[0])
	dry.DryRun = true
	s.shareAs(dry)
	again := saveCommand(recipient, id, "key")
	s.save(again)
	for what, err := range map[string]error{
		"share with a project that is not there": func() error {
			_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, s.projectID("unknown")))
			return err
		}(),
		"cancel a share that is not there":  s.store.Unshare(s.Context(), unshareCommand(owner, id, s.targets[0])),
		"cancel a share of a foreign image": s.store.Unshare(s.Context(), unshareCommand(recipient, id, owner)),
		"delete a foreign image":            s.store.DeleteImage(s.Context(), deleteCommand(recipient, id)),
		"delete an image that is not there": s.store.DeleteImage(s.Context(), deleteCommand(owner, s.imageID("unknown"))),
		"save an image that is not shared":  func() error { _, err := s.store.Save(s.Context(), saveCommand(owner, id, "")); return err }(),
		"change an image to another's region": func() error {
			_, _, err := s.store.PutImage(s.Context(), putCommand(owner, id, at(51), inRegion("elsewhere")))
			return err
		}(),
		"register an image of unknown projects": func() error {
			_, _, err := s.store.PutImage(s.Context(), putCommand(s.projectID("unknown"), s.imageID("i"), at(51)))
			return err
		}(),
	} {
		if err == nil {
			s.Errorf("%s: no refusal", what)
		}
	}
	equal(s, "the owner's activity", s.activity(owner), before)
	equal(s, "the recipient's activity", s.activity(recipient), theirs)
}

func activityOfASave(s *suite) {
	owner, recipient := s.project("owner"), s.project("recipient")
	id := s.image(owner, "image")
	s.share(owner, id, recipient)
	c := saveCommand(recipient, id, "key")
	c.Origin = sample.Origin(at(20))
	s.save(c)
	want := leftOnImage(sharing.ImageSaved, recipient, id, c.Origin)
	want.Source = &sharing.ImageRef{ImageID: id, ProjectID: owner, Region: region}
	want.Copy = &sharing.ImageRef{ImageID: c.NewID, ProjectID: recipient, Region: region}
	s.leaves(owner, want)
	s.leaves(recipient, want)
	equal(s, "the recipient's activity of the copy", s.activity(recipient, ofImage(c.NewID)), []sharing.Activity{want})
	equal(s, "the recipient's activity of the source", s.activity(recipient, ofImage(id)), []sharing.Activity{want})
	equal(s, "the owner's last activity of the source", s.activity(owner, ofImage(id))[0], want)

	// The copy's own history goes on from there.
	change := putCommand(recipient, c.NewID, at(30))
	_, _, err := s.store.PutImage(s.Context(), change)
	s.must(err)
	equal(s, "types of the copy's activity", typesOf(s.activity(recipient, ofImage(c.NewID))),
		[]sharing.ActivityType{sharing.ImageChanged, sharing.ImageSaved})
	equal(s, "the owner's activity of the copy", typesOf(s.activity(owner, ofImage(c.NewID))), []sharing.ActivityType{sharing.ImageSaved})
}

func activityOfAReusedID(s *suite) {
	former, owner := s.project("former"), s.project("owner")
	id := s.image(former, "image")
	s.share(former, id, s.targets[0])
	s.deleteImage(former, id)
	before := s.activity(former)
	equal(s, "types of the former owner's activity", typesOf(before)[:2],
		[]sharing.ActivityType{sharing.ImageDeleted, sharing.ImageShared})

	c := putCommand(owner, id, at(110))
	_, _, err := s.store.PutImage(s.Context(), c)
	s.must(err)
	equal(s, "the former owner's activity", s.activity(former), before)
	equal(s, "the owner's activity of the image", s.activity(owner, ofImage(id)), []sharing.Activity{leftOnImage(sharing.ImageRegistered, owner, id, c.Origin)})
}

func activityPages(s *suite) {
	owner := s.project("owner")
	var want []sharing.ActivityID
	for i := range 10 {
		// Several of one time: their ids put them into an order.
		c := putCommand(owner, s.imageID(fmt.Sprint(i)), at(10+i/3))
		_, _, err := s.store.PutImage(s.Context(), c)
		s.must(err)
		want = append(want, c.ActivityID)
	}
	whole, err := s.store.Activities(s.Context(), sharing.ActivityQuery{Project: owner, Limit: 100})
	s.must(err)
	if whole.Next != nil || !slices.IsSortedFunc(whole.Activities, func(a, b sharing.Activity) int { return b.At.Compare(a.At) }) {
		s.Errorf("got %+v, not the whole, newest first", whole)
	}
	equal(s, "page by page", s.activity(owner), whole.Activities)
	var got []sharing.ActivityID
	for _, a := range whole.Activities[:10] {
		got = append(got, a.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	equal(s, "activities", got, want)
	exact, err := s.store.Activities(s.Context(), sharing.ActivityQuery{Project: owner, Limit: 11})
	s.must(err)
	if exact.Next != nil || len(exact.Activities) != 11 {
		s.Errorf("a page that is the last has %d and goes on at %v", len(exact.Activities), exact.Next)
	}
	if none := s.activity(s.projectID("unknown")); len(none) != 0 {
		s.Errorf("a project that is not there has %v", none)
	}
}

func activityFilters(s *suite) {
	owner := s.project("owner")
	one, other := s.image(owner, "one"), s.image(owner, "other")
	for i := range 8 {
		c := shareCommand(owner, one, s.targets[i])
		c.Origin = sample.Origin(at(10 + i))
		s.shareAs(c)
	}
	s.share(owner, other, s.targets[0])
	shares := slices.Repeat([]sharing.ActivityType{sharing.ImageShared}, 8)
	equal(s, "of one image", typesOf(s.activity(owner, ofImage(one))), append(shares, sharing.ImageRegistered))
	equal(s, "of a type", typesOf(s.activity(owner, ofType(sharing.ImageRegistered))), []sharing.ActivityType{sharing.ImageRegistered, sharing.ImageRegistered})
	equal(s, "of a type and an image", typesOf(s.activity(owner, ofType(sharing.ImageShared), ofImage(one))), shares)
	equal(s, "of a type that is not there", len(s.activity(owner, ofType(sharing.ImageDeleted))), 0)
	equal(s, "of an image that is not there", len(s.activity(owner, ofImage(s.imageID("unknown")))), 0)
}

func ofImage(id sharing.ImageID) func(*sharing.ActivityQuery) {
	return func(q *sharing.ActivityQuery) { q.ImageID = id }
}

func ofType(t sharing.ActivityType) func(*sharing.ActivityQuery) {
	return func(q *sharing.ActivityQuery) { q.Type = t }
}

func typesOf(activities []sharing.Activity) []sharing.ActivityType {
	types := []sharing.ActivityType{}
	for _, a := range activities {
		types = append(types, a.Type)
	}
	return types
}
