package template

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

// callRecorder notes what a use case really asks of DynamoDB: each action on
// each resource, with the kinds of leading keys and whether it was part of a
// transaction.
type callRecorder struct {
	next interface {
		Do(*http.Request) (*http.Response, error)
	}
	kinds map[[3]string]map[string]bool // action, resource, in a transaction: kinds of keys
}

type wireKey struct {
	PK struct{ S string } `json:"pk"`
}

func (c *callRecorder) note(action, resource, transaction, pk string) {
	called := [3]string{"dynamodb:" + action, resource, transaction}
	if c.kinds[called] == nil {
		c.kinds[called] = map[string]bool{}
	}
	kind, _, _ := strings.Cut(pk, "#")
	c.kinds[called][kind] = true
}

func (c *callRecorder) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var request struct {
		Key                       wireKey
		IndexName                 string
		RequestItems              map[string]struct{ Keys []wireKey }
		ExpressionAttributeValues map[string]struct{ S string }
		TransactItems             []map[string]struct{ Key, Item wireKey }
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	switch operation {
	case "TransactWriteItems":
		for _, one := range request.TransactItems {
			for kind, op := range one {
				action := kind + "Item"
				if kind == "ConditionCheck" {
					action = "ConditionCheckItem"
				}
				c.note(action, theTable, inTransaction, op.Key.PK.S+op.Item.PK.S)
			}
		}
	case "BatchGetItem":
		for _, of := range request.RequestItems {
			for _, k := range of.Keys {
				c.note(operation, theTable, "", k.PK.S)
			}
		}
	case "Query":
		resource, pk := theTable, request.ExpressionAttributeValues[":image"].S
		if request.IndexName != "" {
			resource, pk = theIndex, request.ExpressionAttributeValues[":project"].S
		}
		c.note(operation, resource, "", pk)
	default:
		c.note(operation, theTable, "", request.Key.PK.S)
	}
	return c.next.Do(r)
}

// grants are the least that would have allowed what was recorded.
func (c *callRecorder) grants() []string {
	var all []string
	for called, kinds := range c.kinds {
		condition := anyItems
		switch {
		case !kinds["PROJECT"]:
			condition = imageItems
		case !kinds["IMAGE"]:
			condition = projectItems
		}
		if called[2] != "" {
			condition += " and " + called[2]
		}
		all = append(all, grant{called[0], called[1], condition}.String())
	}
	slices.Sort(all)
	return all
}

// TestPermissionsAreWhatTheUseCasesCall runs every use case of every function
// on the real engine and compares: nothing is missing, nothing is extra.
func TestPermissionsAreWhatTheUseCasesCall(t *testing.T) {
	c := &callRecorder{next: dynamo.NewHTTPClient(10 * time.Second)}
	db := dynamo.NewClient(dynamo.ClientConfig{
		Region: "us-east-1", Endpoint: ddbtest.Endpoint(t), HTTPClient: c,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	c.kinds = map[[3]string]map[string]bool{}
	e := dynamo.New(db, ddbtest.NewTable(t, db))
	ctx, now := t.Context(), time.Now().UTC()
	page := sharing.PageQuery{Project: "owner", Limit: 5}
	received := sharing.PageQuery{Project: "target", Limit: 5}
	spec := sharing.ImageSpec{Name: "n", Region: "r", Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available}
	putImage := func() error {
		_, _, err := e.PutImage(ctx, sharing.PutImageCommand{Owner: "owner", ImageID: "image", ImageSpec: spec, UID: "u", Now: now})
		return err
	}
	putProject := func(id sharing.ProjectID) func() error {
		return func() error {
			_, _, err := e.PutProject(ctx, sharing.PutProjectCommand{ID: id, ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: "n"}, Now: now})
			return err
		}
	}
	steps := []struct {
		function string
		run      func() error
	}{
		{"catalog", putProject("owner")}, {"catalog", putProject("target")}, {"catalog", putProject("target")},
		{"catalog", putImage}, {"catalog", putImage},
		{"share", func() error {
			_, _, err := e.Share(ctx, sharing.ShareCommand{Owner: "owner", ImageID: "image", Targets: []sharing.ProjectID{"target"}, Now: now, Limit: 50})
			return err
		}},
		{"list", func() error { _, err := e.Project(ctx, "owner"); return err }},
		{"list", func() error { _, err := e.Image(ctx, "image"); return err }},
		{"list", func() error { _, _, err := e.Shares(ctx, "owner", "image"); return err }},
		{"list", func() error { _, err := e.Received(ctx, "target", "image"); return err }},
		{"list", func() error { _, err := e.OwnedImages(ctx, page); return err }},
		{"list", func() error { _, err := e.ReceivedImages(ctx, received); return err }},
		{"save", func() error {
			_, err := e.Save(ctx, sharing.SaveCommand{Project: "target", SourceID: "image", Name: "n", NewID: "copy", UID: "v", Now: now})
			return err
		}},
		{"unshare", func() error {
			return e.Unshare(ctx, sharing.UnshareCommand{Owner: "owner", ImageID: "image", Target: "target", Now: now})
		}},
		{"catalog", func() error { return e.DeleteImage(ctx, sharing.DeleteImageCommand{Owner: "owner", ImageID: "image"}) }},
		{"on-image-deleted", func() error {
			return e.RemoveShares(ctx, dynamo.DeletedImage{ID: "image", UID: "u", SharedWith: []sharing.ProjectID{"target"}})
		}},
	}
	recorded := map[string]map[[3]string]map[string]bool{}
	for _, s := range steps {
		if recorded[s.function] == nil {
			recorded[s.function] = map[[3]string]map[string]bool{}
		}
		c.kinds = recorded[s.function]
		if err := s.run(); err != nil {
			t.Fatalf("%s: %v", s.function, err)
		}
	}
	for _, function := range slices.Sorted(maps.Keys(permissions)) {
		var granted []string
		for _, g := range permissions[function] {
			if g.resource == theTable || g.resource == theIndex {
				granted = append(granted, g.String())
			}
		}
		if len(granted) == 0 {
			continue // the hook has no use case
		}
		slices.Sort(granted)
		c.kinds = recorded[function]
		if called := c.grants(); !slices.Equal(called, granted) {
			t.Errorf("%s calls\n%s\nand is granted\n%s", function, strings.Join(called, "\n"), strings.Join(granted, "\n"))
		}
	}
}
