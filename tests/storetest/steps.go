package storetest

import (
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/sample"
)

// The steps of the tests. They fail the test when the store refuses.

func (s *suite) projectID(name string) sharing.ProjectID {
	return sharing.ProjectID(s.prefix + "." + name)
}

func (s *suite) imageID(name string) sharing.ImageID {
	return sharing.ImageID(s.prefix + "_" + name)
}

func projectSpec(id sharing.ProjectID) sharing.ProjectSpec {
	return sharing.ProjectSpec{AccountID: "account-1", Name: "name of " + string(id)}
}

// project registers a project of the test.
func (s *suite) project(name string) sharing.ProjectID {
	s.Helper()
	id := s.projectID(name)
	s.putProject(id, projectSpec(id), at(0))
	s.projects = append(s.projects, id)
	return id
}

func (s *suite) putProject(id sharing.ProjectID, spec sharing.ProjectSpec, now time.Time) (sharing.Project, bool) {
	s.Helper()
	p, created, err := s.store.PutProject(s.Context(), sharing.PutProjectCommand{ID: id, ProjectSpec: spec, Origin: sample.Origin(now)})
	s.must(err)
	return p, created
}

const region = "region-1"

// regionOrNil is as a command has it: nil asks for no particular region.
func regionOrNil(region string) *string {
	if region == "" {
		return nil
	}
	return &region
}

// imageSpec is of an image that can be shared.
func imageSpec() sharing.ImageSpec {
	return sharing.ImageSpec{
		Name: "web server", Description: "two lines,\none of them \"quoted\" – 中文", Region: region,
		Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
		OSName: "Debian 13", OSType: "Linux", Architecture: "x86_64",
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snap-system"},
		DataDisks:  []sharing.Disk{{SizeGiB: 100, SnapshotID: "snap-data-1"}, {SizeGiB: 1 << 20}},
	}
}

// image registers an image that can be shared, with changes.
func (s *suite) image(owner sharing.ProjectID, name string, changes ...func(*sharing.ImageSpec)) sharing.ImageID {
	s.Helper()
	id := s.imageID(name)
	s.putImage(owner, id, at(0), changes...)
	return id
}

func (s *suite) putImage(owner sharing.ProjectID, id sharing.ImageID, now time.Time, changes ...func(*sharing.ImageSpec)) (sharing.Image, bool) {
	s.Helper()
	img, created, err := s.store.PutImage(s.Context(), putCommand(owner, id, now, changes...))
	s.must(err)
	return img, created
}

func putCommand(owner sharing.ProjectID, id sharing.ImageID, now time.Time, changes ...func(*sharing.ImageSpec)) sharing.PutImageCommand {
	spec := imageSpec()
	for _, change := range changes {
		change(&spec)
	}
	return sharing.PutImageCommand{Owner: owner, ImageID: id, ImageSpec: spec, UID: rand.Text(), Origin: sample.Origin(now)}
}

func (s *suite) deleteImage(owner sharing.ProjectID, id sharing.ImageID) {
	s.Helper()
	s.must(s.store.DeleteImage(s.Context(), deleteCommand(owner, id)))
}

func deleteCommand(owner sharing.ProjectID, id sharing.ImageID) sharing.DeleteImageCommand {
	return sharing.DeleteImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(at(80))}
}

func shareCommand(owner sharing.ProjectID, id sharing.ImageID, targets ...sharing.ProjectID) sharing.ShareCommand {
	return sharing.ShareCommand{
		Owner: owner, ImageID: id, Targets: targets, Acknowledged: true,
		Origin: sample.Origin(at(1)), Limit: sharing.MaxShares,
	}
}

// share shares at the time at(1).
func (s *suite) share(owner sharing.ProjectID, id sharing.ImageID, targets ...sharing.ProjectID) {
	s.Helper()
	s.shareAs(shareCommand(owner, id, targets...))
}

func (s *suite) shareAs(c sharing.ShareCommand) (sharing.Image, []sharing.ShareOutcome) {
	s.Helper()
	after, outcomes, err := s.store.Share(s.Context(), c)
	s.must(err)
	return after, outcomes
}

// unshareCommand is of a time after every share of the tests.
func unshareCommand(owner sharing.ProjectID, id sharing.ImageID, target sharing.ProjectID) sharing.UnshareCommand {
	return sharing.UnshareCommand{Owner: owner, ImageID: id, Target: target, Origin: sample.Origin(at(100))}
}

func (s *suite) unshare(owner sharing.ProjectID, id sharing.ImageID, target sharing.ProjectID) {
	s.Helper()
	s.must(s.store.Unshare(s.Context(), unshareCommand(owner, id, target)))
}

// saveCommand is as the service makes it.
func saveCommand(project sharing.ProjectID, source sharing.ImageID, key string) sharing.SaveCommand {
	c := sharing.SaveCommand{
		Project: project, SourceID: source, Name: "my copy", Description: "of a web server",
		Key: key, NewID: sharing.ImageID("img-" + rand.Text()), UID: rand.Text(), Origin: sample.Origin(at(2)),
	}
	if key != "" {
		c.NewID = sharing.SavedImageID(project, key)
	}
	return c
}

func (s *suite) save(c sharing.SaveCommand) sharing.Image {
	s.Helper()
	img, err := s.store.Save(s.Context(), c)
	s.must(err)
	return img
}

// stored returns the image as it stands, whichever project of the test owns it, or
// one of the first two targets.
func (s *suite) stored(id sharing.ImageID) sharing.Image {
	s.Helper()
	for _, p := range slices.Concat(s.projects, s.targets[:2]) {
		img, err := s.store.Image(s.Context(), p, id)
		if !errors.Is(err, &sharing.Error{Code: sharing.CodeImageNotFound}) {
			s.must(err)
			return img
		}
	}
	s.Fatalf("no project of the test has %s", id)
	return sharing.Image{}
}

// sharesOf returns the shares of the owner's image.
func (s *suite) sharesOf(owner sharing.ProjectID, id sharing.ImageID) []sharing.Share {
	s.Helper()
	_, shares, err := s.store.Shares(s.Context(), owner, id)
	s.must(err)
	return shares
}
