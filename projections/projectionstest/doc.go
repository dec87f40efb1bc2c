// Package projectionstest lets tests of views read as sentences: Given these
// events, Then the view has those rows.
//
// Events are made as they are in life: a Company runs the domain's own deciders
// and writes what they answer to a Log. AnyHistory is a random one. Read table.go
// first, then company.go.
package projectionstest
