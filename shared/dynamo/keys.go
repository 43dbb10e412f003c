package dynamo

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
	"image-sharing/shared/timestamp"
)

// The table's key attributes, which stream records have too, and its one index.
const (
	AttrPK = "pk"
	AttrSK = "sk"

	attrGSPK = "gsi1pk"
	attrGSSK = "gsi1sk"

	indexName = "gsi1"
)

// The parts keys are made of. '#' sorts below every character of an id
// (sharing.ValidID), so keys sort by their parts.
const (
	projectPrefix = "PROJECT#"
	imagePrefix   = "IMAGE#"
	sharePrefix   = "SHARE#"

	projectSK = "PROJECT"
	// ImageSK is the sort key of every image item.
	ImageSK = "IMAGE"

	ownedPrefix    = "OWNED#"
	sharedPrefix   = "SHARED#" // accepted: so are all shares of former releases
	pendingPrefix  = "PENDING#"
	declinedPrefix = "DECLINED#"
	activityPrefix = "ACTIVITY#" // also of an activity's own sort key
)

type item = map[string]types.AttributeValue

// key is the primary key of an item.
type key struct{ pk, sk string }

func projectKey(id sharing.ProjectID) key { return key{projectPrefix + string(id), projectSK} }

func imageKey(id sharing.ImageID) key { return key{imagePrefix + string(id), ImageSK} }

func shareKey(id sharing.ImageID, target sharing.ProjectID) key {
	return key{imagePrefix + string(id), sharePrefix + string(target)}
}

// activityKey is under the image's key, or under the feed's project if the
// activity is of no image. Activities sort below the image's own item. Of two entries
// under one image, the echo is named for its feed too.
func activityKey(e sharing.FeedEntry) key {
	k := key{projectPrefix + string(e.Feed), activityPrefix + timestamp.Format(e.At) + "#" + string(e.ID)}
	if e.Under != "" {
		k.pk = imagePrefix + string(e.Under)
	}
	if e.Echo && e.Under == e.ImageID {
		k.sk += "#" + string(e.Feed)
	}
	return k
}

func (k key) item() item { return item{AttrPK: str(k.pk), AttrSK: str(k.sk)} }

func keyOf(it item) key { return key{text(it, AttrPK), text(it, AttrSK)} }

// ParseImagePK parses the partition key of an image or share item. It returns an
// error for any other.
func ParseImagePK(pk string) (sharing.ImageID, error) {
	id, ok := strings.CutPrefix(pk, imagePrefix)
	if !ok || !sharing.ValidID(id) {
		return "", fmt.Errorf("not an image's partition key: %.80q", pk)
	}
	return sharing.ImageID(id), nil
}

// targetOf parses the sort key of a share item.
func targetOf(sk string) (sharing.ProjectID, error) {
	id, ok := strings.CutPrefix(sk, sharePrefix)
	if !ok || !sharing.ValidID(id) {
		return "", fmt.Errorf("not a share's sort key: %.80q", sk)
	}
	return sharing.ProjectID(id), nil
}

// indexPK is the partition of gsi1 that has a project's images and the shares
// it received.
func indexPK(p sharing.ProjectID) string { return projectPrefix + string(p) }

// indexEntry is what the index knows of an entry of a list: its place, and of a
// share whose image it is and which one with the id. Shares of former releases
// have no owner and uid, nor have positions to go on from. What begins alike sorts
// by its length, so such a position is right below its entry, and a list that
// descends from it leaves the entry out.
//
// '!' sorts below every character of an id too. A former release, which runs beside
// this one while versions change, takes it for a part of the id, finds no such image
// and leaves the entry out; after another '#' it would refuse the whole list.
type indexEntry struct {
	sharing.Position
	owner sharing.ProjectID
	uid   string
}

// compare orders entries as the index does within a list.
func (e indexEntry) compare(other indexEntry) int {
	return strings.Compare(e.indexSK(""), other.indexSK(""))
}

func imageEntry(img sharing.Image) indexEntry {
	return indexEntry{Position: sharing.Position{Region: img.Region, At: img.CreatedAt, Image: img.ID}}
}

func shareEntry(img sharing.Image, s sharing.Share) indexEntry {
	return indexEntry{sharing.Position{Region: img.Region, At: s.SharedAt, Image: img.ID}, img.Owner, img.UID}
}

// statusPrefix is that of the shares of a status. Each status is a range of its own, so
// that a page of one reads no key of another.
func statusPrefix(s sharing.ShareStatus) string {
	switch s {
	case sharing.Pending:
		return pendingPrefix
	case sharing.Declined:
		return declinedPrefix
	}
	return sharedPrefix
}

// indexSK is the sort key of an entry; prefix is ownedPrefix or a status's.
func (e indexEntry) indexSK(prefix string) string {
	sk := prefix + e.Region + "#" + timestamp.Format(e.At) + "#" + string(e.Image)
	if e.owner != "" {
		sk += "!" + string(e.owner) + "!" + e.uid
	}
	return sk
}

// indexSKPrefix is what the sort keys of a list begin with; region "" is all
// regions.
func indexSKPrefix(prefix, region string) string {
	if region == "" {
		return prefix
	}
	return prefix + region + "#"
}

// parseIndexSK parses what indexSK made.
func parseIndexSK(prefix, sk string) (indexEntry, error) {
	rest, ok := strings.CutPrefix(sk, prefix)
	parts := strings.Split(rest, "#")
	if !ok || len(parts) != 3 {
		return indexEntry{}, fmt.Errorf("not a %s sort key: %.80q", prefix, sk)
	}
	at, err := timestamp.Parse(parts[1])
	if err != nil {
		return indexEntry{}, fmt.Errorf("sort key %.80q: %w", sk, err)
	}
	id, ownerAndUID, _ := strings.Cut(parts[2], "!")
	owner, uid, _ := strings.Cut(ownerAndUID, "!")
	return indexEntry{sharing.Position{Region: parts[0], At: at, Image: sharing.ImageID(id)}, sharing.ProjectID(owner), uid}, nil
}
