package diskstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/rclone/gofakes3"
	"github.com/rclone/gofakes3/s3mem"

	"image-sharing/local/dynamodblocal"
)

const (
	region = "eu-west"
	mib    = 1 << 20
)

func mustOpen(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// client is that of the SDK, in the process.
func client(s *Store) *s3.Client {
	return s3.New(options(func(o *s3.Options) { o.HTTPClient, o.BaseEndpoint = s, aws.String("http://disks") }))
}

func options(with func(*s3.Options)) s3.Options {
	o := s3.Options{
		Region: region, UsePathStyle: true, Credentials: dynamodblocal.Credentials(),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired, RetryMaxAttempts: 1,
	}
	with(&o)
	return o
}

// other is a client of gofakes3, which is held against S3 by its own tests.
func other(t *testing.T) *s3.Client {
	server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(server.Close)
	c := s3.New(options(func(o *s3.Options) { o.BaseEndpoint = aws.String(server.URL) }))
	if _, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(region)}); err != nil {
		t.Fatal(err)
	}
	return c
}

// script calls a client, and writes down what comes of it.
type script struct {
	*s3.Client
	ctx context.Context
	log []string
}

func (s *script) says(format string, args ...any) {
	s.log = append(s.log, fmt.Sprintf(format, args...))
}

// call writes down how a call went, and what of its output does not depend on the
// server.
func call[In, Out any](s *script, f func(context.Context, *In, ...func(*s3.Options)) (*Out, error), in *In, show func(*Out) any) *Out {
	out, err := f(s.ctx, in)
	var api smithy.APIError
	switch {
	case errors.As(err, &api):
		s.says("%T: %s", in, api.ErrorCode())
	case err != nil:
		s.says("%T: %v", in, err)
	case show != nil:
		s.says("%T: %v", in, show(out))
	default:
		s.says("%T", in)
	}
	if err != nil {
		return new(Out)
	}
	return out
}

func (s *script) put(key, body string, with ...func(*s3.PutObjectInput)) {
	in := &s3.PutObjectInput{Bucket: aws.String(region), Key: aws.String(key), Body: strings.NewReader(body)}
	for _, w := range with {
		w(in)
	}
	call(s, s.PutObject, in, func(o *s3.PutObjectOutput) any { return len(*o.ETag) })
}

func (s *script) create(key string) *string {
	return call(s, s.CreateMultipartUpload, &s3.CreateMultipartUploadInput{
		Bucket: aws.String(region), Key: aws.String(key), Metadata: map[string]string{"Source": "snap", "uid": "U"},
	}, func(o *s3.CreateMultipartUploadOutput) any { return *o.Bucket + " " + *o.Key }).UploadId
}

// copyPart copies a range, "" for all.
func (s *script) copyPart(key string, id *string, number int32, source, bytes string, match *string) types.CompletedPart {
	in := &s3.UploadPartCopyInput{
		Bucket: aws.String(region), Key: aws.String(key), UploadId: id, PartNumber: aws.Int32(number),
		CopySource: aws.String(source), CopySourceIfMatch: match,
	}
	if bytes != "" {
		in.CopySourceRange = aws.String("bytes=" + bytes)
	}
	out := call(s, s.UploadPartCopy, in, func(o *s3.UploadPartCopyOutput) any { return o.CopyPartResult.LastModified != nil })
	if out.CopyPartResult == nil {
		return types.CompletedPart{PartNumber: aws.Int32(number), ETag: aws.String(`"none"`)}
	}
	return types.CompletedPart{PartNumber: aws.Int32(number), ETag: out.CopyPartResult.ETag}
}

func (s *script) copyWhole(source, key string, d types.MetadataDirective, match *string) {
	call(s, s.CopyObject, &s3.CopyObjectInput{
		Bucket: aws.String(region), Key: aws.String(key), CopySource: aws.String(region + "/" + source), CopySourceIfMatch: match,
		MetadataDirective: d, Metadata: map[string]string{"new": "n"}, TaggingDirective: types.TaggingDirectiveReplace,
	}, func(o *s3.CopyObjectOutput) any { return len(*o.CopyObjectResult.ETag) })
}

