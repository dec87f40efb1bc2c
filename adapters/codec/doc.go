// Package codec turns events into the bytes that a log keeps, and back: wire
// names, strict JSON, upcasters for names of the past, and the sealing of
// personal data under each person's data key.
//
// It reads nothing by guessing: what no Usher wrote it refuses, with a *journal.Foreign
// that says where and why. It keeps no keys and no events.
// Read registry.go first, then codec.go.
package codec
