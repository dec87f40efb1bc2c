// Package memory keeps read models in memory: a projections.Store for tests, which
// hold stored read models against a fold from the first event.
//
// It answers exactly as the durable stores do (adapters/storetest holds both to
// it), forgets everything when it is dropped, and finds by looking at every row
// of a view: it is not for serving lists. Read store.go.
package memory
