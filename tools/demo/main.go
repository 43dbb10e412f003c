// Command demo walks the whole story of image sharing in the terminal, against
// a running "make run": it loads two accounts by the catalog API, then shares,
// lists, is refused, saves and deletes. It prints every request and response,
// and ends with an error at the first response that is not the expected one.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	base := flag.String("url", "http://127.0.0.1:8080", "base URL of a running make run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()

	if err := tell(newTeller(ctx, *base, os.Stdout)); err != nil {
		fmt.Fprintf(os.Stderr, "\ndemo: %v\n", err)
		os.Exit(1)
	}
}
