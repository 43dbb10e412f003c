package releases

import (
	"slices"
	"time"

	"image-sharing/shared/sharing"
)

// Who stores something new says here what the sample has of it, and what the
// new form is read as.

// versions are what the kept forms are read as, v1 first.
var versions = []records{
	recordsV1(),
	recordsV1(), // SQLite's second schema
	recordsV3(), // activities
	recordsV4(), // suspensions, closed projects, tags, deprecation, failures
	recordsV5(), // policies, and what recipients say to shares
	recordsV5(), // SQLite's fifth schema
}

// spec has everything that can be said of an image.
func spec(name string) sharing.ImageSpec {
	return sharing.ImageSpec{
		Name: name, Description: "two lines,\none of them \"quoted\" – 中文", Region: "eu-west",
		Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
		OSName: "Debian 13", OSType: "Linux", Architecture: "x86_64",
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snap-system"},
		DataDisks:  []sharing.Disk{{SizeGiB: 100, SnapshotID: "snap-data"}, {SizeGiB: 1 << 20}},
	}
}

// recordsV1 are written out, and not taken from the sample, which follows
// today's release.
func recordsV1() records {
	full := sharing.ImageSpec{
		Description: "two lines,\none of them \"quoted\" – 中文", Region: "eu-west",
		Kind: "Custom", HostType: "UHost", State: "Available", OSName: "Debian 13", OSType: "Linux", Architecture: "x86_64",
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snap-system"},
		DataDisks:  []sharing.Disk{{SizeGiB: 100, SnapshotID: "snap-data"}, {SizeGiB: 1048576}},
	}
	ofOrgA := func(id sharing.ImageID, spec sharing.ImageSpec, created, updated int) sharing.Image {
		return sharing.Image{
			ID: id, UID: "uid-" + string(id), Owner: "org-a", AccountID: "acct-9", ImageSpec: spec,
			CreatedAt: at(created), UpdatedAt: at(updated),
		}
	}
	savedAt := func(n int, id sharing.ImageID, fingerprint string) sharing.Image {
		return sharing.Image{
			ID: id, UID: "uid-" + string(id), Owner: "org-b", AccountID: "acct-2",
			ImageSpec: sharing.ImageSpec{
				Name: "my copy", Description: "of shared", Region: "eu-west",
				Kind: "Custom", HostType: "UHost", State: "Creating", OSName: "Debian 13", OSType: "Linux", Architecture: "x86_64",
				SystemDisk: sharing.Disk{SizeGiB: 20},
			},
			CreatedAt: at(n), UpdatedAt: at(n),
			Source: &sharing.ImageRef{ImageID: "shared", ProjectID: "org-a", Region: "eu-west"}, SaveFingerprint: fingerprint,
		}
	}
	shareWith := func(id sharing.ProjectID, name string) sharing.Share {
		return sharing.Share{
			ProjectID: id, ProjectName: name, AccountID: "acct-2",
			SharedAt: at(20), SharedBy: "alice@example.com", AcknowledgedReminder: "2026-11-01",
			Status: "accepted", // nobody was asked
		}
	}

	plain, shared, changed := full, full, full
	plain.Name, shared.Name, changed.Name = "plain", "shared", "changed"
	changed.State, changed.DataDisks = "Failed", nil
	bare := sharing.ImageSpec{
		Name: "bare", Region: "us-east", Kind: "Public", HostType: "LightweightUHost", State: "Failed",
		SystemDisk: sharing.Disk{SizeGiB: 1},
	}
	sharedImage := ofOrgA("shared", shared, 12, 12)
	sharedImage.SharedWith = []sharing.ProjectID{"org-b", "org-c"}
	return records{
		projects: []sharing.Project{
			{ID: "org-a", AccountID: "acct-9", Name: "Org A, moved", State: "Active", CreatedAt: at(0), UpdatedAt: at(41)},
			{ID: "org-b", AccountID: "acct-2", Name: "Org B", State: "Active", CreatedAt: at(1), UpdatedAt: at(1)},
			{ID: "org-c", AccountID: "acct-2", Name: "Org C", State: "Active", CreatedAt: at(2), UpdatedAt: at(2)},
		},
		images: []sharing.Image{
			sharedImage,
			ofOrgA("plain", plain, 10, 10),
			ofOrgA("bare", bare, 11, 11),
			ofOrgA("cancelled", changed, 13, 42),
			savedAt(30, "img-without-key", ""),
			savedAt(31, "img-q63itze5xwhtdo5hymnxu34l56", "0e3189e45ebf84f5bf4d59884df925bd7cd3d729b9d585ee0e2970dd88c13aa7"),
		},
		shares: map[sharing.ImageID][]sharing.Share{
			"shared": {shareWith("org-b", "Org B"), shareWith("org-c", "Org C")},
		},
	}
}

