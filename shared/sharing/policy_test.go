package sharing

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
)

// The lists are sets, whatever they are sent as.
func TestAPolicysListsAreSets(t *testing.T) {
	c := PutPolicyCommand{PolicySpec: PolicySpec{Incoming: IncomingOpen, TrustedProjects: []ProjectID{"b", "a", "b"}, BlockedAccounts: []string{"y", "x", "y"}}}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	if want := (PolicySpec{Incoming: IncomingOpen, TrustedProjects: []ProjectID{"a", "b"}, BlockedAccounts: []string{"x", "y"}}); !reflect.DeepEqual(c.PolicySpec, want) {
		t.Errorf("got %+v", c.PolicySpec)
	}
}

func TestPolicyViolations(t *testing.T) {
	var ids []string
	for i := range maxPolicyIDs + 1 {
		ids = append(ids, fmt.Sprint("p", i))
	}
	full := PutPolicyCommand{PolicySpec: PolicySpec{Incoming: IncomingClosed, BlockedAccounts: append(ids[:maxPolicyIDs:maxPolicyIDs], ids[0])}}
	if err := full.Check(); err != nil {
		t.Errorf("as many as there may be: %v", err)
	}
	for field, spec := range map[string]PolicySpec{
		"incoming":           {Incoming: "Open"},
		"blockedAccounts":    {Incoming: IncomingOpen, BlockedAccounts: ids},
		"trustedAccounts[1]": {Incoming: IncomingOpen, TrustedAccounts: []string{"a", "-"}},
		"trustedProjects[0]": {Incoming: IncomingOpen, TrustedProjects: []ProjectID{""}},
		"blockedProjects[0]": {Incoming: IncomingOpen, BlockedProjects: []ProjectID{"a b"}},
	} {
		c := PutPolicyCommand{PolicySpec: spec}
		var e *Error
		if err := c.Check(); !errors.As(err, &e) || e.Extension["errors"].([]Violation)[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// A change of the catalog keeps the policy, and a policy what the catalog says.
func TestPolicyAndCatalogAreApart(t *testing.T) {
	at := time.Unix(1, 0)
	p := Project{ID: "p", AccountID: "a", Name: "n", State: Active, UpdatedAt: at}
	set, err := PutPolicy(&p, PutPolicyCommand{Project: "p", Origin: Origin{Now: at.Add(time.Hour)}, PolicySpec: PolicySpec{Incoming: IncomingConsent}})
	if err != nil || set.After.SharingPolicy().Incoming != IncomingConsent || !set.After.UpdatedAt.Equal(at) || p.Policy != nil {
		t.Fatalf("%+v, %v", set, err)
	}
	put, err := PutProject(&set.After, PutProjectCommand{ID: "p", Origin: Origin{Now: at.Add(2 * time.Hour)}, ProjectSpec: ProjectSpec{AccountID: "b", Name: "n"}})
	if err != nil || put.After.AccountID != "b" || put.After.SharingPolicy().Incoming != IncomingConsent || !slices.Equal(put.Activity.Changed, []string{"accountId"}) {
		t.Fatalf("%+v, %v", put, err)
	}
}

// What one recipient says leaves the image as it was read alone, and the others.
func TestAnAnswerIsOnlyItsRecipients(t *testing.T) {
	img := Image{ID: "i", Owner: "o", SharedWith: []ProjectID{"a", "b", "c"}, Pending: []ProjectID{"a", "b"}, Declined: []ProjectID{"c"}}
	d, err := AnswerShare(&img, AnswerShareCommand{Project: "a", ImageID: "i", Answer: Decline})
	if err != nil || d.Activity == nil {
		t.Fatalf("%+v, %v", d, err)
	}
	if got := fmt.Sprint(d.After.Pending, d.After.Declined, img.Pending, img.Declined); got != "[b] [c a] [a b] [c]" {
		t.Errorf("got %s", got)
	}
	for p, want := range map[ProjectID]ShareStatus{"a": Declined, "b": Pending, "c": Declined} {
		if got := d.After.StatusOf(p); got != want {
			t.Errorf("%s is %s", p, got)
		}
	}
	if feeds := d.Activity.Feeds(); len(feeds) != 2 || feeds[0].Feed != "o" || feeds[0].Echo || feeds[1].Feed != "a" || !feeds[1].Echo {
		t.Errorf("the feeds are %+v", feeds)
	}
}
