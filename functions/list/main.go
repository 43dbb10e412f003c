// Command list is the Lambda function of everything that only reads: images,
// shares, received images.
package main

import (
	"image-sharing/shared/httpapi"
	"image-sharing/shared/startup"
)

func main() { startup.ServeHTTP(httpapi.List) }
