package diskstore

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// files are the names of all files in a directory.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm() != 0o600 && info.Mode() != fs.ModeDir|0o700 && path != dir {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		if !e.IsDir() {
			names = append(names, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func imported(t *testing.T, s *Store, id, body string) Disk {
	t.Helper()
	d, _, err := s.Import(t.Context(), region, id, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func exported(t *testing.T, s *Store, key string) string {
	t.Helper()
	_, f, err := s.Export(region, key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestImport(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	for range 2 {
		d := imported(t, s, "Snap-1", "123456789")
		if d.SizeBytes != 9 || d.SHA256 != "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225" {
			t.Errorf("it is %+v", d)
		}
	}
	if _, created, err := s.Import(t.Context(), region, "Snap-1", strings.NewReader("123456780")); !errors.Is(err, ErrConflict) || created {
		t.Errorf("other content: %v %v", created, err)
	}
	broken := io.MultiReader(strings.NewReader("123"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, _, err := s.Import(t.Context(), region, "snap-2", broken); err == nil {
		t.Error("half a disk is kept")
	}
	imported(t, s, "snap-1", "another by its name")
	if text := exported(t, s, "Snap-1"); text != "123456789" {
		t.Errorf("it has %q", text)
	}
	if _, _, err := s.Export("elsewhere", "Snap-1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("in another region: %v", err)
	}
	if got := files(t, dir); len(got) != 4 {
		t.Errorf("there are %q", got)
	}
	// The check value of CRC-64/NVME in the catalogue of parametrised CRC algorithms.
	head := (&script{Client: client(s), ctx: t.Context()}).head("Snap-1")
	if want := base64.StdEncoding.EncodeToString([]byte{0xae, 0x8b, 0x14, 0x86, 0x0a, 0x79, 0x98, 0x88}); aws.ToString(head.ChecksumCRC64NVME) != want || head.ChecksumType != types.ChecksumTypeFullObject {
		t.Errorf("the checksum is %v %v", aws.ToString(head.ChecksumCRC64NVME), head.ChecksumType)
	}
}

// TestRefusals are those that gofakes3 does not have.
func TestRefusals(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	imported(t, s, "snap", pattern(6*mib))
	c := &script{Client: client(s), ctx: t.Context()}
	bucket, snap, source := aws.String(region), aws.String("snap"), aws.String(region+"/snap")
	id := c.create("k")
	one, two := c.copyPart("k", id, 1, *source, "", nil), c.copyPart("k", id, 2, *source, "0-9", nil)
	three := c.copyPart("k", id, 3, *source, "0-9", nil)
	for name, got := range map[string]struct {
		code string
		call func(context.Context) error
	}{
		"parts in another order": {"InvalidPartOrder", completion(c, id, nil, two, one)},
		"a part twice":           {"InvalidPartOrder", completion(c, id, nil, one, one)},
		"no parts":               {"MalformedXML", completion(c, id, nil)},
		"a small part":           {"EntityTooSmall", completion(c, id, nil, two, three)},
		"another checksum":       {"BadDigest", completion(c, id, aws.String("AAAAAAAAAAA="), one, two)},
		"a range beyond the end": {"InvalidArgument", func(ctx context.Context) error {
			_, err := c.UploadPartCopy(ctx, &s3.UploadPartCopyInput{Bucket: bucket, Key: aws.String("k"), UploadId: id, PartNumber: aws.Int32(1), CopySource: source, CopySourceRange: aws.String("bytes=0-6291456")})
			return err
		}},
		"a condition that is not known": {"NotImplemented", func(ctx context.Context) error {
			_, err := c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: snap, IfMatch: aws.String("x")})
			return responseCode(err)
		}},
		"an ETag not to be replaced": {"NotImplemented", func(ctx context.Context) error {
			_, err := c.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: snap, IfNoneMatch: aws.String("x")})
			return err
		}},
		"a subresource": {"NotImplemented", func(ctx context.Context) error {
			_, err := c.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: bucket, Key: snap})
			return err
		}},
		"a version": {"NotImplemented", func(ctx context.Context) error {
			_, err := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: snap, VersionId: aws.String("v")})
			return err
		}},
		"another algorithm": {"NotImplemented", func(ctx context.Context) error {
			_, err := c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: snap, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32})
			return err
		}},
		"a copy that does not replace": {"NotImplemented", func(ctx context.Context) error {
			_, err := c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: snap, CopySource: source, IfNoneMatch: aws.String("*")})
			return err
		}},
	} {
		if err := got.call(t.Context()); code(err) != got.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text := exported(t, s, "snap"); text != pattern(6*mib) {
		t.Error("the disk is another now")
	}
}

