// Package esdbnode serves a log over EventStoreDB's gRPC protocol, so that its
// clients can attach to a log without a server to install.
//
// It is one node, never a cluster, without HTTP, scavenging and projections of one's
// own; what is not served answers Unimplemented. A read-only node refuses every write.
//
// Its parts: store (EventStoreDB's rules), users, rights, wire (the spelling),
// persistent (subscriptions) and projections (the system's); here are the server, the
// services Streams, Gossip and ServerFeatures, and what all calls may take together.
// Read node.go first, then read.go.
package esdbnode
