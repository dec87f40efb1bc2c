// Package clients proves the node with EventStoreDB's official Node.js clients:
// @eventstore/db-client and its successor, @kurrent/kurrentdb-client.
//
// It has tests only. checks.mjs runs what the clients must find, the same for
// both; they are installed into the user's cache, as package-lock.json says.
package clients
