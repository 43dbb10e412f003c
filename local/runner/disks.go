package runner

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"image-sharing/local/diskstore"
	"image-sharing/local/dynamodblocal"
	"image-sharing/local/queue"
	"image-sharing/shared/disks"
	"image-sharing/shared/service"
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
	store, err := diskstore.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot use the disks in %s: %w", dir, err)
	}
	r.onStop(store.Close)
	return store, nil
}

// copyDisks is the function that copies disks.
const copyDisks = "copy-disks"

// openCopies opens the queue of copies to be made, nil if that is the platform's to do.
func (r *Runner) openCopies(c Config) (*queue.Queue, error) {
	if !c.CopyDisks {
		return nil, nil
	}
	dir := "" // in memory
	if c.DataDir != InMemory {
		dir = filepath.Join(c.DataDir, "queue", copyDisks)
	}
	q, err := queue.Open(queue.Config{
		Dir: dir, Function: copyDisks, DetailTypes: disks.DetailTypes(), Log: c.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot use the queue in %s: %w", dir, err)
	}
	r.onStop(q.Close)
	return q, nil
}

// patience is how long a copy waits for a disk that nobody has brought in yet.
const patience = 20 * time.Second

// copier is the function that copies disks, between the regions of this machine.
func copier(s *service.Service, store *diskstore.Store, log *slog.Logger) queue.Handler {
	client := disks.NewClient(disks.ClientConfig{
		Region: dynamodblocal.Region, Endpoint: "http://disks", Credentials: dynamodblocal.Credentials(), HTTPClient: store,
	})
	c := disks.NewCopier(s, disks.EveryRegion(client), disks.Config{LeastPartSize: disks.LeastPartSize, Patience: patience})
	return disks.NewHandler(c, log)
}
