package disks

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// metadataSource is the metadata of a copy that names the ETag of its source.
const metadataSource = "source-etag"

// object is what S3 says of one.
type object struct {
	size      int64
	etag      string
	crc64nvme string // of the whole object, "" where S3 has none
	source    string // metadataSource
}

var errNotThere = errors.New("there is no such object")

// head returns errNotThere for no object.
func (p place) head(ctx context.Context, key string) (object, error) {
	out, err := p.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &p.bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled})
	switch {
	case codeOf(err) == codeNotFound, codeOf(err) == codeNoSuchKey:
		return object{}, errNotThere
	case err != nil:
		return object{}, denied(err)
	}
	o := object{size: aws.ToInt64(out.ContentLength), etag: aws.ToString(out.ETag), source: out.Metadata[metadataSource]}
	if out.ChecksumType != types.ChecksumTypeComposite {
		o.crc64nvme = aws.ToString(out.ChecksumCRC64NVME)
	}
	return o, nil
}

// metadata is that of a copy of the object: S3 keeps it with the upload, and so what
// its first parts were of. A header may lose the ETag's quotes.
func (o object) metadata() map[string]string {
	return map[string]string{metadataSource: strings.Trim(o.etag, `"`)}
}

// differs returns why a copy has not the source's content, nil if it has. A stand-in
// of S3 may have no checksum of a copy; then its size and the ETag that each part was
// copied by must do.
func (o object) differs(copied object) error {
	switch {
	case copied.source != o.metadata()[metadataSource]:
		return sourceChanged
	case copied.size != o.size, o.crc64nvme != "" && copied.crc64nvme != "" && copied.crc64nvme != o.crc64nvme:
		return checksumMismatch
	}
	return nil
}

// copySource is an object as the header of that name has it.
func copySource(bucket, key string) *string {
	escaped := url.QueryEscape(bucket + "/" + key)
	source := strings.NewReplacer("%2F", "/", "+", "%20").Replace(escaped)
	return &source
}
