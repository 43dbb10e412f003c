package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// mutation is a mistake in the code: old, which stands in the file exactly
// once, becomes new.
type mutation struct {
	name, file string
	old, new   string
	suites     []suite // the first that fails has caught it
}

// apply returns the mutated text of the file.
func (m mutation) apply(text string) (string, error) {
	if n := strings.Count(text, m.old); n != 1 {
		return "", fmt.Errorf("mutation %q: %s has this text %d times, not once: %q", m.name, m.file, n, m.old)
	}
	return strings.Replace(text, m.old, m.new, 1), nil
}

// overlay makes, in dir, what the go command's -overlay takes, and returns its
// path.
func (m mutation) overlay(root, dir string) (string, error) {
	original := filepath.Join(root, filepath.FromSlash(m.file))
	text, err := os.ReadFile(original)
	if err != nil {
		return "", err
	}
	mutated, err := m.apply(string(text))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	broken := filepath.Join(dir, "mutated.go")
	if err := os.WriteFile(broken, []byte(mutated), 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {original: broken}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, overlay, 0o600)
}

// test returns the suite and the test that caught the mutation, "" if none did.
func (m mutation) test(ctx context.Context, root, overlay string) (string, error) {
	for _, s := range m.suites {
		failed, err := s.test(ctx, root, overlay)
		if err != nil {
			return "", fmt.Errorf("mutation %q: %w", m.name, err)
		}
		if failed != "" {
			return fmt.Sprintf("`%s` %s", s.path, failed), nil
		}
	}
	return "", nil
}
