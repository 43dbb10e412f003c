// Package hostile sends what no honest client would: bodies, addresses, bytes on
// the wire, clients that are slow or never done. Each is refused precisely, or
// harmless; none stops the others, is a 500, or gets into the log.
package hostile

import (
	"testing"

	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }
