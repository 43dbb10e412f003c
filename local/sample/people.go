// Package sample has the projects, images and people that the service is tried out
// with on one machine: those of the story that "make demo" tells.
package sample

// Person is somebody who can sign in on this machine.
type Person struct {
	Name     string // the sub of the tokens
	Projects []string
	Scopes   []string
}

// The scopes of people, as in the contract.
var (
	tenant   = []string{"images:read", "images:share", "images:save", "images:write", "images:receive"}
	platform = []string{"catalog:read", "catalog:write"}
)

// Scopes are all that a person can have: a tenant's, then the platform's.
func Scopes() []string { return append(append([]string{}, tenant...), platform...) }

// People are those of the sample: two of each account, and the platform.
func People() []Person {
	return []Person{
		{"alice", []string{acmeWeb}, tenant},
		{"dave", []string{acmeData}, tenant},
		{"bob", []string{globexApp}, tenant},
		{"eve", []string{globexOps}, tenant},
		{"platform", []string{}, platform},
	}
}
