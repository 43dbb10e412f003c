package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit/api"
)

func wantLines(t *testing.T, printed string, want ...string) {
	t.Helper()
	for _, part := range want {
		if !strings.Contains(printed, part) {
			t.Errorf("it did not print %q:\n%s", part, printed)
		}
	}
	if n := strings.Count(printed, "\n"); n != len(want) {
		t.Errorf("it printed %d lines, not %d:\n%s", n, len(want), printed)
	}
}

func TestWhatALostEventLeavesIsInvisibleFoundAndRemoved(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	e.image("kept", "a", "b")
	e.image("img", "a", "b", "c")
	e.call(204, "DELETE", api.ImagePath("owner", "img"), nil)

	invisible := func() {
		t.Helper()
		e.sees("a", "kept")
		e.sees("b", "kept")
		e.sees("c")
		for _, p := range []string{"a", "b", "c"} {
			e.call(404, "GET", api.ReceivedPath(p, "img"), nil)
			e.call(404, "POST", api.SavePath(p, "img"), api.Object{"name": "copy"})
			e.call(404, "DELETE", api.SharePath("owner", "img", p), nil)
		}
		e.call(404, "GET", api.ImagePath("owner", "img"), nil)
		e.call(404, "GET", api.SharesPath("owner", "img"), nil)
		e.call(404, "POST", api.SharesPath("owner", "img"), api.ShareBody("a"))
		if got := e.call(200, "GET", api.ImagesPath("owner"), nil).IDs(); !slices.Equal(got, []string{"kept"}) {
			t.Errorf("the owner sees %q", got)
		}
	}
	invisible()

	before := e.items()
	printed := e.repair(inOrder)
	wantLines(t, printed,
		"would remove: share with a of a former image img (uid ", "would remove: share with b of a former image img", "would remove: share with c of a former image img",
		"4 projects, 1 images, 9 activities, 5 shares, 3 of them orphans; broken promises: 0\n", "Nothing was changed")
	if !reflect.DeepEqual(e.items(), before) {
		t.Error("without -remove it changed the table")
	}
	invisible()

	// The id lives again. The share with a takes the leftover's place.
	e.image("img")
	e.call(200, "GET", api.SharesPath("owner", "img"), nil).Has("shareCount", 0)
	e.sees("a", "kept")
	e.sees("c")
	if first := e.share("img", "a").Objects("shares")[0]; first["result"] != "created" {
		t.Errorf("the first share is %v", first)
	}

	before = e.items()
	wantLines(t, e.repair(inOrder, "-remove"),
		"removed: share with b of a former image img (uid ", "removed: share with c of a former image img",
		"4 projects, 2 images, 11 activities, 5 shares, 2 of them orphans; broken promises: 0\n")
	delete(before, "IMAGE#img SHARE#b")
	delete(before, "IMAGE#img SHARE#c")
	if got := e.items(); !reflect.DeepEqual(got, before) {
		t.Errorf("it left %v, not %v", got, before)
	}
	e.sees("a", "img", "kept")
	e.sees("b", "kept")
	e.sees("c")
	wantLines(t, e.repair(inOrder, "-remove"), "3 shares, 0 of them orphans; broken promises: 0\n")
}

// What an inspection took for a leftover may be a share that stands, of an
// image that was registered while it read.
func TestRemoveSparesAShareThatStands(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	e.image("img", "a")
	img, err := e.table.Image(t.Context(), "owner", "img")
	e.must(err)
	before := e.items()
	for _, uid := range []string{img.UID, "of-an-earlier-image"} {
		removed, err := e.table.Remove(t.Context(), dynamo.Orphan{Image: "img", Target: "a", UID: uid})
		e.must(err)
		if removed {
			t.Errorf("it says that it has removed the share of %s", uid)
		}
	}
	if got := e.items(); !reflect.DeepEqual(got, before) {
		t.Errorf("it left %v, not %v", got, before)
	}
}

// A share whose request was lost for so long that on-activity was done when it came.
func TestSharesOfClosedProjectsAreFoundAndEnded(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	e.image("img", "a", "b")
	e.image("other", "a")
	_, err := e.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &e.at.table, Key: key("PROJECT#a", "PROJECT"), UpdateExpression: aws.String("SET closedAt = updatedAt"),
	})
	e.must(err)
	before := e.items()
	wantLines(t, e.repair(inOrder), "would end: share of image img with the closed project a", "would end: share of image other with the closed project a",
		"3 shares, 0 of them orphans; broken promises: 0\n", "Nothing was changed")
	if !reflect.DeepEqual(e.items(), before) {
		t.Error("without -remove it changed the table")
	}
	wantLines(t, e.repair(inOrder, "-remove"), "ended: share of image img with the closed project a", "ended: share of image other with the closed project a", "3 shares,")
	e.sees("a")
	e.sees("b", "img")
	wantLines(t, e.repair(inOrder, "-remove"), "1 shares, 0 of them orphans; broken promises: 0\n")
}

func TestBrokenPromisesAreTold(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	e.image("lost-item", "a", "b")
	e.image("lost-member", "a", "b")
	e.image("gone", "a")
	e.call(204, "DELETE", api.ImagePath("owner", "gone"), nil)
	_, err := e.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &e.at.table, Key: key("IMAGE#lost-item", "SHARE#b")})
	e.must(err)
	e.updateSet("lost-member", "DELETE", "a")
	var many []string
	for i := range 51 {
		many = append(many, fmt.Sprintf("m%d", i))
	}
	e.image("too-many")
	e.updateSet("too-many", "ADD", many...)
	// Nobody knows whether the share of an image that cannot be read is left.
	for _, odd := range []map[string]types.AttributeValue{key("NOTE", "x"), key("IMAGE#odd", "IMAGE"), key("IMAGE#odd", "SHARE#a")} {
		_, err := e.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &e.at.table, Item: odd})
		e.must(err)
	}

	before := e.items()
	printed := e.repair(broken)
	for _, want := range []string{
		"BROKEN PROMISE: image lost-item is shared with b, but there is no share item\n",
		"BROKEN PROMISE: image lost-member has a share item for a, but its set does not\n",
		"BROKEN PROMISE: image too-many is shared with 51 projects\n",
		`BROKEN PROMISE: item "NOTE", "x" cannot be read: `,
		`BROKEN PROMISE: item "IMAGE#odd", "IMAGE" cannot be read: `,
		"1 of them orphans; broken promises: 56\n",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("it did not print %q:\n%s", want, printed)
		}
	}
	e.repair(broken, "-remove")
	delete(before, "IMAGE#gone SHARE#a")
	if got := e.items(); !reflect.DeepEqual(got, before) {
		t.Errorf("it left %v, not %v", got, before)
	}
}

func key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

func (e *environment) updateSet(image, action string, projects ...string) {
	e.T.Helper()
	_, err := e.db.UpdateItem(e.T.Context(), &dynamodb.UpdateItemInput{
		TableName: &e.at.table, Key: key("IMAGE#"+image, "IMAGE"), UpdateExpression: aws.String(action + " sharedWith :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberSS{Value: projects}},
	})
	e.must(err)
}
