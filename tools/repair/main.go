// Command repair finds what the clean-up of deleted images has missed in a
// DynamoDB table, and removes it: see its help.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const help = `repair finds shares that deleted images have left in a DynamoDB table because an
event of the table's stream was lost. Nobody can see them; they cost storage, and
lists of their recipients read past them. It also finds shares of closed projects
that came too late to be ended, and where the table breaks a promise. It reads the whole
table, and may run while the service does. A stack does all that by itself, once a week.

Without -remove it changes nothing. With it, the activities of the shares that it ends are
kept for 400 days, whatever the stack's ActivityRetentionDays says.

  a deployed table    needs AWS_REGION and the credentials in the environment:
                        export AWS_REGION=eu-west-1
                        eval "$(aws configure export-credentials --format env)"
                        make repair ARGS="-table image-sharing-Table-1ABC"
  make run            with ENGINE=dynamodb prints what to call; with SQLite there
                      is nothing to repair, a deletion takes the shares along

bin/repair, which make repair builds and runs, ends with 0 when the table keeps its
promises, with 2 when one is broken, and with 1 when it could not find out, or not
remove something. make itself ends with 2 in both cases.

`

// The exit statuses.
const (
	inOrder = 0
	failed  = 1
	broken  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string, getenv func(string) string, out, trouble io.Writer) (status int) {
	flags := flag.NewFlagSet("repair", flag.ContinueOnError)
	flags.SetOutput(trouble)
	flags.Usage = func() {
		_, _ = io.WriteString(trouble, help)
		flags.PrintDefaults()
	}
	var at place
	flags.StringVar(&at.table, "table", "image-sharing", "the table's `name`")
	flags.StringVar(&at.endpoint, "endpoint", "", "the `URL` of a DynamoDB Local, such as http://127.0.0.1:8000")
	remove := flags.Bool("remove", false, "remove what is left and end the shares of closed projects, instead of only printing them")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return inOrder
	case err != nil:
		return failed
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(trouble, "repair: %q is no flag: see -help\n", flags.Arg(0))
		return failed
	}
	kept, err := repairTable(ctx, at, *remove, getenv, out)
	switch {
	case err != nil:
		fmt.Fprintf(trouble, "repair: %v\n", err)
		return failed
	case !kept:
		return broken
	}
	return inOrder
}
