package faultinjection

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
)

// useCase is a method of the engine in one situation. Everything about it is
// fixed, ids and times too, so that a run can be held against a faultless one.
type useCase struct {
	name   string
	method string
	calls  string // of a run without faults
	// refused is what the caller is told without faults, "" for success.
	refused sharing.Code
	large   bool // in the large world
	run     call
	// rival is somebody else's write just before a request of this one, nil for
	// none: before its first transaction, or after so many requests.
	rival      call
	rivalAfter int
	// again is what a caller does who does not know the outcome, nil for run.
	again call
}

const (
	owner = sharing.ProjectID("owner")
	other = sharing.ProjectID("other")

	shared = sharing.ImageID("shared") // with targets 0 to 2
	alone  = sharing.ImageID("alone")  // with nobody
	gone   = sharing.ImageID("gone")   // was shared with 0 to 2, and nobody cleaned up
	again  = sharing.ImageID("again")  // as gone, but registered again, and shared with 1
	full   = sharing.ImageID("full")   // with targets 0 to 49, in the large world only
	fresh  = sharing.ImageID("fresh")  // not there
)

// limit is of the small world: the deployment's, below sharing.MaxShares.
const limit = 5

// target is a registered project, in the small world up to limit.
func target(i int) sharing.ProjectID { return sharing.ProjectID(fmt.Sprintf("target-%02d", i)) }

func targets(from, to int) []sharing.ProjectID {
	var all []sharing.ProjectID
	for i := from; i < to; i++ {
		all = append(all, target(i))
	}
	return all
}

// at is a moment of the tests' own time.
func at(n int) time.Time {
	return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

// A use case starts in one of two worlds. The small one has everything that a
// rule is about, the large one as many shares as there can be.
var (
	small = inTurn(
		projects(owner, other), projects(targets(0, limit+1)...),
		newImage(owner, shared, "uid-shared", 1), share(shared, 11, targets(0, 3)...),
		newImage(owner, alone, "uid-alone", 3),
		newImage(owner, gone, "uid-gone", 4), share(gone, 14, targets(0, 3)...), deleteImage(gone),
		newImage(owner, again, "uid-again", 5), share(again, 15, targets(0, 3)...), deleteImage(again),
		newImage(owner, again, "uid-again-2", 20), share(again, 21, target(1)),
		save(target(0), "used", 22),
	)
	large = inTurn(
		projects(owner), projects(targets(0, sharing.MaxShares)...),
		newImage(owner, alone, "uid-alone", 3),
		newImage(owner, full, "uid-full", 2), shareAs(largeCommand(full, 12)),
	)
)

func projects(ids ...sharing.ProjectID) call {
	var all []call
	for _, id := range ids {
		all = append(all, putProject(id, "name of "+string(id), 0))
	}
	return inTurn(all...)
}

// call is one call of the engine: a use case, a rival's write or a step before.
type call = func(context.Context, *dynamo.Store) (any, error)

func putProject(id sharing.ProjectID, name string, n int) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		p, created, err := t.PutProject(ctx, sharing.PutProjectCommand{ID: id, ProjectSpec: sharing.ProjectSpec{AccountID: "account", Name: name}, Now: at(n)})
		return []any{p, created}, err
	}
}

func imageCommand(owner sharing.ProjectID, id sharing.ImageID, uid string, n int) sharing.PutImageCommand {
	return sharing.PutImageCommand{Owner: owner, ImageID: id, UID: uid, Now: at(n), ImageSpec: sharing.ImageSpec{
		Name: "image " + uid, Region: "region", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snapshot"}, DataDisks: []sharing.Disk{{SizeGiB: 10}},
	}}
}

func putImage(w sharing.PutImageCommand) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		img, created, err := t.PutImage(ctx, w)
		return []any{img, created}, err
	}
}

func newImage(owner sharing.ProjectID, id sharing.ImageID, uid string, n int) call {
	return putImage(imageCommand(owner, id, uid, n))
}

func failImage(id sharing.ImageID, n int) call {
	w := imageCommand(owner, id, "", n)
	w.ImageSpec.State = sharing.Failed
	return putImage(w)
}

func deleteImage(id sharing.ImageID) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		return nil, t.DeleteImage(ctx, sharing.DeleteImageCommand{Owner: owner, ImageID: id})
	}
}

func shareCommand(id sharing.ImageID, n int, to ...sharing.ProjectID) sharing.ShareCommand {
	return sharing.ShareCommand{
		Owner: owner, ImageID: id, Targets: to, Acknowledged: true, SharedBy: fmt.Sprint("caller at ", n), Now: at(n), Limit: limit,
	}
}

