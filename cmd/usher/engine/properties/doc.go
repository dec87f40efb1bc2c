// Package properties lets random people do random things to a whole Usher, with
// crashes in between, and holds what the log says afterwards to what must always
// be true. All of it is tests.
//
// Read truth_test.go for what must hold, then life_test.go and crash_test.go.
package properties
