package sharing

import (
	"fmt"
	"regexp"
)

// ProjectID names a project. Valid ones match IDPattern.
type ProjectID string

// ImageID names an image, unique over all projects and regions. Valid ones
// match IDPattern.
type ImageID string

// IDPattern is what project ids and image ids look like; regions and account
// ids follow it too. No character of it sorts below '#', which lets the table
// build sort keys from ids with '#' between the parts.
const IDPattern = `^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`

// idRegexp leaves the length to ValidID: counting to 63 would take longer to
// compile than all else at a function's start.
var idRegexp = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// ValidID reports whether s is a well-formed project, image, region or account
// id.
func ValidID(s string) bool { return len(s) <= 64 && idRegexp.MatchString(s) }

const idMessage = "must start with a letter or digit and hold at most 64 letters, digits, '.', '_' or '-'"

// CheckID returns InvalidRequest, naming the field, when s is not a valid id.
func CheckID(field, s string) error {
	if ValidID(s) {
		return nil
	}
	return Invalid(Violation{field, idMessage})
}

// ParseProjectIDs checks the ids of a request and drops duplicates, keeping
// the first of each (duplicate ids in a request count once). It returns
// InvalidRequest for none, for more than MaxShares different ones, and for
// each malformed id.
func ParseProjectIDs(ids []string) ([]ProjectID, error) {
	var faults []Violation
	seen := make(map[string]bool, len(ids))
	distinct := make([]ProjectID, 0, min(len(ids), MaxShares+1))
	for i, id := range ids {
		switch {
		case !ValidID(id):
			if len(faults) < maxFieldErrors {
				faults = append(faults, Violation{fmt.Sprintf("projectIds[%d]", i), idMessage})
			}
		case !seen[id]:
			seen[id] = true
			distinct = append(distinct, ProjectID(id))
		}
	}
	switch {
	case len(ids) == 0:
		faults = append(faults, Violation{"projectIds", "must name at least one project"})
	case len(distinct) > MaxShares:
		faults = append(faults, Violation{"projectIds", fmt.Sprintf("must name at most %d different projects, not %d", MaxShares, len(distinct))})
	}
	if len(faults) > 0 {
		return nil, Invalid(faults...)
	}
	return distinct, nil
}
