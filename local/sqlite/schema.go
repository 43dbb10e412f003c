package sqlite

import (
	"context"
	"embed"
	"fmt"
)

// stepFiles are the steps from an empty file to today's schema.
//
//go:embed schema/1.sql schema/2.sql schema/3.sql schema/4.sql schema/5.sql
var stepFiles embed.FS

// steps bring a file from each schema to the next; the file's user_version
// says how many of them it has taken. A new one is added at the end. One that
// is there never changes: there are files that have taken it.
var steps = []string{stepFile("schema/1.sql"), stepFile("schema/2.sql"), stepFile("schema/3.sql"), stepFile("schema/4.sql"), stepFile("schema/5.sql")}

func stepFile(name string) string {
	text, err := stepFiles.ReadFile(name)
	if err != nil {
		panic(err) // it is part of the binary
	}
	return string(text)
}

// migrate takes the steps that a file has not taken yet, all or none, and returns
// how many it had taken. It returns an error for a file that has taken more than
// there are.
func (s *Store) migrate(steps []string) (taken int, err error) {
	err = s.write(context.Background(), func(ctx context.Context, tx *connection) error {
		version, err := findOne(ctx, tx, scanNumber, "PRAGMA user_version")
		if err != nil {
			return err
		}
		taken = int(*version)
		if taken > len(steps) {
			return fmt.Errorf("%s has schema %d and this version knows %d only: run the newer version that wrote it, or choose another directory", fileName, taken, len(steps))
		}
		for i, step := range steps[taken:] {
			if _, err := tx.conn.ExecContext(ctx, step); err != nil {
				return fmt.Errorf("step to schema %d: %w; %s is as it was, and the version that wrote it opens it; PRAGMA integrity_check and PRAGMA foreign_key_check say which rows are damaged", taken+i+1, err, fileName)
			}
		}
		_, err = tx.exec(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(steps)))
		return err
	})
	if err != nil {
		return taken, fmt.Errorf("open the database: %w", err)
	}
	return taken, nil
}
