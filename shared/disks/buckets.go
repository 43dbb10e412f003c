// Package disks copies the disks of images in S3, so that a saved or copied image
// has disks of its own. It goes on where it stopped, whatever stopped it: how far a
// copy has come is in the image and in S3, never in here.
package disks

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/go-json-experiment/json"

	"image-sharing/shared/sharing"
)

// Bucket is where a region of ours keeps its disks: a disk's snapshotId is its key.
type Bucket struct {
	Name   string `json:"bucket"`
	Region string `json:"region"` // AWS's
}

// Buckets are those of a deployment, by our region.
type Buckets map[string]Bucket

var errNoBuckets = errors.New(`it must name a bucket for each region, such as {"eu-west":{"bucket":"disks-eu-west","region":"eu-west-1"}}`)

// ParseBuckets reads the value of DISK_BUCKETS. It returns an error that says what is
// wrong with it.
func ParseBuckets(text string) (Buckets, error) {
	var buckets Buckets
	if err := json.Unmarshal([]byte(text), &buckets, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoBuckets, err)
	}
	if len(buckets) == 0 {
		return nil, errNoBuckets
	}
	for _, region := range buckets.regions() {
		b := buckets[region]
		switch {
		case !sharing.ValidID(region):
			return nil, fmt.Errorf("%q is no region that an image can have", region)
		case b.Name == "" || strings.Contains(b.Name, "/"):
			return nil, fmt.Errorf("the bucket of %s is %q: name it", region, b.Name)
		case b.Region == "":
			return nil, fmt.Errorf("the region of the bucket of %s is missing: name the AWS region that it is in", region)
		}
	}
	return buckets, nil
}

func (b Buckets) regions() []string { return slices.Sorted(maps.Keys(b)) }

// Places finds the bucket of a region of ours, false for none.
type Places func(region string) (place, bool)

// place is a bucket, and a client of the AWS region that it is in.
type place struct {
	*s3.Client
	bucket string
}

// NewPlaces takes for each bucket the client of its AWS region.
func NewPlaces(buckets Buckets, client func(awsRegion string) *s3.Client) Places {
	places, clients := map[string]place{}, map[string]*s3.Client{}
	for region, b := range buckets {
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
