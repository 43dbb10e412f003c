package main

import (
	"fmt"
	"io"
	"strings"

	"image-sharing/local/runner"
)

// welcome says what runs where and what to paste next.
func welcome(w io.Writer, r *runner.Runner, c runner.Config) {
	url := r.URL
	where := "data in " + c.DataDir
	if c.DataDir == runner.InMemory {
		where = "nothing is kept"
	}
	open := "where you choose who to be"
	switch {
	case c.Issuer != "" && c.ConsoleClientID == "":
		open = "which takes CONSOLE_CLIENT_ID, the console's client at the issuer"
	case c.Issuer != "":
		open = "where you sign in at the issuer"
	}
	fmt.Fprintf(w, "Open %s in a browser: it is the console, %s.\n\n", url, open)
	fmt.Fprintf(w, "image-sharing runs at %s (store %s, %s). Ctrl-C stops it.\n", url, c.Store, where)
	if r.DynamoDBEndpoint != "" {
		fmt.Fprintf(w, "DynamoDB answers at %[1]s. To inspect the table: make repair ARGS='-endpoint %[1]s -table %[2]s'\n", r.DynamoDBEndpoint, c.TableName)
		if c.DynamoDBEndpoint == "" {
			fmt.Fprintln(w, "It listens on every interface of this machine and asks for no password: it has no option for that.")
		}
	}
	if c.Issuer != "" {
		fmt.Fprintf(w, "Tokens are those of %s for %s.\n", c.Issuer, c.Audience)
		return
	}
	port := url[strings.LastIndex(url, ":")+1:]
	fmt.Fprintf(w, `
Paste into another terminal, for the whole story:

  make demo PORT=%s

or step by step:

  URL=%s
  token() { curl -s $URL/local/token -d "$1" | sed 's/.*"access_token":"\([^"]*\)".*/\1/'; }
  PLATFORM=$(token '{"sub":"platform","scope":"catalog:write"}')
  curl -s -X PUT $URL/v1/projects/org-a -H "Authorization: Bearer $PLATFORM" -d '{"accountId":"acct-1","name":"Org A"}'

The README goes on from here; the contract is at %s/openapi.yaml. What is done shows at

  curl -sN $URL/local/events -H "Authorization: Bearer $PLATFORM"
`, port, url, url)
}
