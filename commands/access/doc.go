// Package access says who may do what: which role, with which account setting,
// and by which scope of an API token.
//
// Judge is pure and holds all of it; Guard loads the two streams that it needs.
// It gives nobody a session and reads no password. Read permitted.go first, the
// one table.
package access
