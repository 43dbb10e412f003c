// Command on-activity is the Lambda function that publishes activities as events,
// called by the table's stream.
package main

import "image-sharing/shared/events"

func main() { events.Serve() }
