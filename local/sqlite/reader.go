package sqlite

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"image-sharing/shared/stored"
)

// lookupIn returns what finds the attributes in an attributesText.
func lookupIn(text string) (stored.Lookup, error) {
	r := reader{text: text}
	attributes := r.record(24)
	if r.peek(); r.failed || r.rest != len(text) || !utf8.ValidString(text) {
		return nil, errors.New("the attributes are no JSON object")
	}
	return attributes, nil
}

// reader reads JSON that this package, or SQLite's functions, have written: it does not
// look for doubled names, and takes what is between two quotes as
// it is in the text, without a copy. A list of a hundred images would else spend a
// third of its time on names.
type reader struct {
	text   string
	rest   int // where what is not yet read begins
	failed bool
}

// peek returns the first byte of the next token, 0 at the end.
func (r *reader) peek() byte {
	for ; r.rest < len(r.text); r.rest++ {
		switch c := r.text[r.rest]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// next reports whether the next token begins with c, and takes that then.
func (r *reader) next(c byte) bool {
	is := r.peek() == c
	if is {
		r.rest++
	}
	return is
}

func (r *reader) expect(c byte) {
	if !r.next(c) {
		r.failed = true
	}
}

// value reads a value as package stored wants it; what it has no value like becomes
// nil.
func (r *reader) value() any {
	switch r.peek() {
	case '"':
		return r.string()
	case '[':
		return r.list()
	case '{':
		return r.record(4)
	}
	return r.literal()
}

// string reads a text. Most have no escape.
func (r *reader) string() string {
	r.expect('"')
	begin := r.rest - 1
	for escaped := false; r.rest < len(r.text); r.rest++ {
		switch r.text[r.rest] {
		case '\\':
			escaped = true
			r.rest++ // what is escaped may be a quote
		case '"':
			r.rest++
			if !escaped {
				return r.text[begin+1 : r.rest-1]
			}
			unquoted, err := jsontext.AppendUnquote(nil, r.text[begin:r.rest])
			r.failed = r.failed || err != nil
			return string(unquoted)
		}
	}
	r.rest, r.failed = len(r.text), true
	return ""
}

// literal reads a number, true, false or null.
func (r *reader) literal() any {
	literal := r.text[r.rest:]
	if end := strings.IndexAny(literal, ",]} \t\n\r"); end >= 0 {
		literal = literal[:end]
	}
	r.rest += len(literal)
	if n, err := strconv.ParseInt(literal, 10, 64); err == nil {
		return n
	}
	r.failed = r.failed || !jsontext.Value(literal).IsValid()
	return nil
}

func (r *reader) list() (list []any) {
	r.expect('[')
	if r.next(']') {
		return nil
	}
	for more := true; more && !r.failed; more = r.next(',') {
		list = append(list, r.value())
	}
	r.expect(']')
	return list
}

// record reads the attributes of a record, of which there are usual many, into a list:
// to search that takes less time than to make a map.
func (r *reader) record(usual int) stored.Lookup {
	type attribute struct {
		name  string
		value any
	}
	attributes := make([]attribute, 0, usual)
	r.expect('{')
	for more := !r.next('}'); more && !r.failed; {
		name := r.string()
		r.expect(':')
		attributes = append(attributes, attribute{name, r.value()})
		if more = r.next(','); !more {
			r.expect('}')
		}
	}
	return func(name string) (any, bool) {
		for i := range attributes {
			if attributes[i].name == name {
				return attributes[i].value, true
			}
		}
		return nil, false
	}
}
