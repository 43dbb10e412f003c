package faultinjection

import "image-sharing/shared/sharing"

// useCase is what somebody asks of the product in one situation. Everything
// about it is fixed, ids and times too, so that a run can be held against one
// without faults.
type useCase struct {
	name  string
	calls string // of a run without faults
	// refused is the response's code without faults, "" for success.
	refused sharing.Code
	large   bool // in the large situation
	run     action
	// concurrent is somebody else's write just before one of the calls, nil for
	// none: before the first transaction, or after so many calls.
	concurrent write
	after      int
	// again is what a caller does who does not know the outcome, nil for run.
	again action
	// ended is the code that a repeat may have when the first request has ended
	// what it names.
	ended sharing.Code
}

const readAndWrite = batchGet + " " + transact

var useCases = []useCase{
	{name: "a new project", calls: get + " " + transact,
		run: putProject("new", "new")},
	{name: "a project that changes", calls: get + " " + transact,
		run: putProject(other, "changed")},
	{name: "a project that somebody else changes meanwhile", calls: get + " " + transact + " " + transact,
		run: putProject(other, "changed"), concurrent: nameProject(other, "concurrent", 40)},
	{name: "a project that somebody else registers meanwhile", calls: get + " " + transact + " " + transact,
		run: putProject("new", "new"), concurrent: nameProject("new", "concurrent", 40)},
	{name: "the projects of a token", calls: batchGet,
		run: listProjects(owner)},
	{name: "a project", calls: get,
		run: getProject(owner)},

	{name: "a new image", calls: readAndWrite,
		run: putImage(owner, fresh)},
	{name: "a new image under a used id", calls: readAndWrite,
		run: putImage(other, gone)},
	{name: "an image that changes", calls: readAndWrite,
		run: putImage(owner, shared)},
	{name: "an image that somebody else changes meanwhile", calls: readAndWrite + " " + transact,
		run: putImage(owner, shared), concurrent: failImage(shared, 40)},
	{name: "an image that changes and is registered anew meanwhile, with the same time", calls: readAndWrite + " " + transact,
		run: putImage(owner, shared), concurrent: writes(endImage(shared), registerImage(owner, shared, "uid-other", 1))},
	{name: "an image that changes and is shared meanwhile", calls: readAndWrite,
		run: putImage(owner, shared), concurrent: makeShare(shared, 40, target(4))},
	{name: "an image that is registered meanwhile", calls: readAndWrite + " " + transact,
		run: putImage(owner, fresh), concurrent: registerImage(owner, fresh, "uid-other", 40)},
	{name: "an image that another project registers meanwhile", calls: readAndWrite, refused: sharing.CodeImageConflict,
		run: putImage(owner, fresh), concurrent: registerImage(other, fresh, "uid-other", 40)},
	{name: "an image that is deleted meanwhile", calls: readAndWrite + " " + transact,
		run: putImage(owner, shared), concurrent: endImage(shared)},

	{name: "the end of an image", calls: get + " " + transact, ended: sharing.CodeImageNotFound,
		run: deleteImage(shared)},
	{name: "the end of an image that there is not", calls: get, refused: sharing.CodeImageNotFound,
		run: deleteImage(fresh)},
	{name: "the end of an image that has ended meanwhile", calls: get + " " + transact, refused: sharing.CodeImageNotFound,
		run: deleteImage(shared), concurrent: endImage(shared)},
	{name: "the end of an image that is registered anew meanwhile", calls: get + " " + transact + " " + transact, ended: sharing.CodeImageNotFound,
		run: deleteImage(shared), concurrent: sharedAnew()},

	{name: "the end of an image that is shared meanwhile", calls: get + " " + transact + " " + transact, ended: sharing.CodeImageNotFound,
		run: deleteImage(shared), concurrent: makeShare(shared, 40, target(4))},

	{name: "an image", calls: get,
		run: getImage(shared)},
	{name: "an image's shares", calls: get + " " + batchGet,
		run: listShares(again)},
	{name: "fifty shares of an image", calls: get + " " + batchGet, large: true,
		run: listShares(full)},
	{name: "a received image", calls: batchGet,
		run: getReceived(target(1), again)},
	{name: "a launchable image", calls: get,
		run: launch(target(1), again)},
	{name: "own images", calls: query + " " + batchGet,
		run: listImages(owner, "limit=2")},
	{name: "activity", calls: query + " " + batchGet,
		run: listActivity(owner, "limit=2")},
	{name: "received images behind stale keys", calls: query + " " + batchGet + " " + query + " " + batchGet,
		run: listReceived(target(2), "limit=1")},

	{name: "a share", calls: readAndWrite,
		run: share(shared, target(4))},
	{name: "a share beside others", calls: batchGet + " " + readAndWrite,
		run: share(shared, target(1), target(4), target(0), target(3))},
	{name: "a share over what an earlier image left", calls: readAndWrite,
		run: share(again, target(0))},
	{name: "fifty shares", calls: readAndWrite, large: true,
		run: share(alone, targets(0, sharing.MaxShares)...)},
	{name: "fifty shares that stand", calls: batchGet + " " + batchGet, large: true,
		run: share(full, targets(0, sharing.MaxShares)...)},
	{name: "fifty shares of which one ends between two reads", calls: batchGet + " " + batchGet + " " + batchGet + " " + readAndWrite, large: true,
		run: share(full, targets(0, sharing.MaxShares)...), concurrent: endShare(full, 40, target(sharing.MaxShares-1)), after: 1},
	{name: "a dry run", calls: batchGet + " " + batchGet,
		run: shareAs(shared, true, targets(2, 5)...)},
	{name: "a share that somebody else makes meanwhile", calls: readAndWrite + " " + batchGet,
		run: share(shared, target(4)), concurrent: makeShare(shared, 40, target(4))},
	{name: "a share beside one that somebody else makes meanwhile", calls: readAndWrite,
		run: share(shared, target(4)), concurrent: makeShare(shared, 40, target(3))},
	{name: "a share beside one that ends meanwhile", calls: batchGet + " " + readAndWrite + " " + transact,
		run: share(shared, target(0), target(4)), concurrent: endShare(shared, 40, target(0))},
	{name: "a share while another one ends", calls: readAndWrite + " " + transact,
		run: share(shared, target(4)), concurrent: endShare(shared, 40, target(0))},
	{name: "a share that finds no room any more", calls: readAndWrite, refused: sharing.CodeShareLimitExceeded,
		run: share(shared, target(5)), concurrent: makeShare(shared, 40, targets(3, limit)...)},
	{name: "a share of an image that is deleted meanwhile", calls: readAndWrite, refused: sharing.CodeImageNotFound,
		run: share(shared, target(4)), concurrent: endImage(shared)},
	{name: "a share of an image that is registered anew meanwhile", calls: readAndWrite + " " + transact,
		run: share(shared, target(4)), concurrent: sharedAnew()},
	{name: "a share of an image that fails meanwhile", calls: readAndWrite, refused: sharing.CodeImageNotAvailable,
		run: share(shared, target(4)), concurrent: failImage(shared, 40)},

	{name: "the end of a share", calls: get + " " + transact, ended: sharing.CodeShareNotFound,
		run: unshare(shared, target(0))},
	{name: "the end of a share of an image that there is not", calls: get, refused: sharing.CodeImageNotFound,
		run: unshare(fresh, target(0))},
	{name: "the end of a share that has ended meanwhile", calls: get + " " + transact + " " + transact, refused: sharing.CodeShareNotFound,
		run: unshare(shared, target(0)), concurrent: endShare(shared, 40, target(0))},
	{name: "the end of a share by a slower clock than the one that shared", calls: get + " " + transact + " " + transact, ended: sharing.CodeShareNotFound,
		run: unshare(again, target(1)), concurrent: writes(endShare(again, 40, target(1)), makeShare(again, secondsAhead, target(1)))},
	{name: "the end of a share of an image that is deleted meanwhile", calls: get + " " + transact, refused: sharing.CodeImageNotFound,
		run: unshare(shared, target(0)), concurrent: endImage(shared)},
	{name: "the end of a share of an image that is registered anew and shared meanwhile", calls: get + " " + transact + " " + transact, ended: sharing.CodeShareNotFound,
		run: unshare(shared, target(0)), concurrent: sharedAnew(makeShare(shared, 41, target(0)))},
	// An unshare that finds no share makes lost attempts to share void, before which:
	{name: "the end of a share that does not stand", calls: get + " " + transact, refused: sharing.CodeShareNotFound,
		run: unshare(shared, target(4))},
	{name: "the end of a share that somebody makes meanwhile", calls: get + " " + transact + " " + transact, ended: sharing.CodeShareNotFound,
		run: unshare(shared, target(4)), concurrent: makeShare(shared, 40, target(4))},
	{name: "the end of a share that does not stand of an image that is deleted meanwhile", calls: get + " " + transact, refused: sharing.CodeImageNotFound,
		run: unshare(shared, target(4)), concurrent: endImage(shared)},
	{name: "the end of a share of an image that is registered anew meanwhile", calls: get + " " + transact + " " + transact, refused: sharing.CodeShareNotFound,
		run: unshare(shared, target(4)), concurrent: sharedAnew()},
	{name: "the end of a share of an image that another project registers meanwhile", calls: get + " " + transact, refused: sharing.CodeImageNotFound,
		run: unshare(shared, target(4)), concurrent: writes(endImage(shared), registerImage(other, shared, "uid-other", 40))},

	{name: "the end of all shares", calls: get + " " + transact,
		run: revoke(owner, shared)},
	{name: "the end of all of fifty shares", calls: get + " " + transact, large: true,
		run: revoke(owner, full)},
	{name: "the end of all shares of an image that has none", calls: get + " " + transact,
		run: revoke(owner, alone)},
	{name: "the end of all shares of a foreign image", calls: get, refused: sharing.CodeImageNotFound,
		run: revoke(other, shared)},
	{name: "the end of all shares while somebody shares", calls: get + " " + transact + " " + transact,
		run: revoke(owner, shared), concurrent: makeShare(shared, 40, target(4))},
	{name: "the end of all shares while one ends", calls: get + " " + transact + " " + transact,
		run: revoke(owner, shared), concurrent: endShare(shared, 40, target(0))},
	{name: "the end of all shares of an image that is registered anew and shared meanwhile", calls: get + " " + transact + " " + transact,
		run: revoke(owner, shared), concurrent: sharedAnew(makeShare(shared, 41, target(0)))},
	{name: "the end of all shares of an image that is deleted meanwhile", calls: get + " " + transact, refused: sharing.CodeImageNotFound,
		run: revoke(owner, shared), concurrent: endImage(shared)},

	{name: "a save", calls: readAndWrite,
		run: save(target(1), "key")},
	{name: "a save without a key", calls: readAndWrite,
		run: save(target(1), ""), again: lookAndSave(target(1))},
	{name: "a save that is refused", calls: batchGet + " " + batchGet, refused: sharing.CodeImageNotFound,
		run: save(target(4), "key")},
	{name: "a save that is replayed", calls: batchGet,
		run: save(target(0), "used")},
	{name: "a save whose share ends meanwhile", calls: readAndWrite, refused: sharing.CodeImageNotFound,
		run: save(target(1), "key"), concurrent: endShare(shared, 40, target(1))},
	{name: "a save of an image that fails meanwhile", calls: readAndWrite, refused: sharing.CodeImageNotAvailable,
		run: save(target(1), "key"), concurrent: failImage(shared, 40)},
	{name: "a save of an image that is deleted meanwhile", calls: readAndWrite, refused: sharing.CodeImageNotFound,
		run: save(target(1), "key"), concurrent: endImage(shared)},
	{name: "a save of an image that is registered anew and shared meanwhile", calls: readAndWrite + " " + transact,
		run: save(target(1), "key"), concurrent: sharedAnew(makeShare(shared, 41, target(1)))},
	{name: "a save with a key that is used meanwhile", calls: readAndWrite,
		run: save(target(1), "key"), concurrent: makeCopy(target(1), "key", 40)},

	{name: "the clean-up", calls: transact,
		run: deliver(removed)},
	{name: "a clean-up that comes late", calls: transact + " " + transact,
		run: deliver(removed), concurrent: goneAnew},
	{name: "a repair", calls: transact,
		run: removeOrphan(0)},
	{name: "a repair that comes late", calls: transact,
		run: removeOrphan(1), concurrent: goneAnew},
	{name: "an inspection", calls: scan + " " + query + " " + query,
		run: byHand(inspect)},
}

// secondsAhead is in the hour after the use cases.
const secondsAhead = 2 * 60 * 60
