package cleanup

import (
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
)

// DeletedImageOf reads the stream record of a removed image; ok is false for
// a record of anything else, which the event source's filter should have kept
// away. An error means that the record cannot be understood, however often it
// is tried.
func DeletedImageOf(r events.DynamoDBEventRecord) (deleted dynamo.DeletedImage, ok bool, err error) {
	keys, old := r.Change.Keys, r.Change.OldImage
	if r.EventName != string(events.DynamoDBOperationTypeRemove) || stringIn(keys, dynamo.AttrSK) != dynamo.ImageSK {
		return dynamo.DeletedImage{}, false, nil
	}
	deleted.ID, err = dynamo.ParseImagePK(stringIn(keys, dynamo.AttrPK))
	if err != nil {
		return dynamo.DeletedImage{}, false, err
	}
	if deleted.UID = stringIn(old, dynamo.AttrUID); deleted.UID == "" {
		return dynamo.DeletedImage{}, false, fmt.Errorf("the record of image %s has no uid: is the stream's view type NEW_AND_OLD_IMAGES?", deleted.ID)
	}
	deleted.Region = stringIn(old, "region")
	if set, has := old[dynamo.AttrSharedWith]; has {
		if set.DataType() != events.DataTypeStringSet {
			return dynamo.DeletedImage{}, false, fmt.Errorf("the record of image %s has a sharedWith that is no string set", deleted.ID)
		}
		for _, p := range set.StringSet() {
			if !sharing.ValidID(p) {
				return dynamo.DeletedImage{}, false, fmt.Errorf("the record of image %s names a project that cannot be: %.80q", deleted.ID, p)
			}
			deleted.SharedWith = append(deleted.SharedWith, sharing.ProjectID(p))
		}
	}
	if len(deleted.SharedWith) > sharing.MaxShares {
		return dynamo.DeletedImage{}, false, fmt.Errorf("the record of image %s has %d projects", deleted.ID, len(deleted.SharedWith))
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
