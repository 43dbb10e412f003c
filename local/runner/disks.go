package runner

import (
	"fmt"
	"os"
	"path/filepath"

	"image-sharing/local/diskstore"
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
