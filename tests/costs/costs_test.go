package costs

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/ddbtest"
	"image-sharing/tests/kit/sample"
)

func TestMain(m *testing.M) { ddbtest.Main(m) }

const owner = sharing.ProjectID("project-owner")

func target(i int) sharing.ProjectID { return sharing.ProjectID(fmt.Sprintf("project-target-%02d", i)) }

func targets(n int) (all []sharing.ProjectID) {
	for i := range n {
		all = append(all, target(i))
	}
	return all
}

// pageOf is an image that target 0 received, one of more than a page.
func pageOf(i int) sharing.ImageID { return sharing.ImageID(fmt.Sprintf("image-other-%02d", i)) }

const onAPage = 25

// leaving is a project that is closed, for the image with so many shares.
func leaving(shares int) sharing.ProjectID { return sharing.ProjectID(fmt.Sprint("leaving-", shares)) }

// fixture is a table with the projects, a page of images, and some more for the
// use cases.
type fixture struct {
	*testing.T
	store *dynamo.Store // over the recorder
	db    *dynamodb.Client
	table string
	cost  *recorder
	clock atomic.Int64
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	r := &recorder{next: awsclient.NewHTTPClient(10 * time.Second)}
	db := kit.DynamoDBOver(r, ddbtest.Endpoint(t))
	s := &fixture{T: t, cost: r, db: db, table: ddbtest.NewTable(t, db)}
	s.store = dynamo.New(db, s.table)
	s.project(owner)
	s.concurrently(sharing.MaxShares, func(i int) { s.project(target(i)) })
	s.project(leaving(0))
	s.project(leaving(many))
	s.concurrently(onAPage+1, func(i int) {
		s.image(pageOf(i))
		s.share(pageOf(i), target(0))
	})
	return s
}

// concurrently does n things, some at a time. How they are mixed makes no
// difference: the recorder is reset afterwards.
func (s *fixture) concurrently(n int, do func(i int)) {
	var working sync.WaitGroup
	some := make(chan struct{}, 4)
	for i := range n {
		some <- struct{}{}
		working.Go(func() {
			do(i)
			<-some
		})
	}
	working.Wait()
	if s.Failed() {
		s.FailNow()
	}
}

// now is a second later each time.
func (s *fixture) now() time.Time {
	return time.Date(2026, 1, 1, 0, 0, int(s.clock.Add(1)), 0, time.UTC)
}

func (s *fixture) done(err error) {
	s.Helper()
	if err != nil {
		s.Error(err)
	}
}

func (s *fixture) project(id sharing.ProjectID) {
	s.Helper()
	_, _, err := s.store.PutProject(s.Context(), sharing.PutProjectCommand{ID: id, ProjectSpec: sharing.ProjectSpec{AccountID: "account-1", Name: "A project"}, Origin: sample.Origin(s.now())})
	s.done(err)
}

func (s *fixture) image(id sharing.ImageID) {
	s.Helper()
	_, _, err := s.store.PutImage(s.Context(), s.putCommand(id))
	s.done(err)
}

func (s *fixture) share(id sharing.ImageID, with ...sharing.ProjectID) {
	s.Helper()
	_, _, err := s.store.Share(s.Context(), s.shareCommand(id, with...))
	s.done(err)
}

