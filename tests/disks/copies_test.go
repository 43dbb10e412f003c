// Package disks holds the copier to what it promises, whatever fails: a copy is
// Available only with its source's bytes; it goes on or fails with a reason; and
// nothing is left behind. S3 is gofakes3, in this process.
package disks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/shared/cleanup"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/sharing"
)

func TestCopies(t *testing.T) {
	for _, size := range []int{0, 1, partSize - 1, partSize, partSize + 1, 40*partSize + 3} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			w := newWorld(t, nil)
			id := w.begin(size)
			second := bytesOf(3*partSize, 9)
			w.putInto(bucketOf, "second", second)
			w.secondDisk(id, elsewhere, "second")
			if !w.deliver(t.Context(), id) {
				t.Fatal(w.log)
			}
			img := w.is(id, "", w.disk, second)
			w.nothingLeft(img, sourceKey)
			if img.SystemDisk.SizeGiB != 20 || img.DataDisks[0].SizeGiB != 100 {
				t.Errorf("the disks are %+v, %+v", img.SystemDisk, img.DataDisks)
			}
			page, err := w.store.Activities(t.Context(), sharing.ActivityQuery{Project: recipient, ImageID: id, Type: sharing.CopyCompleted, Limit: 10})
			if err != nil || len(page.Activities) != 1 || page.Activities[0].Actor.Subject != "system" || page.Activities[0].RequestID != "message-1" {
				t.Errorf("the activity is %+v, %v", page, err)
			}
			if !w.deliver(t.Context(), id) || !w.image(id).UpdatedAt.Equal(img.UpdatedAt) {
				t.Errorf("the message has come again, and made it %+v", w.image(id))
			}
			w.nothingLeft(img, sourceKey)
		})
	}
}

// faults are what can happen to a call.
var faults = map[string]func(*exchange) (*http.Response, error){
	"is lost": func(*exchange) (*http.Response, error) { return nil, errors.New("connection reset") },
	"is answered, and the answer lost": func(e *exchange) (*http.Response, error) {
		_ = e.forward().Body.Close()
		return nil, errors.New("connection reset")
	},
	"is throttled":            func(e *exchange) (*http.Response, error) { return e.refuse(503, "SlowDown"), nil },
	"meets an internal error": func(e *exchange) (*http.Response, error) { return e.refuse(500, "InternalError"), nil },
	"is answered with an error under 200": func(e *exchange) (*http.Response, error) {
		if e.Method == http.MethodHead {
			return e.refuse(500, ""), nil
		}
		return e.refuse(200, "InternalError"), nil
	},
	"is refused for the credentials": func(e *exchange) (*http.Response, error) {
		if e.Method == http.MethodHead {
			return e.refuse(400, ""), nil
		}
		return e.refuse(403, "ExpiredToken"), nil
	},
}

// eachCall runs a copy of two disks for each call that it takes, which meets
// something.
func eachCall(t *testing.T, retryer aws.Retryer, what string, meet func(w *world, id sharing.ImageID, cancel func()) func(*exchange) (*http.Response, error), check func(w *world, id sharing.ImageID)) {
	begin := func(t *testing.T) (*world, sharing.ImageID) {
		w := newWorld(t, retryer)
		id := w.begin(3*partSize + 5)
		w.put("second", w.disk[:partSize-3])
		w.secondDisk(id, region, "second")
		return w, id
	}
	w, id := begin(t)
	w.calls.on(-1, nil)
	if !w.deliver(t.Context(), id) || len(w.calls.made) < 15 {
		t.Fatalf("there were %d calls: %q\n%s", len(w.calls.made), w.calls.made, w.log)
	}
	for number, call := range w.calls.made {
		method, _, _ := strings.Cut(call, " ")
		t.Run(fmt.Sprintf("%s of call %d (%s)", what, number, method), func(t *testing.T) {
			t.Parallel()
			w, id := begin(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w.calls.on(number, meet(w, id, cancel))
			done := w.deliver(ctx, id)
			if len(w.calls.made) <= number {
				t.Fatalf("there were only %d calls: %q", len(w.calls.made), w.calls.made)
			}
			w.calls.on(-1, nil)
			if !done {
				w.deliverUntilDone(id)
			}
			check(w, id)
		})
	}
}

// TestACopyOfAnOwnImageElsewhere has all its disks, in the region that it was asked for.
func TestACopyOfAnOwnImageElsewhere(t *testing.T) {
	w := newWorld(t, nil)
	first, second := bytesOf(partSize+1, 1), bytesOf(7, 9)
	w.put(otherKey, []byte("nobody else's"))
	w.putInto(bucketOf, "first", first)
	w.putInto(bucketOf, "second", second)
	w.must1(w.store.PutImage(t.Context(), sharing.PutImageCommand{
		Owner: owner, ImageID: source, UID: "u", Origin: origin(),
		ImageSpec: sharing.ImageSpec{
			Name: "n", Region: elsewhere, Kind: sharing.Custom, HostType: sharing.UHost, State: sharing.Available,
			SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "first"}, DataDisks: []sharing.Disk{{SizeGiB: 100, SnapshotID: "second"}},
		},
	}))
	copied, err := w.store.Save(t.Context(), sharing.SaveCommand{
		Via: sharing.ViaOwn, Project: owner, SourceID: source, Region: new(region), Name: "copy", NewID: "copy", UID: "copy", Origin: origin(),
	})
	w.must(err)
	if !w.deliver(t.Context(), copied.ID) {
		t.Fatal(w.log)
	}
	w.nothingLeft(w.is(copied.ID, "", first, second))
}