// responseCode is for HEAD, whose refusals have no body.
func responseCode(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() == "NotImplemented" || strings.Contains(fmt.Sprint(err), "StatusCode: 501") {
		return &smithy.GenericAPIError{Code: "NotImplemented"}
	}
	return err
}

func completion(s *script, id, checksum *string, parts ...types.CompletedPart) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
			Bucket: aws.String(region), Key: aws.String("k"), UploadId: id, ChecksumCRC64NVME: checksum,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}, IfNoneMatch: aws.String("*"),
		})
		return err
	}
}

// TestNoNameLeavesTheDirectory: whatever a key or a region says.
func TestNoNameLeavesTheDirectory(t *testing.T) {
	outside := t.TempDir()
	dir := filepath.Join(outside, "disks")
	s := mustOpen(t, dir)
	imported(t, s, "snap", "disk")
	if err := os.WriteFile(filepath.Join(outside, "secret.json"), []byte(`{"key":"x"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	before := files(t, outside)
	c := client(s)
	for _, key := range []string{"../secret", "..", ".", "a/../../secret", "/etc/passwd", "a//b", "a/", "a\x00b", "a\nb", "\xff", "../../secret.json", strings.Repeat("a", 300), strings.Repeat("A", 90)} {
		if _, _, err := s.Import(t.Context(), region, key, strings.NewReader("x")); err == nil {
			t.Errorf("%q is imported", key)
		}
		if _, _, err := s.Export(region, key); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q is exported: %v", key, err)
		}
		if _, err := c.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(region), Key: aws.String(key)}); err == nil {
			t.Errorf("%q is uploaded to", key)
		}
	}
	for _, r := range []string{"..", ".", "", "a/b", ".uploads", "-"} {
		if _, _, err := s.Import(t.Context(), r, "snap", strings.NewReader("x")); err == nil {
			t.Errorf("the region %q takes a disk", r)
		}
		if _, _, err := s.Export(r, "secret"); !errors.Is(err, ErrNotFound) {
			t.Errorf("the region %q has it: %v", r, err)
		}
	}
	for _, id := range []string{"..", "../..", "x", strings.Repeat("0", 32)} {
		_, err := c.AbortMultipartUpload(t.Context(), &s3.AbortMultipartUploadInput{Bucket: aws.String(region), Key: aws.String("snap"), UploadId: aws.String(id)})
		if code(err) != "NoSuchUpload" {
			t.Errorf("the upload %q: %v", id, err)
		}
	}
	if after := files(t, outside); !slices.Equal(before, after) {
		t.Errorf("there are %q", after)
	}
}

// TestTwoAtOnce: of two uploads that complete one key, one wins, and one upload that
// is completed twice makes one object.
func TestTwoAtOnce(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	disk := pattern(5*mib + 1)
	imported(t, s, "snap", disk)
	c := &script{Client: client(s), ctx: t.Context()}
	ids, parts := []*string{c.create("k"), c.create("k")}, []types.CompletedPart{}
	for _, id := range ids {
		parts = append(parts, c.copyPart("k", id, 1, region+"/snap", "", nil))
	}
	outcomes := make([]string, 4)
	var all sync.WaitGroup
	for i := range outcomes {
		all.Go(func() { outcomes[i] = code(completion(c, ids[i%2], nil, parts[i%2])(t.Context())) })
	}
	all.Wait()
	won := outcomes[0] == "<nil>" || outcomes[2] == "<nil>"
	for i, o := range outcomes {
		if winner := (i%2 == 0) == won; winner && o != "<nil>" || !winner && o != "PreconditionFailed" {
			t.Errorf("%q", outcomes)
		}
	}
	if exported(t, s, "k") != disk {
		t.Error("it is another disk")
	}
	c.abort("k", ids[0])
	c.abort("k", ids[1])
	if got := files(t, dir); len(got) != 4 {
		t.Errorf("there are %q", got)
	}
}

// TestAnUploadThatIsAborted while its object is being made makes none.
func TestAnUploadThatIsAborted(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	id, err := s.createUpload(region, upload{Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	o := newObject("k", nil)
	o.Upload = id
	_, err = s.make(region, o, true, func(*os.File, *object) error { return s.abort(region, "k", id) })
	if err != errNoSuchUpload {
		t.Error(err)
	}
	if _, _, err := s.Export(region, "k"); err != ErrNotFound {
		t.Error(err)
	}
}

// TestARestart keeps uploads and their parts, and removes what nothing names.
func TestARestart(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	disk := pattern(5*mib + 1)
	imported(t, s, "snap", disk)
	c := &script{Client: client(s), ctx: t.Context()}
	id, old := c.create("k"), c.create("k")
	other := c.copyPart("k", id, 1, region+"/snap", "0-9", nil)
	one := c.copyPart("k", id, 1, region+"/snap", "0-5242879", nil) // takes its place
	again := c.copyPart("k", id, 1, region+"/snap", "0-5242879", nil)
	if *again.ETag != *one.ETag || *other.ETag == *one.ETag {
		t.Errorf("the ETags are %s, %s and %s", *other.ETag, *one.ETag, *again.ETag)
	}
	if err := s.writeRecord(region, uploadDir(region, *old)+"/"+uploadRecord, upload{Key: "k", Initiated: time.Now().Add(-keepUploads - time.Minute)}); err != nil {
		t.Fatal(err)
	}
	kept := files(t, dir)
	for _, name := range []string{"snap.left", ".new/left", ".uploads/left/00001.x"} {
		name = filepath.Join(dir, region, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	_ = s.Close()
	s = mustOpen(t, dir)
	kept = slices.DeleteFunc(kept, func(name string) bool { return strings.Contains(name, *old) })
	if got := files(t, dir); !slices.Equal(got, kept) {
		t.Errorf("there are %q, not %q", got, kept)
	}
	c = &script{Client: client(s), ctx: t.Context()}
	two := c.copyPart("k", id, 2, region+"/snap", "5242880-5242880", nil)
	// The crash after the object has appeared and before its upload is gone.
	if _, err := s.complete(t.Context(), region, "k", *id, []part{{Number: 1, ETag: strings.Trim(*one.ETag, `"`)}, {Number: 2, ETag: strings.Trim(*two.ETag, `"`)}}, "", true); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, uploadDir(region, *id)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.writeRecord(region, uploadDir(region, *id)+"/"+uploadRecord, upload{Key: "k", Initiated: time.Now()}); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	s = mustOpen(t, dir)
	if exported(t, s, "k") != disk || len(files(t, dir)) != 4 {
		t.Errorf("there are %q", files(t, dir))
	}
}

// TestCopiesTakeNoMemory, and end with who waits for them.
func TestCopiesTakeNoMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes half a gigabyte")
	}
	const size, parts = 160 * mib, 32
	s := mustOpen(t, t.TempDir())
	if _, _, err := s.Import(t.Context(), region, "snap", io.LimitReader(zeros{}, size)); err != nil {
		t.Fatal(err)
	}
	c := client(s)
	u, err := c.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(region), Key: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}
	copyPart := func(ctx context.Context, n int) (types.CompletedPart, error) {
		out, err := c.UploadPartCopy(ctx, &s3.UploadPartCopyInput{
			Bucket: u.Bucket, Key: u.Key, UploadId: u.UploadId, PartNumber: aws.Int32(int32(n + 1)), CopySource: aws.String(region + "/snap"),
			CopySourceRange: aws.String(fmt.Sprintf("bytes=%d-%d", n*size/parts, (n+1)*size/parts-1)),
		})
		if err != nil {
			return types.CompletedPart{}, err
		}
		return types.CompletedPart{PartNumber: aws.Int32(int32(n + 1)), ETag: out.CopyPartResult.ETag}, nil
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := copyPart(ended, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("without anybody who waits: %v", err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	done := make([]types.CompletedPart, parts)
	var all sync.WaitGroup
	for n := range parts {
		all.Go(func() {
			p, err := copyPart(t.Context(), n)
			if err != nil {
				t.Error(err)
			}
			done[n] = p
		})
	}
	all.Wait()
	_, err = c.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: u.Bucket, Key: u.Key, UploadId: u.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: done},
	})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > size/10 {
		t.Errorf("%d MiB are allocated", allocated/mib)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestWhatComesInChunks: the SDK sends what it cannot read twice with a checksum
// behind it, over what it takes for TLS.
func TestWhatComesInChunks(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	c := s3.New(options(func(o *s3.Options) {
		o.HTTPClient, o.BaseEndpoint, o.RequestChecksumCalculation = s, aws.String("https://disks"), aws.RequestChecksumCalculationWhenSupported
	}))
	disk := pattern(100_000)
	in := &s3.PutObjectInput{Bucket: aws.String(region), Key: aws.String("snap"), Body: io.MultiReader(strings.NewReader(disk)), ContentLength: aws.Int64(int64(len(disk)))}
	if _, err := c.PutObject(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if exported(t, s, "snap") != disk {
		t.Error("it is another disk")
	}
}
