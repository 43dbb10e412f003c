package queue

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"image-sharing/shared/sharing"
)

const (
	messageEnd = ".json"
	unfinished = ".new"
	// handledFile has the ids of messages that were handled, one a line. To lose some
	// in a crash costs a message that comes twice.
	handledFile = "handled"
	// mostHandled is more than the bus gets again after a start.
	mostHandled = 10_000
)

// kept are the files of a queue: a file for each message, which has the event. It
// keeps nothing before it was opened.
type kept struct {
	dir     string
	handled *os.File
}

func (k *kept) open(dir string) (waiting []*message, handled map[string]bool, err error) {
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.Chmod(dir, 0o700)); err != nil { // also one that was there
		return nil, nil, err
	}
	k.dir = dir
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch id, isMessage := strings.CutSuffix(e.Name(), messageEnd); {
		case isMessage:
			m, err := read(name, id, e)
			if err != nil {
				return nil, nil, err
			}
			waiting = append(waiting, m)
		case strings.HasSuffix(e.Name(), unfinished):
			if err := os.Remove(name); err != nil {
				return nil, nil, err
			}
		}
	}
	slices.SortFunc(waiting, func(a, b *message) int { return a.sent.Compare(b.sent) })
	handled, err = k.openHandled()
	return waiting, handled, err
}

func read(name, id string, e fs.DirEntry) (*message, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	info, err := e.Info()
	if err != nil {
		return nil, err
	}
	return &message{id: id, body: string(text), sent: info.ModTime()}, nil
}

// openHandled leaves out the oldest, so that the file does not grow for ever.
func (k *kept) openHandled() (handled map[string]bool, err error) {
	name := filepath.Join(k.dir, handledFile)
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	handled = map[string]bool{}
	lines := strings.Fields(string(text))
	lines = lines[max(0, len(lines)-mostHandled):]
	k.handled, err = os.OpenFile(name+unfinished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriter(k.handled)
	for _, id := range lines {
		handled[id] = true
		fmt.Fprintln(w, id)
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	return handled, os.Rename(name+unfinished, name)
}

// keep returns when the message would outlive a crash of the machine.
func (k *kept) keep(m *message) error {
	if k.dir == "" {
		return nil
	}
	if !sharing.ValidID(m.id) {
		return fmt.Errorf("the event's id %q is no name of a file", m.id)
	}
	name := filepath.Join(k.dir, m.id+messageEnd)
	f, err := os.OpenFile(name+unfinished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(m.body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(name+unfinished, name); err != nil {
		return err
	}
	d, err := os.Open(k.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// forget removes a message; one that was handled is not taken again.
func (k *kept) forget(m *message, handled bool) error {
	if k.dir == "" {
		return nil
	}
	if handled {
		if _, err := fmt.Fprintln(k.handled, m.id); err != nil {
			return err
		}
	}
	return os.Remove(filepath.Join(k.dir, m.id+messageEnd))
}

func (k *kept) close() error {
	if k.handled == nil {
		return nil
	}
	return k.handled.Close()
}