func TestEachCallCanFail(t *testing.T) {
	for _, what := range sorted(faults) {
		eachCall(t, once, what, func(*world, sharing.ImageID, func()) func(*exchange) (*http.Response, error) { return faults[what] },
			func(w *world, id sharing.ImageID) {
				w.nothingLeft(w.is(id, "", w.disk, w.disk[:partSize-3]), sourceKey, "second")
			})
	}
}

// TestWhatPassesIsSentAgain: by the SDK, so that the message is done at once.
func TestWhatPassesIsSentAgain(t *testing.T) {
	for _, what := range []string{"is answered with an error under 200", "is throttled"} {
		eachCall(t, nil, what, func(*world, sharing.ImageID, func()) func(*exchange) (*http.Response, error) { return faults[what] },
			func(w *world, id sharing.ImageID) {
				w.is(id, "", w.disk, w.disk[:partSize-3])
				if n := strings.Count(w.log.String(), `"msg":"message"`); n != 1 {
					w.Errorf("the message came %d times:\n%s", n, w.log)
				}
			})
	}
}

// TestWhateverHappensMeanwhile has something happen before each call of a copy.
func TestWhateverHappensMeanwhile(t *testing.T) {
	complete := func(w *world, id sharing.ImageID) {
		w.nothingLeft(w.is(id, "", w.disk, w.disk[:partSize-3]), sourceKey, "second")
	}
	oldOrNew := func(w *world, id sharing.ImageID) {
		img := w.image(id)
		if img.State == sharing.Failed {
			w.is(id, "SourceDiskChanged")
		} else {
			w.is(id, "", w.oneOf(img.SystemDisk, w.disk), w.oneOf(img.DataDisks[0], w.disk[:partSize-3]))
		}
		w.nothingLeft(img, sourceKey, "second")
	}
	for _, c := range []struct {
		what   string
		happen func(w *world, id sharing.ImageID, cancel func())
		check  func(w *world, id sharing.ImageID)
	}{
		{"the time is over", func(_ *world, _ sharing.ImageID, cancel func()) { cancel() }, complete},
		{"another worker does it all", func(w *world, id sharing.ImageID, _ func()) {
			if !w.deliver(context.Background(), id) {
				w.Error("another worker has failed")
			}
		}, complete},
		{"all uploads are aborted", func(w *world, _ sharing.ImageID, _ func()) { w.abortAll() }, complete},
		{"the source is changed", func(w *world, _ sharing.ImageID, _ func()) { w.put(sourceKey, bytesOf(len(w.disk), 77)) }, oldOrNew},
		{"its other disk is changed", func(w *world, _ sharing.ImageID, _ func()) { w.put("second", bytesOf(partSize-3, 77)) }, oldOrNew},
		{"the source is changed, and the time over", func(w *world, _ sharing.ImageID, cancel func()) {
			w.put(sourceKey, bytesOf(len(w.disk), 77))
			cancel()
		}, oldOrNew},
		{"the source is deleted", func(w *world, _ sharing.ImageID, _ func()) { w.delete(sourceKey) },
			func(w *world, id sharing.ImageID) {
				if w.image(id).State == sharing.Failed {
					w.is(id, "SourceDiskMissing")
				} else {
					w.is(id, "", w.disk, w.disk[:partSize-3])
				}
				w.nothingLeft(w.image(id), "second")
			}},
		{"the copy is deleted", func(w *world, id sharing.ImageID, _ func()) { w.deleteImage(id) },
			func(w *world, id sharing.ImageID) {
				if w.image(id) != nil {
					w.Error("it is there")
				}
				w.nothingLeft(nil, sourceKey, "second")
			}},
		{"the copy is deleted, and what is there of it removed", func(w *world, id sharing.ImageID, _ func()) {
			uid := w.image(id).UID
			w.deleteImage(id)
			w.must(w.places.Remove(context.Background(), region, id, uid))
		}, func(w *world, _ sharing.ImageID) { w.nothingLeft(nil, sourceKey, "second") }},
		{"the copy is deleted and saved anew", func(w *world, id sharing.ImageID, _ func()) {
			w.deleteImage(id)
			w.save(origin())
		}, func(w *world, id sharing.ImageID) {
			w.deliverUntilDone(id)
			w.nothingLeft(w.is(id, "", w.disk, w.disk[:partSize-3]), sourceKey, "second")
		}},
		{"the copy fails and begins again", func(w *world, id sharing.ImageID, _ func()) {
			w.fail(id)
			w.save(origin())
		}, func(w *world, id sharing.ImageID) {
			w.deliverUntilDone(id)
			if img := w.image(id); img.State != sharing.Available {
				w.Errorf("it is %s, %+v", img.State, img.Failure)
			}
			w.nothingLeft(w.image(id), sourceKey, "second")
		}},
		{"the platform says that it has failed", func(w *world, id sharing.ImageID, _ func()) { w.fail(id) },
			func(w *world, id sharing.ImageID) { w.nothingLeft(w.image(id), sourceKey, "second") }},
	} {
		eachCall(t, once, c.what, func(w *world, id sharing.ImageID, cancel func()) func(*exchange) (*http.Response, error) {
			return func(e *exchange) (*http.Response, error) {
				c.happen(w, id, cancel)
				if err := e.Context().Err(); err != nil {
					return nil, err
				}
				return e.forward(), nil
			}
		}, c.check)
	}
}