func uidOf(id sharing.ImageID) string { return "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + string(id) }

func (s *fixture) putCommand(id sharing.ImageID) sharing.PutImageCommand {
	return sharing.PutImageCommand{Owner: owner, ImageID: id, UID: uidOf(id), Origin: sample.Origin(s.now()), ImageSpec: sharing.ImageSpec{
		Name: "web-golden", Description: "Debian with our agents", Region: "eu-west-1", Kind: sharing.Custom, HostType: sharing.UHost,
		State: sharing.Available, OSName: "Debian 12", OSType: "Linux", Architecture: "x86_64",
		SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snap-0123456789abcdef0"},
	}}
}

func (s *fixture) shareCommand(id sharing.ImageID, with ...sharing.ProjectID) sharing.ShareCommand {
	return sharing.ShareCommand{
		Owner: owner, ImageID: id, Targets: with, Acknowledged: true, Origin: sample.Origin(s.now()), Limit: sharing.MaxShares,
	}
}

func (s *fixture) saveCommand(id sharing.ImageID, uid string) sharing.SaveCommand {
	key := "key-" + string(id)
	return sharing.SaveCommand{
		Project: target(49), SourceID: id, Name: "mine", Key: key, NewID: sharing.SavedImageID(target(49), key), UID: uid, Origin: sample.Origin(s.now()),
	}
}

// answer is that of the target which each image is shared with last.
func (s *fixture) answer(id sharing.ImageID, a sharing.Answer) error {
	_, err := s.store.AnswerShare(s.Context(), sharing.AnswerShareCommand{Project: target(49), ImageID: id, Answer: a, Origin: sample.Origin(s.now())})
	return err
}

// copyOf is the copying of what saveCommand saves the image as. To find it out costs
// nothing here.
func (s *fixture) copyOf(id sharing.ImageID) sharing.CopyID {
	img, err := s.store.CopyOf(s.Context(), s.saveCommand(id, "").NewID)
	s.done(err)
	s.cost.take()
	return img.CopyID()
}

// many are the shares of the second image, which leave room for one more.
const many = sharing.MaxShares - 1

// activity is what each change costs besides: an item and its index entry.
// secondKB is of an activity that names fifty projects.
const activity, secondKB = 3, 2

// useCases are run in this order on two images: one that is shared with nobody
// when they begin, and one that is shared with many.
var useCases = []struct {
	name       string
	none, many costs
	run        func(s *fixture, id sharing.ImageID, shares int) error
}{
	{"launch check", costs{"BatchGetItem", 2, 0}, costs{"BatchGetItem GetItem", 3, 0}, func(s *fixture, id sharing.ImageID, shares int) error {
		_, err := s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: target(0), ImageID: id})
		return unlessRefused(err, shares)
	}},
	{"launch check of an owner's image", costs{"BatchGetItem", 2, 0}, costs{"BatchGetItem", 2, 0}, func(s *fixture, id sharing.ImageID, shares int) error {
		_, err := s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: target(0), ImageID: id, Owner: new(owner)})
		return unlessRefused(err, shares)
	}},
	{"launch check of an own image", costs{"BatchGetItem", 2, 0}, costs{"BatchGetItem", 2, 0}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: owner, ImageID: id})
		return err
	}},
	{"get", costs{"BatchGetItem", 2, 0}, costs{"BatchGetItem GetItem", 3, 0}, func(s *fixture, id sharing.ImageID, shares int) error {
		_, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: target(0), ImageID: id})
		return unlessRefused(err, shares)
	}},
	{"get of an owner's image", costs{"BatchGetItem", 3, 0}, costs{"BatchGetItem", 3, 0}, func(s *fixture, id sharing.ImageID, shares int) error {
		_, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: target(0), ImageID: id, Owner: new(owner)})
		return unlessRefused(err, shares)
	}},
	{"owner's image", costs{"BatchGetItem", 2, 0}, costs{"BatchGetItem", 2, 0}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.Image(s.Context(), owner, id)
		return err
	}},
	{"an image's shares", costs{"GetItem", 1, 0}, costs{"GetItem BatchGetItem", 99, 0}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, _, err := s.store.Shares(s.Context(), owner, id)
		return err
	}},
	{"51 projects of a token", costs{"BatchGetItem", 51, 0}, costs{"BatchGetItem", 51, 0}, func(s *fixture, _ sharing.ImageID, _ int) error {
		_, err := s.store.Projects(s.Context(), append(targets(sharing.MaxShares), owner))
		return err
	}},
	{"page of 25 own images", costs{"Query BatchGetItem", 26.5, 0}, costs{"Query BatchGetItem", 26.5, 0}, func(s *fixture, _ sharing.ImageID, _ int) error {
		_, err := s.store.OwnedImages(s.Context(), sharing.PageQuery{Project: owner, Limit: onAPage})
		return err
	}},
	{"page of own images by name", costs{"Query BatchGetItem", 30.5, 0}, costs{"Query BatchGetItem", 30.5, 0}, func(s *fixture, _ sharing.ImageID, _ int) error {
		_, err := s.store.OwnedImages(s.Context(), sharing.PageQuery{Project: owner, Name: "none", Limit: onAPage})
		return err
	}},
	{"page of shared images by owner", costs{"Query", 1, 0}, costs{"Query", 1, 0}, func(s *fixture, _ sharing.ImageID, _ int) error {
		_, err := s.store.ReceivedImages(s.Context(), sharing.PageQuery{Project: target(0), Status: sharing.Accepted, Owner: "nobody", Limit: onAPage})
		return err
	}},
	{"page of 25 shared images", costs{"Query BatchGetItem", 27, 0}, costs{"Query BatchGetItem", 27, 0}, func(s *fixture, _ sharing.ImageID, _ int) error {
		_, err := s.store.ReceivedImages(s.Context(), sharing.PageQuery{Project: target(0), Status: sharing.Accepted, Limit: onAPage})
		return err
	}},
	{"page of 25 of every status", costs{"Query Query Query BatchGetItem", 28, 0}, costs{"Query Query Query BatchGetItem", 28, 0}, func(s *fixture, _ sharing.ImageID, _ int) error {
		_, err := s.store.ReceivedImages(s.Context(), sharing.PageQuery{Project: target(0), Limit: onAPage})
		return err
	}},
	{"page of 25 activities", costs{"Query BatchGetItem", 26, 0}, costs{"Query BatchGetItem", 26, 0}, func(s *fixture, _ sharing.ImageID, _ int) error {
		_, err := s.store.Activities(s.Context(), sharing.ActivityQuery{Project: owner, Limit: onAPage})
		return err
	}},
	{"activity of one image", costs{"Query BatchGetItem", 3, 0}, costs{"Query BatchGetItem", 4, 0}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.Activities(s.Context(), sharing.ActivityQuery{Project: owner, ImageID: id, Limit: onAPage})
		return err
	}},
	{"share with one more", costs{"BatchGetItem TransactWriteItems", 3, 5 + activity}, costs{"BatchGetItem TransactWriteItems", 3, 7 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, _, err := s.store.Share(s.Context(), s.shareCommand(id, target(49)))
		return err
	}},
	{"share again (unchanged)", costs{"BatchGetItem BatchGetItem", 4, 0}, costs{"BatchGetItem BatchGetItem", 4, 0}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, _, err := s.store.Share(s.Context(), s.shareCommand(id, target(49)))
		return err
	}},
	{"decline", costs{"BatchGetItem BatchGetItem TransactWriteItems", 3, 6 + 2*activity}, costs{"BatchGetItem BatchGetItem TransactWriteItems", 3, 8 + 2*activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		return s.answer(id, sharing.Decline)
	}},
	{"accept", costs{"BatchGetItem BatchGetItem TransactWriteItems", 3, 6 + 2*activity}, costs{"BatchGetItem BatchGetItem TransactWriteItems", 3, 8 + 2*activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		return s.answer(id, sharing.Accept)
	}},
	{"accept again (unchanged)", costs{"BatchGetItem BatchGetItem TransactWriteItems", 3, 4}, costs{"BatchGetItem BatchGetItem TransactWriteItems", 3, 6}, func(s *fixture, id sharing.ImageID, _ int) error {
		return s.answer(id, sharing.Accept)
	}},
	{"set a sharing policy", costs{"GetItem TransactWriteItems", 1, 2 + activity}, costs{"GetItem TransactWriteItems", 1, 2 + activity}, func(s *fixture, _ sharing.ImageID, shares int) error {
		_, err := s.store.PutPolicy(s.Context(), sharing.PutPolicyCommand{Project: leaving(shares), Origin: sample.Origin(s.now()), PolicySpec: sharing.PolicySpec{
			Incoming: sharing.IncomingConsent, TrustedProjects: []sharing.ProjectID{owner},
		}})
		return err
	}},
	{"save", costs{"BatchGetItem TransactWriteItems", 3, 5 + 2*activity}, costs{"BatchGetItem TransactWriteItems", 3, 7 + 2*activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.Save(s.Context(), s.saveCommand(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		return err
	}},
	{"save again (same key)", costs{"BatchGetItem", 3, 0}, costs{"BatchGetItem", 3, 0}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.Save(s.Context(), s.saveCommand(id, "another"))
		return err
	}},
	{"save again (its copy has failed)", costs{"BatchGetItem TransactWriteItems", 3, 4 + 2*activity}, costs{"BatchGetItem TransactWriteItems", 3, 6 + 2*activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		c := s.saveCommand(id, "another")
		_, err := s.store.PatchImage(s.Context(), sharing.PatchImageCommand{Owner: c.Project, ImageID: c.NewID, Origin: sample.Origin(s.now()), ImagePatch: sharing.ImagePatch{
			State: sharing.Member[sharing.State]{Named: true, Value: new(sharing.Failed)},
		}})
		s.done(err)
		s.cost.take()
		_, err = s.store.Save(s.Context(), c)
		return err
	}},
	{"copy of an own image", costs{"BatchGetItem TransactWriteItems", 3, 5 + activity}, costs{"BatchGetItem TransactWriteItems", 3, 7 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		c := s.saveCommand(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		c.Project, c.NewID, c.Via, c.Region = owner, "img-copy-of-"+id, sharing.ViaOwn, new("us-east-1")
		_, err := s.store.Save(s.Context(), c)
		return err
	}},
	{"keep an upload of its copy", costs{"GetItem TransactWriteItems", 1, 2}, costs{"GetItem TransactWriteItems", 1, 2}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.KeepUpload(s.Context(), sharing.KeepUploadCommand{CopyID: s.copyOf(id), Upload: strings.Repeat("x", 128)})
		return err
	}},
	{"report progress of its copy", costs{"GetItem TransactWriteItems", 1, 2}, costs{"GetItem TransactWriteItems", 1, 2}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.ReportProgress(s.Context(), sharing.ReportProgressCommand{CopyID: s.copyOf(id), Copying: sharing.Copying{CopiedBytes: 1 << 40, TotalBytes: 1 << 41}})
		return err
	}},
	{"complete its copy", costs{"GetItem TransactWriteItems", 1, 2 + activity}, costs{"GetItem TransactWriteItems", 1, 2 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.CompleteCopy(s.Context(), sharing.CompleteCopyCommand{CopyID: s.copyOf(id), Origin: sample.Origin(s.now()), Keys: []string{"images/img-sa6gqjuoosedrkpkhp2lnc24gb/ABCDEFGHIJKLMNOPQRSTUVWXYZ/20261102T101500.250000Z/0"}})
		return err
	}},
	{"unshare", costs{"GetItem TransactWriteItems", 1, 5 + activity}, costs{"GetItem TransactWriteItems", 1, 7 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		return s.store.Unshare(s.Context(), sharing.UnshareCommand{Owner: owner, ImageID: id, Target: target(49), Origin: sample.Origin(s.now())})
	}},
	{"put image (change)", costs{"BatchGetItem TransactWriteItems", 2, 2 + activity}, costs{"BatchGetItem TransactWriteItems", 2, 4 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		c := s.putCommand(id)
		c.Description = "Debian with other agents"
		_, _, err := s.store.PutImage(s.Context(), c)
		return err
	}},
	{"suspend image", costs{"BatchGetItem TransactWriteItems", 2, 2 + activity}, costs{"BatchGetItem TransactWriteItems", 2, 4 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.SuspendImage(s.Context(), sharing.SuspendImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(s.now()), Reason: "spam"})
		return err
	}},
	{"end of a suspension", costs{"BatchGetItem TransactWriteItems", 2, 2 + activity}, costs{"BatchGetItem TransactWriteItems", 2, 4 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.ResumeImage(s.Context(), sharing.ResumeImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(s.now())})
		return err
	}},
	{"patch image", costs{"BatchGetItem TransactWriteItems", 2, 2 + activity}, costs{"BatchGetItem TransactWriteItems", 2, 4 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		_, err := s.store.PatchImage(s.Context(), sharing.PatchImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(s.now()), ImagePatch: sharing.ImagePatch{
			Tags: sharing.Member[map[string]*string]{Named: true, Value: &map[string]*string{"team": new("shop")}},
		}})
		return err
	}},
	{"new project", costs{"GetItem TransactWriteItems", 1, 2 + activity}, costs{"GetItem TransactWriteItems", 1, 2 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		s.project(sharing.ProjectID("new-" + id))
		return nil
	}},
	{"new image", costs{"BatchGetItem TransactWriteItems", 2, 3 + activity}, costs{"BatchGetItem TransactWriteItems", 2, 3 + activity}, func(s *fixture, id sharing.ImageID, _ int) error {
		s.image("new-" + id)
		return nil
	}},
	{"end of all shares", costs{"GetItem TransactWriteItems", 1, 2}, costs{"GetItem TransactWriteItems", 1, 151 + activity + secondKB}, func(s *fixture, id sharing.ImageID, shares int) error {
		if shares > 0 {
			s.share("new-"+id, targets(shares)...)
		}
		s.cost.take()
		_, err := s.store.RevokeShares(s.Context(), sharing.RevokeSharesCommand{Owner: owner, ImageID: "new-" + id, Origin: sample.Origin(s.now())})
		return err
	}},
	{"delete image", costs{"GetItem TransactWriteItems", 1, 3 + activity}, costs{"GetItem TransactWriteItems", 1, 5 + activity + secondKB}, func(s *fixture, id sharing.ImageID, _ int) error {
		return s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: id, Origin: sample.Origin(s.now())})
	}},
	{"clean-up", costs{"", 0, 0}, costs{"TransactWriteItems", 0, 147}, func(s *fixture, id sharing.ImageID, shares int) error {
		return s.store.RemoveShares(s.Context(), dynamo.DeletedImage{ID: id, UID: uidOf(id), SharedWith: targets(shares)})
	}},
	{"close project", costs{"GetItem Query TransactWriteItems", 1.5, 2 + activity}, costs{"GetItem Query TransactWriteItems", 1.5, 2 + activity}, func(s *fixture, _ sharing.ImageID, shares int) error {
		return s.store.CloseProject(s.Context(), sharing.CloseProjectCommand{ID: leaving(shares), Origin: sample.Origin(s.now())})
	}},
	{"a look at what a closed project has", costs{"GetItem Query Query Query Query", 3, 0}, costs{"GetItem Query Query Query Query", 3, 0}, func(s *fixture, _ sharing.ImageID, shares int) error {
		_, err := service.New(s.store, service.Config{}).EndReceivedShares(s.Context(), sharing.Activity{ProjectID: leaving(shares)})
		return err
	}},
}

