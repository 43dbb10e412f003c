package main

import (
	"bytes"
	"os"
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

// TestTheWelcomeSaysWhereDynamoDBLocalListens, of the one that was started here: so does the
// README.
func TestTheWelcomeSaysWhereDynamoDBLocalListens(t *testing.T) {
	const everywhere, address = "listens on every interface", "http://127.0.0.1:8000"
	for name, c := range map[string]struct {
		endpoint string // where DynamoDB answers
		given    string // by DYNAMODB_ENDPOINT
		said     int
	}{"one that was started": {address, "", 1}, "one that ran already": {address, address, 0}, "none": {"", "", 0}} {
		var out bytes.Buffer
		welcome(&out, &runner.Runner{URL: "http://127.0.0.1:9123", DynamoDBEndpoint: c.endpoint}, runner.Config{DynamoDBEndpoint: c.given})
		if strings.Count(out.String(), everywhere) != c.said {
			t.Errorf("of %s: %s", name, out.String())
		}
	}
	if readme, err := os.ReadFile("../README.md"); err != nil || !strings.Contains(string(readme), "DynamoDB Local "+everywhere) {
		t.Errorf("the README does not say so (%v)", err)
	}
}

// TestTheReadmeGoesOnFromTheWelcome: who has pasted what it prints is where the README's
// step 2 begins.
func TestTheReadmeGoesOnFromTheWelcome(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	welcome(&out, &runner.Runner{URL: "http://127.0.0.1:8080"}, runner.Config{Store: runner.SQLite, DataDir: ".data"})
	begin, end := strings.Index(out.String(), "URL="), strings.Index(out.String(), "\n\nIts step 2")
	if begin < 0 || end < begin {
		t.Fatalf("there is nothing to paste in %s", out.String())
	}
	for line := range strings.Lines(out.String()[begin : end+1]) {
		if !strings.Contains(string(readme), "\n"+line) {
			t.Errorf("the README has no %s", line)
		}
	}
}
