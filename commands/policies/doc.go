// Package policies is what Usher does by itself: whenever an event happens, a
// command or a message follows.
//
// A policy may see an event more than once; what it does is known by ids derived
// from the event, so that nothing happens twice. Read policies.go first.
package policies
