// Command share is the Lambda function that shares an image with other projects.
package main

import (
	"image-sharing/shared/httpapi"
	"image-sharing/shared/startup"
)

func main() { startup.ServeHTTP(httpapi.Share) }
