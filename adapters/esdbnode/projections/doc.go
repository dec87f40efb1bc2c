// Package projections is EventStoreDB's system projections: streams that point to
// the events of a category ($ce-), of a type ($et-) and with a correlation id
// ($bc-), and lists of streams ($streams, $category-).
//
// What they say of an event follows from it alone: see Of. A node that is written
// to has them as events (writer.go); one that is read-only makes them up when they
// are read (derived.go). Read streams.go first.
package projections
