package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"image-sharing/shared/dynamo"
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
	fmt.Fprintf(out, "%s: %d projects, %d images, %d activities, %d shares, %d of them orphans; broken promises: %d\n",
		at.table, found.Projects, found.Images, found.Activities, found.Shares, len(found.Orphans), len(found.Broken))
	if !remove && len(found.Orphans) > 0 {
		fmt.Fprintln(out, "Nothing was changed: -remove removes the orphans.")
	}
	return len(found.Broken) == 0, nil
}
