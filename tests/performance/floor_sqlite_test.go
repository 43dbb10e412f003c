package performance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// The statements of the floor on SQLite: what a use case cannot do without.
const (
	floorImage  = `SELECT images.attributes FROM shares JOIN images ON id = image_id WHERE image_id = ? AND target = ?`
	floorImages = `SELECT images.attributes FROM shares JOIN images ON id = image_id WHERE target = ?
		ORDER BY image_region DESC, shared_at DESC, image_id DESC LIMIT ?`
	floorProject   = `SELECT attributes FROM projects WHERE id = ?`
	floorActivity  = `INSERT INTO activities (feed, attributes) SELECT feed, json_set(attributes, '$.activityId', ?) FROM activities ORDER BY seq DESC LIMIT 1`
	floorShare     = `INSERT INTO shares (image_id, target, image_region, shared_at, status, attributes) SELECT ?, ?, image_region, shared_at, status, attributes FROM shares LIMIT 1`
	floorOfAnImage = `SELECT images.attributes, (SELECT coalesce(group_concat(target, ' '), '') FROM shares WHERE image_id = id) FROM images WHERE id = ?`
)

// database is a file with its statements: four connections that read, one that writes.
type database struct {
	reader, writer *sql.DB
	compiled       map[string]*sql.Stmt
	writing        *sql.Conn
	turn           chan struct{}
}

func openDatabase(dir string) (*database, error) {
	name := "file:" + (&url.URL{Path: filepath.Join(dir, "image-sharing.db")}).EscapedPath() +
		"?_busy_timeout=5000&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=ON"
	d := &database{compiled: map[string]*sql.Stmt{}, turn: make(chan struct{}, 1)}
	var err error
	if d.reader, err = sql.Open("sqlite", name); err != nil {
		return nil, err
	}
	if d.writer, err = sql.Open("sqlite", name); err != nil {
		return nil, err
	}
	d.reader.SetMaxOpenConns(4)
	d.reader.SetMaxIdleConns(4)
	if d.writing, err = d.writer.Conn(context.Background()); err != nil {
		return nil, err
	}
	for _, query := range []string{floorImage, floorImages} {
		if d.compiled[query], err = d.reader.Prepare(query); err != nil {
			return nil, err
		}
	}
	for _, query := range []string{"BEGIN IMMEDIATE", "COMMIT", floorOfAnImage, floorProject, floorActivity, floorShare} {
		if d.compiled[query], err = d.writing.PrepareContext(context.Background(), query); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *database) close() error {
	return errors.Join(d.writing.Close(), d.reader.Close(), d.writer.Close())
}

func (d *database) image(ctx context.Context, w io.Writer, image, target string) error {
	var text string
	if err := d.compiled[floorImage].QueryRowContext(ctx, image, target).Scan(&text); err != nil {
		return err
	}
	_, err := io.WriteString(w, text)
	return err
}

func (d *database) images(ctx context.Context, w io.Writer, target string, most int) error {
	rows, err := d.compiled[floorImages].QueryContext(ctx, target, most)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return rows.Err()
}

// share is the bare transaction of a share.
func (d *database) share(_ context.Context, image, target string) error {
	d.turn <- struct{}{}
	defer func() { <-d.turn }()
	var text, sharedWith string
	ctx := context.Background() // one that ends would cost a goroutine for each statement
	exec := func(query string, args ...any) error {
		_, err := d.compiled[query].ExecContext(ctx, args...)
		return err
	}
	if err := exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	return errors.Join(
		d.compiled[floorOfAnImage].QueryRowContext(ctx, image).Scan(&text, &sharedWith),
		d.compiled[floorProject].QueryRowContext(ctx, target).Scan(&text),
		exec(floorActivity, fmt.Sprint("act-", time.Now().UnixNano())),
		exec(floorShare, image, target),
		exec("COMMIT"),
	)
}
