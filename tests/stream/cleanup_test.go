package stream

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"image-sharing/shared/sharing"
)

func TestRemovesWhatIsLeftAndNothingElse(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sharing.MaxShares)
	all := some(sharing.MaxShares)
	f.image("kept", all[:3]...)
	f.image("full", all...)
	f.image("shared-with-nobody")
	f.image("cancelled", "p0")
	f.unshare("cancelled", "p0")
	full, nobody, cancelled := f.remove("full"), f.remove("shared-with-nobody"), f.remove("cancelled")

	f.removesOnly(nil, func() { f.done(nobody, cancelled) })
	f.removesOnly(shareKeys("full", all...), func() { f.done(full) })
	f.removesOnly(nil, func() { f.done(full, nobody, full, cancelled, full) })
	f.inspected()
}

// A day later, when the id has another image that is shared with the same
// projects, and with others.
func TestLateReplaySparesTheNewImage(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 5)
	f.image("img", some(4)...)
	first := f.remove("img")
	f.image("img", "p0", "p1", "p4")
	// p2 and p3 still have shares of the first image, p0 and p1 no longer.
	f.removesOnly(shareKeys("img", "p2", "p3"), func() { f.done(first) })
	f.share("img", "p2")
	f.removesOnly(nil, func() { f.done(first, first) })
	f.inspected()

	second := f.remove("img")
	f.image("img", "p0", "p2")
	f.removesOnly(nil, func() { f.done(first) })
	f.removesOnly(shareKeys("img", "p1", "p4"), func() { f.done(second, first) })
	f.removesOnly(nil, func() { f.done(first, second, first) })
	f.inspected()
}

// The third of five records fails, because DynamoDB refuses its transaction.
func TestPartialFailureNamesTheRecordAndReplayFinishes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 2)
	var records []record
	ids := []sharing.ImageID{"a", "b", "c", "d", "e"}
	for _, id := range ids {
		f.image(id, some(2)...)
	}
	for _, id := range ids {
		records = append(records, f.remove(id))
	}
	refusing := f.troubled(`"IMAGE#c"`, func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Request: r,
			Body: io.NopCloser(strings.NewReader(`{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"not this one"}`)),
		}, nil
	})
	f.removesOnly(slices.Concat(shareKeys("a", some(2)...), shareKeys("b", some(2)...)), func() {
		if failed, err := deliver(refusing, records...); failed != records[2].sequenceNumber() || err != nil {
			t.Errorf("it named %q (%v), not %q", failed, err, records[2].sequenceNumber())
		}
	})
	f.removesOnly(nil, func() {
		if failed, err := deliver(refusing, records[2:]...); failed != records[2].sequenceNumber() || err != nil {
			t.Errorf("again it named %q (%v), not %q", failed, err, records[2].sequenceNumber())
		}
	})
	rest := slices.Concat(shareKeys("c", some(2)...), shareKeys("d", some(2)...), shareKeys("e", some(2)...))
	f.removesOnly(rest, func() { f.done(records[2:]...) })
	f.inspected()
}
