package stream

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/sharing"
)

func TestRemovesWhatIsLeftAndNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sharing.MaxShares)
	all := some(sharing.MaxShares)
	w.image("kept", all...)
	w.image("full", all...)
	w.image("shared-with-nobody")
	w.image("cancelled", "p0")
	w.unshare("cancelled", "p0")
	full, nobody, cancelled := w.remove("full"), w.remove("shared-with-nobody"), w.remove("cancelled")

	w.removesOnly(nil, func() { w.done(nobody, cancelled) })
	w.removesOnly(shareKeys("full", all...), func() { w.done(full) })
	w.removesOnly(nil, func() { w.done(full, nobody, full, cancelled, full) })
	w.inspected()
}

// A day later, when the id has another image that is shared with the same
// projects, and with others.
func TestLateReplaySparesTheNewImage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5)
	w.image("img", some(4)...)
	first := w.remove("img")
	w.image("img", "p0", "p1", "p4")
	// p2 and p3 still have shares of the first image, p0 and p1 no longer.
	w.removesOnly(shareKeys("img", "p2", "p3"), func() { w.done(first) })
	w.share("img", "p2")
	w.removesOnly(nil, func() { w.done(first, first) })
	w.inspected()

	second := w.remove("img")
	w.image("img", "p0", "p2")
	w.removesOnly(nil, func() { w.done(first) })
	w.removesOnly(shareKeys("img", "p1", "p4"), func() { w.done(second, first) })
	w.removesOnly(nil, func() { w.done(first, second, first) })
	w.inspected()
}

// The third of five records fails, because the engine refuses its transaction.
func TestPartialFailureNamesTheRecordAndReplayFinishes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	var records []record
	ids := []sharing.ImageID{"a", "b", "c", "d", "e"}
	for _, id := range ids {
		w.image(id, some(2)...)
	}
	for _, id := range ids {
		records = append(records, w.remove(id))
	}
	refusing := w.troubled(`"IMAGE#c"`, func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Request: r,
			Body: io.NopCloser(strings.NewReader(`{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"not this one"}`)),
		}, nil
	})
	w.removesOnly(slices.Concat(shareKeys("a", some(2)...), shareKeys("b", some(2)...)), func() {
		if failed, err := deliver(refusing, records...); failed != records[2].sequenceNumber() || err != nil {
			t.Errorf("it named %q (%v), not %q", failed, err, records[2].sequenceNumber())
		}
	})
	w.removesOnly(nil, func() {
		if failed, err := deliver(refusing, records[2:]...); failed != records[2].sequenceNumber() || err != nil {
			t.Errorf("again it named %q (%v), not %q", failed, err, records[2].sequenceNumber())
		}
	})
	rest := slices.Concat(shareKeys("c", some(2)...), shareKeys("d", some(2)...), shareKeys("e", some(2)...))
	w.removesOnly(rest, func() { w.done(records[2:]...) })
	w.inspected()
}

// The engine is silent until the time is over, which it is a little before
// Lambda's: so the record under way is named, and those before it are not
// handled again.
func TestOutOfTimeNamesTheRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	w.image("a", "p0")
	w.image("b", "p0")
	first, second := w.remove("a"), w.remove("b")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	lambdas, _ := ctx.Deadline()
	silent := w.troubled(`"IMAGE#b"`, func(r *http.Request) (*http.Response, error) {
		if own, ok := r.Context().Deadline(); !ok || !own.Before(lambdas) {
			t.Errorf("the call may last until %v, and Lambda waits until %v", own, lambdas)
		}
		return nil, context.DeadlineExceeded
	})
	w.removesOnly(shareKeys("a", "p0"), func() {
		if failed, err := deliverBy(ctx, silent, first, second); failed != second.sequenceNumber() || err != nil {
			t.Errorf("it named %q (%v), not %q", failed, err, second.sequenceNumber())
		}
	})
	w.removesOnly(shareKeys("b", "p0"), func() { w.done(second) })
}