func (s *script) complete(key string, id *string, onlyNew bool, parts ...types.CompletedPart) {
	in := &s3.CompleteMultipartUploadInput{
		Bucket: aws.String(region), Key: aws.String(key), UploadId: id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	}
	if onlyNew {
		in.IfNoneMatch = aws.String("*")
	}
	call(s, s.CompleteMultipartUpload, in, func(o *s3.CompleteMultipartUploadOutput) any { return *o.Bucket + " " + *o.Key })
}

func (s *script) head(key string) *s3.HeadObjectOutput {
	return call(s, s.HeadObject, &s3.HeadObjectInput{Bucket: aws.String(region), Key: aws.String(key), ChecksumMode: types.ChecksumModeEnabled},
		func(o *s3.HeadObjectOutput) any {
			return fmt.Sprint(*o.ContentLength, o.Metadata, aws.ToString(o.AcceptRanges))
		})
}

func (s *script) get(key, bytes string) string {
	in := &s3.GetObjectInput{Bucket: aws.String(region), Key: aws.String(key)}
	if bytes != "" {
		in.Range = aws.String(bytes)
	}
	out := call(s, s.GetObject, in, func(o *s3.GetObjectOutput) any { return fmt.Sprint(*o.ContentLength, aws.ToString(o.ContentRange)) })
	if out.Body == nil {
		return ""
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body) // with the checksum that the SDK asks for by itself
	s.says("read %d: %v", len(text), err)
	return string(text)
}

func (s *script) abort(key string, id *string) {
	call(s, s.AbortMultipartUpload, &s3.AbortMultipartUploadInput{Bucket: aws.String(region), Key: aws.String(key), UploadId: id}, nil)
}

func (s *script) parts(key string, id *string, pageSize int32) {
	pages := s3.NewListPartsPaginator(s, &s3.ListPartsInput{Bucket: aws.String(region), Key: aws.String(key), UploadId: id, MaxParts: aws.Int32(pageSize)})
	for pages.HasMorePages() {
		page := call(s, func(ctx context.Context, _ *s3.ListPartsInput, o ...func(*s3.Options)) (*s3.ListPartsOutput, error) {
			return pages.NextPage(ctx, o...)
		},
			&s3.ListPartsInput{}, func(o *s3.ListPartsOutput) any { return aws.ToBool(o.IsTruncated) })
		for _, p := range page.Parts {
			s.says("part %d: %d", *p.PartNumber, *p.Size)
		}
		if page.Bucket == nil {
			return
		}
	}
}

func (s *script) objects(prefix string) {
	pages := s3.NewListObjectsV2Paginator(s, &s3.ListObjectsV2Input{Bucket: aws.String(region), Prefix: aws.String(prefix), MaxKeys: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.ctx)
		if err != nil {
			s.says("%v", err)
			return
		}
		for _, o := range page.Contents {
			s.says("object %s: %d", *o.Key, *o.Size)
		}
	}
}

func (s *script) uploads(prefix string) {
	pages := s3.NewListMultipartUploadsPaginator(s, &s3.ListMultipartUploadsInput{Bucket: aws.String(region), Prefix: aws.String(prefix), MaxUploads: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.ctx)
		if err != nil {
			s.says("%v", err)
			return
		}
		for _, u := range page.Uploads {
			s.says("upload of %s", *u.Key)
		}
	}
}

func (s *script) remove(keys ...string) {
	for _, k := range keys {
		call(s, s.DeleteObject, &s3.DeleteObjectInput{Bucket: aws.String(region), Key: aws.String(k)}, nil)
	}
}

// pattern is text of which no two pieces are alike.
func pattern(size int) string {
	var b strings.Builder
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "%d,", n)
	}
	return b.String()[:size]
}

