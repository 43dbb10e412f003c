package sharing

import (
	"fmt"
	"slices"
	"time"
)

// maxPolicyIDs is of each of a policy's lists. A project of the longest has some
// 25 KB, and a share reads up to 50 of them.
const maxPolicyIDs = 100

// Incoming is what becomes of a share by an owner whom the recipient's policy does not
// name.
type Incoming string

// The values of the contract.
const (
	IncomingOpen    Incoming = "open"    // it is accepted at once
	IncomingConsent Incoming = "consent" // it is pending until the recipient accepts it
	IncomingClosed  Incoming = "closed"  // it is refused
)

// PolicySpec is what a project says of the shares that it takes. The lists are sets:
// without doubles, in the order of the ids.
type PolicySpec struct {
	Incoming        Incoming    `json:"incoming"`
	TrustedProjects []ProjectID `json:"trustedProjects"`
	TrustedAccounts []string    `json:"trustedAccounts"`
	BlockedProjects []ProjectID `json:"blockedProjects"`
	BlockedAccounts []string    `json:"blockedAccounts"`
}

// SharingPolicy is a project's policy, and since when it is so; the zero time of one
// that was never set.
type SharingPolicy struct {
	PolicySpec
	UpdatedAt time.Time `json:"updatedAt,omitzero"`
}

// SharingPolicy is the project's policy as it is shown. One that never set any takes
// all shares.
func (p *Project) SharingPolicy() SharingPolicy {
	var policy SharingPolicy
	if p.Policy != nil {
		policy = *p.Policy
	} else {
		policy.Incoming = IncomingOpen
	}
	policy.TrustedProjects = append([]ProjectID{}, policy.TrustedProjects...)
	policy.TrustedAccounts = append([]string{}, policy.TrustedAccounts...)
	policy.BlockedProjects = append([]ProjectID{}, policy.BlockedProjects...)
	policy.BlockedAccounts = append([]string{}, policy.BlockedAccounts...)
	return policy
}

// receives says how a share begins that the owner, of the account, makes with the
// project; false if it is refused. A block wins over trust, and trust over incoming.
func (p *Project) receives(owner ProjectID, account string) (ShareStatus, bool) {
	policy := p.SharingPolicy()
	switch {
	case slices.Contains(policy.BlockedProjects, owner), slices.Contains(policy.BlockedAccounts, account):
		return "", false
	case slices.Contains(policy.TrustedProjects, owner), slices.Contains(policy.TrustedAccounts, account):
		return Accepted, true
	case policy.Incoming == IncomingOpen:
		return Accepted, true
	case policy.Incoming == IncomingConsent:
		return Pending, true
	}
	return "", false
}

// PutPolicyCommand asks to replace a project's policy.
type PutPolicyCommand struct {
	Project ProjectID `json:"-"`
	Origin  `json:"-"`
	PolicySpec
}

// Check makes sets of the lists: an id that is there twice counts once. It returns
// InvalidRequest with every violation of the command.
func (c *PutPolicyCommand) Check() error {
	var v Violations
	v.Check(slices.Contains([]Incoming{IncomingOpen, IncomingConsent, IncomingClosed}, c.Incoming), "incoming", "must be open, consent or closed")
	checkIDSet(&v, "trustedProjects", &c.TrustedProjects)
	checkIDSet(&v, "trustedAccounts", &c.TrustedAccounts)
	checkIDSet(&v, "blockedProjects", &c.BlockedProjects)
	checkIDSet(&v, "blockedAccounts", &c.BlockedAccounts)
	return v.Err()
}

func checkIDSet[ID ~string](v *Violations, field string, ids *[]ID) {
	for i, id := range *ids {
		v.CheckID(fmt.Sprintf("%s[%d]", field, i), string(id))
	}
	*ids = slices.Compact(slices.Sorted(slices.Values(*ids)))
	v.Check(len(*ids) <= maxPolicyIDs, field, fmt.Sprintf("must name at most %d different ids, not %d", maxPolicyIDs, len(*ids)))
}

// PutPolicy is the transition of a policy: existing is the project as it stands, nil
// when there is none. It returns ProjectNotFound, or ProjectClosed. The policy counts
// for the shares that are decided after it, and changes none that stands. The catalog's
// own fields, and when they were changed, stay as they are.
func PutPolicy(existing *Project, c PutPolicyCommand) (ProjectDecision, error) {
	if existing == nil {
		return ProjectDecision{}, ProjectNotFound(c.Project)
	}
	if existing.State == Closed {
		return ProjectDecision{}, projectClosed()
	}
	before := existing.SharingPolicy()
	changed := changedFields(before.PolicySpec, c.PolicySpec)
	if len(changed) == 0 {
		return ProjectDecision{After: *existing}, nil
	}
	after := *existing
	after.Policy = &SharingPolicy{c.PolicySpec, laterThan(before.UpdatedAt, c.Now)}
	a := c.activity(PolicyChanged, after.Policy.UpdatedAt, c.Project)
	a.Changed = changed
	return ProjectDecision{After: after, Activity: &a}, nil
}
