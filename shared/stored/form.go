package stored

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"image-sharing/shared/timestamp"
)

// Attributes are what is kept of a record, by name. A value is a string, an
// int64, a list ([]any) or Attributes of a record within the record.
type Attributes map[string]any

// A Lookup finds the attributes of a record in the store's own form of it. ok is
// false for none. The values are those of Attributes, but a record within the
// record is a Lookup too.
type Lookup func(name string) (value any, ok bool)

// form is a record on its way to its attributes, or back. One list of
// attributes serves both ways, so that none can be written and not read.
type form struct {
	written  Attributes // nil when reading
	lookup   Lookup
	required bool
	err      *error // the first of reading
}

func encode[T any](v *T, attributes func(*form, *T)) Attributes {
	f := &form{written: Attributes{}}
	attributes(f, v)
	return f.written
}

func decode[T any](lookup Lookup, attributes func(*form, *T)) (v T, err error) {
	attributes(&form{lookup: lookup, err: &err}, &v)
	return v, err
}

// always returns the form for attributes that every record has. Those of f
// itself are written only if there is something to write, and need not be there
// when read.
func (f *form) always() *form {
	required := *f
	required.required = true
	return &required
}

func (f *form) writing() bool { return f.written != nil }

func (f *form) write(name string, value any, empty bool) {
	if f.required || !empty {
		f.written[name] = value
	}
}

var errWrongType = errors.New("missing or of the wrong type")

// read returns false when there is nothing to read, be it an error or not.
func read[V any](f *form, name string) (value V, ok bool) {
	v, there := f.lookup(name)
	if !there && !f.required {
		return value, false
	}
	if value, ok = v.(V); !ok {
		f.fail(name, errWrongType)
	}
	return value, ok
}

func (f *form) fail(name string, cause error) {
	if *f.err == nil {
		*f.err = fmt.Errorf("attribute %s: %w", name, cause)
	}
}

func text[S ~string](f *form, name string, field *S) {
	if f.writing() {
		f.write(name, string(*field), *field == "")
	} else if s, ok := read[string](f, name); ok {
		*field = S(s)
	}
}

func number[N int | int64](f *form, name string, field *N) {
	if f.writing() {
		f.write(name, int64(*field), *field == 0)
	} else if n, ok := read[int64](f, name); ok {
		*field = N(n)
	}
}

func moment(f *form, name string, field *time.Time) {
	if f.writing() {
		f.write(name, timestamp.Format(*field), field.IsZero())
	} else if s, ok := read[string](f, name); ok {
		t, err := timestamp.Parse(s)
		if err != nil {
			f.fail(name, err)
		}
		*field = t
	}
}

// record is for a record within the record.
func record[T any](f *form, name string, field *T, attributes func(*form, *T)) {
	if f.writing() {
		f.write(name, encode(field, attributes), false)
	} else if lookup, ok := read[Lookup](f, name); ok {
		*field = decodeIn(f, name, lookup, attributes)
	}
}

// list is for a list of records.
func list[T any](f *form, name string, field *[]T, attributes func(*form, *T)) {
	if f.writing() {
		elements := make([]any, len(*field))
		for i := range *field {
			elements[i] = encode(&(*field)[i], attributes)
		}
		f.write(name, elements, len(elements) == 0)
	} else if elements, ok := read[[]any](f, name); ok {
		*field = nil
		for _, e := range elements {
			lookup, ok := e.(Lookup)
			if !ok {
				f.fail(name, errWrongType)
				return
			}
			*field = append(*field, decodeIn(f, name, lookup, attributes))
		}
	}
}

// textMap is for texts by name. They are kept as a list of pairs: a Lookup finds
// names, and cannot list them.
func textMap(f *form, name string, field *map[string]string) {
	var pairs []pair
	if f.writing() {
		for _, key := range slices.Sorted(maps.Keys(*field)) {
			pairs = append(pairs, pair{key, (*field)[key]})
		}
	}
	list(f, name, &pairs, func(f *form, p *pair) {
		always := f.always()
		text(always, "key", &p.key)
		text(always, "value", &p.value)
	})
	if !f.writing() && pairs != nil {
		*field = make(map[string]string, len(pairs))
		for _, p := range pairs {
			(*field)[p.key] = p.value
		}
	}
}

type pair struct{ key, value string }

func decodeIn[T any](f *form, name string, lookup Lookup, attributes func(*form, *T)) T {
	v, err := decode(lookup, attributes)
	if err != nil {
		f.fail(name, err)
	}
	return v
}

// optional returns what field points to, nil for nothing. When reading there is
// something if the record has the attribute.
func optional[T any](f *form, name string, field **T) *T {
	if !f.writing() {
		if _, there := f.lookup(name); there {
			*field = new(T)
		}
	}
	return *field
}

// optionalRecord is an attribute with attributes of its own, nil for none.
func optionalRecord[T any](f *form, name string, field **T, attributes func(*form, *T)) {
	if r := optional(f, name, field); r != nil {
		record(f, name, r, attributes)
	}
}
