package template

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"image-sharing/local/dynamodblocal"
	"image-sharing/shared/dynamo"
	"image-sharing/tests/kit/cfn"
)

const tableType = "AWS::DynamoDB::Table"

func checkTable(template object) []error {
	var r report
	r.want("tables", len(ofType(template, tableType)), 1)
	for _, policy := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
		r.want("the table's "+policy, at(template, "Resources", "Table", policy), "Retain")
	}
	properties := properties(template, tableType, "Table")
	for name, value := range map[string]any{
		"TimeToLiveSpecification":          object{"AttributeName": "expiresAt", "Enabled": true}, // of activities
		"PointInTimeRecoverySpecification": object{"PointInTimeRecoveryEnabled": true},
		"DeletionProtectionEnabled":        true,
		"TableName":                        nil, // a named table cannot be replaced
	} {
		r.want("the table's "+name, at(properties, name), value)
	}
	request, err := createTableRequest()
	if err != nil {
		return append(r, err)
	}
	for _, name := range []string{"BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"} {
		r.want("the table's "+name, at(properties, name), at(request, name))
	}
	r.want("the table's stream", at(properties, "StreamSpecification"),
		object{"StreamViewType": at(request, "StreamSpecification", "StreamViewType")})
	return r
}

// createTableRequest returns what this project's tests ask DynamoDB Local for,
// in the words that CloudFormation uses too: what is tested must be what is
// deployed.
var createTableRequest = sync.OnceValues(func() (object, error) {
	var sent capture
	err := dynamodblocal.CreateTable(context.Background(), dynamo.NewClient(dynamo.ClientConfig{
		Region: "us-east-1", Endpoint: "http://127.0.0.1", HTTPClient: &sent,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "any", SecretAccessKey: "any"}, nil
		}),
	}), "any")
	if sent.body == "" {
		return nil, err
	}
	return cfn.Parse(sent.body)
})

// capture keeps the first request and refuses it.
type capture struct{ body string }

func (c *capture) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	c.body = string(body)
	return &http.Response{StatusCode: http.StatusBadRequest, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}
