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

// show prints an answer for people: that of a function behind the gateway as
// HTTP shows it, any other as JSON.
func show(w io.Writer, payload []byte) error {
	var answer events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(payload, &answer); err != nil {
		return fmt.Errorf("the function answered with what is no JSON object: %w", err)
	}
	var text bytes.Buffer
	body := string(payload)
	if answer.StatusCode != 0 {
		fmt.Fprintf(&text, "%d %s\n", answer.StatusCode, http.StatusText(answer.StatusCode))
		for _, name := range slices.Sorted(maps.Keys(answer.Headers)) {
			fmt.Fprintf(&text, "%s: %s\n", name, answer.Headers[name])
		}
		text.WriteString("\n")
		body = answer.Body
	}
	if json.Indent(&text, []byte(body), "", "  ") != nil {
		text.WriteString(body) // YAML, or nothing
	}
	_, err := fmt.Fprintln(w, strings.TrimRight(text.String(), "\n"))
	return err
}
