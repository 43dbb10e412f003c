// Package wire writes what leaves the service, as the contract has it: JSON in
// which every time has exactly six digits, so that times sort as texts.
package wire

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"image-sharing/shared/timestamp"
)

var options = json.JoinOptions(
	json.Deterministic(true),
	json.WithMarshalers(json.MarshalToFunc(func(e *jsontext.Encoder, t time.Time) error {
		b := append(e.AvailableBuffer(), '"')
		return e.WriteValue(append(timestamp.Append(b, t), '"'))
	})),
)

// Marshal returns v written.
func Marshal(v any) ([]byte, error) { return json.Marshal(v, options) }
