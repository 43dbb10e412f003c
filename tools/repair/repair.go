package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// repair prints what is wrong with the table, and removes what was left if it
// is to. It reports whether the table keeps its promises.
func repair(ctx context.Context, at place, remove bool, getenv func(string) string, out io.Writer) (kept bool, err error) {
	t, err := at.open(getenv)
	if err != nil {
		return false, err
	}
	found, err := t.Inspect(ctx)
	if err != nil {
		return false, fmt.Errorf("cannot read the table %s: %w", at.table, err)
	}
	slices.Sort(found.Broken)
	for _, sentence := range found.Broken {
		fmt.Fprintf(out, "BROKEN PROMISE: %s\n", sentence)
	}
	slices.SortFunc(found.Orphans, func(a, b dynamo.Orphan) int {
		return cmp.Or(cmp.Compare(a.Image, b.Image), cmp.Compare(a.Target, b.Target))
	})
	for _, l := range found.Orphans {
		fate := "would remove"
		if remove {
			removed, err := t.Remove(ctx, l)
			if err != nil {
				return false, fmt.Errorf("cannot remove the share of image %s with %s: %w", l.Image, l.Target, err)
			}
			if fate = "removed"; !removed {
				fate = "left alone, changed since"
			}
		}
		fmt.Fprintf(out, "%s: share with %s of a former image %s (uid %s)\n", fate, l.Target, l.Image, l.UID)
	}
	if err := endShares(ctx, t, found.OfClosed, remove, out); err != nil {
		return false, err
	}
	fmt.Fprintf(out, "%s: %d projects, %d images, %d activities, %d shares, %d of them orphans; broken promises: %d\n",
		at.table, found.Projects, found.Images, found.Activities, found.Shares, len(found.Orphans), len(found.Broken))
	if !remove && len(found.Orphans)+len(found.OfClosed) > 0 {
		fmt.Fprintln(out, "Nothing was changed: -remove removes the orphans, and ends the shares of closed projects.")
	}
	return len(found.Broken) == 0, nil
}

// endShares prints the shares of closed projects, and ends them, if it is to, as
// on-activity does.
func endShares(ctx context.Context, t *dynamo.Store, shares []dynamo.ClosedShare, remove bool, out io.Writer) error {
	slices.SortFunc(shares, func(a, b dynamo.ClosedShare) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Image, b.Image))
	})
	s := service.New(t, service.Config{ActivityRetention: sharing.DefaultActivityRetentionDays * 24 * time.Hour})
	fate := "would end"
	for i, c := range shares {
		if remove && (i == 0 || shares[i-1].Project != c.Project) {
			if _, err := s.EndReceivedShares(ctx, sharing.Activity{ProjectID: c.Project, RequestID: "repair"}); err != nil {
				return fmt.Errorf("cannot end the shares of the closed project %s: %w", c.Project, err)
			}
			fate = "ended"
		}
		fmt.Fprintf(out, "%s: share of image %s with the closed project %s\n", fate, c.Image, c.Project)
	}
	return nil
}
