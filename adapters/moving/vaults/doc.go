// Package vaults copies everything that one vault keeps into another of any
// kind, and proves that both keep the same.
//
// A vault is shown as tables with columns of the same names and types
// everywhere, whatever the database. The copy is sealed last of all: one that
// was stopped is an unused vault, and is begun anew.
//
// It knows no database and no event, and never tells what is in a row. Read
// tables.go first, then copy.go.
package vaults
