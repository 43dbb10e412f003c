// Package contract holds the running service to what is written about it: the
// OpenAPI document, the order of refusals in docs/design.md, the README.
package contract

import (
	"testing"

	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m, everyCodeWasProvoked) }
