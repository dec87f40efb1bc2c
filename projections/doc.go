// Package projections holds the questions that Usher answers, one folder per
// read model: a pure fold from events to rows, and what can be asked of them.
//
// There is no SQL and no I/O here. A view says which rows an event touches and
// what it makes of each; the projector in adapters/messaging does the rest.
// Read projection.go first.
package projections
