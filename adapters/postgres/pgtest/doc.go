// Package pgtest gives tests a real PostgreSQL: a private cluster on loopback in
// a temporary folder, started from the installed programs, or the one that
// USHER_TEST_POSTGRES names (a superuser's connection string). In front of it may be a
// PgBouncer: the installed one, or the program that USHER_TEST_PGBOUNCER names.
//
// A package's tests begin with Main; each test takes a Database of its own.
// Read cluster.go, then database.go.
package pgtest
