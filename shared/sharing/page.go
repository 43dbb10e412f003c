package sharing

import (
	"time"
	"unicode/utf8"
)

// The page sizes of the contract.
const (
	MaxPageLimit     = 100
	DefaultPageLimit = 25
)

// PageQuery asks for one page of a project's list: newest first within a
// region, regions in descending order.
type PageQuery struct {
	Project ProjectID
	Region  string    // "" lists all regions
	Name    string    // the whole of it; "" for all
	State   State     // "" for all
	Owner   ProjectID // "" for all
	// Status is that of the shares, of received images; "" for all. It is no filter:
	// the stores find the shares of a status alone, so no page is short for it.
	Status ShareStatus
	Limit  int       // 1 to MaxPageLimit
	After  *Position // nil for the first page
}

// Filtered reports whether the query asks for only some of a region's images.
func (q PageQuery) Filtered() bool { return q.Name != "" || q.State != "" || q.Owner != "" }

// Wants reports whether an image passes the filters of the query.
func (q PageQuery) Wants(img *Image) bool {
	return (q.Name == "" || img.Name == q.Name) && (q.State == "" || img.State == q.State) && (q.Owner == "" || img.Owner == q.Owner)
}

// ValidNameFilter reports whether a text could be an image's name. One with
// characters that no name has finds nothing.
func ValidNameFilter(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 1 && n <= maxNameLength
}

// Position is a place in a list: an entry's region, its time (of creation or
// of sharing) and its image. Lists are in descending order of the three.
type Position struct {
	Region string
	At     time.Time
	Image  ImageID
}

// Page is a part of a list. Next is where to go on when there may be more, nil
// on the last page. With a filter a page may be short, even empty, and not be the
// last.
type Page[T any] struct {
	Items []T
	Next  *Position
	// Unreadable names the images that are left out because what is stored of them
	// cannot be read, nil for none. Callers are not told; whoever runs the service
	// must be.
	Unreadable error
}

// ActivityQuery asks for one page of a project's activity, newest first.
type ActivityQuery struct {
	Project ProjectID
	ImageID ImageID      // that it concerns; "" for all
	Type    ActivityType // "" for all
	Limit   int          // 1 to MaxPageLimit
	After   *ActivityPosition
}

// Wants reports whether an activity passes the filters of the query.
func (q ActivityQuery) Wants(a Activity) bool {
	return (q.Type == "" || a.Type == q.Type) && (q.ImageID == "" || a.Concerns(q.ImageID))
}

// ActivityPosition is a place in a project's activity.
type ActivityPosition struct {
	At time.Time
	ID ActivityID
}

// ActivityPage is a part of a project's activity. Next is where to go on, nil on
// the last page. With a filter a page may be short, even empty, and not be the
// last.
type ActivityPage struct {
	Activities []Activity
	Next       *ActivityPosition
}
