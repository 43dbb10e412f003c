// Command on-image-deleted is the Lambda function that removes what is left of a
// deleted image, its shares and the disks that were copied for it, called by the
// table's stream.
package main

import (
	"image-sharing/shared/cleanup"
	"image-sharing/shared/disks"
	"image-sharing/shared/startup"
)

func main() { startup.ServeStream(removal) }

func removal(getenv func(string) string) (cleanup.RemoveDisks, error) {
	places, err := disks.PlacesToRemove(getenv)
	return places.Remove, err
}
