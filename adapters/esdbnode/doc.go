// Package esdbnode serves a log over EventStoreDB's gRPC protocol, so that its
// clients can attach to a log without a server to install.
//
// It is one node, never a cluster: it knows neither users and permissions
// (beyond one user and password for everybody) nor projections, scavenging and
// HTTP; what is not served answers Unimplemented. A node that is read-only
// serves no persistent subscriptions and refuses every write.
//
// The rules of EventStoreDB are in package store, the spelling in package wire,
// persistent subscriptions in package persistent; here are the server and the
// services Streams, Gossip and ServerFeatures. Read node.go first, then read.go.
package esdbnode
