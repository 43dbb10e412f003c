// Command on-image-deleted is the Lambda function that removes what is left of
// a deleted image's shares, called by the table's stream.
package main

import "image-sharing/shared/startup"

func main() { startup.ServeStream() }
