// Package operations is what operators did to this Usher as a whole: which
// events they had somebody leave out, and why.
//
// It is one stream for all accounts. Read events.go first.
package operations