// unlessRefused forgives that an image without shares is refused: at what cost is
// the question.
func unlessRefused(err error, shares int) error {
	if shares == 0 && errors.Is(err, &sharing.Error{Code: sharing.CodeImageNotFound}) {
		return nil
	}
	return err
}

// TestCosts holds each use case to its calls and capacity units. Reading costs
// the same however many shares there are; so does writing, but for the second
// KB that fifty names take.
func TestCosts(t *testing.T) {
	s := newFixture(t)
	const none, some, everybody = sharing.ImageID("image-one"), sharing.ImageID("image-two"), sharing.ImageID("image-all")
	s.image(none)
	s.image(some)
	s.share(some, targets(many)...)
	s.image(everybody)
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer out.Flush()
	fmt.Fprintln(out, "use case\tshares\tcalls\tread units\twrite units\t")
	check := func(name string, shares int, want costs, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s with %d shares: %v", name, shares, err)
		}
		got := s.cost.take()
		fmt.Fprintf(out, "%s\t%d\t%s\t%v\t%v\t\n", name, shares, strings.ReplaceAll(got.calls, " ", " + "), got.read, got.write)
		if got != want {
			t.Errorf("%s with %d shares costs %+v, not %+v", name, shares, got, want)
		}
	}
	s.cost.take()
	for _, u := range useCases {
		check(u.name, 0, u.none, u.run(s, none, 0))
		check(u.name, many, u.many, u.run(s, some, many))
	}
	// The largest request there is.
	_, _, err := s.store.Share(t.Context(), s.shareCommand(everybody, targets(sharing.MaxShares)...))
	check("share with 50 at once", 0, costs{"BatchGetItem BatchGetItem TransactWriteItems", 52, 154 + activity + secondKB}, err)
}

