// Package store is EventStoreDB's rules over a log in this process: when an
// append is taken, is a repetition or is refused; what deleting, tombstones and
// a stream's metadata mean; and what is left to read.
//
// The log underneath keeps everything that was ever appended, densely numbered.
// What a client no longer sees is hidden from it here, when it reads. It knows
// no protocol. Read store.go first, then append.go.
package store
