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
	projects   []sharing.Project
	images     []sharing.Image
	shares     map[sharing.ImageID][]sharing.Share      // newest first
	activities map[sharing.ProjectID][]sharing.Activity // newest first
}

// isRead fails unless the store finds exactly the records, each by itself and
// in every list.
func (want records) isRead(t *testing.T, s service.Store) {
	t.Helper()
	for p, activities := range want.activities {
		page, err := s.Activities(t.Context(), sharing.ActivityQuery{Project: p, Limit: sharing.MaxPageLimit})
		must(t, err)
		equal(t, "activity of "+string(p), page.Activities, activities)
	}
	for _, p := range want.projects {
		got, err := s.Project(t.Context(), p.ID)
		must(t, err)
		equal(t, "project", got, p)
		want.listsAreRead(t, s, p.ID)
	}
	for _, img := range want.images {
		got, err := s.Image(t.Context(), img.Owner, img.ID)
		must(t, err)
		equal(t, "image", plain(got), img)
		_, shares, err := s.Shares(t.Context(), img.Owner, img.ID)
		must(t, err)
		equal(t, "shares of "+string(img.ID), append([]sharing.Share(nil), shares...), want.shares[img.ID])
		for _, share := range want.shares[img.ID] {
			received, err := s.Received(t.Context(), sharing.ReceivedQuery{Project: share.ProjectID, ImageID: img.ID})
			must(t, err)
			equal(t, "is shared with "+string(share.ProjectID), received.Image.IsSharedWith(share.ProjectID), true)
			received.Image.SharedWith, received.Image.Pending, received.Image.Declined = img.SharedWith, img.Pending, img.Declined // the others need not be there
			equal(t, "received image", plain(received.Image), img)
			equal(t, "time of the received image", received.SharedAt, share.SharedAt)
			equal(t, "status of the received image", received.Status, share.Status)
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
		page, err := s.ReceivedImages(t.Context(), sharing.PageQuery{Project: project, Status: r.Image.StatusOf(project), Limit: 100})
		must(t, err)
		if !slices.ContainsFunc(page.Items, func(listed sharing.Received) bool { return listed.Image.ID == r.Image.ID }) {
			t.Errorf("%s is not in the list of its status of %s", r.Image.ID, project)
		}
	}
	equal(t, "images of "+string(project), sorted(owned), sorted(wantOwned))
	equal(t, "images received by "+string(project), sorted(received), sorted(wantReceived))
}

// plain makes images comparable: the order of its sets is not specified, nor whether no data disks are nil or empty.
func plain(img sharing.Image) sharing.Image {
	img.SharedWith, img.Pending, img.Declined = sorted(img.SharedWith), sorted(img.Pending), sorted(img.Declined)
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
