package sample

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"sync"

	"image-sharing/local/diskstore"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// The projects: two accounts with two each, and as many more as one image can be
// shared with.
const (
	acmeWeb   = "acme-web"
	acmeData  = "acme-data"
	globexApp = "globex-app"
	globexOps = "globex-ops"
)

// Loader loads the sample into a service that has nothing yet.
type Loader struct {
	// Service registers the projects and images, by the same rules as everybody's.
	Service *service.Service
	// Disks get the images' disks, so that copies of them become Available.
	Disks *diskstore.Store
	// ShareLimit is the service's.
	ShareLimit int
	// Empty reports whether the store has no project.
	Empty func(context.Context) (bool, error)

	mu      sync.Mutex
	pending bool // a load has failed halfway
}

// Wanted reports whether there is nothing but what a failed Load has left.
func (l *Loader) Wanted(ctx context.Context) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wanted(ctx)
}

func (l *Loader) wanted(ctx context.Context) (bool, error) {
	if l.pending {
		return true, nil
	}
	return l.Empty(ctx)
}

// Load loads the sample if it is Wanted, and does nothing otherwise. After an error it
// can be repeated.
func (l *Loader) Load(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if wanted, err := l.wanted(ctx); err != nil || !wanted {
		return err
	}
	l.pending = true
	for _, load := range []func(context.Context) error{l.disks, l.projects, l.images, l.shares} {
		if err := load(ctx); err != nil {
			return fmt.Errorf("cannot load the sample: %w", err)
		}
	}
	l.pending = false
	return nil
}

// disks brings in a disk for each image, in its region.
func (l *Loader) disks(ctx context.Context) error {
	for _, img := range images() {
		for _, d := range append([]sharing.Disk{img.SystemDisk}, img.DataDisks...) {
			if d.SnapshotID == "" {
				continue // still being made
			}
			if _, _, err := l.Disks.Import(ctx, img.Region, d.SnapshotID, content(d.SnapshotID)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Disks are small, but for the one that people are likely to save: its copy is to take
// a moment.
const (
	goldenDisk  = "sample-web-golden"
	goldenBytes = 96 << 20
	diskBytes   = 1 << 20
)

// content is the same each time: it never changes under an id.
func content(snapshotID string) io.Reader {
	size := int64(diskBytes)
	if snapshotID == goldenDisk {
		size = goldenBytes
	}
	return io.LimitReader(mathrand.NewChaCha8(sha256.Sum256([]byte(snapshotID))), size)
}

func (l *Loader) projects(ctx context.Context) error {
	specs := map[sharing.ProjectID]sharing.ProjectSpec{
		acmeWeb:   {AccountID: "acct-acme", Name: "Acme Web"},
		acmeData:  {AccountID: "acct-acme", Name: "Acme Data"},
		globexApp: {AccountID: "acct-globex", Name: "Globex App"},
		globexOps: {AccountID: "acct-globex", Name: "Globex Operations"},
	}
	for i, team := range teams() {
		specs[team] = sharing.ProjectSpec{AccountID: "acct-teams", Name: fmt.Sprintf("Team %d", i+1)}
	}
	for id, spec := range specs {
		if _, _, err := l.Service.PutProject(ctx, sharing.PutProjectCommand{ID: id, ProjectSpec: spec, Origin: by("platform")}); err != nil {
			return err
		}
	}
	return nil
}

// teams are as many projects as one image can be shared with (R3).
func teams() []sharing.ProjectID {
	ids := make([]sharing.ProjectID, sharing.MaxShares)
	for i := range ids {
		ids[i] = sharing.ProjectID(fmt.Sprintf("team-%02d", i+1))
	}
	return ids
}

// image is one of the sample's. Its id is its name.
type image struct {
	owner sharing.ProjectID
	sharing.ImageSpec
	sharedBy   string // who shares it
	sharedWith []sharing.ProjectID
}

// images are some to share, one that is shared with the most projects, one of each
// kind that cannot be shared, and one for each account to receive.
func images() []image {
	custom := func(owner sharing.ProjectID, name, description string) image {
		return image{owner: owner, ImageSpec: sharing.ImageSpec{
			Name: name, Description: description, Region: "eu-west", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
			OSName: "Debian 13", OSType: "Linux", Architecture: "x86_64",
			SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "sample-" + name},
		}}
	}
	golden := custom(acmeWeb, "web-golden", "nginx and our agents")
	golden.DataDisks = []sharing.Disk{{SizeGiB: 100, SnapshotID: "sample-web-data"}}
	golden.Tags = map[string]string{"release": "2026.11", "stage": "production"}
	former := custom(acmeWeb, "web-former", "last year's web server")
	former.Deprecation = &sharing.Deprecation{ReplacementImageID: new(sharing.ImageID("web-golden")), Message: "Please use web-golden."}
	former.sharedBy, former.sharedWith = "alice", []sharing.ProjectID{acmeData, globexApp}
	elsewhere := custom(acmeWeb, "web-us", "the web server in us-east")
	elsewhere.Region = "us-east"
	popular := custom(acmeWeb, "web-popular", "shared with 50 projects, which is the most")
	popular.sharedBy, popular.sharedWith = "alice", teams()
	lightweight := custom(acmeWeb, "web-lite", "of a Lightweight Application UHost")
	lightweight.HostType = sharing.LightweightUHost
	public := custom(acmeWeb, "debian-public", "a public image")
	public.Kind = sharing.Public
	creating := custom(acmeWeb, "web-next", "still being made")
	creating.State, creating.SystemDisk.SnapshotID = sharing.Creating, ""
	app := custom(globexApp, "app-base", "runtime of the Globex applications")
	app.sharedBy, app.sharedWith = "bob", []sharing.ProjectID{acmeWeb}
	return []image{golden, former, elsewhere, popular, lightweight, public, creating, app}
}

func (l *Loader) images(ctx context.Context) error {
	for _, img := range images() {
		if _, _, err := l.Service.PutImage(ctx, sharing.PutImageCommand{
			Owner: img.owner, ImageID: sharing.ImageID(img.Name), ImageSpec: img.ImageSpec, Origin: by("platform"),
		}); err != nil {
			return fmt.Errorf("%s: %w", img.Name, err)
		}
	}
	return nil
}

// shares shares the images, as far as a lower limit allows it.
func (l *Loader) shares(ctx context.Context) error {
	for _, img := range images() {
		targets := img.sharedWith[:min(len(img.sharedWith), l.ShareLimit)]
		if len(targets) == 0 {
			continue
		}
		command := sharing.ShareCommand{
			Owner: img.owner, ImageID: sharing.ImageID(img.Name), Targets: targets, Acknowledged: true, Origin: by(img.sharedBy),
		}
		if _, err := l.Service.Share(ctx, command); err != nil {
			return fmt.Errorf("%s: %w", img.Name, err)
		}
	}
	return nil
}

// by is of a command of somebody, sent from the sign-in page.
func by(subject string) sharing.Origin {
	return sharing.Origin{Actor: sharing.Actor{Subject: subject}, RequestID: rand.Text()}
}
