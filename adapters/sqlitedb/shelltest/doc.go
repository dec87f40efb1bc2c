// Package shelltest runs the sqlite3 program on files that Usher keeps, as
// operators do: it is SQLite as others build it, and not the driver's.
//
// It knows nothing of what is in the files. Read shell.go.
package shelltest
