package diskstore

import (
	"context"
	"encoding/base64"
	"hash"
	"hash/crc64"
	"io"
	"os"
)

// nvme is the polynomial of CRC-64/NVME, which S3 has for its own checksum (NVM
// Express, NVM Command Set Specification 1.0c, section 5.2.1.3.4).
var nvme = crc64.MakeTable(0x9a6c9329ac4bc9b5)

func newCRC() hash.Hash { return crc64.New(nvme) }

// base64Of is a checksum as S3 writes it.
func base64Of(h hash.Hash) string { return base64.StdEncoding.EncodeToString(h.Sum(nil)) }

// step is how much is copied at a time, between two looks at whether anybody still
// waits for it.
const step = 16 << 20

// copyRange appends a range of one file to another. The kernel does it where it
// can: on Linux io.CopyN of two files is copy_file_range, which a file system may do
// without copying at all.
func copyRange(ctx context.Context, to, from *os.File, offset, length int64) error {
	if _, err := from.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	for length > 0 {
		n, err := io.CopyN(to, from, min(step, length))
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		length -= n
	}
	return nil
}

// copyAll is io.Copy that ends with ctx, and with a buffer that suits checksums.
func copyAll(ctx context.Context, to io.Writer, from io.Reader) (copied int64, err error) {
	buffer := make([]byte, 256<<10)
	for {
		n, readErr := from.Read(buffer)
		if _, err := to.Write(buffer[:n]); err != nil {
			return copied, err
		}
		copied += int64(n)
		if readErr == io.EOF {
			return copied, nil
		}
		if readErr != nil {
			return copied, readErr
		}
		if err := ctx.Err(); err != nil {
			return copied, err
		}
	}
}
