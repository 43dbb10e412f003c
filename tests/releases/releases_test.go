// Package releases proves that what a release has stored is read by every later
// one. testdata has a directory for each form in which records were ever
// stored, v1 the first: the items of a DynamoDB table and an SQLite file, both
// of the sample of that release. A kept form never changes: there are tables
// and files that have it.
package releases

import (
	"crypto/sha256"
	"flag"
	"fmt"
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

// versions are the kept forms: what each is read as, and the sums of its files,
// so that nobody changes one by mistake.
var versions = []struct {
	want records
	sums map[string]string
}{
	{recordsV1(), map[string]string{
		"dynamodb.json":    "91fbcc454c9a6e2a19660af39a4b95bcfbab4a3a40f0f8932c8554e3a8ac596a",
		"image-sharing.db": "e93327eb9910638396165b11b6aab30a3529b04d9ec119b8952d02f4f74689e3",
	}},
	// SQLite's second schema; the records are the same.
	{recordsV1(), map[string]string{
		"dynamodb.json":    "91fbcc454c9a6e2a19660af39a4b95bcfbab4a3a40f0f8932c8554e3a8ac596a",
		"image-sharing.db": "2029b9061bcc34de94fd1b0472fa762b3aa81d4c6a5783962ad5fdf217fa5a8e",
	}},
}

func keptFile(version int, f form) string {
	return filepath.Join("testdata", fmt.Sprint("v", version), f.file())
}

func TestEveryFormIsRead(t *testing.T) {
	for i, v := range versions {
		for name, f := range forms {
			t.Run(fmt.Sprintf("%s v%d", name, i+1), func(t *testing.T) {
				path := keptFile(i+1, f)
				kept, err := os.ReadFile(path)
				must(t, err)
				if sum := fmt.Sprintf("%x", sha256.Sum256(kept)); sum != v.sums[f.file()] {
					t.Errorf("%s has the sum %s: a kept form must stay as it is, because there are tables and files that have it", path, sum)
				}
				s := f.open(t, kept)
				v.want.isRead(t, s)
				v.want.isUsed(t, s)
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
			kept, err := os.ReadFile(keptFile(newest, f))
			must(t, err)
			s := f.open(t, f.byALaterRelease(t, kept))
			versions[newest-1].want.isRead(t, s)
			versions[newest-1].want.isUsed(t, s)
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

	shared.Name, shared.AccountID, shared.UpdatedAt = "changed since", "acct-9", at(51)
	changed := shared.ImageSpec
	equal(t, "answer to a change", plain(s.putImage("shared", changed, 51)), shared)
	s.unshare("shared", orgC, 52)
	shared.SharedWith = []sharing.ProjectID{orgB}
	equal(t, "result of sharing again", s.share("shared", 53, orgB)[0].Result, sharing.ShareUnchanged)
	equal(t, "result of sharing", s.share("plain", 53, orgB)[0].Result, sharing.ShareCreated)
	got, err := s.Image(t.Context(), "shared")
	must(t, err)
	equal(t, "image that was changed", plain(got), shared)
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
				path := keptFile(newest+1, f)
				must(t, os.MkdirAll(filepath.Dir(path), 0o755))
				must(t, os.WriteFile(path, written, 0o644))
				t.Logf("kept as %s, sum %x", path, sha256.Sum256(written))
				return
			}
			kept, err := os.ReadFile(keptFile(newest, f))
			must(t, err)
			if got, want := f.text(t, written), f.text(t, kept); got != want {
				t.Errorf(`today's code stores the sample in another form than v%d:
%s
If that is meant: leave v%[1]d as it is, keep the new one beside it with
	go test ./tests/releases -run TodaysForm -keep
and add it to the versions, with what it is read as. What is new must be
optional when read: v%[1]d does not have it.`, newest, difference(got, want))
			}
		})
	}
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