// largeCommand shares with as many projects as there can be.
func largeCommand(id sharing.ImageID, n int) sharing.ShareCommand {
	w := shareCommand(id, n, targets(0, sharing.MaxShares)...)
	w.Limit = sharing.MaxShares
	return w
}

func share(id sharing.ImageID, n int, to ...sharing.ProjectID) call {
	return shareAs(shareCommand(id, n, to...))
}

func shareAs(w sharing.ShareCommand) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		img, outcomes, err := t.Share(ctx, w)
		return []any{img, outcomes}, err
	}
}

func dryRun(w sharing.ShareCommand) sharing.ShareCommand {
	w.DryRun = true
	return w
}

func unshare(id sharing.ImageID, n int, from sharing.ProjectID) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		return nil, t.Unshare(ctx, sharing.UnshareCommand{Owner: owner, ImageID: id, Target: from, Now: at(n)})
	}
}

// saveCommand is of the image shared. Without a key the copy is named for the
// time.
func saveCommand(project sharing.ProjectID, key string, n int) sharing.SaveCommand {
	w := sharing.SaveCommand{
		Project: project, SourceID: shared, Name: "copy", Key: key, Now: at(n),
		UID: fmt.Sprint("uid-copy-", n), NewID: sharing.ImageID(fmt.Sprint("copy-", n)),
	}
	if key != "" {
		w.NewID = sharing.SavedImageID(project, key)
	}
	return w
}

func save(project sharing.ProjectID, key string, n int) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		return t.Save(ctx, saveCommand(project, key, n))
	}
}

// secondCopy is the id of the copy that a repeated save without a key makes.
const secondCopy, firstCopy = "copy-51", "copy-50"

// lookAndSave follows the advice for a save without a key whose outcome is not
// known: a look at the images, and again only if the copy is not there. The
// service gives the second request another id.
func lookAndSave(project sharing.ProjectID, n int) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		w := saveCommand(project, "", n)
		w.NewID, w.UID = secondCopy, "uid-"+secondCopy
		page, err := t.OwnedImages(ctx, sharing.PageQuery{Project: project, Limit: sharing.MaxPageLimit})
		if err != nil {
			return nil, err
		}
		for _, img := range page.Items {
			if img.Source != nil && img.Source.ImageID == w.SourceID && img.Name == w.Name {
				return img, nil
			}
		}
		return t.Save(ctx, w)
	}
}

func shares(id sharing.ImageID) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		img, shares, err := t.Shares(ctx, owner, id)
		return []any{img, shares}, err
	}
}

func removeShares(of dynamo.DeletedImage) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) { return nil, t.RemoveShares(ctx, of) }
}

func remove(l dynamo.Orphan) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) { return t.Remove(ctx, l) }
}

