package dynamo

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
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

	ownedPrefix  = "OWNED#"
	sharedPrefix = "SHARED#"
)

type item = map[string]types.AttributeValue

// key is the primary key of an item.
type key struct{ pk, sk string }

func projectKey(id sharing.ProjectID) key { return key{projectPrefix + string(id), projectSK} }

func imageKey(id sharing.ImageID) key { return key{imagePrefix + string(id), ImageSK} }

func shareKey(id sharing.ImageID, target sharing.ProjectID) key {
	return key{imagePrefix + string(id), sharePrefix + string(target)}
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

// indexSK is the place of an entry in a list; prefix is ownedPrefix or
// sharedPrefix.
func indexSK(prefix string, at sharing.Position) string {
	return prefix + at.Region + "#" + stored.FormatTime(at.At) + "#" + string(at.Image)
}

// indexSKPrefix is what the sort keys of a list begin with; region "" is all
// regions.
func indexSKPrefix(prefix, region string) string {
	if region == "" {
		return prefix
	}
	return prefix + region + "#"
}

// positionOf parses what indexSK made.
func positionOf(prefix, sk string) (sharing.Position, error) {
	rest, ok := strings.CutPrefix(sk, prefix)
	parts := strings.Split(rest, "#")
	if !ok || len(parts) != 3 {
		return sharing.Position{}, fmt.Errorf("not a %s sort key: %.80q", prefix, sk)
	}
	at, err := time.Parse(stored.TimeLayout, parts[1])
	if err != nil {
		return sharing.Position{}, fmt.Errorf("sort key %.80q: %w", sk, err)
	}
	return sharing.Position{Region: parts[0], At: at, Image: sharing.ImageID(parts[2])}, nil
}
