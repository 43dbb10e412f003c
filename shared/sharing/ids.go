package sharing

import (
	"slices"
	"strings"
)

// ProjectID names a project. Valid ones are those of ValidID.
type ProjectID string

// ImageID names an image, unique over all projects and regions. Valid ones are
// those of ValidID.
type ImageID string

// ValidID reports whether s is a well-formed project, image, region or account id: 1 to 64 ASCII letters, digits, '.', '_' and '-', of which the
// first is a letter or a digit. No character of it sorts below '#', which lets
// the table build sort keys from ids with '#' between the parts, and none above
// 'z', which lets SQLite's lists begin above all of them.
func ValidID(s string) bool {
	if len(s) < 1 || len(s) > 64 || !isAlphanumeric(s[0]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// maxSnapshotParts leaves room for the keys that our copier makes.
const maxSnapshotParts = 8

// ValidSnapshotID reports whether s is well-formed: up to 8 ids with '/' between
// them. It may be a key in a bucket or a path of a folder: no part of it leads out.
func ValidSnapshotID(s string) bool {
	parts := strings.Split(s, "/")
	return len(parts) <= maxSnapshotParts && !slices.ContainsFunc(parts, func(part string) bool { return !ValidID(part) })
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

const snapshotMessage = "must be an id, or up to 8 with '/' between them, as a disk's key in a bucket"

const idMessage = "must be a string that starts with a letter or digit and has at most 64 letters, digits, '.', '_' or '-'"
