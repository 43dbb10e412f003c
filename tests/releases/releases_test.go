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

// form is one store's form of the sample.
type form interface {
	file() string
	open(t *testing.T, kept []byte) service.Store
	written(t *testing.T) []byte
	text(t *testing.T, kept []byte) string
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
				isUsed(t, s, v.want)
			})
		}
	}
}

// isUsed fails unless the commands go on with what an earlier release stored.
func isUsed(t *testing.T, s service.Store, want records) {
	t.Helper()
	var shared sharing.Image
	for _, img := range want.images {
		if img.SaveFingerprint != "" {
			equal(t, "save repeated with its key", plain(saveCopy(t, s, img.ID, key, 50)), img)
		}
		if img.ID == "shared" {
			shared = img
		}
	}

	changed := spec("changed since")
	shared.Name, shared.AccountID, shared.UpdatedAt = changed.Name, "acct-9", at(51)
	_, created, err := s.PutImage(t.Context(), sharing.PutImageCommand{Owner: orgA, ImageID: shared.ID, UID: "none", Spec: changed, Now: at(51)})
	must(t, err)
	equal(t, "created", created, false)
	must(t, s.Unshare(t.Context(), sharing.UnshareCommand{Owner: orgA, ImageID: shared.ID, Target: orgC, Now: at(52)}))
	shared.SharedWith = []sharing.ProjectID{orgB}
	_, outcomes, err := s.Share(t.Context(), shareCommand(shared.ID, 53, orgB))
	must(t, err)
	equal(t, "outcome", outcomes[0].Result, sharing.ShareUnchanged)
	got, err := s.Image(t.Context(), shared.ID)
	must(t, err)
	equal(t, "image that was changed", plain(got), shared)

	_, _, err = s.Share(t.Context(), shareCommand("plain", 54, orgB))
	must(t, err)
	must(t, s.DeleteImage(t.Context(), orgA, "plain"))
	p, created, err := s.PutProject(t.Context(), orgC, sharing.ProjectSpec{AccountID: "acct-3", Name: "Org C"}, at(55))
	must(t, err)
	equal(t, "project that was changed", p, sharing.Project{ID: orgC, AccountID: "acct-3", Name: "Org C", CreatedAt: want.projects[2].CreatedAt, UpdatedAt: at(55)})
	equal(t, "created", created, false)
}

// TestTodaysFormIsKept: a form that nobody has kept is one that the next
// release is not tested to read.
func TestTodaysFormIsKept(t *testing.T) {
	newest := len(versions)
	for name, f := range forms {
		t.Run(name, func(t *testing.T) {
			written := f.written(t)
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
