// Package builds makes programs of Usher from commits and from the present tree,
// and serves them one at a time with fresh data.
//
// Read make.go for how they are made, server.go for how they run, and company.go
// for what is asked of them.
package builds
