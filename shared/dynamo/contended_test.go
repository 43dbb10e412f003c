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

	"image-sharing/shared/awsclient"
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
	all := func(steps ...step) step {
		return func(ctx context.Context, table *Store) (err error) {
			for _, s := range steps {
				err = errors.Join(err, s(ctx, table))
			}
			return err
		}
	}
	anew := func(n int, after time.Duration) step {
		return all(remove, put(fmt.Sprint("uid-", n), sharing.Available, after), share(after, "t1"))
	}
	again := func(_ int, after time.Duration) step { return all(unshare(after), share(after, "t1")) }
	for name, c := range map[string]struct {
		command    step
		concurrent func(n int, after time.Duration) step
	}{
		"a change of a project": {rename("changed", time.Hour), func(n int, after time.Duration) step { return rename(fmt.Sprint(n), after) }},
		"a change of an image":  {put("", sharing.Failed, time.Hour), func(_ int, after time.Duration) step { return put("", sharing.Available, after) }},
		"a deletion":            {remove, anew},
		"a share":               {share(0, "t2"), again},
		"an unshare":            {unshare(0), again},
		"a save": {func(ctx context.Context, table *Store) error {
			_, err := table.Save(ctx, sharing.SaveCommand{Project: "t1", SourceID: imageID, Name: "copy", NewID: "copy", UID: "u9", Origin: sample.Origin(instant)})
			return err
		}, anew},
	} {
		t.Run(name, func(t *testing.T) {
			_, direct, _ := newDetour(t, nil)
			fatal(t, share(0, "t1")(t.Context(), direct))
			o := &overtaken{HTTPClient: awsclient.NewHTTPClient(10 * time.Second), concurrent: func(n int) {
				fatal(t, c.concurrent(n, time.Duration(n)*time.Second)(t.Context(), direct))
			}}
			db := clientBy(o, ddbtest.Endpoint(t))
			if err := c.command(t.Context(), New(db, *direct.name)); !errors.Is(err, &sharing.Error{Code: sharing.CodeBusy}) {
				t.Fatalf("the error is %v, not Busy", err)
			}
			if o.n != 8 { // docs/design.md, "Retries"
				t.Errorf("decided %d times, not 8", o.n)
			}
			img, err := direct.Image(t.Context(), "owner", imageID)
			fatal(t, err)
			if img.State != sharing.Available {
				t.Error("the image was changed")
			}
			if len(img.SharedWith) != 1 || img.SharedWith[0] != "t1" {
				t.Errorf("the image is shared with %v", img.SharedWith)
			}
			if _, err := direct.Image(t.Context(), "t1", "copy"); !errors.Is(err, sharing.ImageNotFound("copy")) {
				t.Errorf("there is a copy: %v", err)
			}
			p, err := direct.Project(t.Context(), "t1")
			fatal(t, err)
			if p.Name == "changed" {
				t.Error("the project was changed")
			}
		})
	}
}

// TestAShareIsDecidedByThePolicyThatItRead, whatever becomes of that before it takes
// effect: no condition ties a share to its recipients' projects.
func TestAShareIsDecidedByThePolicyThatItRead(t *testing.T) {
	for before, want := range map[sharing.Incoming]sharing.ShareStatus{sharing.IncomingOpen: sharing.Accepted, sharing.IncomingConsent: sharing.Pending} {
		_, direct, _ := newDetour(t, nil)
		fatal(t, policyOf(before)(t.Context(), direct))
		inFlight := New(clientBy(&overtaken{HTTPClient: awsclient.NewHTTPClient(10 * time.Second), concurrent: func(int) {
			fatal(t, policyOf(sharing.IncomingClosed)(t.Context(), direct))
		}}, ddbtest.Endpoint(t)), *direct.name)
		_, outcomes, err := inFlight.Share(t.Context(), lateCommand(limit, "t1"))
		if fatal(t, err); outcomes[0].Status != want {
			t.Errorf("with the policy %s it is %s", before, outcomes[0].Status)
		}
		if _, _, err := direct.Share(t.Context(), lateCommand(limit, "t1")); err != nil {
			t.Errorf("the share that stands: %v", err) // whatever the policy says now
		}
		fatal(t, unshare(time.Hour)(t.Context(), direct))
		if _, _, err := direct.Share(t.Context(), lateCommand(limit, "t1")); !errors.Is(err, &sharing.Error{Code: sharing.CodeRecipientRefuses}) {
			t.Errorf("after the policy %v", err)
		}
	}
}
