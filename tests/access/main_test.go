// Package access asks who gets at what: every kind of token on every route of the
// OpenAPI document.
package access

import (
	"testing"

	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }
