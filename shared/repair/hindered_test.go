package repair

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// hindered is an HTTP client whose one page has three orphans, of which the first is
// not removed for want of a permission, or by a transaction that does not end.
type hindered struct {
	endless bool
	writes  int
}

func (h *hindered) Do(r *http.Request) (*http.Response, error) {
	status, reply := http.StatusOK, `{}`
	switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); operation {
	case "Scan", "Query":
		var items []string
		for _, p := range []string{"a", "b", "c"} {
			items = append(items, fmt.Sprintf(`{"pk":{"S":"IMAGE#i"},"sk":{"S":"SHARE#%s"},"uid":{"S":"u"}}`, p))
		}
		reply = `{"Items":[` + strings.Join(items, ",") + `]}`
	case "TransactWriteItems":
		if h.endless {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		if h.writes++; h.writes == 1 {
			status, reply = http.StatusBadRequest, `{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}`
		}
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(reply)), Request: r, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}}, nil
}

// TestWhatIsNotRemovedDoesNotStopTheRest, and is said, with why.
func TestWhatIsNotRemovedDoesNotStopTheRest(t *testing.T) {
	got, line, _ := inspectedBy(t, &hindered{}, time.Minute, `{"slice":0,"slices":1,"remove":true}`)
	const says = "the share of a former image i with a is not removed: "
	if got.Outcome != "failed" || got.Pages != 1 || got.Orphans != 3 || got.Removed != 2 || line["level"] != "ERROR" || !strings.HasPrefix(got.Cause, says) {
		t.Errorf("the response is %+v", got)
	}
	if len(got.Findings) != 3 || !strings.HasPrefix(got.Findings[0], says) || !strings.HasPrefix(got.Findings[2], "removed: share with c ") {
		t.Errorf("it finds %q", got.Findings)
	}
}

// TestWhatMayHaveBeenRemovedIsSaid, also when the time was over.
func TestWhatMayHaveBeenRemovedIsSaid(t *testing.T) {
	got, _, _ := inspectedBy(t, &hindered{endless: true}, 2*time.Second, `{"slice":0,"slices":1,"remove":true}`)
	if got.Outcome != "Unfinished" || !strings.HasPrefix(got.Cause, "the time was over after 0 pages: the share of a former image i with a is not removed: OutcomeUnknown") {
		t.Errorf("the response is %+v", got)
	}
}
