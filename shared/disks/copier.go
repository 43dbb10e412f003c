package disks

import (
	"context"
	"errors"
	"time"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

// maxAge is how long a copy may take.
const maxAge = 24 * time.Hour

// Copier copies the disks of images.
type Copier struct {
	service *service.Service
	places  Places
	Config
}

// Config is of a copier.
type Config struct {
	LeastPartSize int64 // LeastPartSize; tests have small disks of many parts
	// Patience is how long from its beginning a copy waits for a source disk that is
	// not there: an image may be registered before its disk is brought in.
	Patience time.Duration
}

// NewCopier returns the copier between places.
func NewCopier(s *service.Service, p Places, c Config) *Copier { return &Copier{s, p, c} }

// Result is how a copying stands after Copy.
type Result string

// The results. Failed is one of the failures of the contract.
const (
	Completed Result = "completed"
	Failed    Result = "failed"
	Over      Result = "over"    // the image is gone, or its copying was over already
	Elsewhere Result = "ignored" // it is the platform's to copy: a region has no bucket
)

// errOver ends work on a copying that is not under way any more.
var errOver = errors.New("the copying is over")

// Copy copies what is missing of an image's disks, and makes the image Available, or
// Failed if it cannot be. It may be called for the same image again and at the same
// time. An error means that it must be called again; one of ctx, that its time was
// over before all was copied. requestID names what it is called for.
func (c *Copier) Copy(ctx context.Context, requestID string, ref sharing.ImageRef) (result Result, f *sharing.Failure, err error) {
	to, ours := c.places(ref.Region)
	if !ours {
		return Elsewhere, nil, nil
	}
	img, err := c.service.CopyOf(ctx, ref.ImageID)
	if err != nil {
		return "", nil, err
	}
	result = Over
	if img.BeingCopied() && img.Region == ref.Region { // else it is another with the id, and has a message of its own
		j, ours := c.jobOf(img, requestID, to)
		if !ours {
			return Elsewhere, nil, nil
		}
		if result, f, err = j.end(ctx, j.run(ctx)); err != nil {
			return "", nil, err
		}
	}
	return result, f, c.tidy(ctx, to, ref.ImageID)
}

// jobOf returns false if a source is where no bucket is known.
func (c *Copier) jobOf(img *sharing.Image, requestID string, to place) (*job, bool) {
	j := &job{Copier: c, id: img.CopyID(), requestID: requestID, to: to, img: img}
	for i, d := range img.CopyFrom {
		from, ours := c.places(d.Region)
		if !ours {
			return nil, false
		}
		j.disks = append(j.disks, &disk{index: i, key: j.id.CopyKey(i), from: from, fromKey: d.Key})
	}
	return j, true
}

// end tells the image how its copying has ended, if it has.
func (j *job) end(ctx context.Context, ended error) (result Result, f *sharing.Failure, err error) {
	var failed *failure
	var decision sharing.CopyDecision
	switch {
	case errors.Is(ended, errOver):
		return Over, nil, nil
	case errors.As(ended, &failed):
		result, f = Failed, (*sharing.Failure)(failed)
		decision, err = j.service.FailCopy(ctx, j.requestID, j.id, *f)
	case ended != nil:
		return "", nil, ended
	default:
		result = Completed
		decision, err = j.service.CompleteCopy(ctx, j.requestID, j.id, j.keys())
	}
	if err == nil && !decision.UnderWay {
		return Over, nil, nil
	}
	return result, f, err
}
