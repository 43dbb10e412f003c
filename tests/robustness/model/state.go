package model

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// State is all that can be observed of the service. It never changes: a change
// makes another one.
type State struct {
	Limit    int // how many projects can have an image (R3)
	Projects map[string]Project
	Images   map[string]*Image
	// Orphans are the places of shares that ended with their images, in their
	// recipients' lists. They are never shown. On DynamoDB, until they are cleaned
	// up, a page before them may say that there is more.
	Orphans map[ShareID]Orphan
	// Activities are how often each was left, by the project in whose feed it is;
	// none of a history that does not list them. They would make states differ that
	// nothing else tells apart.
	Activities map[string]map[Activity]int
	Unlisted   bool
	// Tidy is true of a store that has no orphans: SQLite.
	Tidy bool
}

// Project is a registered project.
type Project struct {
	Account, Name, Created, Updated string
	Closed                          bool
	Policy                          Policy
}

// Orphan is where the share of an image that is gone was.
type Orphan struct {
	Place
	Status string
}

// Image is an image that there is.
type Image struct {
	ID, Owner        string
	Spec             Object // what the catalog says of it
	Sealed           bool   // it has been Available
	Created, Updated string
	Source           Object           // of a copy
	Suspension       Object           // nil for none
	Saved            Request          // of a copy: the request under a key that made it; nil for none
	Shares           map[string]Share // by target: the only authority on who has the image
}

// Share is a standing share, with what its recipient says to it.
type Share struct{ At, By, Status string }

// ShareID tells shares apart.
type ShareID struct{ Image, Target string }

func (s *State) withProject(id string, p Project) *State {
	after := *s
	after.Projects = with(s.Projects, id, p)
	return &after
}

// withImage returns the state with an image as it is now.
func (s *State) withImage(img Image) *State {
	after := *s
	after.Images = with(s.Images, img.ID, &img)
	return &after
}

// withoutImage returns the state after the end of an image, which is the end of
// all its shares at once (R6).
func (s *State) withoutImage(img *Image) *State {
	after := *s
	after.Images = without(s.Images, img.ID)
	for target, share := range img.Shares {
		if !s.Tidy {
			after.Orphans = with(after.Orphans, ShareID{img.ID, target}, Orphan{img.place(share.At), share.Status})
		}
	}
	return &after
}

func with[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	after := maps.Clone(m)
	if after == nil {
		after = map[K]V{}
	}
	after[key] = value
	return after
}

func without[K comparable, V any](m map[K]V, key K) map[K]V {
	after := maps.Clone(m)
	delete(after, key)
	return after
}

// Owned returns an image if the project has it as its own.
func (s *State) owned(owner, id string) (img *Image, ok bool) {
	img = s.Images[id]
	return img, img != nil && img.Owner == owner
}

// received returns an image if it is shared with the project.
func (s *State) received(project, id string) (img *Image, ok bool) {
	if img = s.Images[id]; img != nil {
		_, ok = img.Shares[project]
	}
	return img, ok
}

// Equal reports whether two states are the same.
func (s *State) Equal(other *State) bool {
	return s == other || maps.Equal(s.Projects, other.Projects) && maps.Equal(s.Orphans, other.Orphans) &&
		maps.EqualFunc(s.Activities, other.Activities, maps.Equal) &&
		maps.EqualFunc(s.Images, other.Images, func(a, b *Image) bool { return a == b || reflect.DeepEqual(a, b) })
}

// String shows the images, for the picture of a history.
func (s *State) String() string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(s.Images)) {
		fmt.Fprintf(&b, "%+v\n", *s.Images[id])
	}
	return b.String()
}
