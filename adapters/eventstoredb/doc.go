// Package eventstoredb keeps a log in an EventStoreDB (KurrentDB) server or
// cluster, from version 23.10 on, through its official client.
//
// The client gives up for good when its server is away for a second, and knows
// no idempotent retry. This package brings it back, and answers each append
// truthfully: it took place, once, or it did not, or nobody can say for now.
//
// A log is some streams of a server that others use too: names.go tells which, and
// the server leaves out the rest. Events of a type that begins with "$" are the server's
// own. Read log.go first, then append.go, reader.go, horizon.go and, for the client's
// faults, client.go; for a leader that is lost, cluster.go; for copies, bulk.go.
package eventstoredb
