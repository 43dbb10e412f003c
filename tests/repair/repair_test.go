// Package repair asks whether the function repair finds what is wrong, and removes what was
// left in the table and nothing else, slice by slice and while others write.
package repair

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/local/runner"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/repair"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/ddbtest"
)

func TestMain(m *testing.M) { kit.Main(m) }

// environment is a service whose clean-up never runs: every event is lost.
type environment struct {
	*kit.Environment
	db    *dynamodb.Client
	token string // of somebody who may do everything
}

func newEnvironment(t *testing.T) *environment {
	t.Helper()
	e := &environment{Environment: kit.Start(t, runner.Config{Store: runner.DynamoDB, WithoutCleanUp: true}), db: kit.DynamoDB(ddbtest.Endpoint(t))}
	projects := []string{"owner", "a", "b", "c"}
	e.token = e.Token(api.EveryScope, projects...)
	for _, p := range projects {
		e.call(201, "PUT", api.ProjectPath(p), api.ProjectBody("account", p))
	}
	return e
}

func (e *environment) call(status int, method, path string, body any) kit.Response {
	e.T.Helper()
	return e.Send(e.token, method, path, body).Is(status)
}

func (e *environment) image(id string, with ...string) {
	e.T.Helper()
	e.call(201, "PUT", api.ImagePath("owner", id), api.ImageBody(nil))
	if len(with) > 0 {
		e.call(200, "POST", api.SharesPath("owner", id), api.ShareBody(with...))
	}
}

// close closes a project without a word, so that nobody ends its shares.
func (e *environment) close(project string) {
	e.T.Helper()
	_, err := e.db.UpdateItem(e.T.Context(), &dynamodb.UpdateItemInput{TableName: &e.Config.TableName, Key: key("PROJECT#"+project, "PROJECT"), UpdateExpression: aws.String("SET closedAt = updatedAt")})
	if err != nil {
		e.T.Fatal(err)
	}
}

func key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

func (e *environment) items() map[string]string {
	e.T.Helper()
	return kit.Items(e.T, e.db, e.Config.TableName)
}

// handler is the function as it is deployed.
func (e *environment) handler(removes bool) repair.Handler {
	table := e.Table()
	s := service.New(table, service.Config{ActivityRetention: 24 * time.Hour})
	return repair.NewHandler(&repair.Repairer{Table: table, Service: s}, removes, slog.New(slog.DiscardHandler))
}

// run calls the function, and fails unless it comes to the end of its slice.
func (e *environment) run(handle repair.Handler, event string) repair.Response {
	e.T.Helper()
	got, err := handle(e.T.Context(), json.RawMessage(event))
	if err != nil || got.Outcome != "ok" {
		e.T.Fatalf("%s: %+v, %v", event, got, err)
	}
	return got
}

// week is one run for each of 167 hours, together.
func (e *environment) week(handle repair.Handler) (all repair.Response) {
	e.T.Helper()
	for hour := range 167 {
		at := time.Date(2026, 11, 23, 0, 17, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour)
		got := e.run(handle, fmt.Sprintf(`{"source":"aws.events","detail-type":"Scheduled Event","time":%q}`, at.Format(time.RFC3339)))
		all.Findings = append(all.Findings, got.Findings...)
		all.Orphans, all.Removed, all.ClosedShares, all.Ended = all.Orphans+got.Orphans, all.Removed+got.Removed, all.ClosedShares+got.ClosedShares, all.Ended+got.Ended
		all.Left, all.Broken = all.Left+got.Left, all.Broken+got.Broken
		all.Projects, all.Images, all.Shares, all.Activities = all.Projects+got.Projects, all.Images+got.Images, all.Shares+got.Shares, all.Activities+got.Activities
	}
	slices.Sort(all.Findings)
	return all
}

// TestAWeekOfInspections finds what one run over the whole table finds, and writes nothing
// unless it is to; then it removes what was left, and no more.
func TestAWeekOfInspections(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	for i := range 20 {
		e.image(fmt.Sprintf("kept-%d", i), "a", "b")
	}
	for i := range 3 {
		id := fmt.Sprintf("gone-%d", i)
		e.image(id, "a", "b")
		e.call(204, "DELETE", api.ImagePath("owner", id), nil)
	}
	e.image("late", "a", "c")
	e.image("lost-item", "a", "b")
	_, err := e.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &e.Config.TableName, Key: key("IMAGE#lost-item", "SHARE#b")})
	if err != nil {
		t.Fatal(err)
	}
	e.close("c")

	before := e.items()
	found, whole := e.week(e.handler(false)), e.run(e.handler(false), `{"slice":0,"slices":1}`)
	slices.Sort(whole.Findings)
	want := repair.Response{Findings: whole.Findings, Report: repair.Report{
		Counts:  dynamo.Counts{Projects: 4, Images: 22, Shares: 40 + 6 + 2 + 1, Activities: whole.Activities},
		Orphans: 6, ClosedShares: 1, Left: 7, Broken: 1,
	}}
	if !reflect.DeepEqual(found, want) || len(whole.Findings) != 8 {
		t.Errorf("found is %+v, not %+v", found, want)
	}
	if !reflect.DeepEqual(e.items(), before) {
		t.Error("to inspect has changed the table")
	}

	removed := e.week(e.handler(true))
	if removed.Removed != 6 || removed.Ended != 1 || removed.Left != 0 || removed.Broken != 1 {
		t.Errorf("removed is %+v", removed)
	}
	after := e.items()
	for id := range before {
		isLeft := strings.HasPrefix(id, "IMAGE#gone") && strings.Contains(id, "SHARE#") || id == "IMAGE#late SHARE#c"
		_, is := after[id]
		if is == isLeft || is && after[id] != before[id] && id != "IMAGE#late IMAGE" {
			t.Errorf("%s is %q, and was %q", id, after[id], before[id])
		}
		delete(after, id)
	}
	if len(after) != 1 || !strings.Contains(fmt.Sprint(after), `ProjectClosed`) {
		t.Errorf("it has added %v, and not the activity of one share's end", after)
	}
	if again := e.week(e.handler(true)); again.Orphans+again.ClosedShares != 0 || again.Broken != 1 {
		t.Errorf("a second week finds %+v", again)
	}
}

