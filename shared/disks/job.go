package disks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"image-sharing/shared/sharing"
)

// job is the work on one copying.
type job struct {
	*Copier
	id        sharing.CopyID
	requestID string
	to        place
	img       *sharing.Image // as last seen
	disks     []*disk
	progress  progress
}

// disk is one of the disks that the job copies.
type disk struct {
	index   int
	key     string
	from    place
	fromKey string
	source  object
	plan    plan
	lost    string // the upload that S3 does not know any more
}

// errLookAgain: another worker may have completed the disk, or its upload is lost.
var errLookAgain = errors.New("the upload is not there any more")

// maxLooks is how often that may happen to a disk before the message comes again.
const maxLooks = 4

// run copies all disks, whatever is there already. Then each is under its key.
func (j *job) run(ctx context.Context) error {
	if time.Since(j.id.Began) > maxAge {
		return timedOut
	}
	for _, d := range j.disks {
		if err := j.look(ctx, d); err != nil {
			return err
		}
	}
	if err := j.report(ctx); err != nil {
		return err
	}
	for _, d := range j.disks {
		if err := j.copyDisk(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) keys() (keys []string) {
	for _, d := range j.disks {
		keys = append(keys, d.key)
	}
	return keys
}

// look finds out what there is to copy.
func (j *job) look(ctx context.Context, d *disk) (err error) {
	if d.fromKey == "" {
		return j.missing()
	}
	if d.source, err = d.from.head(ctx, d.fromKey); errors.Is(err, errNotThere) {
		return j.missing()
	} else if err != nil {
		return err
	}
	j.progress.total += d.source.size
	d.plan, err = planOf(d.source.size, j.LeastPartSize)
	return err
}

// errNotYet makes the message come again.
var errNotYet = errors.New("a disk of the source image is not there yet")

func (j *job) missing() error {
	if j.Patience > 0 && time.Since(j.id.Began) < j.Patience {
		return errNotYet
	}
	return sourceMissing
}

// copyDisk copies a disk and compares it with its source.
func (j *job) copyDisk(ctx context.Context, d *disk) error {
	for range maxLooks {
		copied, err := j.to.head(ctx, d.key)
		if err == nil {
			j.progress.finish(d.source.size)
			return d.source.differs(copied)
		}
		if !errors.Is(err, errNotThere) {
			return err
		}
		if d.plan.single() {
			err = j.copyObject(ctx, d)
		} else {
			err = j.copyByParts(ctx, d)
		}
		if err != nil && !errors.Is(err, errLookAgain) {
			return err
		}
	}
	return fmt.Errorf("disk %d: %w", d.index, errLookAgain)
}

// copyObject copies a disk of one part. Two workers write the same under one key.
func (j *job) copyObject(ctx context.Context, d *disk) error {
	_, err := j.to.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &j.to.bucket, Key: &d.key,
		CopySource: copySource(d.from.bucket, d.fromKey), CopySourceIfMatch: &d.source.etag,
		MetadataDirective: types.MetadataDirectiveReplace, Metadata: d.source.metadata(),
		TaggingDirective: types.TaggingDirectiveReplace, // the source's need a permission more
	})
	return copyError(err)
}

func (j *job) copyByParts(ctx context.Context, d *disk) error {
	id, err := j.upload(ctx, d)
	if err != nil {
		return err
	}
	parts, err := j.copyParts(ctx, d, id)
	if err == nil {
		err = j.complete(ctx, d, id, parts)
	}
	switch codeOf(err) {
	case codeNoSuchUpload:
		d.lost = id
		return errLookAgain
	case codePreconditionFailed, codeConditionConflict: // of complete
		return errLookAgain
	}
	return err
}

// upload returns the upload that the image keeps for the disk, be it this worker's or
// another's. One that nobody keeps is aborted by tidy.
func (j *job) upload(ctx context.Context, d *disk) (string, error) {
	if kept := j.img.UploadOf(d.index); kept != "" && kept != d.lost {
		return kept, nil
	}
	out, err := j.to.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &j.to.bucket, Key: &d.key, Metadata: d.source.metadata(),
	})
	if err != nil {
		return "", denied(err)
	}
	decision, err := j.service.KeepUpload(ctx, sharing.KeepUploadCommand{CopyID: j.id, Disk: d.index, Upload: aws.ToString(out.UploadId), Lost: d.lost})
	switch {
	case err != nil:
		return "", err
	case !decision.UnderWay:
		return "", errOver
	}
	j.img = decision.After
	return j.img.UploadOf(d.index), nil
}

func (j *job) complete(ctx context.Context, d *disk, id string, parts []types.CompletedPart) error {
	_, err := j.to.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &j.to.bucket, Key: &d.key, UploadId: &id, IfNoneMatch: aws.String("*"),
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	return denied(err)
}

// progress is how far a job has come.
type progress struct {
	sync.Mutex
	total    int64
	finished int64 // of the disks before this one
	copied   int64
	told     time.Time
}

func (p *progress) finish(size int64) {
	p.Lock()
	defer p.Unlock()
	p.finished += size
	p.copied = p.finished
}

// begin is of a disk of which some parts are there.
func (p *progress) begin(there int64) {
	p.Lock()
	defer p.Unlock()
	p.copied = p.finished + there
}

// add reports whether the image is to be told.
func (p *progress) add(n int64) bool {
	p.Lock()
	defer p.Unlock()
	p.copied += n
	due := time.Since(p.told) >= time.Second
	if due {
		p.told = time.Now() // one of those that have copied tells it
	}
	return due
}

// report tells the image how far its copying has come, and returns errOver if it does
// not want to know. Nothing depends on it, so it may fail.
func (j *job) report(ctx context.Context) error {
	j.progress.Lock()
	j.progress.told = time.Now()
	now := sharing.Copying{CopiedBytes: j.progress.copied, TotalBytes: j.progress.total}
	j.progress.Unlock()
	decision, err := j.service.ReportProgress(ctx, sharing.ReportProgressCommand{CopyID: j.id, Copying: now})
	if err == nil && !decision.UnderWay {
		return errOver
	}
	return nil
}
