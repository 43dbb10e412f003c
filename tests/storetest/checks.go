package storetest

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"image-sharing/shared/sharing"
)

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// refused checks that err is a refusal with a code and its extension fields,
// all of them.
func (s *suite) refused(err error, code sharing.Code, extension map[string]any) {
	s.Helper()
	var e *sharing.Error
	if !errors.As(err, &e) || e.Code != code {
		s.Fatalf("got %v, want the refusal %s", err, code)
	}
	if len(e.Extension)+len(extension) > 0 && !reflect.DeepEqual(e.Extension, extension) {
		s.Fatalf("%s has %#v, want %#v", code, e.Extension, extension)
	}
}

// notFound checks that an image is refused as if it were not there, without a
// trace of why.
func (s *suite) notFound(err error) {
	s.Helper()
	s.refused(err, sharing.CodeImageNotFound, nil)
	var e *sharing.Error
	errors.As(err, &e)
	before, after, _ := strings.Cut(sharing.ImageNotFound("ID").Detail, "ID")
	if !strings.HasPrefix(e.Detail, before) || !strings.HasSuffix(e.Detail, after) {
		s.Fatalf("the detail is %q", e.Detail)
	}
}

// equal compares anything but images. Times must be in UTC.
func equal[T any](s *suite, what string, got, want T) {
	s.Helper()
	if !reflect.DeepEqual(got, want) {
		s.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// equalImage compares images. The order of SharedWith, Pending and Declined is not
// specified, nor whether no data disks and no tags are nil or empty.
func (s *suite) equalImage(what string, got, want sharing.Image) {
	s.Helper()
	equal(s, what, normal(got), normal(want))
}

func normal(img sharing.Image) sharing.Image {
	img.SharedWith, img.Pending, img.Declined = sorted(img.SharedWith), sorted(img.Pending), sorted(img.Declined)
	if len(img.DataDisks) == 0 {
		img.DataDisks = nil
	}
	if len(img.Tags) == 0 {
		img.Tags = nil
	}
	return img
}

func sorted(ids []sharing.ProjectID) []sharing.ProjectID {
	if len(ids) == 0 {
		return nil
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return ids
}

// sharedExactlyWith checks that the image, its shares and what each of the
// projects receives agree on who has the image: those in want, and of the
// others given nobody.
func (s *suite) sharedExactlyWith(owner sharing.ProjectID, id sharing.ImageID, want []sharing.ProjectID, others ...sharing.ProjectID) {
	s.Helper()
	equal(s, "projects in the image", sorted(s.stored(id).SharedWith), sorted(want))
	var inShares []sharing.ProjectID
	for _, share := range s.sharesOf(owner, id) {
		inShares = append(inShares, share.ProjectID)
	}
	equal(s, "projects in its shares", sorted(inShares), sorted(want))
	for _, p := range want {
		r, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id})
		s.must(err)
		s.equalImage("image as received", r.Image, s.stored(id))
	}
	for _, p := range others {
		_, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id})
		s.notFound(err)
	}
}

// concurrently calls f n times at once and returns what each returned.
func concurrently(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range n {
		done.Go(func() {
			start.Wait()
			errs[i] = f(i)
		})
	}
	start.Done()
	done.Wait()
	return errs
}

// persistently calls f as a patient caller does: again while the store says
// that it is busy and nothing was written, up to 500 times.
func (s *suite) persistently(f func() error) (err error) {
	for range 500 {
		err = f()
		if !errors.Is(err, &sharing.Error{Code: sharing.CodeBusy}) && !errors.Is(err, &sharing.Error{Code: sharing.CodeThrottled}) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// code is that of a refusal, "" for what is none.
func code(err error) sharing.Code {
	if e, ok := errors.AsType[*sharing.Error](err); ok {
		return e.Code
	}
	return ""
}
