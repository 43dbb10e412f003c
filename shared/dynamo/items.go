package dynamo

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// Attribute names that several places use; the conditions name them too.
const (
	AttrUID        = "uid"        // of the image, in image and share items
	AttrSharedWith = "sharedWith" // of an image: a string set, absent for nobody

	attrCancelled = "cancelled"
	attrUpdatedAt = "updatedAt"
)

func projectItem(p sharing.Project) item {
	it := projectKey(p.ID).item()
	it["projectId"] = str(string(p.ID))
	it["accountId"] = str(p.AccountID)
	it["projectName"] = str(p.Name)
	it["createdAt"] = timestamp(p.CreatedAt)
	it[attrUpdatedAt] = timestamp(p.UpdatedAt)
	return it
}

// projectOf returns nil for no item.
func projectOf(it item) (*sharing.Project, error) {
	if len(it) == 0 {
		return nil, nil
	}
	r := reader{it: it}
	p := &sharing.Project{
		ID:        sharing.ProjectID(r.str("projectId")),
		AccountID: r.str("accountId"),
		Name:      r.str("projectName"),
		CreatedAt: r.time("createdAt"),
		UpdatedAt: r.time(attrUpdatedAt),
	}
	return p, r.err
}

// imageItem is a new image's item. Of an image that exists already only
// changeableAttributes may be written, or a share made meanwhile would be
// lost.
func imageItem(img sharing.Image) item {
	it := imageKey(img.ID).item()
	it[attrGSPK] = str(indexPK(img.Owner))
	it[attrGSSK] = str(indexSK(ownedPrefix, ownedPosition(img)))
	it[AttrUID] = str(img.UID)
	it["projectId"] = str(string(img.Owner))
	it["region"] = str(img.Region)
	it["kind"] = str(string(img.Kind))
	it["hostType"] = str(string(img.HostType))
	it["createdAt"] = timestamp(img.CreatedAt)
	if img.Source != nil {
		it["sourceImageId"] = str(string(img.Source.ImageID))
		it["sourceProjectId"] = str(string(img.Source.ProjectID))
	}
	if img.SaveFingerprint != "" {
		it["saveFingerprint"] = str(img.SaveFingerprint)
	}
	for name, value := range changeableAttributes(img) {
		it[name] = value
	}
	return it
}

// changeableAttributes are what the catalog may change of an image.
func changeableAttributes(img sharing.Image) item {
	disks := make([]types.AttributeValue, 0, len(img.DataDisks))
	for _, d := range img.DataDisks {
		disks = append(disks, diskValue(d))
	}
	return item{
		"accountId":    str(img.AccountID),
		"imageName":    str(img.Name),
		"description":  str(img.Description),
		"imageState":   str(string(img.State)),
		"osName":       str(img.OSName),
		"osType":       str(img.OSType),
		"architecture": str(img.Architecture),
		"systemDisk":   diskValue(img.SystemDisk),
		"dataDisks":    &types.AttributeValueMemberL{Value: disks},
		attrUpdatedAt:  timestamp(img.UpdatedAt),
	}
}

// imageOf returns nil for no item.
func imageOf(it item) (*sharing.Image, error) {
	if len(it) == 0 {
		return nil, nil
	}
	r := reader{it: it}
	id, err := ParseImagePK(r.str(AttrPK))
	img := sharing.Image{
		ID:        id,
		UID:       r.str(AttrUID),
		Owner:     sharing.ProjectID(r.str("projectId")),
		AccountID: r.str("accountId"),
		ImageSpec: sharing.ImageSpec{
			Name:         r.str("imageName"),
			Description:  r.str("description"),
			Region:       r.str("region"),
			Kind:         sharing.Kind(r.str("kind")),
			HostType:     sharing.HostType(r.str("hostType")),
			State:        sharing.State(r.str("imageState")),
			OSName:       r.str("osName"),
			OSType:       r.str("osType"),
			Architecture: r.str("architecture"),
			SystemDisk:   r.disk(it["systemDisk"]),
			DataDisks:    r.disks("dataDisks"),
		},
		CreatedAt:       r.time("createdAt"),
		UpdatedAt:       r.time(attrUpdatedAt),
		SaveFingerprint: text(it, "saveFingerprint"),
		SharedWith:      projectSetOf(it),
	}
	if source := text(it, "sourceImageId"); source != "" {
		img.Source = &sharing.Source{ImageID: sharing.ImageID(source), ProjectID: sharing.ProjectID(r.str("sourceProjectId"))}
	}
	return &img, errors.Join(err, r.err)
}

