package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
)

// The data that the events speak of; events/README.md has it in words. Times
// and uids are fixed: next tokens and stream records hold them.

type projectID = sharing.ProjectID

var seedTime = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

type seedImage struct {
	id         sharing.ImageID
	uid        string // "" is the id
	owner      projectID
	spec       sharing.ImageSpec
	sharedWith []projectID
	// end is what became of the image after it was shared.
	end func(context.Context, *dynamo.Store, seedImage) error
}

// closed is the project that is, with a share that has not ended: nothing here runs
// on-activity.
const closed = projectID("umbrella")

// choosy is the project that wants to be asked, and has blocked one.
const choosy = projectID("soylent")

// load writes the data unless it is there: the last image is the last thing
// that it writes.
func load(ctx context.Context, store *dynamo.Store) error {
	copied := sharing.SavedImageID(firstSave.Project, firstSave.Key)
	_, err := store.Image(ctx, firstSave.Project, copied)
	if !errors.Is(err, &sharing.Error{Code: sharing.CodeImageNotFound}) {
		return err
	}
	before, err := store.Projects(ctx, []projectID{closed}) // by a load that broke off
	if err != nil {
		return err
	}
	isClosed := before[closed].State == sharing.Closed
	for id, spec := range seedProjects() {
		if isClosed && id == closed {
			continue
		}
		if _, _, err := store.PutProject(ctx, sharing.PutProjectCommand{ID: id, ProjectSpec: spec, Origin: origin(seedTime)}); err != nil {
			return fmt.Errorf("project %s: %w", id, err)
		}
	}
	policy := sharing.PolicySpec{Incoming: sharing.IncomingConsent, BlockedProjects: []projectID{"acme-web"}}
	if _, err := store.PutPolicy(ctx, sharing.PutPolicyCommand{Project: choosy, PolicySpec: policy, Origin: origin(seedTime)}); err != nil {
		return fmt.Errorf("policy of %s: %w", choosy, err)
	}
	for i, img := range seedImages() {
		if isClosed && slices.Contains(img.sharedWith, closed) {
			continue
		}
		if err := img.load(ctx, store, seedTime.Add(time.Duration(i)*time.Minute)); err != nil {
			return fmt.Errorf("image %s: %w", img.id, err)
		}
	}
	save := firstSave
	save.NewID = copied
	_, err = store.Save(ctx, save)
	return err
}

func seedProjects() map[projectID]sharing.ProjectSpec {
	projects := map[projectID]sharing.ProjectSpec{
		"acme-web":  {AccountID: "acct-acme", Name: "Acme Web"},
		"acme-data": {AccountID: "acct-acme", Name: "Acme Data"},
		"globex":    {AccountID: "acct-globex", Name: "Globex"},
		"initech":   {AccountID: "acct-initech", Name: "Initech"},
		"vandelay":  {AccountID: "acct-vandelay", Name: "Vandelay"},
		choosy:      {AccountID: "acct-soylent", Name: "Soylent"},
		closed:      {AccountID: "acct-umbrella", Name: "Umbrella"},
	}
	for _, team := range teams() {
		projects[team] = sharing.ProjectSpec{AccountID: "acct-teams", Name: string(team)}
	}
	return projects
}

// teams are as many projects as one image can be shared with (R3).
func teams() []projectID {
	ids := make([]projectID, sharing.MaxShares)
	for i := range ids {
		ids[i] = projectID(fmt.Sprintf("team-%02d", i+1))
	}
	return ids
}

