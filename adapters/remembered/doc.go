// Package remembered keeps in memory what vaults look up often and what never
// changes until it is erased. Read remembered.go.
package remembered
