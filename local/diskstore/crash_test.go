package diskstore

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const killedDir = "DISKSTORE_KILLED_DIR" // makes a test process one that is killed

// TestKilled kills a process that imports and copies disks, at any moment. What it
// said to be there must be, in whole or as a part of its upload; what it did not say
// may be, but then in whole; and nothing else is left after the next start.
func TestKilled(t *testing.T) {
	disk := pattern(5*mib + 1)
	if dir := os.Getenv(killedDir); dir != "" {
		s := mustOpen(t, dir)
		for n := range 4 {
			go copying(t, s, fmt.Sprintf("%d-%d", os.Getpid(), n), disk)
		}
		select {}
	}
	dir, rounds := t.TempDir(), 6
	if testing.Short() {
		rounds = 2
	}
	imported(t, mustOpen(t, dir), "snap", disk)
	completed := 0
	for range rounds {
		said := killed(t, dir)
		for _, line := range said {
			if line[0] == "done" && strings.HasPrefix(line[1], "images/") {
				completed++
			}
		}
		s := mustOpen(t, dir)
		survived(t, s, dir, disk, said)
		_ = s.Close()
	}
	if completed == 0 && !testing.Short() {
		t.Error("no upload was completed, so nothing is proved of those")
	}
}

// copying goes on for ever, and says what is done.
func copying(t *testing.T, s *Store, name, disk string) {
	c := &script{Client: client(s), ctx: t.Context()}
	for n := 0; ; n++ {
		id, key := fmt.Sprintf("%s-%d", name, n), fmt.Sprintf("images/%s/%d", name, n)
		if _, _, err := s.Import(t.Context(), region, id, strings.NewReader(disk)); err == nil {
			fmt.Println("done", id)
		}
		upload := c.create(key)
		one := c.copyPart(key, upload, 1, region+"/snap", "0-5242879", nil)
		fmt.Println("part", key, *upload, *one.ETag)
		two := c.copyPart(key, upload, 2, region+"/snap", "5242880-5242880", nil)
		fmt.Println("part", key, *upload, *two.ETag)
		if c.complete(key, upload, true, one, two); c.log[len(c.log)-1] == "*s3.CompleteMultipartUploadInput: eu-west "+key {
			fmt.Println("done", key)
		}
		c.remove(id)
		fmt.Println("gone", id)
	}
}

// killed returns what a process said before it was killed.
func killed(t *testing.T, dir string) (said [][]string) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	command.Env = append(os.Environ(), killedDir+"="+dir)
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() { // and from the first on, not for long
		if len(said) == 0 {
			time.AfterFunc(rand.N(time.Second), func() { _ = command.Process.Kill() })
		}
		said = append(said, strings.Fields(lines.Text()))
	}
	_ = command.Wait()
	return said
}

func survived(t *testing.T, s *Store, dir, disk string, said [][]string) {
	t.Helper()
	objects, _, err := s.list(region, "", "", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, o := range objects {
		there[o.Key] = true
		if exported(t, s, o.Key) != disk {
			t.Errorf("%s is there in part", o.Key)
		}
	}
	uploads, err := s.uploads(region, "")
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]bool{}
	for _, u := range uploads {
		if there[u.Key] {
			t.Errorf("%s is there, and its upload", u.Key)
		}
		of, err := s.parts(uploadDir(region, u.id))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range of {
			parts[u.id+p.quoted()] = true
		}
	}
	gone := map[string]bool{}
	for _, line := range said {
		gone[line[1]] = gone[line[1]] || line[0] == "gone"
	}
	for _, line := range said {
		switch key := line[1]; {
		case line[0] == "done" && !there[key] && !gone[key] && strings.HasPrefix(key, "images/"):
			t.Errorf("%s is not there", key)
		case line[0] == "part" && !there[key] && !parts[line[2]+line[3]]:
			t.Errorf("a part of %s is not there", key)
		case line[0] == "gone" && there[key]:
			t.Errorf("%s is there again", key)
		}
	}
	if got, want := len(files(t, dir)), 2*len(objects)+len(uploads)+len(parts); got != want {
		t.Errorf("there are %d files, not %d", got, want)
	}
	t.Logf("%d lines, %d objects, %d uploads with %d parts", len(said), len(objects), len(uploads), len(parts))
	for _, o := range objects { // or the disk of this machine fills
		if o.Key != "snap" {
			if err := s.remove(region, o.Key); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, u := range uploads {
		if err := s.abort(region, u.Key, u.id); err != nil {
			t.Fatal(err)
		}
	}
}
