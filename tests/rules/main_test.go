// Package rules has a test for each rule of docs/design.md, R1 to R12: over HTTP,
// through the gateway, with real tokens, on both stores.
package rules

import (
	"testing"

	"image-sharing/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }
