// Package messaging hands the events of a log to all who follow it: to views,
// which keep read models, to policies, which follow up with commands, and to any
// other Follower.
//
// A Feed has one subscription; each event is one Watermill message, decoded once.
// Each follower has a durable checkpoint of its own: nothing is skipped, and a
// read model takes no event twice. It knows no event and no database.
//
// Read feed.go, then member.go (how one follows), carrier.go and window.go (live
// events), lane.go and keeper.go (views), policy.go, patience.go and stops.go
// (policies), faults.go (what an error means, and what is told of it).
package messaging
