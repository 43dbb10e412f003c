package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

var closingTests = []test{
	{"a project is closed", projectCloses},
	{"a closed project gets nothing any more", closedGetsNothing},
	{"the received shares of a closed project end", receivedSharesEnd},
	{"the received shares of a project that is not closed stay", receivedSharesStay},
	{"two that end the same shares", receivedSharesEndOnce},
	{"20 callers share with a project that is closed", closedWhileShared},
}

// closeCommand is of a time after everything else.
func closeCommand(id sharing.ProjectID) sharing.CloseProjectCommand {
	return sharing.CloseProjectCommand{ID: id, Origin: sample.Origin(at(90))}
}

func projectCloses(s *suite) {
	unknown := s.projectID("unknown")
	s.refused(s.store.CloseProject(s.Context(), closeCommand(unknown)), sharing.CodeProjectNotFound, map[string]any{"projectIds": []sharing.ProjectID{unknown}})

	id, owner := s.project("project"), s.project("owner")
	img, theirs := s.image(id, "image"), s.image(owner, "theirs")
	s.share(owner, theirs, id)
	c := closeCommand(id)
	s.refused(s.store.CloseProject(s.Context(), c), sharing.CodeProjectNotEmpty, nil)
	want := sharing.Project{ID: id, AccountID: "account-1", Name: projectSpec(id).Name, State: sharing.Active, CreatedAt: at(0), UpdatedAt: at(0)}
	s.storedProject(want)

	s.deleteImage(id, img) // a received one is no own one
	s.must(s.store.CloseProject(s.Context(), c))
	want.State, want.UpdatedAt, want.ClosedAt = sharing.Closed, at(90), at(90)
	s.storedProject(want)
	s.leaves(id, left(sharing.ProjectClosed, id, c.Origin))

	n := len(s.activity(id))
	again := closeCommand(id)
	again.Now = at(91)
	s.must(s.store.CloseProject(s.Context(), again))
	s.storedProject(want)
	equal(s, "number of activities", len(s.activity(id)), n)
}

func closedGetsNothing(s *suite) {
	owner, closed := s.project("owner"), s.project("closed")
	id, late := s.image(owner, "image"), s.image(closed, "late")
	s.deleteImage(closed, late)
	s.share(owner, id, closed)
	s.must(s.store.CloseProject(s.Context(), closeCommand(closed)))

	_, _, err := s.store.PutProject(s.Context(), sharing.PutProjectCommand{ID: closed, ProjectSpec: projectSpec(closed), Origin: sample.Origin(at(91))})
	s.refused(err, sharing.CodeProjectClosed, nil)
	_, _, err = s.store.PutImage(s.Context(), putCommand(closed, s.imageID("new"), at(91)))
	s.refused(err, sharing.CodeProjectClosed, nil)
	for _, key := range []string{"", "key"} {
		_, err = s.store.Save(s.Context(), saveCommand(closed, id, key))
		s.refused(err, sharing.CodeProjectClosed, nil)
	}
	_, _, err = s.store.Share(s.Context(), shareCommand(owner, id, s.targets[0], closed))
	s.refused(err, sharing.CodeProjectNotFound, map[string]any{"projectIds": []sharing.ProjectID{closed}})
	s.sharedExactlyWith(owner, id, []sharing.ProjectID{closed}, s.targets[0])
}

// service has the use cases on the store.
func (s *suite) service() *service.Service {
	return service.New(s.store, service.Config{ShareLimit: sharing.MaxShares, ActivityRetention: 100 * 365 * 24 * time.Hour})
}

// closing is the activity of a project's closing, which has its shares ended.
func (s *suite) closing(id sharing.ProjectID) sharing.Activity {
	s.Helper()
	for _, a := range s.activity(id) {
		if a.Type == sharing.ProjectClosed {
			return a
		}
	}
	s.Fatalf("%s has no activity of its closing", id)
	return sharing.Activity{}
}

// cancelled returns the activities of ended shares of an owner's images.
func (s *suite) cancelled(owner sharing.ProjectID) []sharing.Activity {
	s.Helper()
	return slices.DeleteFunc(s.activity(owner), func(a sharing.Activity) bool { return a.Type != sharing.ShareCancelled })
}

// manyReceived registers more images than a page has, shared with the project and
// with another.
func (s *suite) manyReceived(owner, p sharing.ProjectID) []sharing.ImageID {
	s.Helper()
	ids := make([]sharing.ImageID, sharing.MaxPageLimit+20)
	for i := range ids {
		ids[i] = s.image(owner, fmt.Sprintf("image-%03d", i))
		s.share(owner, ids[i], p, s.targets[0])
	}
	return ids
}