func seedImages() []seedImage {
	available := sharing.ImageSpec{
		Description: "Sample data of the events.",
		Region:      "eu-west", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
		OSName: "Debian 12", OSType: "Linux", Architecture: "x86_64",
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snap-system"},
		DataDisks:  []sharing.Disk{{SizeGiB: 100, SnapshotID: "snap-data"}},
	}
	lightweight, public, creating, elsewhere := available, available, available, available
	lightweight.HostType = sharing.LightweightUHost
	public.Kind = sharing.Public
	creating.State = sharing.Creating
	elsewhere.Region = "us-east"
	both := []projectID{"acme-data", "globex"}
	images := []seedImage{
		{id: "img-light", spec: lightweight},
		{id: "img-public", spec: public},
		{id: "img-creating", spec: creating},
		{id: "img-elsewhere", spec: elsewhere, sharedWith: []projectID{closed}, end: closeRecipient},
		{id: "img-popular", spec: available, sharedWith: teams()},
		{id: "img-tools", owner: "globex", spec: available, sharedWith: []projectID{"acme-web"}},
		{id: "img-failed", spec: available, sharedWith: []projectID{"globex"}, end: fail},
		{id: "img-suspect", spec: available},
		{id: "img-suspended", spec: available, sharedWith: both, end: suspend},
		{id: "img-cleared", spec: available, sharedWith: both, end: suspend},
		{id: "img-handout", spec: available, sharedWith: both},
		{id: "img-old", spec: available, sharedWith: []projectID{"globex"}},
		{id: "img-retired-1", spec: available, sharedWith: both, end: remove},
		{id: "img-retired-2", spec: available, sharedWith: both, end: remove},
		{id: "img-retired-3", spec: available, sharedWith: both, end: remove},
		{id: "img-reborn", uid: "former", spec: available, sharedWith: both, end: remove},
		{id: "img-reborn", spec: available, sharedWith: []projectID{"globex"}},
		{id: "img-golden", spec: available, sharedWith: both},
		{id: "img-offer", owner: "globex", spec: available, sharedWith: []projectID{choosy}},
		{id: "img-unasked", owner: "globex", spec: available, sharedWith: []projectID{choosy}},
		{id: "img-brochure", owner: "globex", spec: available},
	}
	for i := range images {
		img := &images[i]
		img.owner = cmp.Or(img.owner, "acme-web")
		img.uid = cmp.Or(img.uid, string(img.id))
		img.spec.Name = strings.TrimPrefix(string(img.id), "img-")
	}
	return images
}

func (img seedImage) load(ctx context.Context, store *dynamo.Store, at time.Time) error {
	if _, _, err := store.PutImage(ctx, sharing.PutImageCommand{
		Owner: img.owner, ImageID: img.id, ImageSpec: img.spec, UID: img.uid, Origin: origin(at),
	}); err != nil {
		return err
	}
	// A load that broke off may have suspended it already.
	if _, err := store.ResumeImage(ctx, sharing.ResumeImageCommand{Owner: img.owner, ImageID: img.id, Origin: origin(at)}); err != nil {
		return err
	}
	if len(img.sharedWith) > 0 {
		if _, _, err := store.Share(ctx, sharing.ShareCommand{
			Owner: img.owner, ImageID: img.id, Targets: img.sharedWith, Acknowledged: true,
			Origin: origin(at), Limit: sharing.MaxShares,
		}); err != nil {
			return err
		}
	}
	if img.end != nil {
		return img.end(ctx, store, img)
	}
	return nil
}

func fail(ctx context.Context, store *dynamo.Store, img seedImage) error {
	img.spec.State = sharing.Failed
	_, _, err := store.PutImage(ctx, sharing.PutImageCommand{Owner: img.owner, ImageID: img.id, ImageSpec: img.spec, Origin: origin(seedTime)})
	return err
}

func suspend(ctx context.Context, store *dynamo.Store, img seedImage) error {
	_, err := store.SuspendImage(ctx, sharing.SuspendImageCommand{Owner: img.owner, ImageID: img.id, Origin: origin(seedTime), Reason: "It was used to send spam."})
	return err
}

// remove leaves the shares to the clean-up, which nothing here runs.
func remove(ctx context.Context, store *dynamo.Store, img seedImage) error {
	return store.DeleteImage(ctx, sharing.DeleteImageCommand{Owner: img.owner, ImageID: img.id, Origin: origin(seedTime)})
}

func closeRecipient(ctx context.Context, store *dynamo.Store, img seedImage) error {
	return store.CloseProject(ctx, sharing.CloseProjectCommand{ID: img.sharedWith[0], Origin: origin(seedTime)})
}

// origin is of a command of ann's, each of which leaves an activity of its own.
func origin(at time.Time) sharing.Origin {
	return sharing.Origin{
		Actor: sharing.Actor{Subject: "ann"}, RequestID: "seed", Now: at, ActivityID: sharing.ActivityID("act-" + rand.Text()),
		KeepUntil: time.Now().AddDate(1, 0, 0),
	}
}

// firstSave is a save that was done long ago.
var firstSave = sharing.SaveCommand{
	Project: "globex", SourceID: "img-golden", Name: "golden-copy", Key: "first-save",
	UID: "first-save", Origin: origin(seedTime.Add(time.Hour)),
}
