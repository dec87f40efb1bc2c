// Package sqlitedb opens SQLite files the way Usher wants them: write-ahead
// log, page checksums, one writer that commits in groups, and a pool of readers
// that it never blocks.
//
// It knows no table and runs no migration; it is not database/sql. The caller
// says what "durable" has to mean by Options.Synchronous.
//
// Read db.go first, then writer.go.
package sqlitedb
