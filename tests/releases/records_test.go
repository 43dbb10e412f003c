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
	full := sharing.ImageSpec{
		Description: "two lines,\none of them \"quoted\" – 中文", Region: "eu-west",
		Kind: "Custom", HostType: "UHost", State: "Available", OSName: "Debian 13", OSType: "Linux", Architecture: "x86_64",
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snap-system"},
		DataDisks:  []sharing.Disk{{SizeGiB: 100, SnapshotID: "snap-data"}, {SizeGiB: 1048576}},
	}
	ofOrgA := func(id sharing.ImageID, account string, spec sharing.ImageSpec, created, updated int) sharing.Image {
		return sharing.Image{
			ID: id, UID: "uid-" + string(id), Owner: "org-a", AccountID: account, ImageSpec: spec,
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
			Source: &sharing.Source{ImageID: "shared", ProjectID: "org-a"}, SaveFingerprint: fingerprint,
		}
	}
	shareWith := func(id sharing.ProjectID, name string) sharing.Share {
		return sharing.Share{
			ProjectID: id, ProjectName: name, AccountID: "acct-2",
			SharedAt: at(20), SharedBy: "alice@example.com", AcknowledgedReminder: "2026-11-01",
		}
	}

	plain, shared, changed := full, full, full
	plain.Name, shared.Name, changed.Name = "plain", "shared", "changed"
	changed.State, changed.DataDisks = "Failed", nil
	bare := sharing.ImageSpec{
		Name: "bare", Region: "us-east", Kind: "Public", HostType: "LightweightUHost", State: "Failed",
		SystemDisk: sharing.Disk{SizeGiB: 1},
	}
	sharedImage := ofOrgA("shared", "acct-1", shared, 12, 12)
	sharedImage.SharedWith = []sharing.ProjectID{"org-b", "org-c"}
	return records{
		projects: []sharing.Project{
			{ID: "org-a", AccountID: "acct-9", Name: "Org A, moved", CreatedAt: at(0), UpdatedAt: at(41)},
			{ID: "org-b", AccountID: "acct-2", Name: "Org B", CreatedAt: at(1), UpdatedAt: at(1)},
			{ID: "org-c", AccountID: "acct-2", Name: "Org C", CreatedAt: at(2), UpdatedAt: at(2)},
		},
		images: []sharing.Image{
			sharedImage,
			ofOrgA("plain", "acct-1", plain, 10, 10),
			ofOrgA("bare", "acct-1", bare, 11, 11),
			ofOrgA("cancelled", "acct-9", changed, 13, 42),
			savedAt(30, "img-without-key", ""),
			savedAt(31, "img-q63itze5xwhtdo5hymnxu34l56", "0e3189e45ebf84f5bf4d59884df925bd7cd3d729b9d585ee0e2970dd88c13aa7"),
		},
		shares: map[sharing.ImageID][]sharing.Share{
			"shared": {shareWith("org-b", "Org B"), shareWith("org-c", "Org C")},
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
