// Package domaintest lets tests of deciders read as sentences: Given what
// happened, When a command comes, Then these events or that refusal.
//
// A sentence that is not finished does not compile into a test: Given offers
// only When, and When only the Thens.
package domaintest
