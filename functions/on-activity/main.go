// Command on-activity is the Lambda function that publishes activities as events, and
// ends the shares of closed projects, called by the table's stream.
package main

import (
	"image-sharing/shared/events"
	"image-sharing/shared/startup"
)

func main() { events.Serve(startup.Service) }
