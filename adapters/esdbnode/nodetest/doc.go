// Package nodetest starts nodes of EventStoreDB's protocol for the tests of
// others.
package nodetest
