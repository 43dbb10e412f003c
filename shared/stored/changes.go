package stored

import (
	"maps"
	"reflect"
	"slices"
)

// Change is what a change of a record sets and removes. Stores write nothing
// else: what another release keeps in the record, and this one does not know,
// stays as it is.
type Change struct {
	Set     Attributes
	Removed []string
}

// ChangeOf returns what brings a record from one state to another.
func ChangeOf(before, after Attributes) Change {
	c := Change{Set: Attributes{}}
	for name, value := range after {
		if !reflect.DeepEqual(before[name], value) {
			c.Set[name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, stays := after[name]; !stays {
			c.Removed = append(c.Removed, name)
		}
	}
	return c
}
