package sqlite

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

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
		text, err := json.Marshal(value, json.Deterministic(true))
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

// attributesText returns a record's attributes as a row has them: as JSON.
func attributesText(a stored.Attributes) (string, error) {
	text, err := json.Marshal(a, json.Deterministic(true))
	return string(text), err
}

// lookupIn returns what finds the attributes in an attributesText. That nobody
// looks for doubled names halves the time: the text is this package's own.
func lookupIn(text string) (stored.Lookup, error) {
	v, err := readValue(jsontext.NewDecoder(bytes.NewBufferString(text), jsontext.AllowDuplicateNames(true)))
	lookup, ok := v.(stored.Lookup)
	if err == nil && !ok {
		err = errors.New("the attributes are no JSON object")
	}
	return lookup, err
}

// readValue reads a value as package stored wants it; what it has no value like
// becomes nil.
func readValue(d *jsontext.Decoder) (any, error) {
	token, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case '0':
		if n, err := token.Int(); err == nil {
			return n, nil
		}
	case '[':
		return readList(d)
	case '{':
		return readRecord(d)
	}
	return nil, nil
}

func readList(d *jsontext.Decoder) (list []any, err error) {
	for d.PeekKind() != ']' {
		v, err := readValue(d)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err = d.ReadToken()
	return list, err
}

// readRecord reads the attributes of a record into a list: there are so few that
// to search it takes less time than to make a map.
func readRecord(d *jsontext.Decoder) (stored.Lookup, error) {
	type attribute struct {
		name  string
		value any
	}
	attributes := make([]attribute, 0, 24)
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		a := attribute{name: name.String()}
		if a.value, err = readValue(d); err != nil {
			return nil, err
		}
		attributes = append(attributes, a)
	}
	_, err := d.ReadToken()
	return func(name string) (any, bool) {
		for _, a := range attributes {
			if a.name == name {
				return a.value, true
			}
		}
		return nil, false
	}, err
}
