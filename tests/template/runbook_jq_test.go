package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/itchyny/gojq"

	"image-sharing/shared/cleanup"
)

// runbookJq runs the jq program of the runbook that is followed by what, on a JSON text,
// with the values of its arguments. The results are the lines that jq -r prints.
func runbookJq(t *testing.T, what, input string, arguments map[string]any) (lines []string) {
	t.Helper()
	program := regexp.MustCompile(`jq [^'\n]*'([^']*)' ` + regexp.QuoteMeta(what)).FindStringSubmatch(operations())
	if program == nil {
		t.Fatalf("the runbook has no jq for %s", what)
	}
	query, err := gojq.Parse(program[1])
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var values []any
	for name, value := range arguments {
		names, values = append(names, name), append(values, value)
	}
	code, err := gojq.Compile(query, gojq.WithVariables(names))
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal([]byte(input), &document); err != nil {
		t.Fatal(err)
	}
	for results := code.Run(document, values...); ; {
		result, more := results.Next()
		if !more {
			return lines
		}
		switch result := result.(type) {
		case error:
			t.Fatal(result)
		case string:
			lines = append(lines, result)
		default:
			text, err := json.Marshal(result)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, string(text))
		}
	}
}

// TestRunbookEndsAgain: of what was done since the point in time, the lists have what has
// to be done again, and not what was taken back.
func TestRunbookEndsAgain(t *testing.T) {
	var items []string
	for second, a := range [][4]string{
		{"ImageShared", "back", "a"}, {"ShareCancelled", "back", "a"}, {"ImageShared", "back", "a"},
		{"ShareCancelled", "web", "a"}, {"SharesRevoked", "web", "b"}, {"ImageDeleted", "gone", "c"},
		{"ImageDeleted", "anew", ""}, {"ImageRegistered", "anew", ""},
		{"ImageSuspended", "bad", "", "It sends spam"}, {"ImageSuspended", "good", "", "By mistake"}, {"ImageResumed", "good", ""},
		{"ProjectClosed", "", ""},
	} {
		targets := ""
		if a[2] != "" {
			targets = fmt.Sprintf(`"targets":{"L":[{"S":%q}]},`, a[2])
		}
		// The latest first: a scan has no order.
		items = append([]string{fmt.Sprintf(`{"at":{"S":"2026-11-24T02:00:%02d.000000Z"},%s"projectId":{"S":"p"},"imageId":{"S":%q},"reason":{"S":%q},"type":{"S":%q}}`,
			second, targets, a[1], a[3], a[0])}, items...)
	}
	activities := `{"Items":[` + strings.Join(items, ",") + `]}`
	for list, want := range map[string]string{
		"unshared":  "p gone c,p web a,p web b",
		"deleted":   "p gone",
		"suspended": "p bad It sends spam",
		"closed":    "p",
	} {
		if got := strings.Join(runbookJq(t, "activities.json | tee "+list+".txt", activities, nil), ","); got != want {
			t.Errorf("%s.txt has %q, not %q", list, got, want)
		}
	}
}

// TestRunbookRedrives: the events that the runbook makes, of the stream and of the table,
// are what on-image-deleted takes, and have what was given up and nothing else.
func TestRunbookRedrives(t *testing.T) {
	record := func(name, sk, number string) string {
		return fmt.Sprintf(`{"eventName":%q,"dynamodb":{"ApproximateCreationDateTime":"2026-11-24T02:00:00Z","SequenceNumber":%q,
			"Keys":{"pk":{"S":"IMAGE#web"},"sk":{"S":%q}},"OldImage":{"uid":{"S":"u1"},"sharedWith":{"SS":["a"]}}}}`, name, number, sk)
	}
	stream := `{"Records":[` + strings.Join([]string{
		record("REMOVE", "IMAGE", "9"), record("REMOVE", "SHARE#a", "10"), record("INSERT", "ACTIVITY#1", "10"),
		record("MODIFY", "IMAGE", "10"), record("REMOVE", "IMAGE", "11"),
	}, ",") + `]}`
	left := `{"Items":[
		{"pk":{"S":"IMAGE#web"},"sk":{"S":"IMAGE"},"uid":{"S":"u2"}},
		{"pk":{"S":"IMAGE#web"},"sk":{"S":"SHARE#b"},"uid":{"S":"u2"}},
		{"pk":{"S":"IMAGE#web"},"sk":{"S":"SHARE#a"},"uid":{"S":"u1"}}]}`
	for name, made := range map[string][]string{
		"stream": runbookJq(t, "records.json > event.json", stream, map[string]any{"$last": "10", "$records": "REMOVE IMAGE"}),
		"table":  runbookJq(t, "left.json > event.json", left, nil),
	} {
		var e events.DynamoDBEvent
		if err := json.Unmarshal([]byte(strings.Join(made, "")), &e); err != nil {
			t.Fatal(name, err)
		}
		if len(e.Records) != 1 {
			t.Fatalf("%s: %d records: %v", name, len(e.Records), made)
		}
		deleted, ok, err := cleanup.DeletedImageOf(e.Records[0])
		if err != nil || !ok || deleted.ID != "web" || deleted.UID != "u1" || len(deleted.SharedWith) != 1 || deleted.SharedWith[0] != "a" {
			t.Errorf("%s: %+v, %v, %v", name, deleted, ok, err)
		}
	}
	if n := len(runbookJq(t, "records.json > event.json", stream, map[string]any{"$last": "10", "$records": "INSERT ACTIVITY#"})); n != 1 {
		t.Errorf("%d events of on-activity", n)
	}
}
