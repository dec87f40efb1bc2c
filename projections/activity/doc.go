// Package activity is the Activity Stream: who joined, who invited how many,
// and what was set up or changed (S17, D12).
//
// A bulk invitation is one entry, however many it reached. Registrations that
// wait are not here; administrators see them in Approvals. Rows hold ids; names
// are filled in when they are shown. Read activity.go first, then text.go.
package activity
