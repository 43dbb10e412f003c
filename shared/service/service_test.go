package service

import (
	"regexp"
	"testing"
	"time"

	"image-sharing/shared/sharing"
)

// 26 characters of 5 bits: no two images ever meet by chance.
var newIDs = regexp.MustCompile(`^img-[a-z2-7]{26}$`)

func TestNewIDsAreLongAndNew(t *testing.T) {
	id, uid := newImageID(), newUID()
	if !newIDs.MatchString(string(id)) || id == newImageID() {
		t.Errorf("a copy is named %s", id)
	}
	if len(uid) != 26 || uid == newUID() {
		t.Errorf("a uid is %s", uid)
	}
}

// Clients hold tokens of yesterday: whoever changes the format has to change
// tokenFormat, and then these. The first 16 bytes are of
// printf '%s' 'v1#owned#prj-shop##eu-west#2026-11-02T09:30:00.123456Z#img-shop' | sha256sum
func TestNextTokensKeepTheirFormat(t *testing.T) {
	at := sharing.Position{Region: "eu-west", At: time.Date(2026, 11, 2, 9, 30, 0, 123456000, time.UTC), Image: "img-shop"}
	for _, c := range []struct {
		kind          string
		region, token string
	}{
		{ownedList, "", "K3EZzMDX1w4e1fXzxj1bEGV1LXdlc3QjMjAyNi0xMS0wMlQwOTozMDowMC4xMjM0NTZaI2ltZy1zaG9w"},
		{receivedList, "eu-west", "lNmevadCMDPvB01lakCJYmV1LXdlc3QjMjAyNi0xMS0wMlQwOTozMDowMC4xMjM0NTZaI2ltZy1zaG9w"},
	} {
		q := sharing.PageQuery{Project: "prj-shop", Region: c.region, Status: sharing.Accepted, Limit: 25}
		if token := nextToken(c.kind, q, &at); token != c.token {
			t.Errorf("%s list of %q: the token is %s, not %s", c.kind, c.region, token, c.token)
		}
	}
}

// An activity is kept for as long as the deployment says, from when it was made.
func TestActivitiesAreKeptForTheirTime(t *testing.T) {
	s := New(nil, Config{ActivityRetention: 3 * time.Hour})
	before := time.Now().Add(-time.Microsecond)
	o := s.stamped(sharing.Origin{Actor: sharing.Actor{Subject: "alice"}, RequestID: "r"})
	if o.KeepUntil.Sub(o.Now) != 3*time.Hour || o.Now.Before(before) || o.Now.After(time.Now()) {
		t.Errorf("at %v it is kept until %v", o.Now, o.KeepUntil)
	}
	if again := s.stamped(o); o.ActivityID == "" || again.ActivityID == o.ActivityID || o.Actor.Subject != "alice" || o.RequestID != "r" {
		t.Errorf("the origin is %+v, then %+v", o, again)
	}
}
