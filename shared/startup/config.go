package startup

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/shared/httpapi"
	"image-sharing/shared/sharing"
)

// config is what a deployed function reads from its environment.
type config struct {
	region        string                  // AWS_REGION, set by Lambda
	credentials   aws.Credentials         // AWS_ACCESS_KEY_ID and so on, set by Lambda
	tableName     string                  // TABLE_NAME
	endpoint      string                  // DYNAMODB_ENDPOINT, for runs against a local engine
	shareLimit    int                     // MAX_SHARES_PER_IMAGE
	platform      httpapi.PlatformClients // PLATFORM_CLIENTS
	retentionDays int                     // ACTIVITY_RETENTION_DAYS
	configuration string                  // CONFIGURATION, counted up for a new version of the same code
}

// configOf returns an error that names the variable to set.
func configOf(getenv func(string) string) (config, error) {
	c := config{
		region: getenv("AWS_REGION"),
		credentials: aws.Credentials{
			AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    getenv("AWS_SESSION_TOKEN"),
			Source:          "environment",
		},
		tableName:     getenv("TABLE_NAME"),
		endpoint:      getenv("DYNAMODB_ENDPOINT"),
		configuration: getenv("CONFIGURATION"),
	}
	if c.region == "" {
		return config{}, errors.New("AWS_REGION is not set: name the table's region")
	}
	if !c.credentials.HasKeys() {
		return config{}, errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set: Lambda sets both, a local engine takes any")
	}
	if c.tableName == "" {
		return config{}, errors.New("TABLE_NAME is not set: name the DynamoDB table")
	}
	if c.endpoint != "" && !isURL(c.endpoint) {
		return config{}, fmt.Errorf("DYNAMODB_ENDPOINT is %q: it must be a URL such as http://127.0.0.1:8000, or not set", c.endpoint)
	}
	var err error
	if c.platform, err = httpapi.ParsePlatformClients(getenv("PLATFORM_CLIENTS")); err != nil {
		return config{}, fmt.Errorf("PLATFORM_CLIENTS is %q: %w", getenv("PLATFORM_CLIENTS"), err)
	}
	if c.shareLimit, err = numberIn("MAX_SHARES_PER_IMAGE", getenv("MAX_SHARES_PER_IMAGE"), sharing.MaxShares, sharing.MaxShares); err != nil {
		return config{}, err
	}
	c.retentionDays, err = numberIn("ACTIVITY_RETENTION_DAYS", getenv("ACTIVITY_RETENTION_DAYS"), sharing.DefaultActivityRetentionDays, sharing.MaxActivityRetentionDays)
	return c, err
}

func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
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
	if strings.HasPrefix(c.region, "cn-") {
		suffix = "amazonaws.com.cn"
	}
	return "https://dynamodb." + c.region + "." + suffix
}
