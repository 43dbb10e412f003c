package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func eventOf(activity, detailType string) []byte {
	return fmt.Appendf(nil, `{"version":"0","id":"event-of-%s","detail-type":%q,"detail":{"activityId":%q}}`, activity, detailType, activity)
}

// running is a queue that runs.
type running struct {
	*Queue
	t    *testing.T
	stop func()
}

func run(t *testing.T, dir string, log *slog.Logger, handler func(context.Context, events.SQSMessage) (failed bool, err error)) running {
	t.Helper()
	q, err := Open(Config{Dir: dir, Function: "copy-disks", DetailTypes: []string{"ImageSaved"}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- q.Run(ctx, func(ctx context.Context, e events.SQSEvent) (reply events.SQSEventResponse, _ error) {
			if len(e.Records) != 1 {
				t.Errorf("there are %d records", len(e.Records))
			}
			failed, err := handler(ctx, e.Records[0])
			if failed {
				reply.BatchItemFailures = []events.SQSBatchItemFailure{{ItemIdentifier: e.Records[0].MessageId}}
			}
			return reply, err
		})
	}()
	return running{q, t, sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-done, q.Close()); err != nil {
			t.Error(err)
		}
	})}
}

func (r running) put(activities ...string) {
	r.t.Helper()
	for _, a := range activities {
		if err := r.Put(eventOf(a, "ImageSaved")); err != nil {
			r.t.Error(err)
		}
	}
}

var nopLog = slog.New(slog.DiscardHandler)

func TestAMessageIsAsLambdaHandsItOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []events.SQSMessage
		r := run(t, "", nopLog, func(ctx context.Context, m events.SQSMessage) (bool, error) {
			got = append(got, m)
			l, _ := lambdacontext.FromContext(ctx)
			if deadline, _ := ctx.Deadline(); !deadline.Equal(time.Now().Add(timeout)) || !strings.HasSuffix(l.InvokedFunctionArn, ":copy-disks") {
				t.Errorf("the deadline is %v, the function %s", deadline, l.InvokedFunctionArn)
			}
			return false, nil
		})
		defer r.stop()
		for range 3 { // doubles: of what waits, and of what was handled
			r.put("act-1")
		}
		synctest.Wait()
		r.put("act-1")
		for _, text := range [][]byte{eventOf("act-2", "ImageShared"), []byte(`{"id":"x","detail-type":"ImageSave"}`)} {
			if err := r.Put(text); err != nil {
				t.Error(err)
			}
		}
		if err := r.Put([]byte("{")); err == nil {
			t.Error("what is no event is taken")
		}
		synctest.Wait()
		if len(got) != 1 {
			t.Fatalf("there were %v", got)
		}
		m := got[0]
		if m.MessageId != "act-1" || m.Body != string(eventOf("act-1", "ImageSaved")) || m.EventSource != "aws:sqs" || m.Attributes["ApproximateReceiveCount"] != "1" {
			t.Errorf("it is %+v", m)
		}
	})
}

// TestWhatFailsComesAgain, later each time, keeps nobody waiting, and is given up in
// the end.
func TestWhatFailsComesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		start := time.Now()
		var mu sync.Mutex
		at := map[string][]time.Duration{}
		r := run(t, "", slog.New(slog.NewJSONHandler(&log, nil)), func(ctx context.Context, m events.SQSMessage) (bool, error) {
			mu.Lock()
			defer mu.Unlock()
			at[m.MessageId] = append(at[m.MessageId], time.Since(start))
			n := len(at[m.MessageId])
			if m.Attributes["ApproximateReceiveCount"] != fmt.Sprint(n) {
				t.Errorf("%s was received %s times, not %d", m.MessageId, m.Attributes["ApproximateReceiveCount"], n)
			}
			switch {
			case m.MessageId == "act-bad" && n%3 == 0:
				panic("on purpose")
			case m.MessageId == "act-bad" && n%3 == 1:
				return true, nil
			case m.MessageId == "act-bad", m.MessageId == "act-late" && n < 3:
				return false, errors.New("on purpose")
			}
			return false, nil
		})
		defer r.stop()
		r.put("act-bad", "act-late", "act-good")
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if got := at["act-good"]; !slices.Equal(got, []time.Duration{0}) {
			t.Errorf("the good one came after %v", got)
		}
		if got := at["act-late"]; !slices.Equal(got, []time.Duration{0, time.Second, 3 * time.Second}) {
			t.Errorf("the late one came after %v", got)
		}
		bad := at["act-bad"]
		if len(bad) != maxAttempts || bad[8]-bad[7] != longestWait || bad[maxAttempts-1] < 24*time.Hour {
			t.Errorf("the bad one came %d times, in the end after %v", len(bad), bad[len(bad)-1])
		}
		checkLog(t, &log)
	})
}

