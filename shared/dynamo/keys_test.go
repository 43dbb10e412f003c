package dynamo

import (
	"slices"
	"sort"
	"testing"
	"time"

	"pgregory.net/rapid"

	"image-sharing/shared/sharing"
)

func anyID(test *rapid.T, name string) string {
	return rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._-]{0,9}`).Draw(test, name)
}

// TestKeysAreThoseOfEveryTable: tables have these keys, and lists go by their
// order.
func TestKeysAreThoseOfEveryTable(t *testing.T) {
	at := time.Date(2026, 11, 24, 3, 51, 33, 734080999, time.FixedZone("", 3600))
	img := sharing.Image{ID: "img-1", UID: "UID", Owner: "org-a", ImageSpec: sharing.ImageSpec{Region: "eu-west"}, CreatedAt: at}
	former := indexEntry{Position: imageEntry(img).Position}
	for _, c := range []struct{ what, got, want string }{
		{"partition key of a project", projectKey("org-a").pk, "PROJECT#org-a"},
		{"sort key of a project", projectKey("org-a").sk, "PROJECT"},
		{"partition key of an image", imageKey("img-1").pk, "IMAGE#img-1"},
		{"sort key of an image", imageKey("img-1").sk, "IMAGE"},
		{"partition key of a share", shareKey("img-1", "org-b").pk, "IMAGE#img-1"},
		{"sort key of a share", shareKey("img-1", "org-b").sk, "SHARE#org-b"},
		{"partition of a project's lists", indexPK("org-a"), "PROJECT#org-a"},
		{"place among owned images", imageEntry(img).indexSK(ownedPrefix), "OWNED#eu-west#2026-11-24T02:51:33.734080Z#img-1"},
		{"place among received images", shareEntry(img, sharing.Share{SharedAt: at}).indexSK(sharedPrefix), "SHARED#eu-west#2026-11-24T02:51:33.734080Z#img-1!org-a!UID"},
		{"place among pending images", shareEntry(img, sharing.Share{SharedAt: at}).indexSK(statusPrefix(sharing.Pending)), "PENDING#eu-west#2026-11-24T02:51:33.734080Z#img-1!org-a!UID"},
		{"place among declined images", shareEntry(img, sharing.Share{SharedAt: at}).indexSK(statusPrefix(sharing.Declined)), "DECLINED#eu-west#2026-11-24T02:51:33.734080Z#img-1!org-a!UID"},
		{"place of a former release's", former.indexSK(sharedPrefix), "SHARED#eu-west#2026-11-24T02:51:33.734080Z#img-1"},
		{"beginning of owned images", indexSKPrefix(ownedPrefix, ""), "OWNED#"},
		{"beginning of a region", indexSKPrefix(sharedPrefix, "eu-west"), "SHARED#eu-west#"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, not %q", c.what, c.got, c.want)
		}
	}
	got := []string{AttrPK, AttrSK, attrGSPK, attrGSSK, indexName, AttrUID, AttrSharedWith, attrCancelled}
	if want := []string{"pk", "sk", "gsi1pk", "gsi1sk", "gsi1", "uid", "sharedWith", "cancelled"}; !slices.Equal(got, want) {
		t.Errorf("names are %q, not %q", got, want)
	}
}

func TestKeysRoundTrip(t *testing.T) {
	rapid.Check(t, func(test *rapid.T) {
		id, p := sharing.ImageID(anyID(test, "image")), sharing.ProjectID(anyID(test, "project"))
		k := shareKey(id, p)
		gotID, err := ParseImagePK(k.pk)
		must(test, err)
		gotTarget, err := targetOf(k.sk)
		must(test, err)
		if gotID != id || gotTarget != p || keyOf(k.item()) != k {
			test.Fatalf("%v became %s and %s", k, gotID, gotTarget)
		}
		e := anyEntry(test, "entry")
		got, err := parseIndexSK(sharedPrefix, e.indexSK(sharedPrefix))
		must(test, err)
		if e.At = e.At.UTC(); got != e {
			test.Fatalf("%v became %v", e, got)
		}
	})
}

// anyEntry may be of a former release.
func anyEntry(test *rapid.T, name string) indexEntry {
	e := indexEntry{Position: sharing.Position{
		Region: anyID(test, name+" region"),
		At:     time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(test, name+" time")),
		Image:  sharing.ImageID(anyID(test, name+" image")),
	}}
	if rapid.Bool().Draw(test, name+" has an owner") {
		e.owner, e.uid = sharing.ProjectID(anyID(test, name+" owner")), rapid.StringMatching(`[A-Z2-7]{26}`).Draw(test, name+" uid")
	}
	return e
}

func TestIndexKeysSortByTheirParts(t *testing.T) {
	rapid.Check(t, func(test *rapid.T) {
		a, b := anyEntry(test, "a"), anyEntry(test, "b")
		if rapid.Bool().Draw(test, "same region") {
			b.Region = a.Region
		}
		byParts := a.Region < b.Region || a.Region == b.Region && a.At.Before(b.At)
		if a.Region == b.Region && a.At.Equal(b.At) {
			byParts = a.Image < b.Image
		}
		if a.Region == b.Region && a.At.Equal(b.At) && a.Image == b.Image {
			return // an image is in a list once
		}
		keys := sort.StringSlice{a.indexSK(sharedPrefix), b.indexSK(sharedPrefix)}
		if keys.Less(0, 1) != byParts {
			test.Fatalf("%q < %q is %v", keys[0], keys[1], !byParts)
		}
	})
}

// Those of images and shares are of FuzzKeys.
func TestForeignPositionsAreRefused(t *testing.T) {
	for _, k := range []string{"", "OWNED#", "OWNED#r#t#i", "OWNED#r#2026-01-01T00:00:00.000000Z#i#o", "OWNED#r#2026-01-01T00:00:00.000000Z", "SHARED#r#2026-01-01T00:00:00.000000Z#i"} {
		if at, err := parseIndexSK(ownedPrefix, k); err == nil {
			t.Errorf("%q is taken for position %v", k, at)
		}
	}
}
