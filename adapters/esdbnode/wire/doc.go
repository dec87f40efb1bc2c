// Package wire is what the services of EventStoreDB's protocol share: how its
// messages spell streams, ids, positions, events and filters, and how a call
// fails.
//
// Events are encoded from records straight into bytes, because nearly all that
// a node does is to send events; everything else goes by the generated types.
// It knows no rule of the store and starts no server. Read event.go first, then
// failure.go.
package wire
