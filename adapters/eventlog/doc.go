// Package eventlog is the embedded event log: a journal.Local in one SQLite file.
//
// One goroutine appends, in groups that are synced together; readers take pages
// and hold nothing between them; those who read all events near each other share
// them (scans.go). A position is an event's row number, without
// gaps, the same for commit and prepare. The view "readable" is for people with
// the sqlite3 program.
//
// It knows no event and no codec: see the journal package. Read log.go first,
// then append.go, and update.go for changes of several streams.
package eventlog
