// Package releases proves that what a release has stored is read by every later
// one. testdata has a directory for each form in which records were ever
// stored, v1 the first: the items of a DynamoDB table and an SQLite file, both
// of the sample of that release. A kept form never changes: there are tables
// and files that have it.
package releases

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"image-sharing/shared/service"
	"image-sharing/shared/sharing"
)

var keep = flag.Bool("keep", false, "keep what today's code writes as the next form")

// form is how a store keeps records.
type form interface {
	// file is the name of the kept file.
	file() string
	// open returns a store with the records of a kept file.
	open(t *testing.T, kept []byte) opened
	// empty is a kept file of no records.
	empty() []byte
	// text is what kept files are compared by, a record a line.
	text(t *testing.T, kept []byte) string
	// byALaterRelease is the file as a later release would have written it, with an
	// attribute more, "later", in each record.
	byALaterRelease(t *testing.T, kept []byte) []byte
}

// opened is a store, and what makes a kept file of its records.
type opened struct {
	service.Store
	keep func() []byte
}

var forms = map[string]form{"DynamoDB": dynamoDB{}, "SQLite": sqliteFile{}}

func keptFile(version int, name string) string {
	return filepath.Join("testdata", fmt.Sprint("v", version), name)
}

// kept returns a kept file, and fails unless it is as it was when it was kept.
func kept(t *testing.T, version int, f form) []byte {
	t.Helper()
	file, err := os.ReadFile(keptFile(version, f.file()))
	must(t, err)
	sums, err := os.ReadFile(keptFile(version, sumsFile))
	must(t, err)
	if !strings.Contains(string(sums), sumLine(f, file)) {
		t.Errorf("%s was changed: a kept form must stay as it is, because there are tables and files that have it", keptFile(version, f.file()))
	}
	return file
}

// sumsFile is what sha256sum -c takes.
const sumsFile = "SHA256SUMS"

func sumLine(f form, file []byte) string {
	return fmt.Sprintf("%x  %s\n", sha256.Sum256(file), f.file())
}

func TestEveryFormIsRead(t *testing.T) {
	for i, want := range versions {
		for name, f := range forms {
			t.Run(fmt.Sprintf("%s v%d", name, i+1), func(t *testing.T) {
				s := f.open(t, kept(t, i+1, f))
				want.isRead(t, s)
				want.isUsed(t, s)
			})
		}
	}
}

// TestALaterReleasesAttributesStay: who goes back to this release, and forward
// again, loses nothing.
func TestALaterReleasesAttributesStay(t *testing.T) {
	newest := len(versions)
	for name, f := range forms {
		t.Run(name, func(t *testing.T) {
			s := f.open(t, f.byALaterRelease(t, kept(t, newest, f)))
			versions[newest-1].isRead(t, s)
			versions[newest-1].isUsed(t, s)
			for line := range strings.Lines(f.text(t, s.keep())) {
				isNew := strings.Contains(line, at(53).Format("05.000000"))
				if strings.Contains(line, "createdAt\"") || strings.Contains(line, "sharedAt\"") {
					if strings.Contains(line, "later") == isNew {
						t.Errorf("the attribute of a later release: %s", line)
					}
				}
			}
		})
	}
}

// isUsed fails unless the commands go on with records that another release
// wrote.
func (want records) isUsed(t *testing.T, store service.Store) {
	t.Helper()
	s := sampler{t, store}
	shared, copied := want.images[0], want.images[5]
	equal(t, "save repeated with its key", plain(s.save(copied.ID, key, 50)), copied)

	shared.Name, shared.UpdatedAt = "changed since", at(51)
	shared.Sealed = true // which v1 to v3 did not keep
	changed := shared.ImageSpec
	equal(t, "response to a change", plain(s.putImage("shared", changed, 51)), shared)
	s.unshare("shared", orgC, 52)
	shared.SharedWith = []sharing.ProjectID{orgB}
	equal(t, "result of sharing again", s.share("shared", 53, orgB)[0].Result, sharing.ShareUnchanged)
	equal(t, "result of sharing", s.share("plain", 53, orgB)[0].Result, sharing.ShareCreated)
	got, err := s.Image(t.Context(), orgA, "shared")
	must(t, err)
	equal(t, "image that was changed", plain(got), shared)
	s.answer("shared", orgB, sharing.Decline, 54)
	received, err := s.Received(t.Context(), sharing.ReceivedQuery{Project: orgB, ImageID: "shared"})
	must(t, err)
	equal(t, "status of what was declined", received.Status, sharing.Declined)
	s.deleteImage("bare")

	project := want.projects[2]
	project.AccountID, project.UpdatedAt = "acct-3", at(55)
	equal(t, "project that was changed", s.putProject(orgC, "acct-3", project.Name, 55), project)
}

// TestTodaysFormIsKept: a form that nobody has kept is one that the next
// release is not tested to read.
func TestTodaysFormIsKept(t *testing.T) {
	newest := len(versions)
	for name, f := range forms {
		t.Run(name, func(t *testing.T) {
			s := f.open(t, f.empty())
			sample(t, s)
			written := s.keep()
			if *keep {
				keepAs(t, nextVersion(f), f, written)
				return
			}
			if got, want := f.text(t, written), f.text(t, kept(t, newest, f)); got != want {
				t.Errorf(`today's code stores the sample in another form than v%d:
%s
If that is meant: leave v%[1]d as it is, keep the new one beside it with
	go test ./tests/releases -run TodaysForm -keep
and add it to the versions. What is new must be optional when read: v%[1]d does
not have it.`, newest, difference(got, want))
			}
		})
	}
}

// nextVersion is the newest one for who has said already what it is read as.
func nextVersion(f form) int {
	if _, err := os.Stat(keptFile(len(versions), f.file())); errors.Is(err, fs.ErrNotExist) {
		return len(versions)
	}
	return len(versions) + 1
}

func keepAs(t *testing.T, version int, f form, written []byte) {
	t.Helper()
	must(t, os.MkdirAll(keptFile(version, ""), 0o755))
	must(t, os.WriteFile(keptFile(version, f.file()), written, 0o644))
	sums, err := os.ReadFile(keptFile(version, sumsFile))
	if !errors.Is(err, fs.ErrNotExist) {
		must(t, err)
	}
	must(t, os.WriteFile(keptFile(version, sumsFile), []byte(withSum(string(sums), f, written)), 0o644))
}

// withSum has the sum of a file in the place of the one that it had when it was
// kept before.
func withSum(sums string, f form, file []byte) string {
	var text strings.Builder
	for line := range strings.Lines(sums) {
		if !strings.HasSuffix(line, "  "+f.file()+"\n") {
			text.WriteString(line)
		}
	}
	return text.String() + sumLine(f, file)
}

// difference has the lines that are in one text only.
func difference(got, want string) string {
	var text strings.Builder
	for _, side := range []struct{ mark, in, out string }{{"- ", want, got}, {"+ ", got, want}} {
		for line := range strings.Lines(side.in) {
			if !strings.Contains(side.out, line) {
				text.WriteString(side.mark + line)
			}
		}
	}
	return text.String()
}
