// Package domaintest lets tests of deciders read as sentences: Given what
// happened, When a command comes, Then these events or that refusal.
//
// A sentence that is not finished does not compile into a test: Given offers
// only When, and When only the Thens. Laws holds what is true of every
// aggregate against random histories; Tell makes such a history for the rules
// that are an aggregate's own.
package domaintest