// checkLog asks for a line of each attempt that failed without the handler's word for
// it, and for the dead letter.
func checkLog(t *testing.T, log io.Reader) {
	t.Helper()
	warned := 0
	for lines := json.NewDecoder(log); ; {
		var line struct{ Level, Message, Cause, Event string }
		if err := lines.Decode(&line); err != nil {
			t.Fatalf("the log ends with %v, without the dead letter", err)
		}
		if line.Level == "ERROR" {
			if line.Event != string(eventOf("act-bad", "ImageSaved")) {
				t.Errorf("the dead letter is %+v", line)
			}
			break
		}
		if line.Cause == errReported.Error() {
			t.Fatalf("the handler has said so itself: %+v", line)
		}
		warned++
	}
	if late, bad := 2, maxAttempts*2/3-1; warned != late+bad { // the last is the dead letter's
		t.Errorf("%d attempts are in the log, not %d", warned, late+bad)
	}
}

func next(t *testing.T, ids <-chan string) string {
	t.Helper()
	select {
	case id := <-ids:
		return id
	case <-time.After(20 * time.Second):
		t.Fatal("no message comes")
		return ""
	}
}

// TestARestart keeps what is not handled, also what is being handled, and knows what
// is.
func TestARestart(t *testing.T) {
	dir := t.TempDir()
	first := make(chan string, 10)
	r := run(t, dir, nopLog, func(ctx context.Context, m events.SQSMessage) (bool, error) {
		first <- m.MessageId
		if m.MessageId == "act-0" {
			return false, nil
		}
		<-ctx.Done()
		return false, ctx.Err()
	})
	r.put("act-0", "act-1", "act-2", "act-3", "act-4", "act-5", "act-6")
	for range 1 + workers {
		next(t, first)
	}
	r.stop()
	if err := r.Put(eventOf("../act", "ImageSaved")); err == nil {
		t.Error("a name that leads out is taken")
	}
	if err := os.WriteFile(filepath.Join(dir, "act-7.json.new"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}

	second := make(chan string, 10)
	r = run(t, dir, nopLog, func(_ context.Context, m events.SQSMessage) (bool, error) {
		if m.Body != string(eventOf(m.MessageId, "ImageSaved")) {
			t.Errorf("%s has %s", m.MessageId, m.Body)
		}
		second <- m.MessageId
		return false, nil
	})
	r.put("act-0", "act-1") // again
	var got []string
	for range 6 {
		got = append(got, next(t, second))
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"act-1", "act-2", "act-3", "act-4", "act-5", "act-6"}) {
		t.Errorf("there were %q", got)
	}
	r.stop()
	if len(second) != 0 {
		t.Errorf("%s came again", <-second)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != handledFile {
		t.Fatalf("there are %v %v", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode() != fs.FileMode(0o600) {
		t.Errorf("the file is %v %v", info, err)
	}
}

// TestWhatWasHandledIsNotKeptForEver, but the newest of it.
func TestWhatWasHandledIsNotKeptForEver(t *testing.T) {
	dir := t.TempDir()
	var lines strings.Builder
	for n := range mostHandled + 5 {
		fmt.Fprintf(&lines, "act-%d\n", n)
	}
	if err := os.WriteFile(filepath.Join(dir, handledFile), []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	q, err := Open(Config{Dir: dir, DetailTypes: []string{"ImageSaved"}, Log: nopLog})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	for activity, waits := range map[string]bool{"act-4": true, "act-5": false, fmt.Sprint("act-", mostHandled+4): false} {
		before := len(q.waiting)
		if err := q.Put(eventOf(activity, "ImageSaved")); err != nil || (len(q.waiting) > before) != waits {
			t.Errorf("%s waits: %v, %v", activity, !waits, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, handledFile))
	if err != nil || bytes.Count(text, []byte("\n")) != mostHandled {
		t.Errorf("%d are kept, %v", bytes.Count(text, []byte("\n")), err)
	}
}
