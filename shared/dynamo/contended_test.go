package dynamo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/sharing"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/sample"
)

// overtaken is an HTTP client before whose every transaction somebody else
// makes a write.
type overtaken struct {
	dynamodb.HTTPClient
	concurrent func(n int)
	n          int
}

func (o *overtaken) Do(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		o.n++
		o.concurrent(o.n)
	}
	return o.HTTPClient.Do(r)
}

// TestWhoIsOvertakenEveryTimeGetsBusy: the decision is made maxDecisions
// times, none takes effect, and the caller gets to know.
func TestWhoIsOvertakenEveryTimeGetsBusy(t *testing.T) {
	at := func(n int) time.Time { return instant.Add(time.Duration(n) * time.Second) }
	put := func(id sharing.ImageID, n int) func(context.Context, *Store) error {
		return func(ctx context.Context, table *Store) error {
			w := lateImage
			w.ImageID, w.UID, w.Name, w.Now = id, fmt.Sprint("uid-", n), fmt.Sprint("name ", n), at(n)
			_, _, err := table.PutImage(ctx, w)
			return err
		}
	}
	share := func(n int) func(context.Context, *Store) error {
		return func(ctx context.Context, table *Store) error {
			w := lateCommand(limit, "t1")
			w.Now = at(n)
			_, _, err := table.Share(ctx, w)
			return err
		}
	}
	unshare := func(n int) func(context.Context, *Store) error {
		return func(ctx context.Context, table *Store) error {
			return table.Unshare(ctx, sharing.UnshareCommand{Owner: "owner", ImageID: imageID, Target: "t1", Origin: sample.Origin(at(n))})
		}
	}
	remove := func(ctx context.Context, table *Store) error {
		return table.DeleteImage(ctx, sharing.DeleteImageCommand{Owner: "owner", ImageID: imageID, Origin: sample.Origin(instant)})
	}
	both := func(calls ...func(context.Context, *Store) error) func(context.Context, *Store) error {
		return func(ctx context.Context, table *Store) (err error) {
			for _, c := range calls {
				err = errors.Join(err, c(ctx, table))
			}
			return err
		}
	}
	anew := func(n int) func(context.Context, *Store) error { return both(remove, put(imageID, n), share(n)) }
	rename := func(n int) func(context.Context, *Store) error {
		return func(ctx context.Context, table *Store) error {
			_, _, err := table.PutProject(ctx, sharing.PutProjectCommand{ID: "t1", ProjectSpec: sharing.ProjectSpec{AccountID: "a", Name: fmt.Sprint(n)}, Origin: sample.Origin(at(n))})
			return err
		}
	}
	for name, c := range map[string]struct {
		command    func(context.Context, *Store) error
		concurrent func(n int) func(context.Context, *Store) error
	}{
		"a change of a project": {rename(100), rename},
		"a change of an image":  {put(imageID, 100), func(n int) func(context.Context, *Store) error { return put(imageID, n) }},
		"a deletion":            {remove, anew},
		"a share": {func(ctx context.Context, table *Store) error {
			_, _, err := table.Share(ctx, lateCommand(limit, "t2"))
			return err
		}, func(n int) func(context.Context, *Store) error { return both(unshare(n), share(n)) }},
		"an unshare": {unshare(0), func(n int) func(context.Context, *Store) error { return both(unshare(n), share(n)) }},
		"a save": {func(ctx context.Context, table *Store) error {
			_, err := table.Save(ctx, sharing.SaveCommand{Project: "t1", SourceID: imageID, Name: "copy", NewID: "copy", UID: "u9", Origin: sample.Origin(instant)})
			return err
		}, anew},
	} {
		t.Run(name, func(t *testing.T) {
			_, direct, _ := newDetour(t, nil)
			fatal(t, share(0)(t.Context(), direct))
			o := &overtaken{HTTPClient: NewHTTPClient(10 * time.Second), concurrent: func(n int) { fatal(t, c.concurrent(n)(t.Context(), direct)) }}
			db := clientBy(o, ddbtest.Endpoint(t))
			if err := c.command(t.Context(), New(db, *direct.name)); !errors.Is(err, &sharing.Error{Code: sharing.CodeBusy}) {
				t.Fatalf("the error is %v, not Busy", err)
			}
			if o.n != maxDecisions {
				t.Errorf("decided %d times, not %d", o.n, maxDecisions)
			}
			img, err := direct.Image(t.Context(), imageID)
			fatal(t, err)
			if len(img.SharedWith) != 1 || img.SharedWith[0] != "t1" {
				t.Errorf("the image is shared with %v", img.SharedWith)
			}
			if _, err := direct.Image(t.Context(), "copy"); !errors.Is(err, sharing.ImageNotFound()) {
				t.Errorf("there is a copy: %v", err)
			}
			p, err := direct.Project(t.Context(), "t1")
			fatal(t, err)
			if p.Name == "100" {
				t.Error("the project was changed")
			}
		})
	}
}
