package stream

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/budget"
)

const (
	manyImages   = 3
	manyProjects = 4
	steps        = 60
	shortRounds  = 2 // of the short form
)

// TestAnyRecordsInAnyOrder: images live and end under few ids, and in between
// records of the ended ones are delivered: any of them, in any order, as often as
// chance has it. DynamoDB allows less: it keeps the order of one item's records.
// Each delivery must remove exactly what those images have left.
func TestAnyRecordsInAnyOrder(t *testing.T) {
	t.Parallel()
	deliveries := 0
	for seed, random := range budget.Rounds(t, 1, shortRounds) {
		// Each round is a test of its own, so that its pump and its table end with it.
		t.Run(fmt.Sprintf("SEED=%d", seed), func(t *testing.T) {
			s := newStory(t, random)
			s.play()
			deliveries += s.deliveries
		})
	}
	t.Logf("%d deliveries", deliveries)
}

// story is a random sequence of changes and deliveries, with what must be left
// of the ended images.
type story struct {
	*fixture
	random     *rand.Rand
	images     map[sharing.ImageID]*life
	ended      []*life
	left       map[place]string // the uid of each share item of an ended image
	deliveries int
}

// life is an image from its registration to its end.
type life struct {
	id   sharing.ImageID
	uid  string
	with map[sharing.ProjectID]bool
}

type place struct {
	image  sharing.ImageID
	target sharing.ProjectID
}

func newStory(t *testing.T, random *rand.Rand) *story {
	t.Helper()
	return &story{
		fixture: newFixture(t, manyProjects), random: random,
		images: map[sharing.ImageID]*life{}, left: map[place]string{},
	}
}

func (s *story) play() {
	s.t.Helper()
	for range steps {
		if s.step(); s.t.Failed() {
			return
		}
	}
	s.finish()
}

func (s *story) step() {
	s.t.Helper()
	id := sharing.ImageID(fmt.Sprintf("img%d", s.random.IntN(manyImages)))
	img, lives := s.images[id]
	switch n := s.random.IntN(10); {
	case n < 3 && len(s.ended) > 0:
		s.deliver(s.some(s.ended))
	case !lives:
		s.images[id] = &life{id: id, uid: s.image(id), with: map[sharing.ProjectID]bool{}}
	case n < 5:
		s.end(img)
	case n < 6:
		s.cancel(img)
	default:
		s.give(img, s.projects())
	}
}

// projects are one or more.
func (s *story) projects() []sharing.ProjectID {
	all := some(manyProjects)
	s.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+s.random.IntN(len(all))]
}

// some are one to five of the lives, the same one perhaps more than once.
func (s *story) some(lives []*life) (chosen []*life) {
	for range 1 + s.random.IntN(5) {
		chosen = append(chosen, lives[s.random.IntN(len(lives))])
	}
	return chosen
}

func (s *story) give(img *life, to []sharing.ProjectID) {
	s.t.Helper()
	s.share(img.id, to...)
	for _, p := range to {
		if !img.with[p] {
			delete(s.left, place{img.id, p}) // the new item is in its place
		}
		img.with[p] = true
	}
}

func (s *story) cancel(img *life) {
	s.t.Helper()
	for _, p := range some(manyProjects) {
		if img.with[p] {
			s.unshare(img.id, p)
			delete(img.with, p)
			return
		}
	}
}

func (s *story) end(img *life) {
	s.t.Helper()
	s.fixture.end(img.id)
	delete(s.images, img.id)
	s.ended = append(s.ended, img)
	for p := range img.with {
		s.left[place{img.id, p}] = img.uid
	}
}

func (s *story) deliver(lives []*life) {
	s.t.Helper()
	s.deliveries++
	var records []record
	var keys []string
	for _, l := range lives {
		records = append(records, s.record(l.uid))
		for p := range l.with {
			if at := (place{l.id, p}); s.left[at] == l.uid {
				delete(s.left, at)
				keys = append(keys, shareKeys(l.id, p)...)
			}
		}
	}
	s.removesOnly(keys, func() { s.done(records...) })
}

// finish delivers every record once more, backwards. Nothing is left then.
func (s *story) finish() {
	s.t.Helper()
	if len(s.ended) > 0 {
		backwards := slices.Clone(s.ended)
		slices.Reverse(backwards)
		s.deliver(backwards)
	}
	if len(s.left) > 0 {
		s.t.Errorf("there are still %v", s.left)
	}
	s.inspected()
}
