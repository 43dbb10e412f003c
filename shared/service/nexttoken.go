package service

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"image-sharing/shared/sharing"
)

// listKind keeps a token of one list from being used for the other.
type listKind string

const (
	ownedList    listKind = "owned"
	receivedList listKind = "received"
)

// tokenFormat is part of the sum, so that tokens of an older format are
// refused instead of misread: change it with the format.
const tokenFormat = "v1"

const sumLength = 16

// A next token is a position and a sum over it, the list, the project and the
// region asked for. The sum needs no secret: a token grants nothing, because a
// page is always read from the caller's own list; the sum only makes a token
// that was cut, altered or taken from another query an error instead of a
// wrong page. The limit may change from page to page.
func nextToken(kind listKind, q sharing.PageQuery, next *sharing.Position) string {
	if next == nil {
		return ""
	}
	position := strings.Join([]string{next.Region, next.At.Format(time.RFC3339Nano), string(next.Image)}, "#")
	sum := tokenSum(kind, q, position)
	return base64.RawURLEncoding.EncodeToString(append(sum, position...))
}

func tokenSum(kind listKind, q sharing.PageQuery, position string) []byte {
	sum := sha256.Sum256([]byte(strings.Join([]string{tokenFormat, string(kind), string(q.Project), q.Region, position}, "#")))
	return sum[:sumLength]
}

// query turns the request into a page query. It returns InvalidNextToken.
func (r ListRequest) query(kind listKind) (sharing.PageQuery, error) {
	q := sharing.PageQuery{Project: r.Project, Region: r.Region, Limit: r.Limit}
	if r.NextToken == "" {
		return q, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(r.NextToken)
	if err != nil || len(raw) < sumLength {
		return q, invalidNextToken()
	}
	after, ok := parsePosition(string(raw[sumLength:]))
	// Anybody can make a token with a fitting sum. DynamoDB fails on a position
	// outside of the region asked for.
	if !ok || q.Region != "" && q.Region != after.Region {
		return q, invalidNextToken()
	}
	// Made again, it must be the same. That refuses a sum that does not fit, and
	// what the parsers forgive: line breaks, stray bits, zones and commas in times.
	if nextToken(kind, q, &after) != r.NextToken {
		return q, invalidNextToken()
	}
	q.After = &after
	return q, nil
}

func parsePosition(s string) (sharing.Position, bool) {
	parts := strings.Split(s, "#")
	if len(parts) != 3 || !sharing.ValidID(parts[0]) || !sharing.ValidID(parts[2]) {
		return sharing.Position{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, parts[1])
	return sharing.Position{Region: parts[0], At: at.UTC(), Image: sharing.ImageID(parts[2])}, err == nil
}

// invalidNextToken names no cause: those of the parsers quote the token.
func invalidNextToken() error {
	return &sharing.Error{
		Code:   sharing.CodeInvalidNextToken,
		Detail: "This nextToken does not belong to this list: take the one of the page before, with the same project and region, or start without one.",
	}
}