// recordsV3 are those of v1 with what was done, newest first.
func recordsV3() records {
	to := func(targets ...sharing.ProjectID) func(*sharing.Activity) {
		return func(a *sharing.Activity) {
			if a.Targets = targets; a.Type == "ImageShared" {
				a.ReminderVersion = "2026-11-01"
			}
		}
	}
	changed := func(fields ...string) func(*sharing.Activity) {
		return func(a *sharing.Activity) { a.Changed = fields }
	}
	saved := func(n int, id sharing.ImageID) sharing.Activity {
		return left(n, "ImageSaved", "org-b", of("shared"), func(a *sharing.Activity) {
			a.Source = &sharing.ImageRef{ImageID: "shared", ProjectID: "org-a", Region: "eu-west"}
			a.Copy = &sharing.ImageRef{ImageID: id, ProjectID: "org-b", Region: "eu-west"}
		})
	}
	withKey, withoutKey := saved(31, "img-q63itze5xwhtdo5hymnxu34l56"), saved(30, "img-without-key")
	all := recordsV1()
	all.activities = map[sharing.ProjectID][]sharing.Activity{
		"org-a": {
			left(50, "ImageDeleted", "org-a", of("deleted"), to("org-b")),
			left(42, "ImageChanged", "org-a", of("cancelled"), changed("accountId", "dataDisks", "name", "state")),
			left(41, "ProjectChanged", "org-a", changed("accountId", "name")),
			left(40, "ShareCancelled", "org-a", of("cancelled"), to("org-c")),
			withKey, withoutKey,
			left(22, "ImageShared", "org-a", of("deleted"), to("org-b")),
			left(21, "ImageShared", "org-a", of("cancelled"), to("org-c")),
			left(20, "ImageShared", "org-a", of("shared"), to("org-b", "org-c")),
			left(14, "ImageRegistered", "org-a", of("deleted")),
			left(13, "ImageRegistered", "org-a", of("cancelled")),
			left(12, "ImageRegistered", "org-a", of("shared")),
			left(11, "ImageRegistered", "org-a", of("bare")),
			left(10, "ImageRegistered", "org-a", of("plain")),
			left(0, "ProjectRegistered", "org-a"),
		},
		"org-b": {withKey, withoutKey, left(1, "ProjectRegistered", "org-b")},
		"org-c": {left(2, "ProjectRegistered", "org-c")},
	}
	return all
}

