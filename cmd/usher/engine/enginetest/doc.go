// Package enginetest starts a whole Usher for a test: the real parts on a
// folder of their own and HTTP on loopback, with a clock that the test moves and
// random numbers that are the same each time. Read enginetest.go.
package enginetest
