package dynamo

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/sharing"
	"image-sharing/shared/stored"
)

// anImage has everything.
func anImage() sharing.Image {
	return sharing.Image{
		ID: imageID, UID: "u1", Owner: "owner", AccountID: "account",
		ImageSpec: sharing.ImageSpec{
			Name: "name", Region: "region", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Creating,
			SystemDisk: sharing.Disk{SizeGiB: 20}, DataDisks: []sharing.Disk{{SizeGiB: 1, SnapshotID: "snapshot"}, {SizeGiB: 2}},
		},
		CreatedAt: instant, UpdatedAt: instant,
		Source: &sharing.ImageRef{ImageID: "source", ProjectID: "other"}, SaveFingerprint: "fingerprint",
	}
}

func TestItemsThatCannotBeReadAreNamed(t *testing.T) {
	for attribute, wrong := range map[string]types.AttributeValue{
		"imageName":  nil,
		"osName":     &types.AttributeValueMemberNULL{Value: true},
		"createdAt":  str("yesterday"),
		"dataDisks":  &types.AttributeValueMemberL{Value: []types.AttributeValue{str("disk")}},
		"systemDisk": &types.AttributeValueMemberM{Value: item{"sizeGiB": &types.AttributeValueMemberN{Value: "2.5"}, "snapshotId": str("")}},
	} {
		it := imageItem(anImage())
		if it[attribute] = wrong; wrong == nil {
			delete(it, attribute)
		}
		if _, err := imageOf(it); err == nil || !strings.Contains(err.Error(), attribute) || !strings.Contains(err.Error(), "IMAGE#image") {
			t.Errorf("%s: %v names it and the item?", attribute, err)
		}
	}
}

// TestAChangeWritesWhatDiffers: it sets and removes, and leaves alone what is
// not this release's, or not the catalog's.
func TestAChangeWritesWhatDiffers(t *testing.T) {
	table := newTable(t)
	before := anImage()
	it := imageItem(before)
	it[AttrSharedWith], it["later"] = projectSet([]sharing.ProjectID{"t1"}), str("kept")
	_, err := table.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: table.name, Item: it})
	fatal(t, err)

	after := before
	after.State, after.DataDisks, after.Source = sharing.Available, nil, nil
	fatal(t, table.write(t.Context(), table.change(imageKey(imageID), stored.EncodeImage(before), stored.EncodeImage(after), nil, item{})))
	found, err := table.get(t.Context(), imageKey(imageID))
	fatal(t, err)
	img, err := imageOf(found)
	fatal(t, err)
	if after.SharedWith = []sharing.ProjectID{"t1"}; !reflect.DeepEqual(*img, after) {
		t.Errorf("the image is %+v, not %+v", *img, after)
	}
	if text(found, "later") != "kept" || found["sourceProjectId"] != nil {
		t.Errorf("the item is %v", found)
	}
}
