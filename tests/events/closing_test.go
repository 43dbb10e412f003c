package events

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"image-sharing/local/runner"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
)

// manyImages are more than a hundred pages on SQLite; DynamoDB Local is slower.
var manyImages = map[string]int{runner.SQLite: 1500, runner.DynamoDB: 200}

// shareMany registers images of the owner and shares each with the targets.
func shareMany(e *kit.Environment, n int, owner string, targets ...string) {
	e.T.Helper()
	platform, tenant := e.Platform(), e.Tenant(owner)
	var clients sync.WaitGroup
	numbers := make(chan int)
	for range 8 {
		clients.Go(func() {
			for i := range numbers {
				img := e.ID(fmt.Sprint("img-", i))
				for _, r := range []api.Request{
					{Token: platform, Method: "PUT", Path: api.ImagePath(owner, img), Body: api.ImageBody(nil)},
					{Token: tenant, Method: "POST", Path: api.SharesPath(owner, img), Body: api.ShareBody(targets...)},
				} {
					if response, err := e.Do(e.T.Context(), r); err != nil || response.Status/100 != 2 {
						e.T.Errorf("%s got %v, %d %s", r, err, response.Status, response.Raw)
					}
				}
			}
		})
	}
	for i := range n {
		numbers <- i
	}
	close(numbers)
	clients.Wait()
}

// received returns how many images the first page of a project's list has.
func received(e *kit.Environment, project string) int {
	e.T.Helper()
	return len(e.Send(e.Tenant(project), "GET", api.ReceivedImagesPath(project)+"?limit=100", nil).Is(200).IDs())
}

// untilReceived waits until a project's list has as many images as is said.
func untilReceived(e *kit.Environment, project string, enough func(n int) bool) {
	e.T.Helper()
	for end := time.Now().Add(time.Minute); !enough(received(e, project)); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			e.T.Fatalf("%s still has %d images or more", project, received(e, project))
		}
	}
}

func none(n int) bool { return n == 0 }

// TestTheSharesOfAClosedProjectEnd, thousands of them, each as one event, and
// nobody else's.
func TestTheSharesOfAClosedProjectEnd(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		t, n := e.T.(*testing.T), manyImages[e.Config.Store]
		if testing.Short() {
			n /= 5
		}
		quick := e.Unchecked()
		owner, closed, other := e.Project("owner"), e.Project("closed"), e.Project("other")
		shareMany(quick, n, owner, closed, other)
		e.Send(e.Platform(), "DELETE", api.ProjectPath(closed), nil).Is(204)
		begun := time.Now()
		untilReceived(quick, closed, none)
		t.Logf("%d shares ended in %s", n, time.Since(begun).Round(time.Millisecond))

		ended := map[string]bool{}
		for next := ""; ; {
			page := quick.Send(e.Tenant(owner), "GET", api.ActivityPath(owner)+"?type=ShareCancelled&limit=100"+next, nil).Is(200)
			for _, a := range page.Objects("activities") {
				if actor := a["actor"].(api.Object); actor["subject"] != "system" || a["reason"] != "ProjectClosed" || fmt.Sprint(a["targets"]) != fmt.Sprint([]string{closed}) {
					t.Fatalf("the activity is %v", a)
				}
				ended[a["imageId"].(string)] = true
			}
			if next = "&nextToken=" + page.Text("nextToken"); page.Text("nextToken") == "" {
				break
			}
		}
		if len(ended) != n {
			t.Errorf("%d shares have ended, not %d", len(ended), n)
		}
		e.Send(e.Tenant(owner), "GET", api.SharesPath(owner, e.ID("img-0")), nil).Is(200).Has("shareCount", 1)
		if received(quick, other) == 0 {
			t.Error("somebody else's shares have ended too")
		}
	})
}

// TestAProjectIsClosedWhileOthersShareWithIt: whatever they were told, it ends
// without shares, and its places are free.
func TestAProjectIsClosedWhileOthersShareWithIt(t *testing.T) {
	kit.OnEachStore(t, func(e *kit.Environment) {
		t, quick := e.T.(*testing.T), e.Unchecked()
		owner, closed, late := e.Project("owner"), e.Project("closed"), e.Project("late")
		targets := e.Projects("target", 49)
		const callers = 20
		tenant, platform := e.Tenant(owner), e.Platform()
		var clients sync.WaitGroup
		for i := range callers {
			img := e.Image(owner, fmt.Sprint("img-", i), nil)
			e.Share(owner, img, targets...).Is(200)
			clients.Go(func() {
				for {
					r, err := quick.Do(t.Context(), api.Request{Token: tenant, Method: "POST", Path: api.SharesPath(owner, img), Body: api.ShareBody(closed)})
					switch {
					case err != nil:
						t.Error(err)
						return
					case r.Status == 422 && r.Code() == "ProjectNotFound":
						return // it is closed
					case r.Status != 200 && r.Status != 503:
						t.Errorf("a share got %d %s", r.Status, r.Raw)
						return
					}
				}
			})
		}
		e.Send(platform, "DELETE", api.ProjectPath(closed), nil).Is(204)
		clients.Wait()
		untilReceived(quick, closed, none)
		for i := range callers {
			img := e.ID(fmt.Sprint("img-", i))
			e.Share(owner, img, late).Is(200).Has("shareCount", 50)
			e.Share(owner, img, closed).Refused(422, "ProjectNotFound")
		}
	})
}

// TestARestartEndsTheRest: the service stops while the shares of a closed project
// are ending, and goes on when it is started again.
func TestARestartEndsTheRest(t *testing.T) {
	for _, store := range kit.Stores {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			c := runner.Config{Store: store, DataDir: t.TempDir(), TableName: "test-" + rand.Text()}
			n := manyImages[store] / 4
			ran := false
			t.Run("before", func(t *testing.T) {
				e := kit.Start(t, c).Unchecked()
				for _, p := range []string{"owner", "closed"} {
					e.Send(e.Platform(), "PUT", api.ProjectPath(p), api.ProjectBody("a", p)).Is(201)
				}
				shareMany(e, n, "owner", "closed")
				e.Send(e.Platform(), "DELETE", api.ProjectPath("closed"), nil).Is(204)
				untilReceived(e, "closed", func(left int) bool { return left < min(n, 99) }) // the first have ended
				ran = true
			})
			if !ran {
				t.Skip("it did not run")
			}
			e := kit.Start(t, c).Unchecked()
			t.Logf("%d or more were left", received(e, "closed"))
			untilReceived(e, "closed", none)
			if ended := len(e.Pages(e.Tenant("owner"), api.ActivityPath("owner")+"?type=ShareCancelled", 100)); ended != n {
				t.Errorf("%d shares have ended, not %d", ended, n)
			}
		})
	}
}
