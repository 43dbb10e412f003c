package apigateway

import (
	"context"
	"net/http"
	"testing"
	"time"
)

// deadlineIn returns the deadline of a request whose event came with ctx.
func deadlineIn(t *testing.T, ctx context.Context) (deadline time.Time, ok bool) {
	t.Helper()
	h := NewHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		deadline, ok = r.Context().Deadline()
		w.WriteHeader(http.StatusNoContent)
	}))
	if _, err := h(ctx, request(func(*event) {})); err != nil {
		t.Fatal(err)
	}
	return deadline, ok
}

func TestARequestEndsInTimeForItsResponse(t *testing.T) {
	end := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	if got, ok := deadlineIn(t, ctx); !ok || !got.Equal(end.Add(-500*time.Millisecond)) {
		t.Errorf("the deadline is %v, %v, not half a second before %v", got, ok, end)
	}
}

func TestARequestWithoutDeadlineGetsNone(t *testing.T) {
	if got, ok := deadlineIn(t, t.Context()); ok {
		t.Errorf("the deadline is %v", got)
	}
}
