// Package engine joins the parts of Usher into a running whole: log, vault,
// read models, projectors, policies and API over one data folder.
//
// It is wiring only; nothing is decided here. Read engine.go.
package engine
