// Package wire writes what leaves the service, as the contract has it: JSON in
// which every time has exactly six digits, so that times sort as texts.
package wire

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// timeLayout is RFC 3339 in UTC with microseconds, which is what stores keep.
const timeLayout = "2006-01-02T15:04:05.000000Z"

var options = json.JoinOptions(
	json.Deterministic(true),
	json.WithMarshalers(json.MarshalToFunc(func(e *jsontext.Encoder, t time.Time) error {
		return e.WriteToken(jsontext.String(t.UTC().Format(timeLayout)))
	})),
)

// Marshal returns v written.
func Marshal(v any) ([]byte, error) { return json.Marshal(v, options) }