// oneOf is what the source had before or has since, whichever the copy has.
func (w *world) oneOf(d sharing.Disk, before []byte) []byte {
	if since := bytesOf(len(before), 77); slices.Equal(w.get(d.SnapshotID), since) {
		return since
	}
	return before
}

func (w *world) abortAll() {
	for _, u := range w.listUploads() {
		_, err := w.client.AbortMultipartUpload(context.Background(), &s3.AbortMultipartUploadInput{Bucket: aws.String(bucket), Key: u.Key, UploadId: u.UploadId})
		w.must(err)
	}
}

func (w *world) delete(key string) {
	_, err := w.client.DeleteObject(context.Background(), &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: &key})
	w.must(err)
}

func (w *world) deleteImage(id sharing.ImageID) {
	w.must(w.store.DeleteImage(context.Background(), sharing.DeleteImageCommand{Owner: recipient, ImageID: id, Origin: origin()}))
}

// fail is the platform's word, which may come when the image is Available already.
func (w *world) fail(id sharing.ImageID) {
	if w.image(id).State == sharing.Available {
		return
	}
	state := sharing.Failed
	c := sharing.PatchImageCommand{Owner: recipient, ImageID: id, Origin: origin()}
	c.State = sharing.Member[sharing.State]{Named: true, Value: &state}
	_, err := w.store.PatchImage(context.Background(), c)
	w.must(err)
}

