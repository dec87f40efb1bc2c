// Package moving copies one log into another, and proves that they are equal:
// ids, types, bytes, metadata, revisions, times (to 100 ns, as EventStoreDB has
// them), and the order over all streams.
//
// A copy that was stopped, at any moment and in any way, goes on where it
// stopped when it is begun again. The source must not be written to meanwhile.
//
// It knows no event and no technology. Read copy.go first, then compare.go.
package moving
