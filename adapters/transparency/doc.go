// Package transparency says what an event is, byte for byte, for whoever is to
// find out later that it is still the same: the same in every log.
//
// Read leaf.go first.
package transparency