// TestWhatIsDeclinedCostsNothing: 10,000 declined shares in front of an accepted one are
// not read on the way to it. Nothing of them is kept but what a page reads: their keys.
func TestWhatIsDeclinedCostsNothing(t *testing.T) {
	s := newFixture(t)
	const behind, recipient = sharing.ImageID("image-behind"), sharing.ProjectID("project-choosy")
	s.project(recipient)
	s.image(behind)
	s.share(behind, recipient)
	page := func(status sharing.ShareStatus, most int) (sharing.Page[sharing.Received], costs) {
		t.Helper()
		s.cost.take()
		got, err := s.store.ReceivedImages(t.Context(), sharing.PageQuery{Project: recipient, Status: status, Limit: most})
		s.done(err)
		return got, s.cost.take()
	}
	_, alone := page(sharing.Accepted, onAPage)
	s.declined(recipient, 10_000)
	got, cost := page(sharing.Accepted, onAPage)
	if len(got.Items) != 1 || got.Items[0].Image.ID != behind || got.Next != nil {
		t.Errorf("the page is %+v", got)
	}
	if want := (costs{"Query BatchGetItem", 2.5, 0}); cost != want || alone != want {
		t.Errorf("it costs %+v, and %+v with nothing declined, not %+v", cost, alone, want)
	}
}

