// Package group decides for one persistent subscription who gets which event
// when: what is delivered, tried again, parked, and known to be done.
//
// It is a state machine and nothing else: it reads no clock, writes no log and
// starts no goroutine. What happens comes in as a method call with the time,
// and what is to be done comes out as decisions, in their order. The package
// above runs it.
//
// Read group.go first, then dispatch.go (who gets the next one).
package group
