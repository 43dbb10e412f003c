package releases

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// records are what a kept form must be read as.
type records struct {
	projects []sharing.Project
	images   []sharing.Image
	shares   map[sharing.ImageID][]sharing.Share // newest first
}

// recordsV1 are written out, and not taken from the sample, which follows
// today's release.
func recordsV1() records {
	texts := func(img sharing.Image) sharing.Image {
		img.Description = "two lines,\none of them \"quoted\" – 中文"
		img.OSName, img.OSType, img.Architecture = "Debian 13", "Linux", "x86_64"
		img.SystemDisk = sharing.Disk{SizeGiB: 20, SnapshotID: "snap-system"}
		return img
	}
	disks := []sharing.Disk{{SizeGiB: 100, SnapshotID: "snap-data"}, {SizeGiB: 1048576}}
	copied := sharing.Image{
		Owner: "org-b", AccountID: "acct-2", Name: "my copy", Description: "of shared",
		Region: "eu-west", Kind: "Custom", HostType: "UHost", State: "Creating",
		OSName: "Debian 13", OSType: "Linux", Architecture: "x86_64", SystemDisk: sharing.Disk{SizeGiB: 20},
		Source: &sharing.Source{ImageID: "shared", ProjectID: "org-a"},
	}
	withoutKey, withKey := copied, copied
	withoutKey.ID, withoutKey.UID = "img-without-key", "uid-img-without-key"
	withoutKey.CreatedAt, withoutKey.UpdatedAt = at(30), at(30)
	withKey.ID, withKey.UID = "img-q63itze5xwhtdo5hymnxu34l56", "uid-img-q63itze5xwhtdo5hymnxu34l56"
	withKey.CreatedAt, withKey.UpdatedAt = at(31), at(31)
	withKey.SaveFingerprint = "0e3189e45ebf84f5bf4d59884df925bd7cd3d729b9d585ee0e2970dd88c13aa7"
	return records{
		projects: []sharing.Project{
			{ID: "org-a", AccountID: "acct-9", Name: "Org A, moved", CreatedAt: at(0), UpdatedAt: at(41)},
			{ID: "org-b", AccountID: "acct-2", Name: "Org B", CreatedAt: at(1), UpdatedAt: at(1)},
			{ID: "org-c", AccountID: "acct-2", Name: "Org C", CreatedAt: at(2), UpdatedAt: at(2)},
		},
		images: []sharing.Image{
			texts(sharing.Image{
				ID: "plain", UID: "uid-plain", Owner: "org-a", AccountID: "acct-1", Name: "plain",
				Region: "eu-west", Kind: "Custom", HostType: "UHost", State: "Available",
				DataDisks: disks, CreatedAt: at(10), UpdatedAt: at(10),
			}),
			{
				ID: "bare", UID: "uid-bare", Owner: "org-a", AccountID: "acct-1", Name: "bare",
				Region: "us-east", Kind: "Public", HostType: "LightweightUHost", State: "Failed",
				SystemDisk: sharing.Disk{SizeGiB: 1}, CreatedAt: at(11), UpdatedAt: at(11),
			},
			texts(sharing.Image{
				ID: "shared", UID: "uid-shared", Owner: "org-a", AccountID: "acct-1", Name: "shared",
				Region: "eu-west", Kind: "Custom", HostType: "UHost", State: "Available",
				DataDisks: disks, CreatedAt: at(12), UpdatedAt: at(12), SharedWith: []sharing.ProjectID{"org-b", "org-c"},
			}),
			texts(sharing.Image{
				ID: "cancelled", UID: "uid-cancelled", Owner: "org-a", AccountID: "acct-9", Name: "changed",
				Region: "eu-west", Kind: "Custom", HostType: "UHost", State: "Failed",
				CreatedAt: at(13), UpdatedAt: at(42),
			}),
			withoutKey, withKey,
		},
		shares: map[sharing.ImageID][]sharing.Share{
			"shared": {
				{ProjectID: "org-b", ProjectName: "Org B", AccountID: "acct-2", SharedAt: at(20), SharedBy: "alice@example.com", AcknowledgedReminder: "2026-11-01"},
				{ProjectID: "org-c", ProjectName: "Org C", AccountID: "acct-2", SharedAt: at(20), SharedBy: "alice@example.com", AcknowledgedReminder: "2026-11-01"},
			},
		},
	}
}

// isRead fails unless the store finds exactly the records, each by itself and
// in every list.
func (want records) isRead(t *testing.T, s service.Store) {
	t.Helper()
	for _, p := range want.projects {
		got, err := s.Project(t.Context(), p.ID)
		must(t, err)
		equal(t, "project", got, p)
		want.listsAreRead(t, s, p.ID)
	}
	for _, img := range want.images {
		got, err := s.Image(t.Context(), img.ID)
		must(t, err)
		equal(t, "image", plain(got), img)
		_, shares, err := s.Shares(t.Context(), img.Owner, img.ID)
		must(t, err)
		equal(t, "shares of "+string(img.ID), append([]sharing.Share(nil), shares...), want.shares[img.ID])
		for _, share := range want.shares[img.ID] {
			received, err := s.Received(t.Context(), share.ProjectID, img.ID)
			must(t, err)
			equal(t, "received image", plain(received.Image), img)
			equal(t, "time of the received image", received.SharedAt, share.SharedAt)
		}
	}
}

func (want records) listsAreRead(t *testing.T, s service.Store, project sharing.ProjectID) {
	t.Helper()
	var wantOwned, owned, wantReceived, received []sharing.ImageID
	for _, img := range want.images {
		if img.Owner == project {
			wantOwned = append(wantOwned, img.ID)
		}
		if img.IsSharedWith(project) {
			wantReceived = append(wantReceived, img.ID)
		}
	}
	ownedPage, err := s.OwnedImages(t.Context(), sharing.PageQuery{Project: project, Limit: 100})
	must(t, err)
	for _, img := range ownedPage.Items {
		owned = append(owned, img.ID)
	}
	receivedPage, err := s.ReceivedImages(t.Context(), sharing.PageQuery{Project: project, Limit: 100})
	must(t, err)
	for _, r := range receivedPage.Items {
		received = append(received, r.Image.ID)
	}
	equal(t, "images of "+string(project), sorted(owned), sorted(wantOwned))
	equal(t, "images received by "+string(project), sorted(received), sorted(wantReceived))
}

// plain makes images comparable: the order of SharedWith is not specified, nor
// whether no data disks are nil or empty.
func plain(img sharing.Image) sharing.Image {
	img.SharedWith = sorted(img.SharedWith)
	if len(img.DataDisks) == 0 {
		img.DataDisks = nil
	}
	return img
}

func sorted[T ~string](ids []T) []T {
	if len(ids) == 0 {
		return nil
	}
	return slices.SortedFunc(slices.Values(ids), func(a, b T) int { return strings.Compare(string(a), string(b)) })
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}
