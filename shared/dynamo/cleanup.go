package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
)

// DeletedImage is what a stream record says of an image that is gone.
type DeletedImage struct {
	ID         sharing.ImageID
	UID        string
	SharedWith []sharing.ProjectID
}

// DeletedImageOf reads the stream record of a removed image; ok is false for
// a record of anything else, which the event source's filter should have kept
// away. An error means that the record cannot be understood, however often it
// is tried.
func DeletedImageOf(r events.DynamoDBEventRecord) (deleted DeletedImage, ok bool, err error) {
	keys, old := r.Change.Keys, r.Change.OldImage
	if r.EventName != string(events.DynamoDBOperationTypeRemove) || stringIn(keys, attrSK) != imageSK {
		return DeletedImage{}, false, nil
	}
	deleted.ID, err = imageIDOf(stringIn(keys, attrPK))
	if err != nil {
		return DeletedImage{}, false, err
	}
	if deleted.UID = stringIn(old, attrUID); deleted.UID == "" {
		return DeletedImage{}, false, fmt.Errorf("the record of image %s has no uid: is the stream's view type NEW_AND_OLD_IMAGES?", deleted.ID)
	}
	if set, has := old[attrSharedWith]; has {
		if set.DataType() != events.DataTypeStringSet {
			return DeletedImage{}, false, fmt.Errorf("the record of image %s has a sharedWith that is no string set", deleted.ID)
		}
		for _, p := range set.StringSet() {
			if !sharing.ValidID(p) {
				return DeletedImage{}, false, fmt.Errorf("the record of image %s names a project that cannot be: %.80q", deleted.ID, p)
			}
			deleted.SharedWith = append(deleted.SharedWith, sharing.ProjectID(p))
		}
	}
	if len(deleted.SharedWith) > sharing.MaxShares {
		return DeletedImage{}, false, fmt.Errorf("the record of image %s has %d projects", deleted.ID, len(deleted.SharedWith))
	}
	return deleted, true, nil
}

// stringIn is "" for an attribute that is missing or no string; asking the
// wrong type of an events.DynamoDBAttributeValue panics.
func stringIn(attributes map[string]events.DynamoDBAttributeValue, name string) string {
	if v, ok := attributes[name]; ok && v.DataType() == events.DataTypeString {
		return v.String()
	}
	return ""
}

// RemoveShares removes what a deleted image left of its shares. It may come
// late, or more than once: a share item of an image that has the id by then
// has another uid and stays.
func (t *Store) RemoveShares(ctx context.Context, d DeletedImage) error {
	left := d.SharedWith
	for range maxDecisions {
		if len(left) == 0 {
			return nil
		}
		operations := make([]types.TransactWriteItem, len(left))
		for i, p := range left {
			operations[i] = t.delete(shareKey(d.ID, p), all(leftFrom), item{":uid": str(d.UID)})
		}
		err := t.write(ctx, operations...)
		var failed *conditionsFailed
		if !errors.As(err, &failed) {
			return err
		}
		// Those are of a new image with the id, and must stay.
		var rest []sharing.ProjectID
		for i, p := range left {
			if _, isNew := failed.items[i]; !isNew {
				rest = append(rest, p)
			}
		}
		left = rest
	}
	return errTooContended
}
