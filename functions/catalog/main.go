// Command catalog is the Lambda function that lets the platform register projects and images, and delete images.
package main

import (
	"image-sharing/shared/httpapi"
	"image-sharing/shared/startup"
)

func main() { startup.ServeHTTP(httpapi.Catalog) }
