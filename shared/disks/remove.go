package disks

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/shared/sharing"
)

// Remove removes what the copier made for an image that is gone: its uploads, and the
// objects under its key and uid. It may come late, and more than once. For a region
// without a bucket there is nothing to do. What passes by itself is Throttled or Busy: no
// fault of the function that calls, or S3 could stop its deployment.
func (p Places) Remove(ctx context.Context, region string, id sharing.ImageID, uid string) error {
	to, ours := p(region)
	if !ours || uid == "" {
		return nil
	}
	err := to.remove(ctx, sharing.CopiesOfUID(id, uid), id, func() (*sharing.Image, error) { return nil, nil })
	switch {
	case err == nil:
		return nil
	case outcomeOf(err) == string(sharing.CodeThrottled):
		return sharing.Throttled(err)
	case outcomeOf(err) == string(sharing.CodeBusy):
		return sharing.Busy(err)
	}
	return err
}

// Tidy removes the disks that the copier made for an image that is gone, and what is
// left of its copyings.
func (c *Copier) Tidy(ctx context.Context, ref sharing.ImageRef) (Result, error) {
	to, ours := c.places(ref.Region)
	if !ours {
		return Elsewhere, nil
	}
	return Over, c.tidy(ctx, to, ref.ImageID)
}

// tidy removes what is left of all copyings of the image that are over, also of
// those of former images with its id.
func (c *Copier) tidy(ctx context.Context, to place, id sharing.ImageID) error {
	return to.remove(ctx, sharing.CopiesOf(id), id, func() (*sharing.Image, error) { return c.service.CopyOf(ctx, id) })
}

// remove removes what the copier left under a prefix, but no disk of the image; read
// returns that, nil for none. Nothing goes while the image is being copied: that copy
// tidies up when it ends. When it is not, all that was listed before it was read is of
// copyings that are over, because none comes back. The uploads go first: one that is
// aborted makes no object any more.
func (p place) remove(ctx context.Context, prefix string, id sharing.ImageID, read func() (*sharing.Image, error)) error {
	uploads, err := p.uploads(ctx, prefix)
	if err != nil {
		return err
	}
	img, err := read()
	if err != nil || img.BeingCopied() {
		return err
	}
	for _, u := range uploads {
		if isCopiers(u.key, id) {
			if err := p.abort(ctx, u); err != nil {
				return err
			}
		}
	}
	keys, err := p.keys(ctx, prefix)
	if err != nil {
		return err
	}
	if img, err = read(); err != nil || img.BeingCopied() {
		return err
	}
	for _, key := range keys {
		if isCopiers(key, id) && (img == nil || !img.HasSnapshot(key)) {
			if err := p.delete(ctx, key); err != nil {
				return err
			}
		}
	}
	return nil
}

type upload struct{ key, id string }

func (p place) uploads(ctx context.Context, prefix string) (all []upload, err error) {
	pages := s3.NewListMultipartUploadsPaginator(p.Client, &s3.ListMultipartUploadsInput{Bucket: &p.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if codeOf(err) == codeNoSuchUpload {
			return nil, nil // a stand-in says so of a bucket that never had one
		}
		if err != nil {
			return nil, err
		}
		for _, u := range page.Uploads {
			all = append(all, upload{aws.ToString(u.Key), aws.ToString(u.UploadId)})
		}
	}
	return all, nil
}

func (p place) keys(ctx context.Context, prefix string) (all []string, err error) {
	pages := s3.NewListObjectsV2Paginator(p.Client, &s3.ListObjectsV2Input{Bucket: &p.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			all = append(all, aws.ToString(o.Key))
		}
	}
	return all, nil
}

// isCopiers reports whether a key is one that the copier made for the image.
func isCopiers(key string, id sharing.ImageID) bool {
	of, ours := sharing.OfCopy(key)
	return ours && of == id
}

func (p place) abort(ctx context.Context, u upload) error {
	_, err := p.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &p.bucket, Key: &u.key, UploadId: &u.id})
	if codeOf(err) == codeNoSuchUpload {
		return nil // somebody else was faster
	}
	return err
}

func (p place) delete(ctx context.Context, key string) error {
	_, err := p.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &p.bucket, Key: &key})
	return err
}
