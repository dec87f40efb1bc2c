// Package archtest holds the architecture: which package may import which, and
// the cheap rules that all files keep. It has tests only.
//
// It reads the sources itself, so that no cached result hides a new import.
// Read the table in architecture_test.go.
package archtest