func inspect(ctx context.Context, t *dynamo.Store) (any, error) {
	found, err := t.Inspect(ctx)
	slices.SortFunc(found.Orphans, func(a, b dynamo.Orphan) int { // they come in no order
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	return found, err
}

func inTurn(calls ...call) call {
	return func(ctx context.Context, t *dynamo.Store) (any, error) {
		for _, c := range calls {
			if _, err := c(ctx, t); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
}

var (
	leftOfGone = dynamo.DeletedImage{ID: gone, UID: "uid-gone", SharedWith: targets(0, 3)}
	// goneAnew makes a new image gone and shares it with target 1.
	goneAnew = inTurn(newImage(owner, gone, "uid-gone-2", 40), share(gone, 41, target(1)))
)

const readAndWrite = batchGet + " " + write

var useCases = []useCase{
	{name: "a new project", method: "PutProject", calls: get + " " + write,
		run: putProject("new", "new", 50)},
	{name: "a project that changes", method: "PutProject", calls: get + " " + write,
		run: putProject(other, "changed", 50)},
	{name: "a project that somebody else changes meanwhile", method: "PutProject", calls: get + " " + write + " " + write,
		run: putProject(other, "changed", 50), rival: putProject(other, "rival", 40)},
	{name: "a project that somebody else registers meanwhile", method: "PutProject", calls: get + " " + write + " " + write,
		run: putProject("new", "new", 50), rival: putProject("new", "rival", 40)},
	{name: "a project", method: "Project", calls: get,
		run: func(ctx context.Context, t *dynamo.Store) (any, error) { return t.Project(ctx, owner) }},

	{name: "a new image", method: "PutImage", calls: readAndWrite,
		run: newImage(owner, fresh, "uid-new", 50)},
	{name: "a new image under a used id", method: "PutImage", calls: readAndWrite,
		run: newImage(other, gone, "uid-new", 50)},
	{name: "an image that changes", method: "PutImage", calls: readAndWrite,
		run: newImage(owner, shared, "uid-new", 50)},
	{name: "an image that somebody else changes meanwhile", method: "PutImage", calls: readAndWrite + " " + write,
		run: newImage(owner, shared, "uid-new", 50), rival: failImage(shared, 40)},
	{name: "an image that changes and is registered anew meanwhile, with the same time", method: "PutImage", calls: readAndWrite + " " + write,
		run: newImage(owner, shared, "uid-new", 50), rival: inTurn(deleteImage(shared), newImage(owner, shared, "uid-rival", 1))},
	{name: "an image that changes and is shared meanwhile", method: "PutImage", calls: readAndWrite,
		run: newImage(owner, shared, "uid-new", 50), rival: share(shared, 40, target(4))},
	{name: "an image that is registered meanwhile", method: "PutImage", calls: readAndWrite + " " + write,
		run: newImage(owner, fresh, "uid-new", 50), rival: newImage(owner, fresh, "uid-rival", 40)},
	{name: "an image that another project registers meanwhile", method: "PutImage", calls: readAndWrite, refused: sharing.CodeImageConflict,
		run: newImage(owner, fresh, "uid-new", 50), rival: newImage(other, fresh, "uid-rival", 40)},
	{name: "an image that is deleted meanwhile", method: "PutImage", calls: readAndWrite + " " + write,
		run: newImage(owner, shared, "uid-new", 50), rival: deleteImage(shared)},

	{name: "the end of an image", method: "DeleteImage", calls: get + " " + write,
		run: deleteImage(shared)},
	{name: "the end of an image that there is not", method: "DeleteImage", calls: get, refused: sharing.CodeImageNotFound,
		run: deleteImage(fresh)},
	{name: "the end of an image that has ended meanwhile", method: "DeleteImage", calls: get + " " + write, refused: sharing.CodeImageNotFound,
		run: deleteImage(shared), rival: deleteImage(shared)},
	{name: "the end of an image that is registered anew meanwhile", method: "DeleteImage", calls: get + " " + write + " " + write,
		run: deleteImage(shared), rival: inTurn(deleteImage(shared), newImage(owner, shared, "uid-rival", 40))},

	{name: "an image", method: "Image", calls: get,
		run: func(ctx context.Context, t *dynamo.Store) (any, error) { return t.Image(ctx, shared) }},
	{name: "an image's shares", method: "Shares", calls: query + " " + batchGet, run: shares(again)},
	{name: "fifty shares of an image", method: "Shares", calls: query + " " + batchGet, large: true, run: shares(full)},
	{name: "a received image", method: "Received", calls: batchGet,
		run: func(ctx context.Context, t *dynamo.Store) (any, error) { return t.Received(ctx, target(1), again) }},
	{name: "own images", method: "OwnedImages", calls: query + " " + batchGet,
		run: func(ctx context.Context, t *dynamo.Store) (any, error) {
			return t.OwnedImages(ctx, sharing.PageQuery{Project: owner, Limit: 2})
		}},
	{name: "received images behind stale keys", method: "ReceivedImages", calls: query + " " + batchGet + " " + query + " " + batchGet,
		run: func(ctx context.Context, t *dynamo.Store) (any, error) {
			return t.ReceivedImages(ctx, sharing.PageQuery{Project: target(2), Limit: 1})
		}},

	{name: "a share", method: "Share", calls: readAndWrite,
		run: share(shared, 50, target(4))},
	{name: "a share beside others", method: "Share", calls: readAndWrite,
		run: share(shared, 50, target(1), target(4), target(0), target(3))},
	{name: "a share over what an earlier image left", method: "Share", calls: readAndWrite,
		run: share(again, 50, target(0))},
	{name: "fifty shares", method: "Share", calls: readAndWrite,
		large: true, run: shareAs(largeCommand(alone, 50))},
	{name: "fifty shares that stand", method: "Share", calls: batchGet + " " + batchGet,
		large: true, run: shareAs(largeCommand(full, 50))},
	{name: "fifty shares of which one ends between two reads", method: "Share", calls: batchGet + " " + batchGet + " " + readAndWrite,
		large: true, run: shareAs(largeCommand(full, 50)), rival: unshare(full, 40, target(sharing.MaxShares-1)), rivalAfter: 1},
	{name: "a dry run", method: "Share", calls: batchGet,
		run: shareAs(dryRun(shareCommand(shared, 50, targets(2, 5)...)))},
	{name: "a share that somebody else makes meanwhile", method: "Share", calls: readAndWrite + " " + batchGet,
		run: share(shared, 50, target(4)), rival: share(shared, 40, target(4))},
	{name: "a share beside one that somebody else makes meanwhile", method: "Share", calls: readAndWrite,
		run: share(shared, 50, target(4)), rival: share(shared, 40, target(3))},
	{name: "a share beside one that ends meanwhile", method: "Share", calls: readAndWrite + " " + write,
		run: share(shared, 50, target(0), target(4)), rival: unshare(shared, 40, target(0))},
	{name: "a share while another one ends", method: "Share", calls: readAndWrite + " " + write,
		run: share(shared, 50, target(4)), rival: unshare(shared, 40, target(0))},
	{name: "a share that finds no room any more", method: "Share", calls: readAndWrite, refused: sharing.CodeShareLimitExceeded,
		run: share(shared, 50, target(5)), rival: share(shared, 40, targets(3, limit)...)},
	{name: "a share of an image that is deleted meanwhile", method: "Share", calls: readAndWrite, refused: sharing.CodeImageNotFound,
		run: share(shared, 50, target(4)), rival: deleteImage(shared)},
	{name: "a share of an image that is registered anew meanwhile", method: "Share", calls: readAndWrite + " " + write,
		run: share(shared, 50, target(4)), rival: inTurn(deleteImage(shared), newImage(owner, shared, "uid-rival", 40))},
	{name: "a share of an image that fails meanwhile", method: "Share", calls: readAndWrite, refused: sharing.CodeImageNotAvailable,
		run: share(shared, 50, target(4)), rival: failImage(shared, 40)},

	{name: "the end of a share", method: "Unshare", calls: write,
		run: unshare(shared, 50, target(0))},
	{name: "the end of a share that does not stand", method: "Unshare", calls: write + " " + write, refused: sharing.CodeShareNotFound,
		run: unshare(shared, 50, target(4))},
	{name: "the end of a share that somebody makes between its two looks", method: "Unshare", calls: write + " " + write + " " + write,
		run: unshare(shared, 50, target(4)), rival: share(shared, 40, target(4)), rivalAfter: 1},
	{name: "the end of a share that has ended meanwhile", method: "Unshare", calls: write + " " + write, refused: sharing.CodeShareNotFound,
		run: unshare(shared, 50, target(0)), rival: unshare(shared, 40, target(0))},
	{name: "the end of a share by a slower clock than the one that shared", method: "Unshare", calls: write + " " + write,
		run: unshare(shared, 10, target(0))},

	{name: "a save", method: "Save", calls: readAndWrite,
		run: save(target(1), "key", 50)},
	{name: "a save without a key", method: "Save", calls: readAndWrite,
		run: save(target(1), "", 50), again: lookAndSave(target(1), 50)},
	{name: "a save that is refused", method: "Save", calls: batchGet + " " + batchGet, refused: sharing.CodeImageNotFound,
		run: save(target(4), "key", 50)},
	{name: "a save that is replayed", method: "Save", calls: batchGet,
		run: save(target(0), "used", 50)},
	{name: "a save whose share ends meanwhile", method: "Save", calls: readAndWrite, refused: sharing.CodeImageNotFound,
		run: save(target(1), "key", 50), rival: unshare(shared, 40, target(1))},
	{name: "a save of an image that fails meanwhile", method: "Save", calls: readAndWrite, refused: sharing.CodeImageNotAvailable,
		run: save(target(1), "key", 50), rival: failImage(shared, 40)},
	{name: "a save of an image that is deleted meanwhile", method: "Save", calls: readAndWrite, refused: sharing.CodeImageNotFound,
		run: save(target(1), "key", 50), rival: deleteImage(shared)},
	{name: "a save of an image that is registered anew and shared meanwhile", method: "Save", calls: readAndWrite + " " + write,
		run: save(target(1), "key", 50), rival: inTurn(deleteImage(shared), newImage(owner, shared, "uid-rival", 40), share(shared, 41, target(1)))},
	{name: "a save with a key that is used meanwhile", method: "Save", calls: readAndWrite,
		run: save(target(1), "key", 50), rival: save(target(1), "key", 40)},

	{name: "the clean-up", method: "RemoveShares", calls: write,
		run: removeShares(leftOfGone)},
	{name: "a clean-up that comes late", method: "RemoveShares", calls: write + " " + write,
		run: removeShares(leftOfGone), rival: goneAnew},
	{name: "a repair", method: "Remove", calls: write,
		run: remove(dynamo.Orphan{Image: gone, Target: target(0), UID: "uid-gone"})},
	{name: "a repair that comes late", method: "Remove", calls: write,
		run: remove(dynamo.Orphan{Image: gone, Target: target(1), UID: "uid-gone"}), rival: goneAnew},
	{name: "an inspection", method: "Inspect", calls: scan + " " + query + " " + query,
		run: inspect},
}
