package startup

import (
	"errors"
	"fmt"
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
	if c.shareLimit, err = awsclient.NumberIn("MAX_SHARES_PER_IMAGE", getenv("MAX_SHARES_PER_IMAGE"), sharing.MaxShares, sharing.MaxShares); err != nil {
		return config{}, err
	}
	b, err := buckets.FromEnvironment(getenv)
	if err != nil {
		return config{}, err
	}
	c.regions = b.Regions()
	c.retentionDays, err = awsclient.NumberIn("ACTIVITY_RETENTION_DAYS", getenv("ACTIVITY_RETENTION_DAYS"), sharing.DefaultActivityRetentionDays, sharing.MaxActivityRetentionDays)
	return c, err
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
