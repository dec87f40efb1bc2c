// Package persistent serves EventStoreDB's persistent subscriptions: groups of
// readers who share the events of a stream, or of $all, and answer for each.
//
// The rules are in the package group. Here, one goroutine per group reads the
// store, carries the group's decisions out and keeps what must survive: the
// configuration in $persistentSubscriptionConfig, and per group a stream of
// checkpoints and one of parked messages, as the real server names them.
//
// It knows no rule of the store and no transport but gRPC's. Read service.go
// first, then subscription.go.
package persistent
