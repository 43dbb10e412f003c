package disks

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// maxConcurrent is how many parts are copied at the same time.
const maxConcurrent = 32

// copyParts copies the parts that are missing of an upload, and returns all.
func (j *job) copyParts(ctx context.Context, d *disk, id string) ([]types.CompletedPart, error) {
	parts, there, err := j.partsThere(ctx, d, id)
	if err != nil {
		return nil, err
	}
	j.progress.begin(there)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	missing := make(chan int)
	var workers sync.WaitGroup
	for range min(maxConcurrent, len(parts)) {
		workers.Go(func() {
			for i := range missing {
				part, err := j.copyPart(ctx, d, id, i)
				if err != nil {
					stop(err)
					return
				}
				parts[i] = part
			}
		})
	}
	for i, p := range parts {
		if p.ETag != nil {
			continue
		}
		select {
		case missing <- i:
		case <-ctx.Done(): // no new part is begun: one has failed, or the time is over
		}
	}
	close(missing)
	workers.Wait()
	return parts, context.Cause(ctx)
}

// partsThere returns the parts of an upload, those that are missing without ETag, and
// how many bytes are there. A part of another size was cut by another release.
func (j *job) partsThere(ctx context.Context, d *disk, id string) (parts []types.CompletedPart, there int64, err error) {
	parts = make([]types.CompletedPart, d.plan.count())
	pages := s3.NewListPartsPaginator(j.to.Client, &s3.ListPartsInput{Bucket: &j.to.bucket, Key: &d.key, UploadId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, 0, denied(err)
		}
		for _, p := range page.Parts {
			i := int(aws.ToInt32(p.PartNumber)) - 1
			if i < 0 || i >= len(parts) {
				continue
			}
			if _, length := d.plan.part(i); aws.ToInt64(p.Size) == length {
				parts[i] = completedPart(i, p.ETag)
				there += length
			}
		}
	}
	return parts, there, nil
}

func completedPart(i int, etag *string) types.CompletedPart {
	return types.CompletedPart{PartNumber: aws.Int32(int32(i + 1)), ETag: etag}
}

// copyPart copies a part, of no other content than that whose size is known: no byte
// of it comes through here.
func (j *job) copyPart(ctx context.Context, d *disk, id string, i int) (types.CompletedPart, error) {
	first, length := d.plan.part(i)
	out, err := j.to.UploadPartCopy(ctx, &s3.UploadPartCopyInput{
		Bucket: &j.to.bucket, Key: &d.key, UploadId: &id, PartNumber: aws.Int32(int32(i + 1)),
		CopySource: copySource(d.from.bucket, d.fromKey), CopySourceIfMatch: &d.source.etag,
		CopySourceRange: aws.String("bytes=" + strconv.FormatInt(first, 10) + "-" + strconv.FormatInt(first+length-1, 10)),
	})
	if err != nil {
		return types.CompletedPart{}, copyError(err)
	}
	if out.CopyPartResult == nil || aws.ToString(out.CopyPartResult.ETag) == "" {
		return types.CompletedPart{}, fmt.Errorf("part %d of disk %d: S3 says neither what it copied nor why not", i+1, d.index)
	}
	if j.progress.add(length) {
		if err := j.report(ctx); err != nil {
			return types.CompletedPart{}, err
		}
	}
	return completedPart(i, out.CopyPartResult.ETag), nil
}
