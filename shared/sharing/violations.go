package sharing

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths in characters, sizes in GiB.
const (
	maxNameLength        = 128
	maxDescriptionLength = 1024
	maxDataDisks         = 32
	maxDiskGiB           = 1 << 20
)

// Violations gathers what is wrong with a request, so that one answer names all.
type Violations []Violation

func (f *Violations) add(field, message string) { *f = append(*f, Violation{field, message}) }

func (f *Violations) id(field, s string) {
	if !ValidID(s) {
		f.add(field, idMessage)
	}
}

func (f *Violations) text(field, s string, least, most int) {
	if n := utf8.RuneCountInString(s); n < least || n > most {
		f.add(field, fmt.Sprintf("must have %d to %d characters, not %d", least, most, n))
		return
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		f.add(field, "must not hold control characters")
	}
}

// description may have several lines, unlike a name.
func (f *Violations) description(s string) {
	lines := strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(s)
	f.text("description", lines, 0, maxDescriptionLength)
}

func (f *Violations) disk(field string, d Disk) {
	if d.SizeGiB < 1 || d.SizeGiB > maxDiskGiB {
		f.add(field+".sizeGiB", fmt.Sprintf("must be a whole number from 1 to %d", maxDiskGiB))
	}
	if d.SnapshotID != "" {
		f.id(field+".snapshotId", d.SnapshotID)
	}
}

func (f Violations) err() error {
	if len(f) == 0 {
		return nil
	}
	return Invalid(f...)
}
