package dynamodblocal_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"image-sharing/local/dynamodblocal"
	"image-sharing/tests/kit/ddbtest"
)

func TestInstall(t *testing.T) {
	java := ddbtest.Installation(t).Java() // or no Java or npm here
	log := slog.New(slog.DiscardHandler)
	cache := t.TempDir()

	var both [2]dynamodblocal.Installation
	var errs [2]error
	var wg sync.WaitGroup
	for i := range both {
		wg.Go(func() { both[i], errs[i] = dynamodblocal.InstallInto(t.Context(), log, cache) })
	}
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatalf("two at once: %v", err)
	}
	if left, _ := os.ReadDir(cache); len(left) != 1 {
		t.Errorf("two at once left %v, want one folder", left)
	}

	onlyJava := t.TempDir()
	if err := os.Symlink(java, filepath.Join(onlyJava, "java")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", onlyJava)
	again, err := dynamodblocal.InstallInto(t.Context(), log, cache)
	if err != nil {
		t.Fatalf("an installation is not used again without npm: %v", err)
	}
	if again.Jar() != both[0].Jar() {
		t.Errorf("it is %s at first and %s again", both[0].Jar(), again.Jar())
	}
	if _, err := dynamodblocal.InstallInto(t.Context(), log, t.TempDir()); !errors.Is(err, dynamodblocal.ErrMissing) {
		t.Errorf("without npm: %v, want ErrMissing", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := dynamodblocal.InstallInto(t.Context(), log, cache); !errors.Is(err, dynamodblocal.ErrMissing) {
		t.Errorf("without java: %v, want ErrMissing", err)
	}
}

func TestInstallTellsWhatNpmSaid(t *testing.T) {
	programs := t.TempDir()
	for name, script := range map[string]string{"java": "exit 0", "npm": "echo no network; exit 1"} {
		writeProgram(t, filepath.Join(programs, name), script)
	}
	t.Setenv("PATH", programs)
	cache := t.TempDir()
	_, err := dynamodblocal.InstallInto(t.Context(), slog.New(slog.DiscardHandler), cache)
	if err == nil || errors.Is(err, dynamodblocal.ErrMissing) {
		t.Fatalf("error is %v, want one that is not ErrMissing", err)
	}
	wantContains(t, err.Error(), "no network")
	if left, _ := os.ReadDir(cache); len(left) != 0 {
		t.Errorf("a failed installation left %v", left)
	}
}
