// Package httpapitest starts a whole Usher in the test's own process, on real
// adapters and a folder of its own, with a clock that the test moves.
//
// It is for tests of the API. Read usher.go first.
package httpapitest
