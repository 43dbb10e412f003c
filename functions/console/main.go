// Command console is the Lambda function that serves the console's files. It
// needs neither the table nor a token.
package main

import (
	"image-sharing/console"
	"image-sharing/shared/hosting"
)

func main() { hosting.Serve(console.Files()) }