// TestAClosedProjectWithAnImage is told each time: only people can decide to delete it.
func TestAClosedProjectWithAnImage(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	e.image("img", "a")
	e.close("owner")
	for _, event := range []string{`{"slice":0,"slices":1}`, `{"slice":0,"slices":1,"remove":true}`} {
		got := e.run(e.handler(false), event)
		if want := []string{"left: the closed project owner owns the image img: delete it"}; got.Left != 1 || !slices.Equal(got.Findings, want) {
			t.Errorf("it finds %+v", got)
		}
	}
}

// TestWhatHasChangedIsNotSaidToBeEnded: here the project is not closed any more when its
// shares are to end.
func TestWhatHasChangedIsNotSaidToBeEnded(t *testing.T) {
	t.Parallel()
	e, open := newEnvironment(t), newEnvironment(t)
	e.image("img", "a")
	e.close("a")
	r := repair.Repairer{Table: e.Table(), Service: service.New(open.Table(), service.Config{})}
	var said []string
	done, err := r.Run(t.Context(), repair.Request{Slice: dynamo.Whole, Remove: true}, func(sentence string) { said = append(said, sentence) })
	if want := []string{"ended, or changed since: share of image img with the closed project a"}; err != nil || done.Ended != 0 || !slices.Equal(said, want) {
		t.Errorf("%q, %+v, %v", said, done, err)
	}
}

// TestAClosedProjectWithManyShares: those of a page are named, and that there are others;
// all of them end.
func TestAClosedProjectWithManyShares(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	const many = sharing.MaxPageLimit + 1
	var callers sync.WaitGroup
	for i := range many {
		callers.Go(func() { e.image(fmt.Sprintf("img-%d", i), "a", "c") })
		if i%8 == 7 {
			callers.Wait()
		}
	}
	callers.Wait()
	e.close("c")
	const others = "further shares with the closed project c"
	whole, remove := `{"slice":0,"slices":1}`, `{"slice":0,"slices":1,"remove":true}`
	if got := e.run(e.handler(false), whole); got.ClosedShares != many-1 || got.Left != many-1 || len(got.Findings)+got.MoreFindings != many {
		t.Errorf("it finds %+v", got)
	}
	table := repair.Repairer{Table: e.Table()}
	var last string
	if _, err := table.Run(t.Context(), repair.Request{Slice: dynamo.Whole}, func(sentence string) { last = sentence }); err != nil || last != "would end: "+others {
		t.Errorf("%q, %v", last, err)
	}
	if got := e.run(e.handler(false), remove); got.Ended != many || got.Left != 0 || got.ClosedShares != many-1 {
		t.Errorf("it ends %+v", got)
	}
	if got := e.run(e.handler(false), whole); got.ClosedShares != 0 || got.Shares != many || got.Broken+got.Orphans != 0 {
		t.Errorf("then it finds %+v", got)
	}
}

// TestRemovingWhileOthersWrite never takes a share that stands: images are registered,
// shared and deleted again under the same ids, and no clean-up runs.
func TestRemovingWhileOthersWrite(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t)
	var writers sync.WaitGroup
	done := make(chan struct{})
	for w := range 4 {
		id := fmt.Sprintf("img-%d", w)
		writers.Go(func() {
			for range 10 {
				e.image(id, "a", "b", "c")
				for range 3 {
					if got := e.call(200, "GET", api.SharesPath("owner", id), nil).Objects("shares"); len(got) != 3 {
						e.T.Errorf("%s has the shares %v", id, got)
					}
				}
				e.call(204, "DELETE", api.ImagePath("owner", id), nil)
			}
		})
	}
	go func() { writers.Wait(); close(done) }()
	handle, removed := e.handler(false), 0
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		got := e.run(handle, `{"slice":0,"slices":1,"remove":true}`)
		if removed += got.Removed; got.Broken > 0 {
			t.Errorf("it finds %q", got.Findings)
		}
	}
	if removed == 0 {
		t.Error("nothing was removed")
	}
	for id := range e.items() {
		if strings.Contains(id, "SHARE#") {
			t.Errorf("%s is left", id)
		}
	}
}
