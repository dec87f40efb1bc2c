// Package domain is the vocabulary of Usher: what happens to a person between
// the first invitation and the last day, told in pure functions and values.
//
// Nothing here reads a clock, draws a random number, logs or does I/O; time and
// ids come in with the command. The aggregates live in the folders below, each
// with the same six files: doc, commands, events, state, decide, evolve. What
// came later has a file for each subject, with its commands, events and rules.
//
// Read decider.go first: it is the whole engine. Then person/doc.go.
package domain
