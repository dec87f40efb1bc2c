// Package works is the table of what is measured, and how each is done.
//
// Read works.go, the table, first. A new work is a file of its own and a line
// there: a peer or a bare loop takes the place of the base.
package works
