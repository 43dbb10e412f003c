package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"image-sharing/shared/sharing"
)

var concurrencyTests = []test{
	{"200 projects, 50 places", concurrentLimit},
	{"50 times the same project", concurrentSameProject},
	{"10 callers, one place", concurrentLastPlace},
	{"two batches that do not fit together", concurrentBatches},
	{"two batches that overlap", concurrentOverlap},
	{"share and unshare", concurrentUnshare},
	{"share and a change of the image", concurrentChange},
	{"share and delete", concurrentDelete},
	{"save and unshare", concurrentSave},
	{"save with the same key", concurrentSameKey},
	{"10 restarts by the same key", concurrentRestart},
	{"10 patches of different tags", concurrentPatches},
	{"10 registrations of one id", concurrentRegistration},
}

// shareEach shares an image with each of the targets on its own, all at once.
// It returns the outcome of each, nil where it was refused.
func (s *suite) shareEach(owner sharing.ProjectID, id sharing.ImageID, targets []sharing.ProjectID) ([]*sharing.ShareOutcome, []error) {
	outcomes := make([]*sharing.ShareOutcome, len(targets))
	errs := concurrently(len(targets), func(i int) error {
		return s.persistently(func() error {
			c := shareCommand(owner, id, targets[i])
			c.Actor.Subject = fmt.Sprint("caller ", i)
			_, got, err := s.store.Share(s.Context(), c)
			if err == nil {
				outcomes[i] = &got[0]
			}
			return err
		})
	})
	return outcomes, errs
}

// winners checks that every target was either shared with or refused because
// the image was full, and returns those it was shared with.
func (s *suite) winners(targets []sharing.ProjectID, errs []error) []sharing.ProjectID {
	s.Helper()
	var winners []sharing.ProjectID
	for i, err := range errs {
		if err == nil {
			winners = append(winners, targets[i])
			continue
		}
		s.refused(err, sharing.CodeShareLimitExceeded, map[string]any{
			"limit": sharing.MaxShares, "current": sharing.MaxShares, "requested": 1,
		})
	}
	return winners
}

func concurrentLimit(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	_, errs := s.shareEach(owner, id, s.targets)
	winners := s.winners(s.targets, errs)
	equal(s, "number of shares that were granted", len(winners), sharing.MaxShares)
	s.sharedExactlyWith(owner, id, winners)
}

func concurrentSameProject(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	outcomes, errs := s.shareEach(owner, id, slices.Repeat([]sharing.ProjectID{target}, sharing.MaxShares))
	s.must(errors.Join(errs...))
	created := slices.DeleteFunc(slices.Clone(outcomes), func(o *sharing.ShareOutcome) bool { return o.Result != sharing.ShareCreated })
	equal(s, "number of callers who created the share", len(created), 1)
	for _, o := range outcomes {
		equal(s, "share", o.Share, created[0].Share)
	}
	equal(s, "shares", s.sharesOf(owner, id), []sharing.Share{created[0].Share})
	s.sharedExactlyWith(owner, id, []sharing.ProjectID{target})
}

func concurrentLastPlace(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	before := s.targets[:sharing.MaxShares-1]
	s.share(owner, id, before...)
	callers := s.targets[100:110]
	_, errs := s.shareEach(owner, id, callers)
	winners := s.winners(callers, errs)
	equal(s, "number of callers who got the place", len(winners), 1)
	s.sharedExactlyWith(owner, id, append(winners, before...))
}

func concurrentBatches(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	batches := [][]sharing.ProjectID{s.targets[:30], s.targets[30:60]}
	errs := s.shareBatches(owner, id, batches)
	winner := slices.Index(errs, nil)
	if winner < 0 {
		s.Fatalf("both batches were refused: %v", errs)
	}
	s.refused(errs[1-winner], sharing.CodeShareLimitExceeded, map[string]any{"limit": sharing.MaxShares, "current": 30, "requested": 30})
	s.sharedExactlyWith(owner, id, batches[winner], batches[1-winner]...)
}

