// Package account is one company: its plan, its settings, who may invite, how
// registration by the join link is judged, and the join link itself.
//
// It knows nobody but its founder. Read events.go first.
package account
