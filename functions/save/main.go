// Command save is the Lambda function that saves a shared image as the recipient's own.
package main

import (
	"image-sharing/shared/httpapi"
	"image-sharing/shared/startup"
)

func main() { startup.ServeHTTP(httpapi.Save) }
