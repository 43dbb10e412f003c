package diskstore

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"image-sharing/shared/sharing"
)

// longestName leaves room in a file's name, of 255 bytes, for what follows a key.
const longestName = 210

// check refuses what is no region, and a key that is no path downwards or does not
// fit in a file's name.
func check(region, key string) error {
	switch {
	case !sharing.ValidID(region):
		return errNoSuchBucket
	case key == "." || !fs.ValidPath(key) || strings.ContainsFunc(key, isControl):
		return invalidArgument("The key must be names with a slash between them, none of them . or .., without control characters.")
	case len(fileName(key)) > longestName:
		return errKeyTooLong
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// fileName is a key, or a region, as part of a file's name. Capital letters are
// encoded too: some file systems take A and a for the same. Each byte is encoded by
// itself, so the name of a key's beginning is the beginning of the key's name.
func fileName(key string) string {
	var b strings.Builder
	for _, c := range []byte(key) {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-_.", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// newID returns the id of an upload, or an ETag: nobody else's, and as long as
// S3's.
func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

var validID = regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString
