package dynamo

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
	"image-sharing/shared/timestamp"
)

// The attributes that are the table's own, beside those of package stored.
const (
	// AttrUID is the image's uid; it is of image items in package stored, and of
	// share items here.
	AttrUID = "uid"
	// AttrSharedWith is the string set of the projects that have the image, absent
	// for none; attrPending and attrDeclined are those of them who do not use it.
	AttrSharedWith = "sharedWith"
	attrPending    = "pending"
	attrDeclined   = "declined"
	// attrCancelled is how many shares of the image were cancelled so far, absent
	// for none.
	attrCancelled = "cancelled"
	// attrAsked is how often it was asked to suspend the image or to end that, absent
	// for never.
	attrAsked = "suspensionAsked"
	// attrAnswers is of share items: how often the recipient has answered, absent for
	// never.
	attrAnswers = "answers"
	// attrPolicyAsked is of project items: how often it was asked to set the policy,
	// absent for never.
	attrPolicyAsked = "policyAsked"
)

func projectItem(p sharing.Project) item {
	return itemOf(projectKey(p.ID), stored.EncodeProject(p))
}

// projectOf returns nil for no item.
func projectOf(it item) (*sharing.Project, error) {
	if len(it) == 0 {
		return nil, nil
	}
	p, err := stored.DecodeProject(lookupIn(it))
	return &p, itemError(it, err)
}

// imageItem is a new image's item: it is shared with nobody. To put it over an
// image that exists would lose a share made meanwhile.
func imageItem(img sharing.Image) item {
	it := itemOf(imageKey(img.ID), stored.EncodeImage(img))
	it[attrGSPK] = str(indexPK(img.Owner))
	it[attrGSSK] = str(imageEntry(img).indexSK(ownedPrefix))
	return it
}

// imageOf returns nil for no item.
func imageOf(it item) (*sharing.Image, error) {
	if len(it) == 0 {
		return nil, nil
	}
	img, err := stored.DecodeImage(lookupIn(it))
	var badKey error
	img.ID, badKey = ParseImagePK(text(it, AttrPK))
	img.SharedWith, img.Pending, img.Declined = projectSetOf(it, AttrSharedWith), projectSetOf(it, attrPending), projectSetOf(it, attrDeclined)
	return &img, itemError(it, errors.Join(badKey, err))
}

// shareItem is the item of a share of img.
func shareItem(img sharing.Image, s sharing.Share) item {
	it := itemOf(shareKey(img.ID, s.ProjectID), stored.EncodeShare(s))
	it[attrGSPK] = str(indexPK(s.ProjectID))
	it[attrGSSK] = str(shareEntry(img, s).indexSK(statusPrefix(s.Status)))
	it[AttrUID] = str(img.UID)
	return it
}

// shareOf returns the share if the item is one of this very image that its
// sharedWith confirms; ok is false for what a former image with the id left
// behind.
func shareOf(it item, img *sharing.Image) (s sharing.Share, ok bool, err error) {
	if len(it) == 0 || text(it, AttrUID) != img.UID {
		return sharing.Share{}, false, nil
	}
	s, err = stored.DecodeShare(lookupIn(it))
	var badKey error
	s.ProjectID, badKey = targetOf(text(it, AttrSK))
	s.Status = img.StatusOf(s.ProjectID)
	return s, img.IsSharedWith(s.ProjectID), itemError(it, errors.Join(badKey, err))
}

func activityItem(e sharing.FeedEntry) item {
	it := itemOf(activityKey(e), stored.EncodeActivity(e))
	it[attrGSPK] = str(indexPK(e.Feed))
	it[attrGSSK] = str(entryOf(e.Activity).indexSK())
	return it
}

func activityOf(it item) (sharing.Activity, error) {
	e, err := stored.DecodeActivity(lookupIn(it))
	return e.Activity, itemError(it, err)
}

func itemError(it item, err error) error {
	if err != nil {
		return fmt.Errorf("item %v: %w", keyOf(it), err)
	}
	return nil
}

func itemOf(k key, a stored.Attributes) item {
	it := k.item()
	for name, value := range a {
		it[name] = attributeValue(value)
	}
	return it
}

// attributeValue is a value of package stored as DynamoDB has it.
func attributeValue(v any) types.AttributeValue {
	switch v := v.(type) {
	case string:
		return str(v)
	case int64:
		return &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}
	case []any:
		list := make([]types.AttributeValue, len(v))
		for i, e := range v {
			list[i] = attributeValue(e)
		}
		return &types.AttributeValueMemberL{Value: list}
	case stored.Attributes:
		m := make(item, len(v))
		for name, e := range v {
			m[name] = attributeValue(e)
		}
		return &types.AttributeValueMemberM{Value: m}
	}
	panic(fmt.Sprintf("%T is no value of package stored", v))
}

// lookupIn finds an item's attributes for package stored, which does not ask for
// keys nor for the table's own.
func lookupIn(it item) stored.Lookup {
	return func(name string) (any, bool) {
		v, ok := it[name]
		return valueIn(v), ok
	}
}

// valueIn is the opposite of attributeValue, and nil for what package stored
// has no value like.
func valueIn(v types.AttributeValue) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		if n, err := strconv.ParseInt(v.Value, 10, 64); err == nil {
			return n
		}
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, e := range v.Value {
			list[i] = valueIn(e)
		}
		return list
	case *types.AttributeValueMemberM:
		return lookupIn(v.Value)
	}
	return nil
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}

func moment(t time.Time) types.AttributeValue { return str(timestamp.Format(t)) }

func projectSet(ids []sharing.ProjectID) types.AttributeValue {
	set := make([]string, len(ids))
	for i, id := range ids {
		set[i] = string(id)
	}
	return &types.AttributeValueMemberSS{Value: set}
}

func projectSetOf(it item, name string) []sharing.ProjectID {
	set, _ := it[name].(*types.AttributeValueMemberSS) // an empty set has no attribute
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

// text is an attribute that need not be there.
func text(it item, name string) string {
	s, _ := it[name].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}
