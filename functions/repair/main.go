// Command repair is the Lambda function that inspects the table slice by slice, called
// by a schedule: it reports what lost events have left of deleted images and in closed
// projects, and removes it if it is to.
package main

import (
	"image-sharing/shared/repair"
	"image-sharing/shared/startup"
)

func main() { repair.Serve(startup.Table) }
