// Command unshare is the Lambda function that cancels the share of an image with one project.
package main

import (
	"image-sharing/shared/httpapi"
	"image-sharing/shared/startup"
)

func main() { startup.ServeHTTP(httpapi.Unshare) }
