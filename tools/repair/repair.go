package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/repair"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// repairTable prints what is wrong with the table as it is found, and removes what was left
// if it is to. It reports whether the table keeps its promises.
func repairTable(ctx context.Context, at place, remove bool, getenv func(string) string, out io.Writer) (kept bool, err error) {
	t, err := at.open(getenv)
	if err != nil {
		return false, err
	}
	r := repair.Repairer{Table: t, Service: service.New(t, service.Config{ActivityRetention: sharing.DefaultActivityRetentionDays * 24 * time.Hour})}
	done, err := r.Run(ctx, repair.Request{Slice: dynamo.Whole, Remove: remove}, func(sentence string) { fmt.Fprintln(out, sentence) })
	if err != nil {
		return false, fmt.Errorf("cannot read the table %s, or not repair it: %w", at.table, err)
	}
	fmt.Fprintf(out, "%s: %d projects, %d images, %d activities, %d shares, %d of them orphans; broken promises: %d\n",
		at.table, done.Projects, done.Images, done.Activities, done.Shares, done.Orphans, done.Broken)
	if !remove && done.Left > 0 {
		fmt.Fprintln(out, "Nothing was changed: -remove removes the orphans, and ends the shares of closed projects.")
	}
	return done.Broken == 0, nil
}
