package template

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/cleanup"
)

// matches reports whether a record passes an event filter pattern (AWS Lambda
// Developer Guide, "Filter rule syntax"): every field of the pattern must be in
// the record with one of the texts, or begin with one that is a prefix. Other
// operators, for which this project has no use, are errors.
func matches(pattern, record object) (bool, error) {
	for name, rule := range pattern {
		ok, err := false, error(nil)
		switch rule := rule.(type) {
		case object:
			inner, _ := record[name].(object)
			ok, err = matches(rule, inner)
		case []any:
			for _, value := range rule {
				text, isText := value.(string)
				prefix, isPrefix := at(value, "prefix").(string)
				there, isThere := record[name].(string)
				if !isText && !(isPrefix && len(objectAt(value)) == 1) {
					return false, fmt.Errorf("the filter's %s has %v, which this test does not know", name, value)
				}
				ok = ok || isThere && (isText && there == text || isPrefix && strings.HasPrefix(there, prefix))
			}
		default:
			err = fmt.Errorf("the filter's %s is %v: it must be an object or a list", name, rule)
		}
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

func decoded(t *testing.T, text string) object {
	t.Helper()
	var o object
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// activityItem is what is stored of an activity, but for its key.
const activityItem = `"activityId":{"S":"a"},"at":{"S":"2026-11-24T02:00:00.000000Z"},"type":{"S":"ImageDeleted"},"projectId":{"S":"p"},
	"imageId":{"S":"i"},"actor":{"M":{"subject":{"S":"s"}}},"requestId":{"S":"r"},"expiresAt":{"N":"1798000000"}`

// echo is the second entry of an activity. No filter tells it from the first: the
// function that publishes leaves it out.
const echo = "echo"

// streamRecords has every kind of item under every kind of event.
func streamRecords() map[string]string {
	records := make(map[string]string)
	for kind, item := range map[string]string{
		"image":               `"pk":{"S":"IMAGE#img-1"},"sk":{"S":"IMAGE"}`,
		"share":               `"pk":{"S":"IMAGE#img-1"},"sk":{"S":"SHARE#prj-2"}`,
		"project":             `"pk":{"S":"PROJECT#prj-1"},"sk":{"S":"PROJECT"}`,
		"activity":            `"pk":{"S":"IMAGE#img-1"},"sk":{"S":"ACTIVITY#2026-11-24T02:00:00.000000Z#a"}`,
		"a project's":         `"pk":{"S":"PROJECT#prj-1"},"sk":{"S":"ACTIVITY#2026-11-24T02:00:00.000000Z#a"}`,
		echo:                  `"pk":{"S":"IMAGE#img-2"},"sk":{"S":"ACTIVITY#2026-11-24T02:00:00.000000Z#a"}`,
		"odd":                 `"pk":{"S":"IMAGE#img-1"},"sk":{"S":"IMAGE#"}`,
		"none of an activity": `"pk":{"S":"IMAGE#img-1"},"sk":{"S":"ACTIVITY"}`,
	} {
		for _, event := range []string{"INSERT", "MODIFY", "REMOVE"} {
			images := fmt.Sprintf(`"OldImage":{%s,"uid":{"S":"u1"}}`, item)
			if strings.Contains(item, "ACTIVITY#") {
				images = fmt.Sprintf(`"NewImage":{%s,%s%s}`, item, activityItem, map[bool]string{kind == echo: `,"echo":{"N":"1"}`}[true])
			}
			records[event+" of "+kind] = fmt.Sprintf(`{"eventID":"1","eventName":%q,"eventSource":"aws:dynamodb",
				"dynamodb":{"Keys":{%s},%s,"SequenceNumber":"1","StreamViewType":"NEW_AND_OLD_IMAGES"}}`, event, item, images)
		}
	}
	return records
}

// handles says of each function that the stream triggers whether a record is work
// for it.
var handles = map[string]func(events.DynamoDBEventRecord) bool{
	"on-image-deleted": func(e events.DynamoDBEventRecord) bool {
		_, handled, err := cleanup.DeletedImageOf(e)
		return handled || err != nil
	},
	"on-activity": func(e events.DynamoDBEventRecord) bool {
		line := lineOfActivity(responses{"PutEvents": published}, e)
		return !strings.Contains(line, `"outcome":"ignored"`)
	},
}

// checkFilter asks that a function's filter lets through what it does not ignore,
// and nothing else.
func checkFilter(template object) []error {
	var r report
	for _, folder := range streamReaders() {
		for name, record := range streamRecords() {
			checkRecord(&r, template, folder, name, []byte(record))
		}
	}
	return r
}

func checkRecord(r *report, template object, folder, name string, record []byte) {
	var parsed object
	var event events.DynamoDBEventRecord
	if err := json.Unmarshal(record, &parsed); err != nil {
		r.errorf("%s: %w", name, err)
		return
	}
	if err := json.Unmarshal(record, &event); err != nil {
		r.errorf("%s: %w", name, err)
		return
	}
	passes, err := passesFilters(template, folder, parsed)
	if err != nil {
		r.errorf("%s: %s: %w", folder, name, err)
		return
	}
	handle := handles[folder]
	if handle == nil {
		r.errorf("nobody has said which records are work for %s", folder)
		return
	}
	handled := handle(event)
	if name == "INSERT of "+echo && folder == "on-activity" {
		r.want("the second entry is published", handled, false)
		handled = true // to its filter it is as the first
	}
	if passes != handled {
		r.errorf("%s: %s: the filter lets it through: %v; the function handles it: %v", folder, name, passes, handled)
	}
}

// passesFilters reports whether a record passes one of a function's filters.
func passesFilters(template object, folder string, record object) (bool, error) {
	for _, filter := range listAt(streamEvent(template, folder), "FilterCriteria", "Filters") {
		text, _ := at(filter, "Pattern").(string)
		var pattern object
		if err := json.Unmarshal([]byte(text), &pattern); err != nil {
			return false, fmt.Errorf("the filter is no JSON object: %w", err)
		}
		if ok, err := matches(pattern, record); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}