func (s *suite) shareBatches(owner sharing.ProjectID, id sharing.ImageID, batches [][]sharing.ProjectID) []error {
	return concurrently(len(batches), func(i int) error {
		return s.persistently(func() error {
			_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, batches[i]...))
			return err
		})
	})
}

// The union of the batches fits, their sum does not: what one batch shared
// must not count against the other.
func concurrentOverlap(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	errs := s.shareBatches(owner, id, [][]sharing.ProjectID{s.targets[:30], s.targets[10:40], s.targets[20:50]})
	s.must(errors.Join(errs...))
	s.sharedExactlyWith(owner, id, s.targets[:50])
}

// Each project is shared with and unshared by turns, while others look.
func concurrentUnshare(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[:46]...)
	targets := s.targets[40:52] // half of them start shared
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { s.watchLimit(owner, id, stop) })
	errs := concurrently(len(targets), func(i int) error {
		for range 3 {
			for _, change := range []func() error{
				func() error {
					_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, targets[i]))
					return except(err, sharing.CodeShareLimitExceeded)
				},
				func() error {
					return except(s.store.Unshare(s.Context(), unshareCommand(owner, id, targets[i])), sharing.CodeShareNotFound)
				},
			} {
				if err := s.persistently(change); err != nil {
					return err
				}
			}
		}
		return nil
	})
	close(stop)
	watching.Wait()
	s.must(errors.Join(errs...))
	s.sharedExactlyWith(owner, id, s.targets[:40], targets...)
}

// except returns err unless it is a refusal with the code.
func except(err error, code sharing.Code) error {
	if errors.Is(err, &sharing.Error{Code: code}) {
		return nil
	}
	return err
}

// watchLimit looks at an image until stop is closed. It runs beside the test,
// so it reports with Errorf.
func (s *suite) watchLimit(owner sharing.ProjectID, id sharing.ImageID, stop <-chan struct{}) {
	for {
		img, shares, err := s.store.Shares(s.Context(), owner, id)
		if err != nil || len(img.SharedWith) > sharing.MaxShares || len(shares) > sharing.MaxShares {
			s.Errorf("observed meanwhile: %d projects, %d shares, %v", len(img.SharedWith), len(shares), err)
		}
		select {
		case <-stop:
			return
		default:
		}
	}
}

// A change of the image by the catalog must not bring back its shares as they
// were when the change began.
func concurrentChange(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	s.share(owner, id, s.targets[20:25]...)
	errs := concurrently(25, func(i int) error {
		return s.persistently(func() error {
			switch {
			case i < 15:
				_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, s.targets[i]))
				return err
			case i < 20:
				_, _, err := s.store.PutImage(s.Context(), putCommand(owner, id, at(i)))
				return err
			default:
				return s.store.Unshare(s.Context(), unshareCommand(owner, id, s.targets[i]))
			}
		})
	})
	s.must(errors.Join(errs...))
	s.sharedExactlyWith(owner, id, s.targets[:15], s.targets[20:25]...)
}

func concurrentDelete(s *suite) {
	owner, target := s.project("owner"), s.project("target")
	id := s.image(owner, "image")
	targets := append([]sharing.ProjectID{target}, s.targets[:20]...)
	errs := concurrently(len(targets)+1, func(i int) error {
		return s.persistently(func() error {
			if i == 10 {
				return s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: id})
			}
			_, _, err := s.store.Share(s.Context(), shareCommand(owner, id, targets[i%len(targets)]))
			return except(err, sharing.CodeImageNotFound)
		})
	})
	s.must(errors.Join(errs...))
	_, err := s.store.Image(s.Context(), owner, id)
	s.notFound(err)
	for _, p := range targets {
		_, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id})
		s.notFound(err)
	}
	equal(s, "the target's list", len(s.all(received, sharing.PageQuery{Project: target, Limit: 10})), 0)
	s.putImage(owner, id, at(10))
	s.sharedExactlyWith(owner, id, nil, targets...)
}

