// Package console has the page that people use the service with, as its build
// makes it: a deployed function and the local runner serve the same files.
//
// dist is committed, so that Go alone builds and runs everything; "make console"
// builds it again from src and compares.
package console

import (
	"embed"
	"io/fs"
)

//go:embed dist
var dist embed.FS

// Files are those of the page, by their paths below /console/. index.html is the
// page itself; the names under assets/ have a hash of their content in them.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // of a path that is written here
	}
	return files
}
