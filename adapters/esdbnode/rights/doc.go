// Package rights is who may do what in a node that keeps users: EventStoreDB's
// rules, over the lists that streams have in their metadata and the defaults in
// the stream $settings.
//
// It knows callers by name and groups, and no passwords. Read judge.go first.
package rights
