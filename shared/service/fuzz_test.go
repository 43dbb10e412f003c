package service

import (
	"errors"
	"strings"
	"testing"
	"time"

	"image-sharing/shared/sharing"
)

// forged returns a token with any position in it. Whoever reads the source can
// make one.
func forged(list string, q sharing.PageQuery, position string) string {
	return sealToken(imagesQuery(list, q), position)
}

// FuzzNextTokens: a token is one that the service itself could have given for
// this very list, or it is refused.
func FuzzNextTokens(f *testing.F) {
	add := func(token string) { f.Add(token, "p", "eu-west") }
	q := sharing.PageQuery{Project: "p", Region: "eu-west"}
	for _, position := range []string{
		"eu-west#2026-01-02T03:04:05.678901Z#img", "us-east#2026-01-02T03:04:05Z#img", "eu-west#2026-01-02T03:04:05+01:00#img",
		"eu-west#9999-12-31T23:59:59-23:59#img", "eu-west#0000-01-01T00:00:00+23:59#img", "eu-west#2026-01-02T03:04:05.1234567Z#img",
		"", "#", "##", "eu-west##img", "-#2026-01-02T03:04:05Z#img", "eu-west#2026-01-02T03:04:05Z#", "eu-west#2026-01-02T03:04:05,5Z#img",
		"eu-west#2026-01-02T03:04:05Z#img#", "eu-west#2026-01-02T03:04:05Z#a\x00b", "\xff#2026-01-02T03:04:05Z#img",
	} {
		add(forged(ownedList, q, position))
		add(forged(receivedList, q, position))
	}
	good := forged(ownedList, q, "eu-west#2026-01-02T03:04:05Z#img")
	for _, token := range []string{"", "a", "====", good[1:], good[:len(good)-1], good + "\n", good + "=", strings.ToUpper(good), "\x00", "\xff"} {
		add(token)
	}
	f.Fuzz(func(t *testing.T, token, project, region string) {
		if token == "" || !sharing.ValidID(project) || region != "" && !sharing.ValidID(region) {
			return // refused before, or the first page
		}
		r := ListRequest{Project: sharing.ProjectID(project), Region: region, Limit: 1, NextToken: token}
		q, err := r.query(ownedList)
		if err != nil {
			if !errors.Is(err, &sharing.Error{Code: sharing.CodeInvalidNextToken}) || len(token) > 20 && strings.Contains(err.Error(), token) {
				t.Errorf("%q: %v", token, err)
			}
			return
		}
		at := *q.After
		if !sharing.ValidID(at.Region) || !sharing.ValidID(string(at.Image)) || region != "" && at.Region != region {
			t.Errorf("%q of the list of %q in %q stands for %+v", token, project, region, at)
		}
		if again := nextToken(ownedList, q, &at); again != token {
			t.Errorf("%q stands for %+v, whose token is %q", token, at, again)
		}
		for name, other := range map[string]func() error{
			"of the other list":  func() error { _, err := r.query(receivedList); return err },
			"of another project": func() error { r := r; r.Project += "x"; _, err := r.query(ownedList); return err },
			"of another region":  func() error { r := r; r.Region += "x"; _, err := r.query(ownedList); return err },
			"of its own region, or of all": func() error {
				r := r
				if r.Region = ""; region == "" {
					r.Region = at.Region
				}
				_, err := r.query(ownedList)
				return err
			},
			"of one name":  func() error { r := r; r.Name = "x"; _, err := r.query(ownedList); return err },
			"of one state": func() error { r := r; r.State = "x"; _, err := r.query(ownedList); return err },
			"of one owner": func() error { r := r; r.Owner = "x"; _, err := r.query(ownedList); return err },
		} {
			if err := other(); err == nil {
				t.Errorf("%q is also taken for one %s", token, name)
			}
		}
	})
}

// FuzzPositions: a token leads back to the position it was made of.
func FuzzPositions(f *testing.F) {
	f.Add("eu-west", "img", int64(1767323045678901), "p", true)
	f.Add("a.b_c-d", "0", int64(0), "0", false)
	f.Add("a", "a", int64(253402300799999999), "p", true)
	f.Add("a", "a", int64(-1), "p", true)
	f.Fuzz(func(t *testing.T, region, image string, microseconds int64, project string, oneRegion bool) {
		at := sharing.Position{Region: region, At: time.UnixMicro(microseconds).UTC(), Image: sharing.ImageID(image)}
		if !sharing.ValidID(region) || !sharing.ValidID(image) || !sharing.ValidID(project) || at.At.Year() < 0 || at.At.Year() > 9999 {
			return
		}
		q := sharing.PageQuery{Project: sharing.ProjectID(project), Limit: 1}
		if oneRegion {
			q.Region = region
		}
		for _, kind := range []string{ownedList, receivedList} {
			got, err := ListRequest{Project: q.Project, Region: q.Region, Limit: 1, NextToken: nextToken(kind, q, &at)}.query(kind)
			if err != nil || *got.After != at {
				t.Errorf("%+v has become %+v, %v", at, got.After, err)
			}
		}
	})
}