// recordsV4 has besides what the first three have not.
func recordsV4() records {
	all := recordsV3()
	all.projects = append(all.projects, sharing.Project{
		ID: "org-d", AccountID: "acct-2", Name: "Org D", State: "Closed", CreatedAt: at(3), UpdatedAt: at(61), ClosedAt: at(61),
	})
	cancelled := &all.images[3]
	cancelled.DataDisks = all.images[0].DataDisks // content that is fixed
	like := func(name sharing.ImageID, created int) sharing.Image {
		img := all.images[1]
		img.ID, img.UID, img.Name, img.CreatedAt, img.UpdatedAt = name, "uid-"+string(name), string(name), at(created), at(created)
		return img
	}
	described, broken, suspended := like("described", 15), like("broken", 16), like("suspended", 17)
	described.Tags = map[string]string{"team": "shop", "empty": ""}
	described.Deprecation = &sharing.Deprecation{At: new(at(60)), ReplacementImageID: new(sharing.ImageID("plain")), Message: "two lines,\nold"}
	broken.State, broken.Failure = "Failed", &sharing.Failure{Code: "TimedOut", Message: "two lines,\nslow"}
	suspended.Suspension, suspended.UpdatedAt = &sharing.Suspension{Reason: "spam", SuspendedAt: at(60)}, at(60)
	all.images = append(all.images, described, broken, suspended)
	for i, img := range all.images {
		all.images[i].Sealed = img.State == "Available" || img.ID == "cancelled"
		if img.State == "Creating" { // a save that is being copied
			all.images[i].CopyFrom, all.images[i].CopyBegan = []sharing.SourceDisk{{Region: "eu-west", Key: "snap-system", SizeGiB: 20}}, img.UpdatedAt
		}
	}
	copied := func(id sharing.ImageID, region string, n int) sharing.Image {
		img := like(id, n)
		img.Name, img.Description, img.Region, img.State = "my copy", "", region, "Creating"
		img.SystemDisk, img.DataDisks = sharing.Disk{SizeGiB: 20}, []sharing.Disk{{SizeGiB: 100}, {SizeGiB: 1048576}}
		img.Source, img.Sealed, img.CopyBegan = &sharing.ImageRef{ImageID: "plain", ProjectID: "org-a", Region: "eu-west"}, false, at(n)
		return img
	}
	underWay, gaveUp := copied("img-copying", "us-east", 33), copied("img-failed", "eu-west", 34)
	underWay.CopyFrom = []sharing.SourceDisk{{Region: "eu-west", Key: "snap-system", SizeGiB: 20}, {Region: "eu-west", Key: "snap-data", SizeGiB: 100}, {Region: "eu-west", SizeGiB: 1048576}}
	underWay.Uploads, underWay.Copying = []string{"", "upload-1", ""}, &sharing.Copying{CopiedBytes: 7, TotalBytes: 9}
	gaveUp.State, gaveUp.Failure, gaveUp.UpdatedAt = "Failed", &sharing.Failure{Code: "TimedOut", Message: "slow"}, at(35)
	all.images = append(all.images, underWay, gaveUp)

	// Its recipient was closed, and so lost it.
	lost := left(62, "ShareCancelled", "org-a", of("suspended"), func(a *sharing.Activity) {
		a.Actor, a.Reason, a.Targets = sharing.Actor{Subject: "system"}, "ProjectClosed", []sharing.ProjectID{"org-d"}
	})
	ours := append(all.activities["org-a"],
		left(15, "ImageRegistered", "org-a", of("described")), left(16, "ImageRegistered", "org-a", of("broken")),
		left(17, "ImageRegistered", "org-a", of("suspended")),
		leftByCopy(33, underWay), leftByCopy(34, gaveUp),
		left(35, "CopyFailed", "org-a", of("img-failed"), func(a *sharing.Activity) {
			a.Actor, a.Reason = sharing.Actor{Subject: "system"}, "Its disks could not be copied."
			a.Failure = gaveUp.Failure
		}),
		left(24, "ImageShared", "org-a", of("suspended"), func(a *sharing.Activity) {
			a.Targets, a.ReminderVersion = []sharing.ProjectID{"org-d"}, "2026-11-01"
		}),
		left(60, "ImageSuspended", "org-a", of("suspended"), func(a *sharing.Activity) { a.Reason = "spam" }), lost)
	slices.SortFunc(ours, func(a, b sharing.Activity) int { return b.At.Compare(a.At) })
	for i, a := range ours {
		if a.ImageID == "cancelled" && a.Type == "ImageChanged" {
			ours[i].Changed = []string{"name", "state"}
		}
	}
	all.activities["org-a"] = ours
	all.activities["org-d"] = []sharing.Activity{left(61, "ProjectClosed", "org-d"), left(3, "ProjectRegistered", "org-d")}
	return all
}

