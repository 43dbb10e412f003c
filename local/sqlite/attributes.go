package sqlite

import (
	"context"
	"strings"

	"image-sharing/shared/stored"
)

// insertRecord inserts a row of a table whose columns are id and attributes.
func insertRecord(ctx context.Context, tx *connection, table string, id any, a stored.Attributes) error {
	text, err := attributesText(a)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO `+table+` (id, attributes) VALUES (?, ?)`, id, text)
	return err
}

// changeRecord changes in such a row what is not the same before and after.
func changeRecord(ctx context.Context, tx *connection, table string, id any, before, after stored.Attributes) error {
	change := stored.ChangeOf(before, after)
	changed := `json_set(attributes` + strings.Repeat(`, ?, json(?)`, len(change.Set)) + `)`
	var values []any
	for name, value := range change.Set {
		text, err := appendValue(nil, value)
		if err != nil {
			return err
		}
		values = append(values, "$."+name, string(text))
	}
	if len(change.Removed) > 0 {
		changed = `json_remove(` + changed + strings.Repeat(`, ?`, len(change.Removed)) + `)`
		for _, name := range change.Removed {
			values = append(values, "$."+name)
		}
	}
	_, err := tx.exec(ctx, `UPDATE `+table+` SET attributes = `+changed+` WHERE id = ?`, append(values, id)...)
	return err
}
