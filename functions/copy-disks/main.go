// Command copy-disks is the Lambda function that copies the disks of images, called
// by the queue of copies to be made.
package main

import "image-sharing/shared/disks"

func main() { disks.Serve() }
