package startup

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/buckets"
	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// config is what a deployed function reads from its environment.
type config struct {
	awsclient.Environment
	endpoint      string                  // DYNAMODB_ENDPOINT, for runs against a local engine
	tableName     string                  // TABLE_NAME
	shareLimit    int                     // MAX_SHARES_PER_IMAGE
	platform      httpapi.PlatformClients // PLATFORM_CLIENTS
	retentionDays int                     // ACTIVITY_RETENTION_DAYS
	regions       []string                // of DISK_BUCKETS; nil without
	configuration string                  // CONFIGURATION, counted up for a new version of the same code
}

// configOf returns an error that names the variable to set.
func configOf(getenv func(string) string) (c config, err error) {
	if c.Environment, err = awsclient.ReadEnvironment(getenv); err != nil {
		return config{}, err
	}
	c.endpoint, c.tableName, c.configuration = getenv("DYNAMODB_ENDPOINT"), getenv("TABLE_NAME"), getenv("CONFIGURATION")
	if c.tableName == "" {
		return config{}, errors.New("TABLE_NAME is not set: name the DynamoDB table")
	}
	if err := awsclient.CheckEndpoint("DYNAMODB_ENDPOINT", c.endpoint); err != nil {
		return config{}, err
	}
	if c.platform, err = httpapi.ParsePlatformClients(getenv("PLATFORM_CLIENTS")); err != nil {
		return config{}, fmt.Errorf("PLATFORM_CLIENTS is %q: %w", getenv("PLATFORM_CLIENTS"), err)
	}
	if c.shareLimit, err = numberIn("MAX_SHARES_PER_IMAGE", getenv("MAX_SHARES_PER_IMAGE"), sharing.MaxShares, sharing.MaxShares); err != nil {
		return config{}, err
	}
	if text := getenv("DISK_BUCKETS"); text != "" {
		b, err := buckets.Parse(text)
		if err != nil {
			return config{}, fmt.Errorf("DISK_BUCKETS is %q: %w", text, err)
		}
		c.regions = b.Regions()
	}
	c.retentionDays, err = numberIn("ACTIVITY_RETENTION_DAYS", getenv("ACTIVITY_RETENTION_DAYS"), sharing.DefaultActivityRetentionDays, sharing.MaxActivityRetentionDays)
	return c, err
}

// numberIn is the value s of a variable, from 1 to most; fallback if it is not
// set.
func numberIn(name, s string, fallback, most int) (int, error) {
	if s == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("%s is %q: it must be a whole number from 1 to %d", name, s, most)
	}
	return n, nil
}

// dynamoDBURL is where the SDK will send its requests.
func (c config) dynamoDBURL() string {
	if c.endpoint != "" {
		return c.endpoint
	}
	suffix := "amazonaws.com"
	if strings.HasPrefix(c.Region, "cn-") {
		suffix = "amazonaws.com.cn"
	}
	return "https://dynamodb." + c.Region + "." + suffix
}
