package events

import (
	"context"
	"time"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// Closings end the shares that closed projects have received.
type Closings struct {
	Service *service.Service
	// Settling is for how long after its closing was committed a share with a project may still
	// appear: it was decided before, and is committed or indexed after. Zero if
	// neither is possible.
	Settling time.Duration
}

// firstPause is that between the first two rounds, doubled each time: with 30 s of
// settling they begin after 0, 1, 3, 7, 15 and 30 s.
const firstPause = time.Second

// end goes through what the closed projects among the records have received, round
// by round and all of them in each, until they have settled. What counts is the
// last round of each: it is the one that cannot miss a share.
func (c Closings) end(ctx context.Context, records []*record) {
	var left []*record
	for _, r := range records {
		if r.published && r.activity.Type == sharing.ProjectClosed {
			left = append(left, r)
		}
	}
	start := time.Now()
	settled := func(r *record) time.Time {
		closed := r.committed()
		if closed.After(start) { // of a clock that is ahead
			closed = start
		}
		return closed.Add(c.Settling)
	}
	for pause := firstPause; len(left) > 0; pause *= 2 {
		begun := time.Now()
		var again []*record
		var last time.Time
		for _, r := range left {
			ending, err := c.Service.EndReceivedShares(ctx, r.activity)
			r.ended, r.left, r.notEnded = r.ended+ending.Ended, ending.Left, err
			if s := settled(r); begun.Before(s) {
				again = append(again, r)
				if s.After(last) {
					last = s
				}
			}
		}
		left = again
		if len(left) > 0 && !awsclient.Sleep(ctx, min(pause, time.Until(last))) {
			for _, r := range left {
				r.notEnded = ctx.Err()
			}
			return
		}
	}
}

// committed is when the change was, to the second, and no earlier: it may have been
// asked for much before. Who hands over records without that time has the change's own.
func (r *record) committed() time.Time {
	if at := r.Change.ApproximateCreationDateTime.Time; !at.IsZero() {
		return at.Add(time.Second)
	}
	return r.activity.At
}