// TestWhatIsLeftGoesLate: a worker on a copying that has failed tidies up while the one
// that was begun again has its disk already, and completes just before anything goes.
func TestWhatIsLeftGoesLate(t *testing.T) {
	w := newWorld(t, once)
	id := w.begin(3 * partSize)
	begunAgain, there, completed := false, false, false
	w.calls.meetAll(func(e *exchange) (*http.Response, error) {
		query := e.URL.Query()
		switch {
		case e.Method == http.MethodPost && query.Has("uploads") && !begunAgain:
			begunAgain = true
			w.fail(id)
			w.save(origin())
			if w.deliver(context.Background(), id) {
				t.Error("the second copying was not interrupted")
			}
		case e.Method == http.MethodPost && query.Has("uploadId"):
			_ = e.forward().Body.Close()
			there = true
			return nil, errors.New("killed")
		case e.Method == http.MethodDelete && !query.Has("uploadId") && there && !completed:
			completed = true
			w.deliverUntilDone(id)
		}
		return e.forward(), nil
	})
	if !w.deliver(t.Context(), id) || !there {
		t.Error(w.log)
	}
	w.calls.meetAll(nil)
	w.deliverUntilDone(id)
	w.nothingLeft(w.is(id, "", w.disk), sourceKey)
}

// TestAnUploadThatIsDone: of two workers one learns from S3 that the other was faster.
func TestAnUploadThatIsDone(t *testing.T) {
	for code, status := range map[string]int{"PreconditionFailed": 412, "ConditionalRequestConflict": 409, "NoSuchUpload": 404} {
		w := newWorld(t, once)
		id := w.begin(3 * partSize)
		w.calls.meetAll(func(e *exchange) (*http.Response, error) {
			response := e.forward()
			if e.Method == http.MethodPost && e.URL.Query().Has("uploadId") {
				return e.refuse(status, code), nil
			}
			return response, nil
		})
		if !w.deliver(t.Context(), id) {
			t.Errorf("%s: %s", code, w.log)
		}
		w.nothingLeft(w.is(id, "", w.disk), sourceKey)
	}
}

// TestPartsOfAnotherRelease: what it cut into other parts is copied anew.
func TestPartsOfAnotherRelease(t *testing.T) {
	w := newWorld(t, once)
	id := w.begin(5 * partSize)
	w.calls.on(6, faults["is lost"])
	if w.deliver(t.Context(), id) || w.uploads() != 1 {
		t.Fatal("it was not interrupted")
	}
	w.calls.on(-1, nil)
	w.handle = w.cut(partSize - 9)
	w.deliverUntilDone(id)
	w.nothingLeft(w.is(id, "", w.disk), sourceKey)
}

// TestWorkersAtOnce: with the race detector, too.
func TestWorkersAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	id := w.begin(60 * partSize)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			if reply, err := w.handle(context.Background(), message(id)); err != nil || len(reply.BatchItemFailures) > 0 {
				t.Errorf("%+v, %v", reply, err)
			}
		})
	}
	workers.Wait()
	w.nothingLeft(w.is(id, "", w.disk), sourceKey)
}

func TestWhatEndsACopy(t *testing.T) {
	refusing := func(status int, code string, where func(*exchange) bool) func(*world) {
		return func(w *world) {
			w.calls.meetAll(func(e *exchange) (*http.Response, error) {
				if where(e) {
					return e.refuse(status, code), nil
				}
				return e.forward(), nil
			})
		}
	}
	isHead := func(e *exchange) bool { return e.Method == http.MethodHead }
	isCopy := func(e *exchange) bool { return e.Header.Get("X-Amz-Copy-Source") != "" }
	for name, c := range map[string]struct {
		prepare func(*world)
		code    string
	}{
		"its source may not be looked at": {refusing(403, "", isHead), "AccessDenied"},
		"its source may not be read":      {refusing(403, "AccessDenied", isCopy), "AccessDenied"},
		"its source is not there":         {func(w *world) { w.delete(sourceKey) }, "SourceDiskMissing"},
		"another checksum": {func(w *world) {
			n := 0
			w.calls.meetAll(func(e *exchange) (*http.Response, error) {
				r := e.forward()
				if e.Method == http.MethodHead {
					n++
					r.Header.Set("X-Amz-Checksum-Crc64nvme", fmt.Sprintf("AAAAAAAAAA%d=", n))
				}
				return r, nil
			})
		}, "ChecksumMismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, once)
			id := w.begin(3 * partSize)
			c.prepare(w)
			if !w.deliver(t.Context(), id) {
				t.Fatal(w.log)
			}
			others := []string{sourceKey}
			if c.code == "SourceDiskMissing" {
				others = nil
			}
			w.nothingLeft(w.is(id, c.code), others...)
			page, err := w.store.Activities(t.Context(), sharing.ActivityQuery{Project: recipient, ImageID: id, Type: sharing.CopyFailed, Limit: 10})
			if err != nil || len(page.Activities) != 1 || page.Activities[0].Failure == nil || page.Activities[0].Failure.Code != c.code {
				t.Errorf("the activity is %+v, %v", page, err)
			}

			// It begins again by its key.
			w.calls.meetAll(nil)
			w.put(sourceKey, w.disk)
			w.save(origin())
			w.deliverUntilDone(id)
			w.nothingLeft(w.is(id, "", w.disk), sourceKey)
		})
	}
	t.Run("a day", func(t *testing.T) {
		w := newWorld(t, once)
		id := w.begin(3 * partSize)
		w.deleteImage(id)
		late := origin()
		late.Now = late.Now.Add(-25 * time.Hour)
		w.save(late)
		w.calls.on(5, faults["is lost"])
		w.deliverUntilDone(id)
		w.nothingLeft(w.is(id, "TimedOut"), sourceKey)
	})
}