func receivedSharesEnd(s *suite) {
	owner, other, p := s.project("owner"), s.project("other"), s.project("project")
	ids := s.manyReceived(owner, p)
	theirs := s.image(other, "theirs")
	s.share(other, theirs, p)
	s.must(s.store.CloseProject(s.Context(), closeCommand(p)))
	closing := s.closing(p)

	ending, err := s.service().EndReceivedShares(s.Context(), closing)
	s.must(err)
	equal(s, "the ending", ending, service.Ending{Ended: len(ids) + 1})
	for _, id := range ids {
		s.sharedExactlyWith(owner, id, s.targets[:1], p)
	}
	left := s.cancelled(other)
	equal(s, "number of activities", len(left), 1)
	want := sharing.Activity{
		ID: left[0].ID, At: left[0].At, Type: sharing.ShareCancelled, ProjectID: other, ImageID: theirs, Region: region,
		Actor: sharing.System, RequestID: closing.RequestID, Targets: []sharing.ProjectID{p}, Reason: "ProjectClosed", KeepUntil: left[0].KeepUntil,
	}
	equal(s, "the activity", left[0], want)

	ending, err = s.service().EndReceivedShares(s.Context(), closing)
	s.must(err)
	equal(s, "the ending again", ending, service.Ending{})
	equal(s, "number of activities", len(s.cancelled(other)), 1)
}

func receivedSharesStay(s *suite) {
	owner, p := s.project("owner"), s.project("project")
	id := s.image(owner, "image")
	s.share(owner, id, p)
	for _, of := range []sharing.ProjectID{p, s.projectID("unknown")} {
		ending, err := s.service().EndReceivedShares(s.Context(), sharing.Activity{Type: sharing.ProjectClosed, ProjectID: of, RequestID: "r"})
		s.must(err)
		equal(s, "the ending", ending, service.Ending{})
	}
	s.sharedExactlyWith(owner, id, []sharing.ProjectID{p})
}

func receivedSharesEndOnce(s *suite) {
	owner, p := s.project("owner"), s.project("project")
	ids := s.manyReceived(owner, p)
	s.must(s.store.CloseProject(s.Context(), closeCommand(p)))
	closing := s.closing(p)
	for _, err := range concurrently(2, func(int) error {
		return s.persistently(func() error {
			_, err := s.service().EndReceivedShares(s.Context(), closing)
			return err
		})
	}) {
		s.must(err)
	}
	of := map[sharing.ImageID]int{}
	for _, a := range s.cancelled(owner) {
		of[a.ImageID]++
	}
	for _, id := range ids {
		equal(s, "number of activities of a share's end", of[id], 1)
		equal(s, "who has the image", sorted(s.stored(id).SharedWith), s.targets[:1])
	}
}

func closedWhileShared(s *suite) {
	owner, p := s.project("owner"), s.project("project")
	const callers = 20
	ids := make([]sharing.ImageID, callers)
	for i := range ids {
		ids[i] = s.image(owner, fmt.Sprint("image-", i))
		s.share(owner, ids[i], s.targets[:sharing.MaxShares-1]...)
	}
	outcomes := concurrently(callers+1, func(i int) error {
		return s.persistently(func() error {
			if i == callers/2 {
				return s.store.CloseProject(s.Context(), closeCommand(p))
			}
			_, _, err := s.store.Share(s.Context(), shareCommand(owner, ids[i%callers], p))
			return err
		})
	})
	for _, err := range outcomes {
		if !errors.Is(err, &sharing.Error{Code: sharing.CodeProjectNotFound}) {
			s.must(err)
		}
	}
	// All have had their answer, so nothing that was decided before may come.
	s.must(s.persistently(func() error {
		_, err := s.service().EndReceivedShares(s.Context(), s.closing(p))
		return err
	}))
	for _, id := range ids {
		s.share(owner, id, s.targets[sharing.MaxShares]) // into the place that is free
		s.sharedExactlyWith(owner, id, slices.Concat(s.targets[:sharing.MaxShares-1], s.targets[sharing.MaxShares:sharing.MaxShares+1]), p)
	}
	page, err := s.store.ReceivedImages(s.Context(), sharing.PageQuery{Project: p, Limit: 100})
	s.must(err)
	equal(s, "number of received images", len(page.Items), 0)
}
