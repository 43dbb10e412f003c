package costs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

const (
	owner = sharing.ProjectID("project-owner")
	image = sharing.ImageID("image-one")
)

func target(i int) sharing.ProjectID { return sharing.ProjectID(fmt.Sprintf("project-target-%02d", i)) }

// stage is a table with an image that has some shares, and a page of images
// that target 0 received.
type stage struct {
	*testing.T
	table *dynamo.Store
	cost  *recorder
	now   time.Time
}

func newStage(t *testing.T, shares int) *stage {
	t.Helper()
	endpoint := ddbtest.Endpoint(t)
	r := &recorder{next: dynamo.NewHTTPClient(10 * time.Second), raw: rawCaller(endpoint)}
	db := dynamo.NewClient(dynamo.ClientConfig{
		Region: "us-east-1", Endpoint: endpoint, HTTPClient: r,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	s := &stage{T: t, cost: r, table: dynamo.New(db, ddbtest.NewTable(t, db)), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	s.project(owner)
	for i := range 51 {
		s.project(target(i))
	}
	s.image(image)
	for i := range 30 {
		s.image(other(i))
	}
	for i := range 30 {
		_, _, err := s.table.Share(t.Context(), s.command(other(i), target(0)))
		s.must(err)
	}
	if shares > 0 {
		var targets []sharing.ProjectID
		for i := range shares {
			targets = append(targets, target(i))
		}
		_, _, err := s.table.Share(t.Context(), s.command(image, targets...))
		s.must(err)
	}
	return s
}

func other(i int) sharing.ImageID { return sharing.ImageID(fmt.Sprintf("image-other-%02d", i)) }

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *stage) tick() time.Time {
	s.now = s.now.Add(time.Second)
	return s.now
}

func (s *stage) project(id sharing.ProjectID) {
	_, _, err := s.table.PutProject(s.Context(), sharing.PutProjectCommand{ID: id, ProjectSpec: sharing.ProjectSpec{AccountID: "account-1", Name: "A project"}, Now: s.tick()})
	s.must(err)
}

func spec() sharing.ImageSpec {
	return sharing.ImageSpec{
		Name: "web-golden", Description: "Debian with our agents", Region: "eu-west-1", Kind: sharing.Custom, HostType: sharing.UHost,
		State: sharing.Available, OSName: "Debian 12", OSType: "Linux", Architecture: "x86_64",
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snap-0123456789abcdef0"},
	}
}

func (s *stage) image(id sharing.ImageID) {
	_, _, err := s.table.PutImage(s.Context(), sharing.PutImageCommand{Owner: owner, ImageID: id, ImageSpec: spec(), UID: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + string(id), Now: s.tick()})
	s.must(err)
}

func (s *stage) command(id sharing.ImageID, targets ...sharing.ProjectID) sharing.ShareCommand {
	return sharing.ShareCommand{
		Owner: owner, ImageID: id, Targets: targets, Acknowledged: true, SharedBy: "alice", Now: s.tick(), Limit: sharing.MaxShares,
	}
}

// rawCaller speaks to the engine beside the recorder.
func rawCaller(endpoint string) func(string, []byte) ([]byte, error) {
	return func(operation string, body []byte) ([]byte, error) {
		r, err := http.NewRequest(http.MethodPost, endpoint, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/x-amz-json-1.0")
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s", response.Status, answer)
		}
		return answer, err
	}
}

// useCases are run in this order on one stage. The image has shares with
// targets 0 to n-1 when they begin.
var useCases = []struct {
	name string
	// with no share, and with 49
	none, many costs
	run        func(s *stage, shares int) error
}{
	{"get (launch check)", costs{"BatchGetItem", 2, 0}, costs{"BatchGetItem", 2, 0}, func(s *stage, _ int) error {
		_, err := s.table.Received(s.Context(), target(0), other(0))
		return err
	}},
	{"get of the image itself", costs{"BatchGetItem", 2, 0}, costs{"BatchGetItem", 2, 0}, func(s *stage, shares int) error {
		_, err := s.table.Received(s.Context(), target(0), image)
		if shares == 0 {
			return nil // it is refused, at the same cost
		}
		return err
	}},
	{"owner's image", costs{"GetItem", 1, 0}, costs{"GetItem", 1, 0}, func(s *stage, _ int) error {
		_, err := s.table.Image(s.Context(), image)
		return err
	}},
	{"an image's shares", costs{"Query", 1, 0}, costs{"Query BatchGetItem", 53, 0}, func(s *stage, _ int) error {
		_, _, err := s.table.Shares(s.Context(), owner, image)
		return err
	}},
	{"page of 25 own images", costs{"Query BatchGetItem", 25.5, 0}, costs{"Query BatchGetItem", 25.5, 0}, func(s *stage, _ int) error {
		_, err := s.table.OwnedImages(s.Context(), sharing.PageQuery{Project: owner, Limit: 25})
		return err
	}},
	{"page of 25 shared images", costs{"Query BatchGetItem", 25.5, 0}, costs{"Query BatchGetItem", 25.5, 0}, func(s *stage, _ int) error {
		_, err := s.table.ReceivedImages(s.Context(), sharing.PageQuery{Project: target(0), Limit: 25})
		return err
	}},
	{"share with one more", costs{"BatchGetItem TransactWriteItems", 3, 5}, costs{"BatchGetItem TransactWriteItems", 3, 7}, func(s *stage, _ int) error {
		_, _, err := s.table.Share(s.Context(), s.command(image, target(49)))
		return err
	}},
	{"share again (unchanged)", costs{"BatchGetItem", 3, 0}, costs{"BatchGetItem", 3, 0}, func(s *stage, _ int) error {
		_, _, err := s.table.Share(s.Context(), s.command(image, target(49)))
		return err
	}},
	{"save", costs{"BatchGetItem TransactWriteItems", 3, 5}, costs{"BatchGetItem TransactWriteItems", 3, 7}, func(s *stage, _ int) error {
		_, err := s.table.Save(s.Context(), sharing.SaveCommand{
			Project: target(49), SourceID: image, Name: "mine", Key: "key", NewID: sharing.SavedImageID(target(49), "key"), UID: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", Now: s.tick(),
		})
		return err
	}},
	{"save again (same key)", costs{"BatchGetItem", 3, 0}, costs{"BatchGetItem", 3, 0}, func(s *stage, _ int) error {
		_, err := s.table.Save(s.Context(), sharing.SaveCommand{
			Project: target(49), SourceID: image, Name: "mine", Key: "key", NewID: sharing.SavedImageID(target(49), "key"), UID: "another", Now: s.tick(),
		})
		return err
	}},
	{"unshare", costs{"TransactWriteItems", 0, 5}, costs{"TransactWriteItems", 0, 7}, func(s *stage, _ int) error {
		return s.table.Unshare(s.Context(), sharing.UnshareCommand{Owner: owner, ImageID: image, Target: target(49), Now: s.tick()})
	}},
	{"put image (change)", costs{"BatchGetItem TransactWriteItems", 2, 2}, costs{"BatchGetItem TransactWriteItems", 2, 4}, func(s *stage, _ int) error {
		_, _, err := s.table.PutImage(s.Context(), sharing.PutImageCommand{Owner: owner, ImageID: image, ImageSpec: spec(), UID: "unused", Now: s.tick()})
		return err
	}},
	{"delete image", costs{"GetItem TransactWriteItems", 1, 3}, costs{"GetItem TransactWriteItems", 1, 5}, func(s *stage, _ int) error {
		return s.table.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: image})
	}},
	{"clean-up", costs{"", 0, 0}, costs{"TransactWriteItems", 0, 147}, func(s *stage, shares int) error {
		var targets []sharing.ProjectID
		for i := range shares {
			targets = append(targets, target(i))
		}
		return s.table.RemoveShares(s.Context(), dynamo.DeletedImage{ID: image, UID: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + string(image), SharedWith: targets})
	}},
}

