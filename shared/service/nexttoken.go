package service

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"image-sharing/shared/sharing"
)

// tokenFormat is part of the sum, so that tokens of an older format are
// refused instead of misread: change it with the format.
const tokenFormat = "v1"

const sumLength = 16

// A next token is a position and a sum over it and the query: the list, the
// project and the filters. The sum needs no secret: a token grants nothing,
// because a page is always read from the caller's own list; the sum only makes
// a token that was cut, altered or taken from another query an error instead of
// a wrong page. The limit may change from page to page.
func sealToken(query []string, position string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{tokenFormat}, append(query, position)...), "#")))
	return base64.RawURLEncoding.EncodeToString(append(sum[:sumLength], position...))
}

// openToken returns the parts of the position in a token, false for a token
// that sealToken did not make of this query. Anybody can make a token with a
// fitting sum.
func openToken(query []string, token string) ([]string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < sumLength {
		return nil, false
	}
	position := string(raw[sumLength:])
	// Made again, it must be the same. That refuses a sum that does not fit, and
	// what the decoder forgives: line breaks and stray bits.
	return strings.Split(position, "#"), sealToken(query, position) == token
}

// imagesQuery has filters and status only where a token of former releases, which had
// none, is of another list. Nothing but the name may hold '#', so no two queries are
// alike.
func imagesQuery(list string, q sharing.PageQuery) []string {
	query := []string{list, string(q.Project), q.Region}
	if list == receivedList && q.Status != sharing.Accepted {
		query = append(query, "status="+string(q.Status))
	}
	if q.Filtered() {
		query = append(query, string(q.State), string(q.Owner), q.Name)
	}
	return query
}

// The lists of images. A token of one is no token of the other.
const (
	ownedList    = "owned"
	receivedList = "received"
)

func nextToken(list string, q sharing.PageQuery, next *sharing.Position) string {
	if next == nil {
		return ""
	}
	return sealToken(imagesQuery(list, q), next.Region+"#"+formatPosition(next.At)+"#"+string(next.Image))
}

// query turns the request into a page query. It returns InvalidNextToken.
func (r ListRequest) query(list string) (sharing.PageQuery, error) {
	q := sharing.PageQuery{
		Project: r.Project, Region: r.Region, Name: norm.NFC.String(r.Name), State: r.State, Owner: r.Owner,
		Status: r.Status, Limit: r.Limit,
	}
	if r.NextToken == "" {
		return q, nil
	}
	parts, ok := openToken(imagesQuery(list, q), r.NextToken)
	if !ok || len(parts) != 3 || !sharing.ValidID(parts[0]) || !sharing.ValidID(parts[2]) {
		return q, invalidNextToken()
	}
	at, ok := parsePosition(parts[1])
	// DynamoDB fails on a position outside of the region asked for.
	if !ok || q.Region != "" && q.Region != parts[0] {
		return q, invalidNextToken()
	}
	q.After = &sharing.Position{Region: parts[0], At: at, Image: sharing.ImageID(parts[2])}
	return q, nil
}

func formatPosition(at time.Time) string { return at.Format(time.RFC3339Nano) }

// parsePosition takes only what formatPosition made: the parser forgives zones
// and commas.
func parsePosition(s string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, s)
	at = at.UTC()
	return at, err == nil && formatPosition(at) == s
}

// invalidNextToken names no cause: those of the parsers quote the token.
func invalidNextToken() error {
	return &sharing.Error{
		Code:   sharing.CodeInvalidNextToken,
		Detail: "This nextToken does not belong to this list: take the one of the page before, with the same project and filters, or start without one.",
	}
}
