// Package domain is the vocabulary of Usher: what happens to a person between
// the first invitation and the last day, told in pure functions and values.
//
// Nothing here reads a clock, draws a random number, logs or does I/O; time and
// ids come in with the command. The aggregates live in the folders below, each
// with the same six files: doc, commands, events, state, decide, evolve.
//
// Read decider.go first: the whole engine is forty lines. Then person/doc.go.
package domain