// recordsV5 has besides one who wants to be asked.
func recordsV5() records {
	all := recordsV4()
	all.projects = append(all.projects, sharing.Project{
		ID: "org-e", AccountID: "acct-3", Name: "Org E", State: "Active", CreatedAt: at(70), UpdatedAt: at(70),
		Policy: &sharing.SharingPolicy{PolicySpec: policy(), UpdatedAt: at(71)},
	})
	asked, turnedDown := all.images[1], all.images[1]
	asked.ID, asked.UID, asked.Name, asked.CreatedAt, asked.UpdatedAt = "asked", "uid-asked", "asked", at(72), at(72)
	asked.SharedWith, asked.Pending = []sharing.ProjectID{"org-b", "org-e"}, []sharing.ProjectID{"org-e"}
	turnedDown.ID, turnedDown.UID, turnedDown.Name, turnedDown.CreatedAt, turnedDown.UpdatedAt = "turned-down", "uid-turned-down", "turned-down", at(73), at(73)
	turnedDown.SharedWith, turnedDown.Declined = []sharing.ProjectID{"org-e"}, []sharing.ProjectID{"org-e"}
	all.images = append(all.images, asked, turnedDown)
	share := func(p sharing.ProjectID, name, account string, n int, status sharing.ShareStatus) sharing.Share {
		return sharing.Share{
			ProjectID: p, ProjectName: name, AccountID: account,
			SharedAt: at(n), SharedBy: "alice@example.com", AcknowledgedReminder: "2026-11-01", Status: status,
		}
	}
	all.shares["asked"] = []sharing.Share{share("org-b", "Org B", "acct-2", 74, "accepted"), share("org-e", "Org E", "acct-3", 74, "pending")}
	all.shares["turned-down"] = []sharing.Share{share("org-e", "Org E", "acct-3", 75, "declined")}

	answer := func(n int, t sharing.ActivityType, p sharing.ProjectID, id sharing.ImageID) sharing.Activity {
		return left(n, t, p, of(id), func(a *sharing.Activity) {
			a.Source = &sharing.ImageRef{ImageID: id, ProjectID: "org-a", Region: "eu-west"}
		})
	}
	sharedWith := func(n int, id sharing.ImageID, targets ...sharing.ProjectID) sharing.Activity {
		return left(n, "ImageShared", "org-a", of(id), func(a *sharing.Activity) { a.Targets, a.ReminderVersion = targets, "2026-11-01" })
	}
	accepted, declined := answer(78, "ShareAccepted", "org-b", "asked"), answer(77, "ShareDeclined", "org-b", "asked")
	turned := answer(76, "ShareDeclined", "org-e", "turned-down")
	all.activities["org-a"] = append([]sharing.Activity{
		accepted, declined, turned,
		sharedWith(75, "turned-down", "org-e"), sharedWith(74, "asked", "org-e", "org-b"),
		left(73, "ImageRegistered", "org-a", of("turned-down")), left(72, "ImageRegistered", "org-a", of("asked")),
	}, all.activities["org-a"]...)
	all.activities["org-b"] = append([]sharing.Activity{accepted, declined}, all.activities["org-b"]...)
	all.activities["org-e"] = []sharing.Activity{
		turned,
		left(71, "PolicyChanged", "org-e", func(a *sharing.Activity) {
			a.Changed = []string{"blockedAccounts", "blockedProjects", "incoming", "trustedAccounts", "trustedProjects"}
		}),
		left(70, "ProjectRegistered", "org-e"),
	}
	return all
}

// policy has everything that can be said in one.
func policy() sharing.PolicySpec {
	return sharing.PolicySpec{
		Incoming:        "consent",
		TrustedProjects: []sharing.ProjectID{"org-c", "org-x"}, TrustedAccounts: []string{"acct-4"},
		BlockedProjects: []sharing.ProjectID{"org-y"}, BlockedAccounts: []string{"acct-5", "acct-6"},
	}
}

// leftByCopy is of a copy of the image "plain".
func leftByCopy(n int, copied sharing.Image) sharing.Activity {
	return left(n, "ImageCopied", "org-a", of("plain"), func(a *sharing.Activity) {
		a.Source = &sharing.ImageRef{ImageID: "plain", ProjectID: "org-a", Region: "eu-west"}
		a.Copy = &sharing.ImageRef{ImageID: copied.ID, ProjectID: "org-a", Region: copied.Region}
	})
}

// left is what alice did at a moment of the sample.
func left(n int, kind sharing.ActivityType, p sharing.ProjectID, more ...func(*sharing.Activity)) sharing.Activity {
	clock := at(n).Format("150405")
	a := sharing.Activity{
		ID: sharing.ActivityID("act-" + clock), At: at(n), Type: kind, ProjectID: p,
		Actor: sharing.Actor{Subject: "alice@example.com", ClientID: "console"}, RequestID: "request-" + clock,
		KeepUntil: at(n).AddDate(1, 0, 0).Truncate(time.Second),
	}
	for _, change := range more {
		change(&a)
	}
	return a
}

// of names the image of an activity.
func of(id sharing.ImageID) func(*sharing.Activity) {
	return func(a *sharing.Activity) {
		a.ImageID, a.Region = id, "eu-west"
		if id == "bare" {
			a.Region = "us-east"
		}
	}
}
