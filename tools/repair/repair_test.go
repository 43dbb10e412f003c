package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/local/runner"
	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

// world is a service whose clean-up never runs: every event is lost.
type world struct {
	t     *testing.T
	url   string
	token string
	at    place
	db    *dynamodb.Client
	table *dynamo.Store
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, at: place{table: "repair-" + rand.Text(), endpoint: ddbtest.Endpoint(t)}}
	r, err := runner.Start(t.Context(), runner.Config{
		DataDir: runner.InMemory, Engine: runner.DynamoDB, DynamoDBEndpoint: w.at.endpoint, TableName: w.at.table,
		ShareLimit: 50, WithoutCleanUp: true, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	if r.DynamoDBEndpoint != w.at.endpoint {
		t.Errorf("the service names the engine at %q", r.DynamoDBEndpoint)
	}
	w.url = r.URL
	w.token = w.call(200, "POST", "/local/token", object{
		"sub": "test", "projects": []string{"owner", "a", "b", "c"},
		"scope": "catalog:write images:read images:share images:save",
	})["access_token"].(string)
	for _, p := range []string{"owner", "a", "b", "c"} {
		w.call(201, "PUT", "/v1/projects/"+p, object{"accountId": "account", "name": p})
	}
	if w.table, err = w.at.open(noEnvironment); err != nil {
		t.Fatal(err)
	}
	w.db = dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: &w.at.endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	return w
}

func noEnvironment(string) string { return "" }

type object = map[string]any

// call calls the service and fails unless it answers with the status. A
// refusal for any reason but that there is no such image or share fails too.
func (w *world) call(status int, method, path string, body object) (answer object) {
	w.t.Helper()
	content, err := json.Marshal(body)
	w.must(err)
	if body == nil {
		content = nil
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, bytes.NewReader(content))
	w.must(err)
	r.Header.Set("Authorization", "Bearer "+w.token)
	response, err := http.DefaultClient.Do(r)
	w.must(err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	w.must(err)
	if len(raw) > 0 {
		w.must(json.Unmarshal(raw, &answer))
	}
	if response.StatusCode != status || status == 404 && answer["code"] != "ImageNotFound" {
		w.t.Fatalf("%s %s was answered %d, not %d: %s", method, path, response.StatusCode, status, raw)
	}
	return answer
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) image(id string, with ...string) {
	w.t.Helper()
	w.call(201, "PUT", "/v1/projects/owner/images/"+id, object{
		"name": id, "region": "eu-west", "kind": "Custom", "hostType": "UHost", "state": "Available", "systemDisk": object{"sizeGiB": 20},
	})
	if len(with) > 0 {
		w.share(id, with...)
	}
}

func (w *world) share(id string, with ...string) object {
	w.t.Helper()
	return w.call(200, "POST", "/v1/projects/owner/images/"+id+"/shares", object{"projectIds": with, "acknowledgeSecurityReminder": true})
}

// ids are the images of a list.
func (w *world) ids(path string) string {
	w.t.Helper()
	var ids []string
	for _, img := range w.call(200, "GET", path, nil)["images"].([]any) {
		ids = append(ids, img.(object)["imageId"].(string))
	}
	return strings.Join(ids, " ")
}

// sees fails unless the lists and the launch check show a project exactly
// these images.
func (w *world) sees(project string, images ...string) {
	w.t.Helper()
	if got := w.ids("/v1/projects/" + project + "/shared-images"); got != strings.Join(images, " ") {
		w.t.Errorf("%s sees %q, not %q", project, got, images)
	}
	for _, id := range images {
		w.call(200, "GET", "/v1/projects/"+project+"/shared-images/"+id, nil)
	}
}

// repair runs the command on the table.
func (w *world) repair(status int, args ...string) (printed string) {
	w.t.Helper()
	var out, trouble bytes.Buffer
	args = append([]string{"-table", w.at.table, "-endpoint", w.at.endpoint}, args...)
	if got := run(w.t.Context(), args, noEnvironment, &out, &trouble); got != status || trouble.Len() > 0 {
		w.t.Errorf("repair %q ended with %d, not %d: %s%s", args, got, status, &out, &trouble)
	}
	return out.String()
}

// snapshot is every item of the table.
func (w *world) snapshot() map[string]string {
	w.t.Helper()
	out, err := w.db.Scan(w.t.Context(), &dynamodb.ScanInput{TableName: &w.at.table, ConsistentRead: aws.Bool(true)})
	w.must(err)
	items := make(map[string]string)
	for _, it := range out.Items {
		text, err := json.Marshal(it)
		w.must(err)
		items[it["pk"].(*types.AttributeValueMemberS).Value+" "+it["sk"].(*types.AttributeValueMemberS).Value] = string(text)
	}
	return items
}

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
	w := newWorld(t)
	w.image("kept", "a", "b")
	w.image("img", "a", "b", "c")
	w.call(204, "DELETE", "/v1/projects/owner/images/img", nil)

	invisible := func() {
		t.Helper()
		w.sees("a", "kept")
		w.sees("b", "kept")
		w.sees("c")
		for _, p := range []string{"a", "b", "c"} {
			w.call(404, "GET", "/v1/projects/"+p+"/shared-images/img", nil)
			w.call(404, "POST", "/v1/projects/"+p+"/shared-images/img/save", object{"name": "copy"})
			w.call(404, "DELETE", "/v1/projects/owner/images/img/shares/"+p, nil)
		}
		w.call(404, "GET", "/v1/projects/owner/images/img", nil)
		w.call(404, "GET", "/v1/projects/owner/images/img/shares", nil)
		w.call(404, "POST", "/v1/projects/owner/images/img/shares", object{"projectIds": []string{"a"}, "acknowledgeSecurityReminder": true})
		if got := w.ids("/v1/projects/owner/images"); got != "kept" {
			t.Errorf("the owner sees %q", got)
		}
	}
	invisible()

	before := w.snapshot()
	printed := w.repair(inOrder)
	wantLines(t, printed,
		"would remove: share with a of a former image img (uid ", "would remove: share with b of a former image img", "would remove: share with c of a former image img",
		"4 projects, 1 images, 5 shares, 3 of them orphans; broken promises: 0\n", "Nothing was changed")
	if !reflect.DeepEqual(w.snapshot(), before) {
		t.Error("without -remove it changed the table")
	}
	invisible()

	// The id lives again. The share with a takes the leftover's place.
	w.image("img")
	if got := w.call(200, "GET", "/v1/projects/owner/images/img/shares", nil); got["shareCount"] != 0.0 {
		t.Errorf("a new image begins with %v", got)
	}
	w.sees("a", "kept")
	w.sees("c")
	if got := fmt.Sprint(w.share("img", "a")["shares"]); !strings.Contains(got, "result:created") {
		t.Errorf("the first share is %s", got)
	}

	before = w.snapshot()
	wantLines(t, w.repair(inOrder, "-remove"),
		"removed: share with b of a former image img (uid ", "removed: share with c of a former image img",
		"4 projects, 2 images, 5 shares, 2 of them orphans; broken promises: 0\n")
	delete(before, "IMAGE#img SHARE#b")
	delete(before, "IMAGE#img SHARE#c")
	if got := w.snapshot(); !reflect.DeepEqual(got, before) {
		t.Errorf("it left %v, not %v", got, before)
	}
	w.sees("a", "img", "kept")
	w.sees("b", "kept")
	w.sees("c")
	wantLines(t, w.repair(inOrder, "-remove"), "3 shares, 0 of them orphans; broken promises: 0\n")
}

// What an inspection took for a leftover may be a share that stands, of an
// image that was registered while it read.
func TestRemoveSparesAShareThatStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.image("img", "a")
	img, err := w.table.Image(t.Context(), "img")
	w.must(err)
	before := w.snapshot()
	for _, uid := range []string{img.UID, "of-an-earlier-image"} {
		removed, err := w.table.Remove(t.Context(), dynamo.Orphan{Image: "img", Target: "a", UID: uid})
		w.must(err)
		if removed {
			t.Errorf("it says that it has removed the share of %s", uid)
		}
	}
	if got := w.snapshot(); !reflect.DeepEqual(got, before) {
		t.Errorf("it left %v, not %v", got, before)
	}
}

func TestBrokenPromisesAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.image("lost-item", "a", "b")
	w.image("lost-member", "a", "b")
	w.image("gone", "a")
	w.call(204, "DELETE", "/v1/projects/owner/images/gone", nil)
	_, err := w.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &w.at.table, Key: key("IMAGE#lost-item", "SHARE#b")})
	w.must(err)
	w.updateSet("lost-member", "DELETE", "a")
	var many []string
	for i := range 51 {
		many = append(many, fmt.Sprintf("m%d", i))
	}
	w.image("too-many")
	w.updateSet("too-many", "ADD", many...)
	// Nobody knows whether the share of an image that cannot be read is left.
	for _, odd := range []map[string]types.AttributeValue{key("NOTE", "x"), key("IMAGE#odd", "IMAGE"), key("IMAGE#odd", "SHARE#a")} {
		_, err := w.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.at.table, Item: odd})
		w.must(err)
	}

	before := w.snapshot()
	printed := w.repair(broken)
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
	w.repair(broken, "-remove")
	delete(before, "IMAGE#gone SHARE#a")
	if got := w.snapshot(); !reflect.DeepEqual(got, before) {
		t.Errorf("it left %v, not %v", got, before)
	}
}

func key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

func (w *world) updateSet(image, action string, projects ...string) {
	w.t.Helper()
	_, err := w.db.UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.at.table, Key: key("IMAGE#"+image, "IMAGE"), UpdateExpression: aws.String(action + " sharedWith :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberSS{Value: projects}},
	})
	w.must(err)
}
