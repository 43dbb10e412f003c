package main

import (
	"bytes"
	"strings"
	"testing"

	"image-sharing/local/runner"
)

// TestTheWelcomeBeginsWithThePage, wherever it is.
func TestTheWelcomeBeginsWithThePage(t *testing.T) {
	for name, c := range map[string]runner.Config{
		"the local issuer": {Store: runner.SQLite, DataDir: runner.InMemory},
		"a real issuer":    {Store: runner.SQLite, DataDir: ".data", Issuer: "https://issuer.example", Audience: "images"},
	} {
		var out bytes.Buffer
		welcome(&out, &runner.Runner{URL: "http://127.0.0.1:9123"}, c)
		if !strings.HasPrefix(out.String(), "Open http://127.0.0.1:9123 in a browser") {
			t.Errorf("with %s: %s", name, out.String())
		}
	}
}
