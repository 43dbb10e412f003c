package costs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
	"image-sharing/tests/kit"
	"image-sharing/tests/kit/sample"
)

// TestAnInspectionReadsEachItemOnce, with eventual consistency, and besides it what is
// wrong: an image with an orphan again, of a closed project the index, for its own images and those of each status.
func TestAnInspectionReadsEachItemOnce(t *testing.T) {
	s := newFixture(t)
	inspect := func() (kit.Inspection, costs) {
		t.Helper()
		s.cost.take()
		found, err := kit.Inspect(t.Context(), s.store, dynamo.Whole)
		s.done(err)
		return found, s.cost.take()
	}
	scan := func(consistently bool) float64 {
		t.Helper()
		s.cost.take()
		_, err := s.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: &s.table, ConsistentRead: aws.Bool(consistently)})
		s.done(err)
		return s.cost.take().read
	}
	found, cost := inspect()
	if want := (costs{"Scan", scan(false), 0}); cost != want || cost.read > scan(true)/2+0.5 || found.Pages != 1 || found.Images != onAPage+1 {
		t.Errorf("it costs %+v, not %+v, for %+v", cost, want, found.Counts)
	}

	s.image("image-gone")
	s.share("image-gone", target(1))
	s.done(s.store.DeleteImage(t.Context(), sharing.DeleteImageCommand{Owner: owner, ImageID: "image-gone", Origin: sample.Origin(s.now())}))
	found, cost = inspect()
	if want := (costs{"Scan Query", scan(false) + 1, 0}); cost != want || len(found.Orphans) != 1 {
		t.Errorf("with an orphan it costs %+v, not %+v, and finds %+v", cost, want, found)
	}

	s.done(s.store.CloseProject(t.Context(), sharing.CloseProjectCommand{ID: leaving(0), Origin: sample.Origin(s.now())}))
	found, cost = inspect()
	if want := (costs{"Scan Query Query Query Query Query", scan(false) + 1 + 2, 0}); cost != want || len(found.Closed) != 0 {
		t.Errorf("with a closed project it costs %+v, not %+v, and finds %+v", cost, want, found)
	}
}
