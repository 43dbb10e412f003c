package robustness

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"image-sharing/tests/kit"
	"image-sharing/tests/kit/api"
	"image-sharing/tests/kit/budget"
)

// The disks of the image that is copied: three parts of a copy, and two.
const (
	systemDiskBytes = 130<<20 + 1
	dataDiskBytes   = 65 << 20
)

// patience is how long anything here may take that is not to be killed.
const patience = time.Minute

// TestKilledWhileItCopies kills the service amid copies of disks. Then each copy
// becomes Available with its source's bytes, and there is no file but those of
// registered disks and of copies; when the images are deleted, and the service is
// killed once more, only those of registered disks.
func TestKilledWhileItCopies(t *testing.T) {
	t.Parallel()
	d := &copying{deployment: deployment{t: t, binary: build(t), limit: lowLimit, dir: t.TempDir(), copies: true}, sums: map[string]string{}}
	d.start()
	d.register()
	kills, amid := 0, 0
	for _, random := range budget.Rounds(t, copyShare, 4) {
		d.begin(kills%2 == 0)
		d.waitForUploads()
		time.Sleep(time.Duration(random.Int64N(int64(200 * time.Millisecond))))
		d.killService()
		kills++
		if len(d.files(".uploads")) > 0 {
			amid++
		}
		d.start()
		if kills%4 == 0 {
			d.finish()
		}
	}
	d.finish()
	if amid == 0 {
		t.Error("no copy was under way when the service was killed, so nothing is proved")
	}
	t.Logf("%d kills, %d of them amid a copy", kills, amid)
}

// copying is a deployment with an image whose disks are copied.
type copying struct {
	deployment
	owner, saver, image string
	sums                map[string]string // SHA-256 of the registered disks
	copies              []string          // paths of images
}

func (d *copying) environment() *kit.Environment { return kit.At(d.t, d.url).Unchecked() }

// register brings in random disks, so that no part is like another.
func (d *copying) register() {
	d.t.Helper()
	e := d.environment()
	random := rand.NewChaCha8([32]byte{})
	for id, size := range map[string]int{api.SystemSnapshot: systemDiskBytes, api.DataSnapshot: dataDiskBytes} {
		disk := make([]byte, size)
		_, _ = random.Read(disk)
		d.sums[id] = fmt.Sprintf("%x", sha256.Sum256(disk))
		e.Send(e.Platform(), "PUT", diskPath("eu-west", id), disk).Is(201).Has("sha256", d.sums[id])
	}
	d.owner, d.saver = e.Project("owner"), e.Project("saver")
	d.image = e.Image(d.owner, "golden", nil)
	e.Share(d.owner, d.image, d.saver).Is(200)
}

func diskPath(region, snapshot string) string { return "/local/disks/" + region + "/" + snapshot }

// begin has the image saved, its system disk, or copied to another region, all disks.
func (d *copying) begin(save bool) {
	d.t.Helper()
	e := d.environment()
	project, path, body := d.owner, api.CopyPath(d.owner, d.image), api.Object{"name": "copy", "region": "us-east"}
	if save {
		project, path, body = d.saver, api.SavePath(d.saver, d.image), api.Object{"name": "copy"}
	}
	d.copies = append(d.copies, e.Send(e.Tenant(project), "POST", path, body).Is(202).Header.Get("Location"))
}

// waitForUploads waits until something is being copied.
func (d *copying) waitForUploads() {
	d.t.Helper()
	d.eventually("a disk is copied in parts", func() bool { return len(d.files(".uploads")) > 0 })
}

func (d *copying) eventually(what string, is func() bool) {
	d.t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			log, _ := os.ReadFile(filepath.Join(d.dir, "log"))
			d.t.Fatalf("after %s it is not so that %s; the service says:\n%s", patience, what, log)
		}
	}
}

// finish waits for the end of all copies, looks at what they have become, and deletes
// them.
func (d *copying) finish() {
	d.t.Helper()
	e, registered := d.environment(), []string{"eu-west/" + api.SystemSnapshot, "eu-west/" + api.DataSnapshot}
	there := slices.Clone(registered)
	for _, path := range d.copies {
		there = append(there, d.copied(e, path)...)
	}
	d.hasOnly(there)
	for _, path := range d.copies {
		e.Send(e.Platform(), "DELETE", path, nil).Is(204)
	}
	d.copies = nil
	d.killService()
	d.start()
	d.hasOnly(registered)
}

// copied waits until an image is Available, and returns its disks, which it holds
// against those of the source.
func (d *copying) copied(e *kit.Environment, path string) (disks []string) {
	d.t.Helper()
	var img kit.Response
	d.eventually(path+" is Available", func() bool {
		time.Sleep(20 * time.Millisecond)
		img = e.Send(e.Platform(), "GET", path, nil).Is(200)
		if img.Text("state") == "Failed" {
			d.t.Fatalf("%s has failed: %s", path, img.Raw)
		}
		return img.Text("state") == "Available"
	})
	sources := []string{api.SystemSnapshot}
	if img.Text("region") == "us-east" {
		sources = append(sources, api.DataSnapshot)
	}
	all := append([]api.Object{img.Body["systemDisk"].(api.Object)}, img.Objects("dataDisks")...)
	if len(all) != len(sources) {
		d.t.Fatalf("%s has %d disks, not %d: %s", path, len(all), len(sources), img.Raw)
	}
	for i, disk := range all {
		at := img.Text("region") + "/" + disk["snapshotId"].(string)
		if got := d.sum(e, at); got != d.sums[sources[i]] {
			d.t.Errorf("%s has the SHA-256 %s, not that of %s, %s", at, got, sources[i], d.sums[sources[i]])
		}
		disks = append(disks, at)
	}
	return disks
}

// sum is the SHA-256 of a disk as it is brought out.
func (d *copying) sum(e *kit.Environment, disk string) string {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, e.URL+"/local/disks/"+disk, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+e.Platform())
	response, err := e.HTTP.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, response.Body); err != nil || response.StatusCode != http.StatusOK {
		d.t.Fatalf("%s is answered with %d, %v", disk, response.StatusCode, err)
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// hasOnly waits until there are only the files of these disks, two of each: the end of
// a copy is answered before what is left of it is removed.
func (d *copying) hasOnly(disks []string) {
	d.t.Helper()
	var want []string
	for _, disk := range disks {
		want = append(want, disk, disk)
	}
	slices.Sort(want)
	d.eventually("only the disks "+strings.Join(disks, ", ")+" are there", func() bool {
		got := []string{}
		for _, name := range d.files("") {
			disk, err := url.PathUnescape(strings.TrimSuffix(name, path.Ext(name)))
			if err != nil {
				disk = name
			}
			got = append(got, disk)
		}
		slices.Sort(got)
		return slices.Equal(got, want)
	})
}

// files are those under the disks, of which the path has the folder; "" for all.
func (d *copying) files(folder string) (names []string) {
	d.t.Helper()
	root := os.DirFS(filepath.Join(d.dir, "disks"))
	_ = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.Contains(name, folder) {
			names = append(names, name)
		}
		return nil // what goes meanwhile is not there
	})
	return names
}
