// Package sample has what the tests of the stores put into commands. It imports
// the domain alone, so that a store's own tests can use it.
package sample

import (
	"crypto/rand"
	"time"

	"image-sharing/shared/sharing"
)

// keepUntil is of all activities. DynamoDB Local removes what has expired, and the
// commands of many tests have a time that is long past.
var keepUntil = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// Subject is who sends the commands of the tests.
const Subject = "somebody@example.com"

// Origin is of a command that was sent at a time. Its activity gets a new id, as
// each change's must.
func Origin(now time.Time) sharing.Origin {
	return sharing.Origin{
		Actor:     sharing.Actor{Subject: Subject, ClientID: "client"},
		RequestID: "request",
		Now:       now, ActivityID: sharing.ActivityID("act-" + rand.Text()),
		KeepUntil: keepUntil,
	}
}
