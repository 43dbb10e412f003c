package crash

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"image-sharing/shared/sharing"
)

// client is one of those who write.
type client struct {
	t     *testing.T
	name  string // of the client and of its project
	api   api
	clock *atomic.Int64
	state state
	// doubtful is the command whose answer was lost, nil when there is none.
	doubtful *command
	last     write
	// history has what was sent since the last start, and what came back.
	history []string
	counts  tally
}

// write is an acknowledged write.
type write struct {
	before     state
	begun, end int64 // by the world's clock, 0 for none
}

// tally counts requests by what became of them.
type tally struct {
	acknowledged int
	refused      int // nothing was written
	lost         int // no answer came
	effective    int // of those that were lost
	forgotten    int // of those that were acknowledged
}

func (t *tally) add(other tally) {
	t.acknowledged += other.acknowledged
	t.refused += other.refused
	t.lost += other.lost
	t.effective += other.effective
	t.forgotten += other.forgotten
}

func (t tally) String() string {
	return fmt.Sprintf("%d requests acknowledged (%d of them forgotten by DynamoDB Local), %d refused, %d without an answer (%d of them took effect)",
		t.acknowledged, t.forgotten, t.refused, t.lost, t.effective)
}

const commonOwner = "common-owner"

func (c *client) owner(i int) string {
	if i == common {
		return commonOwner
	}
	return c.name
}

func (c *client) image(i int) string {
	if i == common {
		return "common"
	}
	return fmt.Sprintf("%s-image-%d", c.name, i)
}

func (c *client) target(i int) string { return fmt.Sprintf("%s-target-%d", c.name, i) }

func (c *client) copyKey(i int) string { return "copy-of-" + c.image(i) }

func (c *client) copyID(i, target int) string {
	return string(sharing.SavedImageID(sharing.ProjectID(c.target(target)), c.copyKey(i)))
}

// projects are all that the client acts for.
func (c *client) projects() []string {
	all := []string{commonOwner, c.name}
	for i := range targets {
		all = append(all, c.target(i))
	}
	return all
}

func imagePath(project, image string) string { return "/v1/projects/" + project + "/images/" + image }

func sharedPath(project, image string) string {
	return "/v1/projects/" + project + "/shared-images/" + image
}

func (c *client) request(w command) request {
	path := imagePath(c.owner(w.image), c.image(w.image))
	switch w.kind {
	case put:
		return request{method: "PUT", path: path, body: map[string]any{
			"name": w.name, "region": "eu-west", "kind": "Custom", "hostType": "UHost", "state": "Available",
			"systemDisk": map[string]any{"sizeGiB": 20},
		}}
	case remove:
		return request{method: "DELETE", path: path}
	case share:
		var ids []string
		for i, wanted := range w.targets {
			if wanted {
				ids = append(ids, c.target(i))
			}
		}
		return request{method: "POST", path: path + "/shares", body: map[string]any{
			"projectIds": ids, "acknowledgeSecurityReminder": true,
		}}
	case unshare:
		return request{method: "DELETE", path: path + "/shares/" + c.target(w.target)}
	case save:
		return request{"POST", sharedPath(c.target(w.target), c.image(w.image)) + "/save", c.copyKey(w.image), map[string]any{"name": "copy"}}
	default: // discard
		return request{method: "DELETE", path: imagePath(c.target(w.target), c.copyID(w.image, w.target))}
	}
}

// work makes random commands until one is left without an answer, or until it is
// to stop.
func (c *client) work(random *rand.Rand, stop <-chan struct{}) {
	for c.doubtful == nil {
		select {
		case <-stop:
			return
		default:
			c.do(anyCommand(random))
		}
	}
}

// do asks for a command and notes what is known then. An answer that is not what
// the state says is an error.
func (c *client) do(w command) {
	r, begun := c.request(w), c.clock.Add(1)
	got, err := c.api.send(r)
	end := c.clock.Add(1)
	c.history = append(c.history, fmt.Sprintf("%v: %d %s %v", r, got.status, got.raw, err))
	after, want := c.state.after(w)
	switch {
	case err != nil, got.body.Code == "OutcomeUnknown":
		c.doubtful = &w
		c.counts.lost++
	case got.body.Code == "Busy", got.body.Code == "Throttled":
		c.counts.refused++
		time.Sleep(10 * time.Millisecond) // the engine may be dead
	case got.body.Code == "ShareLimitExceeded" && w.image == common && slices.Contains(want.results, "created"):
		c.counts.refused++
	case got.status != want.status || got.body.Code != want.code || w.kind == share && !slices.Equal(resultsOf(got), want.results):
		c.t.Errorf("%s: %v was answered %d %s, not %+v", c.name, r, got.status, got.raw, want)
	case want.status >= http.StatusBadRequest:
		c.counts.refused++
	default:
		c.counts.acknowledged++
		if after != c.state {
			c.last = write{c.state, begun, end}
		}
		c.state = after
	}
}

func resultsOf(a answer) (results []string) {
	for _, s := range a.body.Shares {
		results = append(results, s.Result)
	}
	return results
}