func ownedPosition(img sharing.Image) sharing.Position {
	return sharing.Position{Region: img.Region, At: img.CreatedAt, Image: img.ID}
}

// shareItem is the item of a share of img. Project name and account are not
// kept: they are read with the project, so that a rename shows.
func shareItem(img sharing.Image, s sharing.Share) item {
	it := shareKey(img.ID, s.ProjectID).item()
	it[attrGSPK] = str(indexPK(s.ProjectID))
	it[attrGSSK] = str(indexSK(sharedPrefix, sharing.Position{Region: img.Region, At: s.SharedAt, Image: img.ID}))
	it[AttrUID] = str(img.UID)
	it["sharedAt"] = timestamp(s.SharedAt)
	it["sharedBy"] = str(s.SharedBy)
	it["acknowledgedReminder"] = str(s.AcknowledgedReminder)
	return it
}

// shareOf returns the share if the item is one of this very image that its
// sharedWith confirms; ok is false for what a former image with the id left
// behind.
func shareOf(it item, img *sharing.Image) (s sharing.Share, ok bool, err error) {
	if len(it) == 0 || text(it, AttrUID) != img.UID {
		return sharing.Share{}, false, nil
	}
	r := reader{it: it}
	target, err := targetOf(r.str(AttrSK))
	s = sharing.Share{
		ProjectID:            target,
		SharedAt:             r.time("sharedAt"),
		SharedBy:             r.str("sharedBy"),
		AcknowledgedReminder: r.str("acknowledgedReminder"),
	}
	return s, img.IsSharedWith(target), errors.Join(err, r.err)
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}

func timestamp(t time.Time) types.AttributeValue { return str(t.UTC().Format(timeFormat)) }

func projectSet(ids []sharing.ProjectID) types.AttributeValue {
	set := make([]string, len(ids))
	for i, id := range ids {
		set[i] = string(id)
	}
	return &types.AttributeValueMemberSS{Value: set}
}

func projectSetOf(it item) []sharing.ProjectID {
	set, _ := it[AttrSharedWith].(*types.AttributeValueMemberSS) // an empty set has no attribute
	if set == nil {
		return nil
	}
	ids := make([]sharing.ProjectID, len(set.Value))
	for i, id := range set.Value {
		ids[i] = sharing.ProjectID(id)
	}
	slices.Sort(ids)
	return ids
}

func diskValue(d sharing.Disk) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: item{
		"sizeGiB":    number(d.SizeGiB),
		"snapshotId": str(d.SnapshotID),
	}}
}

// text is an attribute that need not be there.
func text(it item, name string) string {
	s, _ := it[name].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

// reader reads attributes that must be there; its err is the first that was
// not, or was of another type.
type reader struct {
	it  item
	err error
}

func (r *reader) fail(name string, cause error) {
	if r.err == nil {
		r.err = fmt.Errorf("item %v: attribute %s: %w", keyOf(r.it), name, cause)
	}
}

var errWrongType = errors.New("missing or of the wrong type")

func (r *reader) str(name string) string {
	s, ok := r.it[name].(*types.AttributeValueMemberS)
	if !ok {
		r.fail(name, errWrongType)
		return ""
	}
	return s.Value
}

func (r *reader) time(name string) time.Time {
	t, err := time.Parse(timeFormat, r.str(name))
	if err != nil {
		r.fail(name, err)
	}
	return t
}

func (r *reader) disk(v types.AttributeValue) sharing.Disk {
	m, ok := v.(*types.AttributeValueMemberM)
	if !ok {
		r.fail("disk", errWrongType)
		return sharing.Disk{}
	}
	n, ok := m.Value["sizeGiB"].(*types.AttributeValueMemberN)
	if !ok {
		r.fail("sizeGiB", errWrongType)
		return sharing.Disk{}
	}
	size, err := strconv.Atoi(n.Value)
	if err != nil {
		r.fail("sizeGiB", err)
	}
	return sharing.Disk{SizeGiB: size, SnapshotID: text(m.Value, "snapshotId")}
}

func (r *reader) disks(name string) []sharing.Disk {
	l, ok := r.it[name].(*types.AttributeValueMemberL)
	if !ok {
		r.fail(name, errWrongType)
		return nil
	}
	disks := make([]sharing.Disk, 0, len(l.Value))
	for _, v := range l.Value {
		disks = append(disks, r.disk(v))
	}
	return disks
}
