package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/sharing"
	"image-sharing/shared/timestamp"
	"image-sharing/tests/kit/sample"
)

// BenchmarkShare is one client that shares with one more project at a time, every share
// on disk when its response comes. In turns with it, in a store of its own, go the bare
// statements of a share with the same texts and nothing else: no rule, no record read or
// written. In turns, because from one minute to the next the disk differs by more than the
// two do. The ratio is that of their medians.
func BenchmarkShare(b *testing.B) {
	targets := make([]sharing.ProjectID, sharing.MaxShares)
	for i := range targets {
		targets[i] = sharing.ProjectID(fmt.Sprintf("target-%d", i))
	}
	ours, bare := openDir(b, b.TempDir()), openDir(b, b.TempDir())
	for _, s := range []*Store{ours, bare} {
		for _, p := range append(targets, "owner") {
			putProject(b, s, p)
		}
	}
	texts := textsOfAShare(b)
	var took, tookBare []time.Duration
	for i := 0; b.Loop(); i++ {
		n := i % len(targets)
		id, target := sharing.ImageID(fmt.Sprintf("image-%d", i-n)), targets[n]
		if n == 0 {
			b.StopTimer()
			putImage(b, ours, "owner", id)
			putImage(b, bare, "owner", id)
			b.StartTimer()
		}
		now := timestamp.Format(time.Now())
		fill := strings.NewReplacer("ACTIVITY", "act-"+rand.Text(), "MOMENT", now, "IMAGE", string(id), "TARGET", string(target))
		activity, shared := fill.Replace(texts[0]), fill.Replace(texts[1])
		turns := []func(){
			timed(&took, func() { share(b, ours, "owner", id, target) }),
			timed(&tookBare, func() { bare.bareShare(b, id, target, now, activity, shared) }),
		}
		turns[i%2]()
		turns[1-i%2]()
	}
	b.ReportMetric(0, "ns/op") // of both together says nothing
	b.ReportMetric(median(took), "share-ns")
	b.ReportMetric(median(tookBare), "bare-ns")
	b.ReportMetric(median(took)/median(tookBare), "ratio")
}

// timed returns a function that calls do and adds to all how long it took.
func timed(all *[]time.Duration, do func()) func() {
	return func() {
		began := time.Now()
		do()
		*all = append(*all, time.Since(began))
	}
}

func median(all []time.Duration) float64 {
	slices.Sort(all)
	return float64(all[len(all)/2])
}

// textsOfAShare returns the attributes of an activity and a share as the store writes
// them, with a word in capitals where one differs from the next.
func textsOfAShare(b *testing.B) []string {
	s := openDir(b, b.TempDir())
	putProject(b, s, "owner")
	putProject(b, s, "target-0")
	putImage(b, s, "owner", "image-0")
	share(b, s, "owner", "image-0", "target-0")
	kept, err := findOne(b.Context(), s.reader, scanTexts(2), `
		SELECT json_set(activities.attributes, '$.activityId', 'ACTIVITY', '$.at', 'MOMENT', '$.imageId', 'IMAGE', '$.targets[0]', 'TARGET'),
			json_set(shares.attributes, '$.sharedAt', 'MOMENT')
		FROM activities, shares WHERE type = ?`, sharing.ImageShared)
	if err != nil {
		b.Fatal(err)
	}
	return *kept
}

// bareShare cannot be cancelled any more than a share can: each statement would cost a
// goroutine that waits for it.
func (s *Store) bareShare(b *testing.B, id sharing.ImageID, target sharing.ProjectID, sharedAt, activity, shared string) {
	b.Helper()
	ctx := context.WithoutCancel(b.Context())
	c, err := s.writer.take(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer s.writer.give(c)
	var errs []error
	exec := func(query string, args ...any) {
		_, err := c.exec(ctx, query, args...)
		errs = append(errs, err)
	}
	exec("BEGIN IMMEDIATE")
	_, err = findOne(ctx, c, scanTexts(4), `SELECT `+imageColumns+`, `+allShares+` FROM images WHERE id = ?`, id)
	errs = append(errs, err)
	_, err = findAll(ctx, c, scanTexts(1), `SELECT attributes FROM projects WHERE id IN (SELECT value FROM json_each(?))`, `["`+string(target)+`"]`)
	errs = append(errs, err)
	exec(`INSERT INTO activities (feed, attributes) VALUES (?, ?)`, "owner", activity)
	exec(`INSERT INTO shares (image_id, target, image_region, shared_at, status, attributes) VALUES (?, ?, ?, ?, ?, ?)`, id, target, "region", sharedAt, sharing.Accepted, shared)
	exec("COMMIT")
	if err := errors.Join(errs...); err != nil {
		b.Fatal(err)
	}
}

// scanTexts scans a row of so many texts.
func scanTexts(columns int) func(scanner) ([]string, error) {
	return func(row scanner) ([]string, error) {
		texts := make([]string, columns)
		into := make([]any, columns)
		for i := range texts {
			into[i] = &texts[i]
		}
		return texts, row.Scan(into...)
	}
}

// BenchmarkReceivedPage reads a page of 25 of 1,000 images shared with one
// project, from the middle of the list.
func BenchmarkReceivedPage(b *testing.B) {
	b.ReportAllocs()
	s := openDir(b, b.TempDir())
	putProject(b, s, "owner")
	putProject(b, s, "target")
	for i := range 1000 {
		id := sharing.ImageID(fmt.Sprintf("image-%d", i))
		putImage(b, s, "owner", id)
		share(b, s, "owner", id, "target")
	}
	q := sharing.PageQuery{Project: "target", Limit: 500}
	half, err := s.ReceivedImages(context.Background(), q)
	if err != nil {
		b.Fatal(err)
	}
	q.Limit, q.After = 25, half.Next
	for b.Loop() {
		page, err := s.ReceivedImages(context.Background(), q)
		if err != nil || len(page.Items) != q.Limit {
			b.Fatal(len(page.Items), err)
		}
	}
}

func openDir(tb testing.TB, dir string) *Store {
	tb.Helper()
	s, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func putProject(tb testing.TB, s *Store, id sharing.ProjectID) {
	tb.Helper()
	if _, _, err := s.PutProject(context.Background(), sharing.PutProjectCommand{ID: id, ProjectSpec: sharing.ProjectSpec{AccountID: "account", Name: string(id)}, Origin: sample.Origin(time.Now())}); err != nil {
		tb.Fatal(err)
	}
}

func putImage(tb testing.TB, s *Store, owner sharing.ProjectID, id sharing.ImageID) {
	tb.Helper()
	_, _, err := s.PutImage(context.Background(), sharing.PutImageCommand{
		Owner: owner, ImageID: id, UID: "uid", Origin: sample.Origin(time.Now()),
		ImageSpec: sharing.ImageSpec{
			Name: "image", Region: "region", Kind: sharing.Custom, HostType: sharing.UHost,
			State: sharing.Available, SystemDisk: sharing.Disk{SizeGiB: 20, SnapshotID: "snapshot"},
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func share(tb testing.TB, s *Store, owner sharing.ProjectID, id sharing.ImageID, targets ...sharing.ProjectID) {
	tb.Helper()
	_, _, err := s.Share(context.Background(), sharing.ShareCommand{
		Owner: owner, ImageID: id, Targets: targets, Acknowledged: true,
		Origin: sample.Origin(time.Now()), Limit: sharing.MaxShares,
	})
	if err != nil {
		tb.Fatal(err)
	}
}