func concurrentSave(s *suite) {
	owner, recipient, id := s.sharedImage()
	const callers = 15
	commands := make([]sharing.SaveCommand, callers)
	for i := range commands {
		commands[i] = saveCommand(recipient, id, "")
	}
	refused := make([]bool, callers)
	errs := concurrently(callers+1, func(i int) error {
		return s.persistently(func() error {
			if i == callers {
				return s.store.Unshare(s.Context(), unshareCommand(owner, id, recipient))
			}
			_, err := s.store.Save(s.Context(), commands[i])
			refused[i] = errors.Is(err, sharing.ImageNotFound(""))
			return except(err, sharing.CodeImageNotFound)
		})
	})
	s.must(errors.Join(errs...))
	for i, c := range commands {
		img, err := s.store.Image(s.Context(), recipient, c.NewID)
		if refused[i] {
			s.notFound(err)
			continue
		}
		s.must(err)
		equal(s, "owner of the copy", img.Owner, recipient)
	}
	_, err := s.store.Save(s.Context(), saveCommand(recipient, id, ""))
	s.notFound(err)
}

func concurrentSameKey(s *suite) {
	_, recipient, id := s.sharedImage()
	const callers = 20
	copies := make([]sharing.Image, callers)
	errs := concurrently(callers, func(i int) error {
		return s.persistently(func() (err error) {
			c := saveCommand(recipient, id, "key")
			c.Now = at(10 + i)
			copies[i], err = s.store.Save(s.Context(), c)
			return err
		})
	})
	s.must(errors.Join(errs...))
	stored := s.stored(sharing.SavedImageID(recipient, "key"))
	for _, img := range copies {
		s.equalImage("copy", img, stored)
	}
	s.settled(owned, sharing.PageQuery{Project: recipient}, []sharing.Position{{Region: region, At: stored.CreatedAt, Image: stored.ID}})
}

func concurrentRegistration(s *suite) {
	id := s.imageID("image")
	const callers = 10
	created := make([]bool, callers)
	uids := make([]string, callers)
	errs := concurrently(callers, func(i int) error {
		return s.persistently(func() error {
			c := putCommand(s.targets[i/5], id, at(i)) // two projects, five times each
			uids[i] = c.UID
			_, isNew, err := s.store.PutImage(s.Context(), c)
			created[i] = isNew
			return except(err, sharing.CodeImageConflict)
		})
	})
	s.must(errors.Join(errs...))
	first := slices.Index(created, true)
	if first < 0 || slices.Contains(created[first+1:], true) {
		s.Fatalf("the image was created by %v, want exactly one", created)
	}
	stored := s.stored(id)
	equal(s, "uid", stored.UID, uids[first])
	equal(s, "owner", stored.Owner, s.targets[first/5])
	equal(s, "time of creation", stored.CreatedAt, at(first))
}

// concurrentRestart: a failed copy begins again once, whoever asks.
func concurrentRestart(s *suite) {
	_, recipient, id := s.sharedImage()
	s.failCopy(s.save(saveCommand(recipient, id, "key")), at(10))
	before := len(s.activity(recipient))
	for _, err := range concurrently(10, func(i int) error {
		return s.persistently(func() error {
			c := saveCommand(recipient, id, "key")
			c.Now = at(20 + i)
			img, err := s.store.Save(s.Context(), c)
			if err == nil && (img.ID != c.NewID || img.State != sharing.Creating) {
				return fmt.Errorf("the copy is %+v", img)
			}
			return err
		})
	}) {
		s.must(err)
	}
	equal(s, "number of activities", len(s.activity(recipient)), before+1)
}

// concurrentPatches: each of them holds.
func concurrentPatches(s *suite) {
	owner := s.project("owner")
	id := s.image(owner, "image")
	want := map[string]string{}
	for i, err := range concurrently(10, func(i int) error {
		return s.persistently(func() error {
			_, err := s.store.PatchImage(s.Context(), patchCommand(owner, id, at(5), sharing.ImagePatch{Tags: to(map[string]*string{fmt.Sprint(i): new("held")})}))
			return err
		})
	}) {
		s.must(err)
		want[fmt.Sprint(i)] = "held"
	}
	equal(s, "tags", s.stored(id).Tags, want)
}
