// Package approvals answers who has registered and waits: for an administrator's
// decision, or for the proof of an address (S18, D11).
//
// Several unproved registrations of one contact can wait side by side; a person
// is one row, shown by the latest of them. Read approvals.go first.
package approvals