// meetAll has every call meet something, nil for nothing.
func (c *calls) meetAll(meet func(*exchange) (*http.Response, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = meet
}

// TestMessagesThatAreNoneOfOurs are done, and change nothing; one that cannot be
// understood comes again until it is a dead letter.
func TestMessagesThatAreNoneOfOurs(t *testing.T) {
	w := newWorld(t, once)
	id := w.begin(10)
	before := w.image(id)
	for name, c := range map[string]struct {
		event   events.SQSEvent
		done    bool
		outcome string
	}{
		"another type":                 {eventMessage("ImageShared", `"imageId":"i"`), true, `"outcome":"ignored"`},
		"another region":               {eventMessage("ImageSaved", fmt.Sprintf(`"copy":{"imageId":%q,"region":"unknown"}`, id)), true, `"outcome":"ignored"`},
		"the region of a former image": {eventMessage("ImageSaved", fmt.Sprintf(`"copy":{"imageId":%q,"region":%q}`, id, elsewhere)), true, `"result":"over"`},
		"an unknown image":             {message("unknown"), true, `"result":"over"`},
		"no copy":                      {eventMessage("ImageSaved", `"imageId":"i"`), false, `"outcome":"failed"`},
		"a bad id":                     {eventMessage("ImageCopied", `"copy":{"imageId":"../","region":"eu-west"}`), false, `"outcome":"failed"`},
		"no event":                     {events.SQSEvent{Records: []events.SQSMessage{{MessageId: "message-1", Body: "{"}}}, false, `"level":"ERROR"`},
	} {
		w.log.Reset()
		reply, err := w.handle(t.Context(), c.event)
		if done := len(reply.BatchItemFailures) == 0; err != nil || done != c.done || !strings.Contains(w.log.String(), c.outcome) {
			t.Errorf("%s: done %v, %v, %s", name, done, err, w.log)
		}
		if !c.done && reply.BatchItemFailures[0].ItemIdentifier != "message-1" {
			t.Errorf("%s: %+v", name, reply)
		}
	}
	if after := w.image(id); after.State != before.State || after.Copying != nil || w.uploads() > 0 {
		t.Errorf("the image is %+v", after)
	}
}

// TestACopyWaitsForADiskThatIsNotThereYet, if it is told to, and that is no error.
func TestACopyWaitsForADiskThatIsNotThereYet(t *testing.T) {
	w := newWorld(t, once)
	w.config.Patience = time.Hour
	w.handle = w.cut(partSize)
	id := w.begin(10)
	w.delete(sourceKey)
	if w.deliver(t.Context(), id) || w.image(id).State != sharing.Creating {
		t.Errorf("the message is done, and the copy is %s", w.image(id).State)
	}
	if log := w.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, `"level":"INFO"`) || !strings.Contains(log, `"outcome":"Waiting"`) {
		t.Errorf("the log has %s", log)
	}
	w.put(sourceKey, w.disk)
	w.deliverUntilDone(id)
	w.is(id, "", w.disk)
}

