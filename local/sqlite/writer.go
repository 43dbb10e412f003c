package sqlite

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"image-sharing/shared/stored"
)

// attributesText returns a record's attributes as a row has them: as JSON, sorted by
// their names. It returns an error for a text that is not UTF-8, and for what is no
// value of an attribute.
func attributesText(a stored.Attributes) (string, error) {
	b, err := appendRecord(make([]byte, 0, 1024), a)
	return string(b), err
}

func appendRecord(b []byte, a stored.Attributes) (_ []byte, err error) {
	names := make([]string, 0, 24)
	for name := range a {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, name); err != nil {
			return nil, err
		}
		if b, err = appendValue(append(b, ':'), a[name]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// appendValue appends a value of an attribute as github.com/go-json-experiment/json
// would, which looks the type of each up by reflection: a tenth of what a share takes but
// for its statements.
func appendValue(b []byte, value any) (_ []byte, err error) {
	switch v := value.(type) {
	case string:
		return jsontext.AppendQuote(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case []any:
		b = append(b, '[')
		for i, element := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendValue(b, element); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case stored.Attributes:
		return appendRecord(b, v)
	}
	return nil, fmt.Errorf("%T is not the type of an attribute", value)
}
