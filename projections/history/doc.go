// Package history is every event of an account, in order, for auditors: what
// happened to whom, when, by whom, and through which command.
//
// A row holds the event as it is stored, its personal part still sealed, so
// that whoever may read it decodes it when reading, and nobody can once the key
// is gone. Read history.go first.
package history
