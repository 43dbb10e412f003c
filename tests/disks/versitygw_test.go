package disks

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"image-sharing/shared/buckets"
	"image-sharing/shared/disks"
	"image-sharing/shared/service"
)

// TestOnAnotherS3 copies disks by parts on a server that is not ours, and that has
// checksums of whole objects: those of source and copy are the same.
func TestOnAnotherS3(t *testing.T) {
	client := versitygw(t)
	w := newWorld(t, nil)
	w.client, w.places = client, disks.NewPlaces(buckets.ByRegion{
		region: {Name: bucket, Region: "eu-west-1"}, elsewhere: {Name: bucketOf, Region: "us-east-1"},
	}, func(string) *s3.Client { return client })
	w.config.LeastPartSize = 5 << 20 // S3's own least
	w.handle = disks.NewHandler(disks.NewCopier(service.New(w.store, service.Config{ShareLimit: 50, ActivityRetention: time.Hour}), w.places, w.config), slog.New(slog.NewJSONHandler(w.log, nil)))

	content := make([]byte, 12<<20+1)
	_, _ = rand.NewChaCha8([32]byte{}).Read(content)
	id := w.begin(10)
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: aws.String(sourceKey), Body: bytes.NewReader(content), ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme,
	})
	w.must(err)
	w.deliverUntilDone(id)
	img := w.is(id, "", content)
	var sums []string
	for _, key := range []string{sourceKey, img.SystemDisk.SnapshotID} {
		head, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: &key, ChecksumMode: types.ChecksumModeEnabled})
		w.must(err)
		sums = append(sums, aws.ToString(head.ChecksumCRC64NVME))
	}
	if sums[0] == "" || sums[0] != sums[1] {
		t.Errorf("the checksums are %q", sums)
	}
	w.nothingLeft(img, sourceKey)
	w.deleteImage(id)
	if reply, err := w.handle(t.Context(), eventMessage("ImageDeleted", fmt.Sprintf(`"imageId":%q,"projectId":%q,"region":%q`, id, recipient, region))); err != nil || len(reply.BatchItemFailures) > 0 {
		t.Fatal(reply, err, w.log)
	}
	w.nothingLeft(nil, sourceKey)
}

// versitygw starts the server whose binary VERSITYGW names, with the buckets. The
// binary takes minutes to build and another module's hundred dependencies, so that
// "make s3" does it, and "make test" in CI; the tests of every day do not.
func versitygw(t *testing.T) *s3.Client {
	t.Helper()
	binary := os.Getenv("VERSITYGW")
	if binary == "" {
		t.Skip("no other S3 is tried: make s3 does")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	command := exec.CommandContext(t.Context(), binary, "--port", address, "--access", "key", "--secret", "secret", "--region", "eu-west-1", "posix", t.TempDir())
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	client := disks.NewClient(disks.ClientConfig{Region: "eu-west-1", Endpoint: "http://" + address, Credentials: keys, HTTPClient: http.DefaultClient})
	for _, name := range []string{bucket, bucketOf} {
		for end := time.Now().Add(15 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			_, err := client.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &name})
			if err == nil {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("%v: %s", err, out.String())
			}
		}
	}
	return client
}