// everything is what a copier does, and does wrong.
func (s *script) everything(disk string) {
	s.put("snap", disk)
	s.put("snap", "other", func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") })
	s.put("images/i-1/UID/1", "small", func(in *s3.PutObjectInput) { in.Metadata = map[string]string{"A": "b c"} })
	s.head("snap")
	s.head("images/i-1/UID/1")
	s.head("none")
	s.get("none", "")
	for _, bytes := range []string{"", "bytes=1-3", "bytes=2-", "bytes=-2", "bytes=3-99", "bytes=9-", "bytes=0-4"} {
		s.says("%q", s.get("images/i-1/UID/1", bytes))
	}
	etag, key := s.head("snap").ETag, "images/i-1/UID/0"
	id := s.create(key)
	one := s.copyPart(key, id, 1, region+"/snap", "0-5242879", etag)
	two := s.copyPart(key, id, 2, region+"/snap", "5242880-"+fmt.Sprint(len(disk)-1), etag)
	s.copyPart(key, id, 1, region+"/snap", "0-5242879", aws.String(`"other"`))
	s.copyPart(key, id, 1, region+"/none", "0-1", nil)
	s.copyPart(key, id, 1, "-none/snap", "0-1", nil)
	s.copyPart(key, id, 0, region+"/snap", "0-1", nil)
	s.copyPart(key, id, 10001, region+"/snap", "0-1", nil)
	s.copyPart(key, aws.String("none"), 1, region+"/snap", "0-1", nil)
	s.copyPart("another", id, 1, region+"/snap", "0-1", nil)
	s.copyPart(key, id, 1, region+"/snap", "x-1", nil)
	s.copyPart(key, id, 1, region+"/snap", "2-1", nil)
	s.parts(key, id, 1)
	s.parts(key, id, 1000)
	s.parts(key, aws.String("none"), 1)
	s.uploads("images/")
	s.complete(key, id, true, one, types.CompletedPart{PartNumber: aws.Int32(2), ETag: one.ETag})
	s.complete(key, id, true, one, types.CompletedPart{PartNumber: aws.Int32(3), ETag: two.ETag})
	s.complete(key, aws.String("none"), true, one, two)
	s.complete(key, id, true, one, two)
	s.complete(key, id, true, one, two) // again
	s.says("the whole: %v", s.get(key, "") == disk)
	s.head(key)
	s.parts(key, id, 1)
	s.abort(key, id)

	late := s.create(key)
	all := s.copyPart(key, late, 7, region+"/snap", "", nil)
	s.create("images/i-2/UID/0")
	s.create(key)
	s.uploads("images/")
	s.uploads("images/i-2")
	s.complete(key, late, true, all)
	s.complete(key, late, false, all) // takes its place
	s.abort(key, late)
	gone := s.create("images/i-3/UID/0")
	s.abort("images/i-3/UID/0", gone)
	s.abort("images/i-3/UID/0", gone)
	for _, k := range []string{"images/i-1/UID/2", "images/i-10", "images/i-1/a b+c%/é"} {
		s.put(k, k)
	}
	s.objects("images/i-1/")
	s.objects("")
	s.objects("none")
	s.copyPart("x", s.create("x"), 1, region+"/images/i-1/a%20b%2Bc%25/%C3%A9", "", nil)
	s.copyWhole("images/i-1/UID/1", "kept", "", nil)
	s.copyWhole("images/i-1/UID/1", "images/i-1/UID/1", types.MetadataDirectiveReplace, nil)
	s.copyWhole("snap", "images/i-10", types.MetadataDirectiveReplace, etag)
	s.copyWhole("snap", "no", "", aws.String(`"other"`))
	s.copyWhole("none", "no", "", nil)
	s.says("a copy: %v", s.get("images/i-10", "") == disk)
	for _, k := range []string{"kept", "images/i-1/UID/1", "images/i-10", "no"} {
		s.head(k)
	}
	s.remove("images/i-1/UID/2", "none", "images/i-10")
	s.remove("images/i-1/UID/1")
	s.remove("none")
	s.objects("images")
}

// deviations are where gofakes3 has another code than S3, and we S3's: for a part
// number, and for a range of a copy.
var deviations = map[string]string{"InvalidPart": "InvalidArgument", "InvalidRange": "InvalidArgument"}

func TestTheSDKFindsWhatItFindsElsewhere(t *testing.T) {
	disk := pattern(7*mib + 11)
	ours, theirs := &script{Client: client(mustOpen(t, t.TempDir())), ctx: t.Context()}, &script{Client: other(t), ctx: t.Context()}
	ours.everything(disk)
	theirs.everything(disk)
	for i := range min(len(ours.log), len(theirs.log)) {
		o, th := ours.log[i], theirs.log[i]
		call, code, _ := strings.Cut(th, ": ")
		if o != th && o != call+": "+deviations[code] {
			t.Errorf("%d, after %q: %q, theirs is %q", i, ours.log[max(0, i-1)], o, th)
		}
	}
	if len(ours.log) != len(theirs.log) {
		t.Errorf("%d lines, theirs are %d", len(ours.log), len(theirs.log))
	}
}
