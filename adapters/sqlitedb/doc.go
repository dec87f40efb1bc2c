// Package sqlitedb opens SQLite files the way Usher wants them: write-ahead
// log, one writer that commits in groups, and a pool of readers
// that it never blocks.
//
// It knows no table and runs no migration; it is not database/sql. The caller
// says what "durable" has to mean by Options.Synchronous. Check tells damaged
// files from whole ones, and is called before Open by those who need it.
//
// Read db.go first, then writer.go; wal.go has the rule for torn tails.
package sqlitedb
