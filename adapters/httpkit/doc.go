// Package httpkit is what all faces of Usher over HTTP have in common: how
// errors are answered and explained, the request's line in the log, its figures,
// the headers of every answer, where a request came from, and how often from one
// address somebody may guess.
//
// It has no routes and no shapes of answers but problems: those are the face's.
// Read codes.go first, the one table of refusals, then problem.go and wrap.go.
package httpkit