// TestCosts holds each use case to its calls and capacity units. Reading costs
// the same however many shares there are; so does writing, but for the second
// KB that fifty names take.
func TestCosts(t *testing.T) {
	stages := map[int]*stage{0: newStage(t, 0), 49: newStage(t, 49)}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer out.Flush()
	fmt.Fprintln(out, "use case\tshares\tcalls\tread units\twrite units\t")
	for _, u := range useCases {
		for _, shares := range []int{0, 49} {
			s, want := stages[shares], u.none
			if shares == 49 {
				want = u.many
			}
			s.cost.reset()
			if err := u.run(s, shares); err != nil {
				t.Fatalf("%s with %d shares: %v", u.name, shares, err)
			}
			got := s.cost.costs()
			fmt.Fprintf(out, "%s\t%d\t%s\t%v\t%v\t\n", u.name, shares, strings.ReplaceAll(got.calls, " ", " + "), got.read, got.write)
			if got != want {
				t.Errorf("%s with %d shares costs %+v, not %+v", u.name, shares, got, want)
			}
		}
	}
}

// TestSharingWithFiftyAtOnce is the largest request there is.
func TestSharingWithFiftyAtOnce(t *testing.T) {
	s := newStage(t, 0)
	var fifty []sharing.ProjectID
	for i := range 50 {
		fifty = append(fifty, target(i))
	}
	s.cost.reset()
	_, outcomes, err := s.table.Share(t.Context(), s.command(image, fifty...))
	s.must(err)
	if got, want := s.cost.costs(), (costs{"BatchGetItem TransactWriteItems", 100, 154}); got != want || len(outcomes) != 50 {
		t.Errorf("it costs %+v, not %+v, with %d outcomes", got, want, len(outcomes))
	}
}
