package stored

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Attributes are those of a record, by name. A value is a string, a
// json.Number, a list ([]any) or Attributes in their turn: what JSON has, and
// DynamoDB too.
type Attributes = map[string]any

// TimeLayout is how times are written. It has a fixed width, so that they sort
// as texts.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// FormatTime returns a time as it is written.
func FormatTime(t time.Time) string { return t.UTC().Format(TimeLayout) }

// form is a record on its way to its attributes, or back. One list of
// attributes serves both ways, so that none can be written and not read.
type form struct {
	attributes Attributes
	writing    bool
	required   bool
	err        *error // the first of reading
}

func encode[T any](v *T, attributes func(*form, *T)) Attributes {
	f := &form{attributes: Attributes{}, writing: true}
	attributes(f, v)
	return f.attributes
}

func decode[T any](a Attributes, attributes func(*form, *T)) (v T, err error) {
	attributes(&form{attributes: a, err: &err}, &v)
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

func (f *form) write(name string, value any, empty bool) {
	if f.required || !empty {
		f.attributes[name] = value
	}
}

var errWrongType = errors.New("missing or of the wrong type")

// read returns false when there is nothing to read, be it an error or not.
func read[V any](f *form, name string) (value V, ok bool) {
	a, there := f.attributes[name]
	if !there && !f.required {
		return value, false
	}
	if value, ok = a.(V); !ok {
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
	if f.writing {
		f.write(name, string(*field), *field == "")
	} else if s, ok := read[string](f, name); ok {
		*field = S(s)
	}
}

func number(f *form, name string, field *int) {
	if f.writing {
		f.write(name, json.Number(strconv.Itoa(*field)), *field == 0)
	} else if s, ok := read[json.Number](f, name); ok {
		n, err := strconv.Atoi(s.String())
		if err != nil {
			f.fail(name, err)
		}
		*field = n
	}
}

func moment(f *form, name string, field *time.Time) {
	if f.writing {
		f.write(name, FormatTime(*field), field.IsZero())
	} else if s, ok := read[string](f, name); ok {
		t, err := time.Parse(TimeLayout, s)
		if err != nil {
			f.fail(name, err)
		}
		*field = t
	}
}

// record is for a record within the record.
func record[T any](f *form, name string, field *T, attributes func(*form, *T)) {
	if f.writing {
		f.write(name, encode(field, attributes), false)
	} else if a, ok := read[Attributes](f, name); ok {
		*field = decodeIn(f, name, a, attributes)
	}
}

// list is for a list of records.
func list[T any](f *form, name string, field *[]T, attributes func(*form, *T)) {
	if f.writing {
		elements := make([]any, len(*field))
		for i := range *field {
			elements[i] = encode(&(*field)[i], attributes)
		}
		f.write(name, elements, len(elements) == 0)
	} else if elements, ok := read[[]any](f, name); ok {
		*field = nil
		for _, e := range elements {
			a, _ := e.(Attributes) // none at all lack what is required
			*field = append(*field, decodeIn(f, name, a, attributes))
		}
	}
}

func decodeIn[T any](f *form, name string, a Attributes, attributes func(*form, *T)) T {
	v, err := decode(a, attributes)
	if err != nil {
		f.fail(name, err)
	}
	return v
}

// optional returns what field points to, nil for nothing. When reading there is
// something if the record has the attribute.
func optional[T any](f *form, name string, field **T) *T {
	if _, there := f.attributes[name]; there && !f.writing {
		*field = new(T)
	}
	return *field
}
