// Package disks copies the disks of images in S3, so that a saved or copied image
// has disks of its own. It goes on where it stopped, whatever stopped it: how far a
// copy has come is in the image and in S3, never in here.
package disks

import (
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"image-sharing/shared/buckets"
)

// Places finds the bucket of a region of ours, false for none.
type Places func(region string) (place, bool)

// place is a bucket, and a client of the AWS region that it is in.
type place struct {
	*s3.Client
	bucket string
}

// NewPlaces takes for each bucket the client of its AWS region.
func NewPlaces(of buckets.ByRegion, client func(awsRegion string) *s3.Client) Places {
	places, clients := map[string]place{}, map[string]*s3.Client{}
	for region, b := range of {
		if clients[b.Region] == nil {
			clients[b.Region] = client(b.Region)
		}
		places[region] = place{clients[b.Region], b.Name}
	}
	return func(region string) (place, bool) {
		p, ok := places[region]
		return p, ok
	}
}

// EveryRegion has a bucket for every region there can be, which is called as the
// region is.
func EveryRegion(client *s3.Client) Places {
	return func(region string) (place, bool) { return place{client, region}, true }
}
