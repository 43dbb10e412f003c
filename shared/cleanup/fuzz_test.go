package cleanup

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/sharing"
)

type attributes = map[string]events.DynamoDBAttributeValue

// attributesOf returns false for what no stream sends. Some of it makes the
// library panic.
func attributesOf(text string) (a attributes, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return a, json.Unmarshal([]byte(text), &a) == nil
}

// FuzzStreamRecords: what is taken for a deleted image is exactly what the
// record says, and all else is told apart from it.
func FuzzStreamRecords(f *testing.F) {
	const keys = `{"pk":{"S":"IMAGE#img"},"sk":{"S":"IMAGE"}}`
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprintf("%q", fmt.Sprint("p", i))
	}
	for _, old := range []string{
		"{}", "null", `{"uid":{"S":"u"}}`, `{"uid":{"S":""}}`, `{"uid":{"N":"1"}}`, `{"uid":null}`, `{"uid":{"S":"u"},"sharedWith":null}`,
		`{"uid":{"S":"u"},"sharedWith":{"SS":["a","b"]}}`, `{"uid":{"S":"u"},"sharedWith":{"SS":[]}}`, `{"uid":{"S":"u"},"sharedWith":{"SS":["a/b"]}}`,
		`{"uid":{"S":"u"},"sharedWith":{"L":[{"S":"a"}]}}`, `{"uid":{"S":"u"},"sharedWith":{"NS":["1"]}}`, `{"uid":{"S":"u"},"sharedWith":{"NULL":true}}`,
		`{"uid":{"S":"u"},"sharedWith":{"SS":[` + strings.Join(many, ",") + `]}}`, `{"uid":{"S":"u"},"sharedWith":{"BS":["YQ=="]}}`,
	} {
		f.Add("REMOVE", keys, old)
	}
	for _, k := range []string{
		"null", "{}", `{"pk":{"S":"IMAGE#img"}}`, `{"pk":{"S":"IMAGE#img"},"sk":{"S":"SHARE#p"}}`, `{"pk":{"S":"PROJECT#p"},"sk":{"S":"PROJECT"}}`,
		`{"pk":{"S":"PROJECT#p"},"sk":{"S":"IMAGE"}}`, `{"pk":{"S":"IMAGE#"},"sk":{"S":"IMAGE"}}`, `{"pk":{"S":"IMAGE#a#b"},"sk":{"S":"IMAGE"}}`,
		`{"pk":{"N":"1"},"sk":{"S":"IMAGE"}}`, `{"pk":{"S":"IMAGE#img"},"sk":{"B":"SU1BR0U="}}`, `{"pk":{"S":"image#img"},"sk":{"S":"IMAGE"}}`,
	} {
		f.Add("REMOVE", k, `{"uid":{"S":"u"},"sharedWith":{"SS":["a"]}}`)
	}
	for _, name := range []string{"", "INSERT", "MODIFY", "remove"} {
		f.Add(name, keys, `{"uid":{"S":"u"}}`)
	}
	f.Fuzz(func(t *testing.T, name, keysText, oldText string) {
		keys, sent := attributesOf(keysText)
		old, sentToo := attributesOf(oldText)
		if !sent || !sentToo {
			return
		}
		isImage := name == "REMOVE" && reflect.DeepEqual(keys["sk"], events.NewStringAttribute("IMAGE"))
		got, ok, err := DeletedImageOf(events.DynamoDBEventRecord{EventName: name, Change: events.DynamoDBStreamRecord{Keys: keys, OldImage: old}})
		switch {
		case err != nil:
			if !isImage || ok || len(err.Error()) > 500 {
				t.Errorf("%v, %v, %v", got, ok, err)
			}
		case ok != isImage:
			t.Errorf("%s of %s is taken for a deleted image: %v", name, keysText, ok)
		case ok:
			if keys["pk"].String() != "IMAGE#"+string(got.ID) || !sharing.ValidID(string(got.ID)) || got.UID == "" || old["uid"].String() != got.UID {
				t.Errorf("%s and %s have become %+v", keysText, oldText, got)
			}
			if !slices.Equal(got.SharedWith, projectIDsIn(old)) || len(got.SharedWith) > sharing.MaxShares ||
				slices.ContainsFunc(got.SharedWith, func(p sharing.ProjectID) bool { return !sharing.ValidID(string(p)) }) {
				t.Errorf("%s is shared with %q", oldText, got.SharedWith)
			}
		}
	})
}

func projectIDsIn(old attributes) (ids []sharing.ProjectID) {
	if set, ok := old["sharedWith"]; ok {
		for _, id := range set.StringSet() {
			ids = append(ids, sharing.ProjectID(id))
		}
	}
	return ids
}
