package crash

import (
	"math/rand/v2"
	"net/http"
)

// The cast: each client has a project with images of its own, and projects to
// share them with. Besides there is one image that all share, with their own
// targets, more than it can have. So one client alone decides on each share,
// and always knows what must be there.
const (
	clients = 6
	targets = 4 // of each client
	images  = 2 // of each client
	common  = images

	limit     = 10
	limitText = "10"
)

// set has the targets of one client that something is true of.
type set [targets]bool

// image is an image of a client, or the common one as far as it is shared with
// the client's targets.
type image struct {
	exists bool
	name   string
	with   set
}

// state is all that a client decides on.
type state struct {
	images [images + 1]image // the last is the common one
	copies [images]set       // which targets have saved the image
}

// command is what a client wants to do; it holds whatever the state is.
type command struct {
	kind    kind
	image   int
	target  int    // of unshare, save and discard
	targets set    // of share
	name    string // of put
}

type kind string

const (
	put     kind = "put"
	share   kind = "share"
	unshare kind = "unshare"
	save    kind = "save"
	discard kind = "discard" // deletes a saved copy
	remove  kind = "remove"
)

// anyCommand takes one at random, more often what makes something.
func anyCommand(random *rand.Rand) command {
	w := command{
		kind:   []kind{put, put, share, share, share, share, unshare, save, save, discard, remove}[random.IntN(11)],
		image:  random.IntN(images),
		target: random.IntN(targets),
		name:   randomName(random),
	}
	if (w.kind == share || w.kind == unshare) && random.IntN(3) == 0 {
		w.image = common
	}
	for i := range w.targets {
		w.targets[i] = random.IntN(2) == 0
	}
	w.targets[w.target] = true
	return w
}

func randomName(random *rand.Rand) string {
	name := make([]byte, 8)
	for i := range name {
		name[i] = byte('a' + random.IntN(26))
	}
	return string(name)
}

// expected is the answer that a command must get.
type expected struct {
	status  int
	code    string
	results []string // of a share
}

// after is the state that follows a command, and the answer. Only the common
// image may have no room: who is refused by its limit changes nothing.
func (s state) after(w command) (state, expected) {
	img := &s.images[w.image]
	noImage := expected{status: http.StatusNotFound, code: "ImageNotFound"}
	switch w.kind {
	case put:
		e := expected{status: http.StatusOK}
		if !img.exists {
			e.status = http.StatusCreated
		}
		img.exists, img.name = true, w.name
		return s, e
	case remove:
		if !img.exists {
			return s, noImage
		}
		*img = image{}
		return s, expected{status: http.StatusNoContent}
	case share:
		if !img.exists {
			return s, noImage
		}
		e := expected{status: http.StatusOK}
		for i, wanted := range w.targets {
			switch {
			case wanted && img.with[i]:
				e.results = append(e.results, "unchanged")
			case wanted:
				e.results = append(e.results, "created")
				img.with[i] = true
			}
		}
		return s, e
	case unshare:
		switch {
		case !img.exists:
			return s, noImage
		case !img.with[w.target]:
			return s, expected{status: http.StatusNotFound, code: "ShareNotFound"}
		}
		img.with[w.target] = false
		return s, expected{status: http.StatusNoContent}
	case save: // again with the same key: the copy that is there
		if saved := &s.copies[w.image][w.target]; *saved || img.exists && img.with[w.target] {
			*saved = true
			return s, expected{status: http.StatusAccepted}
		}
		return s, noImage
	default: // discard
		if !s.copies[w.image][w.target] {
			return s, noImage
		}
		s.copies[w.image][w.target] = false
		return s, expected{status: http.StatusNoContent}
	}
}
