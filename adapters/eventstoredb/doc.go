// Package eventstoredb keeps a log in an EventStoreDB (KurrentDB) server or
// cluster, from version 22.6 on, through its official client.
//
// The client gives up for good when its server is away for a second, and knows
// no idempotent retry. This package brings it back, and answers each append
// truthfully: it took place, once, or it did not, or nobody can say for now.
//
// Events whose type or stream begins with "$" are the server's own. Read log.go
// first, then append.go, subscribe.go and, for the client's faults, client.go.
package eventstoredb
