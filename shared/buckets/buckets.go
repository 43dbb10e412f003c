// Package buckets says where a deployment keeps the disks of images.
package buckets

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"image-sharing/shared/sharing"
)

// Bucket is where a region of ours keeps its disks: a disk's snapshotId is its key.
type Bucket struct {
	Name   string `json:"bucket"`
	Region string `json:"region"` // AWS's
}

// ByRegion are the buckets of a deployment, by our region.
type ByRegion map[string]Bucket

var errNone = errors.New(`it must name a bucket for each region, such as {"eu-west":{"bucket":"disks-eu-west","region":"eu-west-1"}}`)

// FromEnvironment reads DISK_BUCKETS: none where the platform copies. It returns an
// error that names the variable, and what is wrong with its value.
func FromEnvironment(getenv func(string) string) (ByRegion, error) {
	text := getenv("DISK_BUCKETS")
	if text == "" {
		return nil, nil
	}
	all, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("DISK_BUCKETS is %q: %w", text, err)
	}
	return all, nil
}

func parse(text string) (ByRegion, error) {
	var buckets ByRegion
	if err := json.Unmarshal([]byte(text), &buckets, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("%w: %w", errNone, err)
	}
	if len(buckets) == 0 {
		return nil, errNone
	}
	for _, region := range buckets.Regions() {
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

// Regions are those that have a bucket, sorted.
func (b ByRegion) Regions() []string { return slices.Sorted(maps.Keys(b)) }
