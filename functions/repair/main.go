// Command repair is the Lambda function that inspects the table slice by slice, called
// by a schedule, and removes what clean-ups have missed if it is to.
package main

import (
	"image-sharing/shared/repair"
	"image-sharing/shared/startup"
)

func main() { repair.Serve(startup.Table) }
