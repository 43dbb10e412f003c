package template

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"image-sharing/shared/cleanup"
)

// matches reports whether a record passes an event filter pattern (AWS Lambda
// Developer Guide, "Filter rule syntax"): every field of the pattern must be in
// the record with one of the texts. Operators, for which this project has no use,
// are errors.
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
				if !isText {
					return false, fmt.Errorf("the filter's %s has %v, which this test does not know", name, value)
				}
				ok = ok || record[name] == text
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

// streamRecords has every kind of item under every kind of event.
func streamRecords() map[string]string {
	records := make(map[string]string)
	for kind, item := range map[string]string{
		"image":   `"pk":{"S":"IMAGE#img-1"},"sk":{"S":"IMAGE"}`,
		"share":   `"pk":{"S":"IMAGE#img-1"},"sk":{"S":"SHARE#prj-2"}`,
		"project": `"pk":{"S":"PROJECT#prj-1"},"sk":{"S":"PROJECT"}`,
		"odd":     `"pk":{"S":"IMAGE#img-1"},"sk":{"S":"IMAGE#"}`,
	} {
		for _, event := range []string{"INSERT", "MODIFY", "REMOVE"} {
			records[event+" of "+kind] = fmt.Sprintf(`{"eventID":"1","eventName":%q,"eventSource":"aws:dynamodb",
				"dynamodb":{"Keys":{%s},"OldImage":{%s,"uid":{"S":"u1"}},"SequenceNumber":"1","StreamViewType":"NEW_AND_OLD_IMAGES"}}`, event, item, item)
		}
	}
	return records
}

// checkFilter asks that the filter lets through what on-image-deleted does not
// ignore, and nothing else.
func checkFilter(template object) []error {
	var r report
	for name, record := range streamRecords() {
		checkRecord(&r, template, name, []byte(record))
	}
	return r
}

func checkRecord(r *report, template object, name string, record []byte) {
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
	passes, err := passesFilters(template, parsed)
	if err != nil {
		r.errorf("%s: %w", name, err)
		return
	}
	_, handled, err := cleanup.DeletedImageOf(event)
	if handled = handled || err != nil; passes != handled {
		r.errorf("%s: the filter lets it through: %v; the function handles it: %v", name, passes, handled)
	}
}

// passesFilters reports whether a record passes one of the template's filters.
func passesFilters(template, record object) (bool, error) {
	for _, filter := range listAt(streamEvent(template, "on-image-deleted"), "FilterCriteria", "Filters") {
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
