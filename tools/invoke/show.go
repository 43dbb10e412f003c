package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// show prints a response for people: that of a function behind the gateway as
// HTTP shows it, any other as JSON.
func show(w io.Writer, payload []byte) error {
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(payload, &response); err != nil {
		return fmt.Errorf("the function responded with what is no JSON object: %w", err)
	}
	var text bytes.Buffer
	body := string(payload)
	if response.StatusCode != 0 {
		fmt.Fprintf(&text, "%d %s\n", response.StatusCode, http.StatusText(response.StatusCode))
		for _, name := range slices.Sorted(maps.Keys(response.Headers)) {
			fmt.Fprintf(&text, "%s: %s\n", name, response.Headers[name])
		}
		text.WriteString("\n")
		body = response.Body
	}
	if json.Indent(&text, []byte(body), "", "  ") != nil {
		text.WriteString(body) // YAML, or nothing
	}
	_, err := fmt.Fprintln(w, strings.TrimRight(text.String(), "\n"))
	return err
}
