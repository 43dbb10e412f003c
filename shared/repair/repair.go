// Package repair inspects a DynamoDB table for what lost events have left in it and for
// broken promises, and removes the first if it is to. The function repair does it slice
// by slice on a schedule, the command of tools/repair the whole table at once.
package repair

import (
	"cmp"
	"context"
	"fmt"

	"image-sharing/shared/dynamo"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Repairer inspects a table, and removes by its use cases.
type Repairer struct {
	Table   *dynamo.Store
	Service *service.Service
}

// Request says what to inspect, and whether to remove what was left.
type Request struct {
	Slice  dynamo.Slice
	Remove bool
}

// Report is what was read and found. Shares of closed projects are counted as
// dynamo.ClosedShares has them.
type Report struct {
	dynamo.Counts
	Orphans      int `json:"orphans"`
	Removed      int `json:"removed"`
	ClosedShares int `json:"closedShares"`
	Ended        int `json:"ended"`
	// Left are orphans and shares of closed projects that were only found, and closed
	// projects that own an image.
	Left   int `json:"left"`
	Broken int `json:"broken"` // promises
}

// requestID is that of the activities by which shares of closed projects end.
const requestID = "repair"

// Run inspects a slice. It says each finding, and what it did about it, in a sentence.
// With Remove it removes orphans, and ends the shares of closed projects as on-activity
// does, each of which is an activity; it changes nothing else. Broken promises are only
// said: nobody knows which side is right. What cannot be removed is said too, and does
// not keep the rest from being inspected, while there is time. An error, of which it
// returns the first, comes with all that was done.
func (r *Repairer) Run(ctx context.Context, q Request, say func(sentence string)) (done Report, err error) {
	var notRemoved error
	done.Counts, err = r.Table.Inspect(ctx, q.Slice, func(f dynamo.Finding) error {
		err := r.settle(ctx, f, q.Remove, &done, say)
		if err == nil || ctx.Err() != nil {
			return err
		}
		say(err.Error())
		notRemoved = cmp.Or(notRemoved, err)
		return nil
	})
	return done, cmp.Or(err, notRemoved)
}

func (r *Repairer) settle(ctx context.Context, f dynamo.Finding, remove bool, done *Report, say func(string)) error {
	switch {
	case f.Orphan != nil:
		return r.orphan(ctx, *f.Orphan, remove, done, say)
	case f.Closed != nil:
		return r.closed(ctx, *f.Closed, remove, done, say)
	}
	done.Broken++
	say("BROKEN PROMISE: " + f.Broken)
	return nil
}

func (r *Repairer) orphan(ctx context.Context, o dynamo.Orphan, remove bool, done *Report, say func(string)) error {
	done.Orphans++
	fate := "would remove"
	if remove {
		removed, err := r.Table.Remove(ctx, o)
		if err != nil {
			return fmt.Errorf("the share of a former image %s with %s is not removed: %w", o.Image, o.Target, err)
		}
		fate = "left alone, changed since"
		if removed {
			fate = "removed"
			done.Removed++
		}
	} else {
		done.Left++
	}
	say(fmt.Sprintf("%s: share with %s of a former image %s (uid %s)", fate, o.Target, o.Image, o.UID))
	return nil
}

// closed ends what a closed project has received, also what is not listed. An image of its
// own is only said: to delete it is a decision of the platform.
func (r *Repairer) closed(ctx context.Context, c dynamo.ClosedShares, remove bool, done *Report, say func(string)) error {
	if c.Owned != "" {
		done.Left++
		say(fmt.Sprintf("left: the closed project %s owns the image %s: delete it", c.Project, c.Owned))
	}
	if len(c.Images) == 0 {
		return nil
	}
	done.ClosedShares += len(c.Images)
	fate := "would end"
	if remove {
		ending, err := r.Service.EndReceivedShares(ctx, sharing.Activity{ProjectID: c.Project, RequestID: requestID})
		done.Ended += ending.Ended
		if err != nil {
			return fmt.Errorf("the shares of the closed project %s are not all ended: %w", c.Project, err)
		}
		if fate = "ended"; ending.Ended < len(c.Images) {
			fate = "ended, or changed since"
		}
	} else {
		done.Left += len(c.Images)
	}
	for _, img := range c.Images {
		say(fmt.Sprintf("%s: share of image %s with the closed project %s", fate, img, c.Project))
	}
	if c.More {
		say(fmt.Sprintf("%s: further shares with the closed project %s", fate, c.Project))
	}
	return nil
}
