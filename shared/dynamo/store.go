// Package dynamo keeps projects, images and shares in one DynamoDB table. It is
// the only package that speaks DynamoDB. docs/design.md has the table's
// picture; keys.go has every key, conditions.go every condition.
//
// The image item is the only authority: its string set sharedWith says who
// has the image, and a condition on the set's size is the limit (R3). Share
// items hold the details of a share and the recipients' index; they change in
// the same transaction as the set, never alone.
package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Store is the store of every deployment. It implements service.Store.
type Store struct {
	db   *dynamodb.Client
	name *string
}

// New returns the store on a table. The client should be one of NewClient: its
// retries and time-outs are part of what the store promises.
func New(db *dynamodb.Client, name string) *Store {
	return &Store{db: db, name: aws.String(name)}
}
