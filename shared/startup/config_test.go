package startup

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"image-sharing/shared/awsclient"
	"image-sharing/shared/dynamo"
	"image-sharing/shared/httpapi"
)

// lambdas is the environment of a deployed function.
func lambdas() map[string]string {
	return map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"TABLE_NAME": "image-sharing", "PLATFORM_CLIENTS": "*",
	}
}

func configIn(environment map[string]string) (config, error) {
	return configOf(func(name string) string { return environment[name] })
}

func TestTheConfigurationOfADeployment(t *testing.T) {
	environment := lambdas()
	environment["DYNAMODB_ENDPOINT"] = "" // as in the template
	environment["CONFIGURATION"] = "3"
	c, err := configIn(environment)
	if err != nil {
		t.Fatal(err)
	}
	want := config{
		Environment: awsclient.Environment{
			Region: "eu-west-1",
			Keys:   aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret", SessionToken: "token", Source: "environment"},
		},
		tableName: "image-sharing", shareLimit: 50, retentionDays: 400, platform: httpapi.AnyClient(), configuration: "3",
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("the configuration is %+v, not %+v", c, want)
	}
}

func TestOptionsOfTheConfiguration(t *testing.T) {
	environment := lambdas()
	maps.Copy(environment, map[string]string{"MAX_SHARES_PER_IMAGE": "7", "ACTIVITY_RETENTION_DAYS": "30", "DYNAMODB_ENDPOINT": "http://127.0.0.1:8000",
		"DISK_BUCKETS": `{"us-east":{"bucket":"b","region":"us-east-1"},"eu-west":{"bucket":"a","region":"eu-west-1"}}`})
	c, err := configIn(environment)
	if err != nil {
		t.Fatal(err)
	}
	if c.shareLimit != 7 || c.retentionDays != 30 || c.endpoint != "http://127.0.0.1:8000" || c.dynamoDBURL() != c.endpoint || !slices.Equal(c.regions, []string{"eu-west", "us-east"}) {
		t.Errorf("the configuration is %+v", c)
	}
}

func TestABadConfigurationNamesTheVariable(t *testing.T) {
	for variable, values := range map[string][]string{
		"AWS_REGION":              {""},
		"PLATFORM_CLIENTS":        {"", ","},
		"AWS_ACCESS_KEY_ID":       {""},
		"AWS_SECRET_ACCESS_KEY":   {""},
		"TABLE_NAME":              {""},
		"MAX_SHARES_PER_IMAGE":    {"0", "51", "-1", "fifty", "5.5", " 5"},
		"ACTIVITY_RETENTION_DAYS": {"0", "3651", "400d"},
		"DISK_BUCKETS":            {"{}", "eu-west"},
		"DYNAMODB_ENDPOINT":       {"127.0.0.1:8000", "localhost:8000", "ftp://127.0.0.1", "http://", "http://%"},
	} {
		for _, value := range values {
			environment := lambdas()
			environment[variable] = value
			if c, err := configIn(environment); err == nil || !strings.Contains(err.Error(), variable) {
				t.Errorf("%s=%q gives %+v, %v", variable, value, c, err)
			}
		}
	}
}

// TestDynamoDBURL: a connection to any other host would be of no use to the SDK.
func TestDynamoDBURL(t *testing.T) {
	for _, region := range []string{"us-east-1", "eu-west-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1"} {
		var asked string
		db := dynamo.NewClient(dynamo.ClientConfig{
			Region: region,
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"}, nil
			}),
			HTTPClient: doer(func(r *http.Request) (*http.Response, error) {
				asked = r.URL.Scheme + "://" + r.URL.Host
				return nil, errors.New("not sent")
			}),
		})
		_, _ = db.ListTables(t.Context(), &dynamodb.ListTablesInput{})
		if url := (config{Environment: awsclient.Environment{Region: region}}).dynamoDBURL(); url != asked {
			t.Errorf("in %s the SDK asks %s, not %s", region, asked, url)
		}
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }
