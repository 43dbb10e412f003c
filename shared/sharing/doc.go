// Package sharing is the vocabulary and the rules of image sharing: projects,
// images, shares, what may be done with them and why not.
//
// It is pure. Nothing here does I/O, reads a clock or knows a store. Each
// change of state is a transition: a function that takes the records as they
// stand and a command, and returns the records as they should be, or a refusal
// (*Error). SQLite applies the transitions inside its transaction; DynamoDB
// states them as conditions and asks the same transition to explain a failed
// condition. The rules R1 to R12 are numbered in docs/design.md.
package sharing
