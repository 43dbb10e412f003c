package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
)

// TestMakeInvoke runs the command of events/README.md, on a DynamoDB Local that
// runs already, so that the second event sees what the first has done.
func TestMakeInvoke(t *testing.T) {
	t.Parallel()
	variables := []string{"DYNAMODB_ENDPOINT=" + ddbtest.Endpoint(t), "TABLE_NAME=test-" + t.Name()}
	for _, c := range []struct{ function, event, want string }{
		{"unshare", "unshare", "204 No Content\n"},
		{"unshare", "unshare", `"code": "ShareNotFound"`},
		{"on-image-deleted", "on-image-deleted-third-fails", `"itemIdentifier": "400000000000000000600"`},
	} {
		args := append([]string{"invoke", "FUNCTION=" + c.function, "EVENT=events/" + c.event + ".json"}, variables...)
		out, err := outputOfMake(root, args...)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out, c.want) {
			t.Errorf("%s printed %q, without %q", c.event, out, c.want)
		}
	}
}

func TestMakeInvokeSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	out, err := outputOfMake(root, "invoke", "FUNCTION=share")
	if err == nil {
		t.Errorf("make invoke without an event printed %q", out)
	}
}

func TestArguments(t *testing.T) {
	for name, args := range map[string][]string{
		"no event":      {"bootstrap"},
		"no endpoint":   {"-seed"},
		"no such flag":  {"-sow"},
		"one too many":  {"bootstrap", "event", "event"},
		"nothing there": nil,
	} {
		t.Setenv("DYNAMODB_ENDPOINT", "")
		var out bytes.Buffer
		if err := run(t.Context(), args, &out); err == nil {
			t.Errorf("%s: no error, but %q", name, out.String())
		}
	}
}

// TestAnEventOfTheWrongKind is refused before anything is started, and the right
// function is named.
func TestAnEventOfTheWrongKind(t *testing.T) {
	for _, c := range []struct{ function, event, want string }{
		{"share", "on-image-deleted", "is records of the table's stream, which share does not take: try FUNCTION=on-activity or FUNCTION=on-image-deleted,"},
		{"on-image-deleted", "share", "is an HTTP request, POST /v1/projects/{projectId}/images/{imageId}/shares, which on-image-deleted does not take: try FUNCTION=share,"},
		{"share", "unshare", "try FUNCTION=unshare,"},
		{"on-activity", "copy-disks", "is messages of the queue of copies, which on-activity does not take: try FUNCTION=copy-disks,"},
		{"copy-disks", "repair", "is an inspection of the table, which copy-disks does not take: try FUNCTION=repair,"},
		{"copy-disks", "repair-whole", "is an inspection of the table, which copy-disks does not take: try FUNCTION=repair,"},
		{"share", "env", "is none that a function here takes: events/README.md lists those of share"},
	} {
		err := run(t.Context(), []string{"bin/" + c.function + "/bootstrap", eventsFolder + c.event + ".json"}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %s: %v", c.function, c.event, err)
		}
	}
}

// TestEveryEventIsOfItsFunction: none that is documented is refused.
func TestEveryEventIsOfItsFunction(t *testing.T) {
	for name, row := range documentation(t) {
		if err := checkKind(row.function, eventOf(t, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFunctionThatFails(t *testing.T) {
	t.Parallel()
	environment := newStub(t, false).environment()
	var out bytes.Buffer
	err := invoke(t.Context(), binaryOf(t, "list"), []byte("[]"), environment, &out)
	if err == nil || !strings.HasPrefix(err.Error(), "the function failed: UnmarshalTypeError: ") {
		t.Errorf("the error is %v", err)
	}
}

// TestSeedAgain leaves alone what events have changed.
func TestSeedAgain(t *testing.T) {
	t.Parallel()
	s := seeded(t)
	table := s.table()
	if err := table.Unshare(t.Context(), sharing.UnshareCommand{Owner: "acme-web", ImageID: "img-golden", Target: "globex", Origin: origin(time.Now())}); err != nil {
		t.Fatal(err)
	}
	if err := s.seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	img, err := table.Image(t.Context(), "acme-web", "img-golden")
	if err != nil {
		t.Fatal(err)
	}
	if img.IsSharedWith("globex") {
		t.Error("the second load has shared the image again")
	}
}

// TestALoadThatBrokeOff is completed by the next.
func TestALoadThatBrokeOff(t *testing.T) {
	t.Parallel()
	s := seeded(t)
	table := s.table()
	last := sharing.SavedImageID(firstSave.Project, firstSave.Key)
	images := []struct {
		owner projectID
		id    sharing.ImageID
	}{{"globex", last}, {"acme-web", "img-golden"}}
	for _, img := range images {
		if err := table.DeleteImage(t.Context(), sharing.DeleteImageCommand{Owner: img.owner, ImageID: img.id, Origin: origin(seedTime)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, img := range images {
		if _, err := table.Image(t.Context(), img.owner, img.id); err != nil {
			t.Errorf("%s: %v", img.id, err)
		}
	}
}

func TestShow(t *testing.T) {
	for payload, want := range map[string]string{
		`{"statusCode":404,"headers":{"B":"2","A":"1"},"body":"{\"code\":\"X\"}"}`: "404 Not Found\nA: 1\nB: 2\n\n{\n  \"code\": \"X\"\n}\n",
		`{"statusCode":204,"headers":{},"body":""}`:                                "204 No Content\n",
		`{"statusCode":200,"headers":{},"body":"openapi: 3.1.0\n"}`:                "200 OK\n\nopenapi: 3.1.0\n",
		`{"batchItemFailures":null}`:                                               "{\n  \"batchItemFailures\": null\n}\n",
	} {
		var out bytes.Buffer
		if err := show(&out, []byte(payload)); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("%s is shown as %q", payload, out.String())
		}
	}
	if err := show(new(bytes.Buffer), []byte("none")); err == nil {
		t.Error("what is no JSON was shown")
	}
}
