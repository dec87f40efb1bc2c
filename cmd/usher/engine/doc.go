// Package engine joins the parts of Usher into a running whole: log, vault,
// read models, projectors, policies and API over one data folder.
//
// It is wiring only; nothing is decided here. Read engine.go first (what it is made
// with), then open.go (the parts in order), eventstore.go and stores.go (where
// things are kept), health.go (whether all goes well) and upkeep.go (what is done
// from time to time).
package engine
