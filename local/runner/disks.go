package runner

import (
	"fmt"
	"os"
	"path/filepath"

	"image-sharing/local/diskstore"
	"image-sharing/local/queue"
	"image-sharing/shared/sharing"
)

// openDisks opens the disks of this machine. Those of a run in memory are in a
// directory that goes with it: a disk does not fit in memory.
func (r *Runner) openDisks(dataDir string) (*diskstore.Store, error) {
	dir := filepath.Join(dataDir, "disks")
	if dataDir == InMemory {
		var err error
		if dir, err = os.MkdirTemp("", "image-sharing-disks-"); err != nil {
			return nil, err
		}
		r.onStop(func() error { return os.RemoveAll(dir) })
	}
	disks, err := diskstore.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot use the disks in %s: %w", dir, err)
	}
	r.onStop(disks.Close)
	return disks, nil
}

// copyDisks is the function that copies disks.
const copyDisks = "copy-disks"

// openCopies opens the queue of copies to be made, nil if nobody would take them.
func (r *Runner) openCopies(c Config) (*queue.Queue, error) {
	if c.CopyDisks == nil {
		return nil, nil
	}
	dir := "" // in memory
	if c.DataDir != InMemory {
		dir = filepath.Join(c.DataDir, "queue", copyDisks)
	}
	q, err := queue.Open(queue.Config{
		Dir: dir, Function: copyDisks, DetailTypes: []string{string(sharing.ImageSaved), string(sharing.ImageCopied)}, Log: c.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot use the queue in %s: %w", dir, err)
	}
	r.onStop(q.Close)
	return q, nil
}