// declined puts the keys of declined shares into the recipient's list, all newer than
// any other.
func (s *fixture) declined(p sharing.ProjectID, n int) {
	s.Helper()
	db, table := s.db, s.table
	for first := 0; first < n; first += 25 {
		var puts []types.WriteRequest
		for i := first; i < first+25; i++ {
			text := func(format string, args ...any) types.AttributeValue {
				return &types.AttributeValueMemberS{Value: fmt.Sprintf(format, args...)}
			}
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
				"pk": text("IMAGE#unwanted-%05d", i), "sk": text("SHARE#%s", p), "gsi1pk": text("PROJECT#%s", p),
				"gsi1sk": text("DECLINED#eu-west-1#2026-12-01T00:00:00.%06dZ#unwanted-%05d!%s!u", i, i, owner),
			}}})
		}
		_, err := db.BatchWriteItem(s.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: puts}})
		s.done(err)
	}
}

// strangers are the requests of a project for an image that is not its own and that it was
// not given, as each route makes them.
var strangers = map[string]func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error{
	"share": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		c := s.shareCommand(id, target(0))
		c.Owner = p
		_, _, err := s.store.Share(s.Context(), c)
		return err
	},
	"share with 50": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		c := s.shareCommand(id, targets(sharing.MaxShares)...)
		c.Owner = p
		_, _, err := s.store.Share(s.Context(), c)
		return err
	},
	"unshare": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		return s.store.Unshare(s.Context(), sharing.UnshareCommand{Owner: p, ImageID: id, Target: target(1), Origin: sample.Origin(s.now())})
	},
	"end all shares": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.RevokeShares(s.Context(), sharing.RevokeSharesCommand{Owner: p, ImageID: id, Origin: sample.Origin(s.now())})
		return err
	},
	"an image's shares": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, _, err := s.store.Shares(s.Context(), p, id)
		return err
	},
	"accept": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.AnswerShare(s.Context(), sharing.AnswerShareCommand{Project: p, ImageID: id, Answer: sharing.Accept, Origin: sample.Origin(s.now())})
		return err
	},
	"owner's image": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.Image(s.Context(), p, id)
		return err
	},
	"patch": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.PatchImage(s.Context(), sharing.PatchImageCommand{Owner: p, ImageID: id, Origin: sample.Origin(s.now()), ImagePatch: sharing.ImagePatch{
			Name: sharing.Member[string]{Named: true, Value: new("mine")},
		}})
		return err
	},
	"delete": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		return s.store.DeleteImage(s.Context(), sharing.DeleteImageCommand{Owner: p, ImageID: id, Origin: sample.Origin(s.now())})
	},
	"suspend": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.SuspendImage(s.Context(), sharing.SuspendImageCommand{Owner: p, ImageID: id, Origin: sample.Origin(s.now()), Reason: "spam"})
		return err
	},
	"resume": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.ResumeImage(s.Context(), sharing.ResumeImageCommand{Owner: p, ImageID: id, Origin: sample.Origin(s.now())})
		return err
	},
	"launch check": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: p, ImageID: id})
		return err
	},
	"launch check of an owner's image": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.Launchable(s.Context(), sharing.LaunchQuery{Project: p, ImageID: id, Owner: new(owner)})
		return err
	},
	"get": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id})
		return err
	},
	"get of an owner's image": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		_, err := s.store.Received(s.Context(), sharing.ReceivedQuery{Project: p, ImageID: id, Owner: new(owner)})
		return err
	},
	"save": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		return s.saveBy(p, id, sharing.ViaShare)
	},
	"copy": func(s *fixture, p sharing.ProjectID, id sharing.ImageID) error {
		return s.saveBy(p, id, sharing.ViaOwn)
	},
}

func (s *fixture) saveBy(p sharing.ProjectID, id sharing.ImageID, via sharing.Via) error {
	c := s.saveCommand(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	c.Project, c.NewID, c.Via = p, sharing.SavedImageID(p, c.Key), via
	_, err := s.store.Save(s.Context(), c)
	return err
}

// largeImage registers an image with as much text as there may be, shared with as many as
// there may be, and returns the units that one read of its item takes.
func (s *fixture) largeImage(id sharing.ImageID) float64 {
	s.Helper()
	put := s.putCommand(id)
	prose := strings.Repeat("\U00020000", 1024)
	put.Description, put.Deprecation, put.Tags = prose, &sharing.Deprecation{Message: prose}, map[string]string{}
	for i := range 50 {
		put.Tags[fmt.Sprintf("key-%02d", i)] = strings.Repeat("x", 75)
	}
	put.DataDisks = slices.Repeat([]sharing.Disk{put.SystemDisk}, 32)
	_, _, err := s.store.PutImage(s.Context(), put)
	s.done(err)
	c := s.shareCommand(id, targets(sharing.MaxShares)...)
	c.Actor.Subject = strings.Repeat("x", 20<<10)
	_, _, err = s.store.Share(s.Context(), c)
	s.done(err)
	s.cost.take()
	_, err = s.store.Image(s.Context(), owner, id)
	s.done(err)
	return s.cost.take().read - 1 // which is of the owner
}

// TestAForeignImageCostsWhatAMissingOneDoes: what a stranger's request takes says
// nothing of the image's shares, however many there are and however large, and of the image
// no more than its own size in 4 KB, which is read once.
func TestAForeignImageCostsWhatAMissingOneDoes(t *testing.T) {
	s := newFixture(t)
	const foreign, stranger = sharing.ImageID("image-foreign"), sharing.ProjectID("stranger")
	s.project(stranger)
	size := s.largeImage(foreign)
	if size < 4 {
		t.Fatalf("the image takes %v units, which is not large", size)
	}
	for name, ask := range strangers {
		var took [2]costs
		for i, id := range []sharing.ImageID{"missing", foreign} {
			s.cost.take()
			if err := ask(s, stranger, id); !errors.Is(err, &sharing.Error{Code: sharing.CodeImageNotFound}) {
				t.Errorf("%s of %s: %v", name, id, err)
			}
			took[i] = s.cost.take()
		}
		want := took[0]
		want.read += size - 1
		if took[1] != want || want.write != 0 {
			t.Errorf("%s of a missing image takes %+v, of a foreign one of %v units %+v", name, took[0], size, took[1])
		}
	}
	s.cost.take()
	if _ = strangers["share with 50"](s, stranger, "missing"); s.cost.take() != (costs{"BatchGetItem", 1, 0}) {
		t.Error("a share with 50 reads more than the image")
	}
}
