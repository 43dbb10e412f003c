package startup

import (
	"fmt"
	"strconv"

	"image-sharing/shared/sharing"
)

// config is what a deployed function reads from its environment.
type config struct {
	region     string // AWS_REGION, set by Lambda
	tableName  string // TABLE_NAME
	endpoint   string // DYNAMODB_ENDPOINT, for runs against a local engine
	shareLimit int    // MAX_SHARES_PER_IMAGE
}

// configOf returns an error that names the variable to set.
func configOf(getenv func(string) string) (config, error) {
	c := config{
		region:     getenv("AWS_REGION"),
		tableName:  getenv("TABLE_NAME"),
		endpoint:   getenv("DYNAMODB_ENDPOINT"),
		shareLimit: sharing.MaxShares,
	}
	if c.region == "" {
		return config{}, fmt.Errorf("AWS_REGION is not set")
	}
	if c.tableName == "" {
		return config{}, fmt.Errorf("TABLE_NAME is not set: name the DynamoDB table")
	}
	if limit := getenv("MAX_SHARES_PER_IMAGE"); limit != "" {
		n, err := strconv.Atoi(limit)
		if err != nil || n < 1 || n > sharing.MaxShares {
			return config{}, fmt.Errorf("MAX_SHARES_PER_IMAGE is %q: it must be a whole number from 1 to %d", limit, sharing.MaxShares)
		}
		c.shareLimit = n
	}
	return c, nil
}