// TestTheLogSaysHowOldACopyIs, whenever its message comes again and at no other time.
func TestTheLogSaysHowOldACopyIs(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	forwarded := func(e *exchange) (*http.Response, error) { return e.forward(), nil }
	for name, c := range map[string]struct {
		ctx  context.Context
		meet func(*exchange) (*http.Response, error)
		aged bool
	}{
		"it is done":       {t.Context(), forwarded, false},
		"the time is over": {over, forwarded, true},
		"S3 is too busy":   {t.Context(), faults["is throttled"], true},
		"it has failed": {t.Context(), func(e *exchange) (*http.Response, error) {
			if e.Method == http.MethodHead {
				return e.refuse(403, ""), nil
			}
			return e.forward(), nil
		}, false},
	} {
		w := newWorld(t, once)
		id := w.begin(10)
		began := time.Now().Add(-time.Hour)
		w.calls.meetAll(c.meet)
		_, err := w.handle(c.ctx, eventMessage("ImageSaved", fmt.Sprintf(`"at":%q,"copy":{"imageId":%q,"region":%q}`, began.Format(time.RFC3339Nano), id, region)))
		w.must(err)
		var line struct{ AgeSeconds *int }
		w.must(json.Unmarshal(w.log.Bytes(), &line))
		if (line.AgeSeconds != nil) != c.aged || c.aged && (*line.AgeSeconds < 3600 || *line.AgeSeconds > 2*3600) {
			t.Errorf("%s: %s", name, w.log)
		}
	}
}

// TestTheEndOfAnImageIsThatOfItsDisks, when the copier made them.
func TestTheEndOfAnImageIsThatOfItsDisks(t *testing.T) {
	w := newWorld(t, once)
	id := w.begin(10)
	w.deliverUntilDone(id)
	end := eventMessage("ImageDeleted", fmt.Sprintf(`"imageId":%q,"projectId":%q,"region":%q`, id, recipient, region))
	for _, deleted := range []bool{false, true} {
		if deleted {
			w.deleteImage(id)
		}
		if reply, err := w.handle(t.Context(), end); err != nil || len(reply.BatchItemFailures) > 0 {
			t.Fatal(reply, err, w.log)
		}
		w.nothingLeft(w.image(id), sourceKey)
	}
}

// removal is what the table's stream brings of an image that was deleted.
func removal(id, uid string) events.DynamoDBEvent {
	text := events.NewStringAttribute
	return events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{{EventName: "REMOVE", Change: events.DynamoDBStreamRecord{
		SequenceNumber: "1",
		Keys:           map[string]events.DynamoDBAttributeValue{"pk": text("IMAGE#" + id), "sk": text("IMAGE")},
		OldImage:       map[string]events.DynamoDBAttributeValue{"uid": text(uid), "region": text(region)},
	}}}}
}

// TestRemoveLeavesTheOthers: what is not under the very image's key and uid.
func TestRemoveLeavesTheOthers(t *testing.T) {
	w := newWorld(t, once)
	w.put(otherKey, []byte("x"))
	const copying = "/20261102T101500.250000Z/"
	others := []string{"images/img/u/0", "images/img/uid/disks/0", "images/img/uid/disks/of/3", "images/img/uid2" + copying + "0", "images/img2/uid" + copying + "0", "registered"}
	for _, key := range append(others, "images/img/uid"+copying+"0", "images/img/uid"+copying+"1") {
		w.put(key, []byte("x"))
	}
	if _, err := w.client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: aws.String("images/img/uid" + copying + "2")}); err != nil {
		t.Fatal(err)
	}
	handle := cleanup.NewHandler(dynamo.New(nil, "table"), slog.New(slog.DiscardHandler), w.places.Remove) // without shares, it calls no table
	for range 2 {
		reply, err := handle(t.Context(), removal("img", "uid"))
		w.must(err)
		if len(reply.BatchItemFailures) > 0 {
			t.Error("the clean-up has failed")
		}
		w.must(w.places.Remove(t.Context(), "elsewhere", "img", "uid2"))
		w.must(w.places.Remove(t.Context(), region, "img", ""))
	}
	w.nothingLeft(nil, others...)
}
