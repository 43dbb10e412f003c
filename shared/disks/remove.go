package disks

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/shared/sharing"
)

// Remove removes what the copier made for an image that is gone: its uploads, and the
// objects under its key and uid. It may come late, and more than once. For a region
// without a bucket there is nothing to do.
func (p Places) Remove(ctx context.Context, region string, id sharing.ImageID, uid string) error {
	to, ours := p[region]
	if !ours || uid == "" {
		return nil
	}
	return to.remove(ctx, uidPrefix(id, uid), func() (func(string) bool, error) {
		return func(string) bool { return true }, nil
	})
}

// tidy removes what is left of all copyings of the image that are over, also of
// those of former images with its id. What is there is listed before the image is
// read: see isLeft.
func (c *Copier) tidy(ctx context.Context, to place, id sharing.ImageID) error {
	return to.remove(ctx, imagePrefix(id), func() (func(string) bool, error) {
		img, err := c.image(ctx, id)
		return func(key string) bool { return isLeft(key, id, img) }, err
	})
}

// image returns nil for none.
func (c *Copier) image(ctx context.Context, id sharing.ImageID) (*sharing.Image, error) {
	img, err := c.service.CopyOf(ctx, id)
	if errors.Is(err, sharing.ImageNotFound()) {
		return nil, nil
	}
	return &img, err
}

// remove aborts the uploads and deletes the objects under a prefix that go. The uploads
// are first: one that is aborted makes no object any more.
func (p place) remove(ctx context.Context, prefix string, which func() (goes func(key string) bool, err error)) error {
	uploads, err := p.uploads(ctx, prefix)
	if err != nil {
		return err
	}
	if err := eachThat(which, uploads, func(u upload) string { return u.key }, func(u upload) error { return p.abort(ctx, u) }); err != nil {
		return err
	}
	keys, err := p.keys(ctx, prefix)
	if err != nil {
		return err
	}
	return eachThat(which, keys, func(key string) string { return key }, func(key string) error { return p.delete(ctx, key) })
}

// eachThat decides which go only if there are any.
func eachThat[T any](which func() (func(string) bool, error), all []T, key func(T) string, remove func(T) error) error {
	if len(all) == 0 {
		return nil
	}
	goes, err := which()
	if err != nil {
		return err
	}
	for _, v := range all {
		if goes(key(v)) {
			if err := remove(v); err != nil {
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
