package batch

import "github.com/usher-engine/usher/domain"

// State is a batch as its decisions see it.
type State struct {
	Opened, Closed, Revoked, Stopped bool
	// Inviter opened it.
	Inviter domain.PersonID
	// RevokedBy is who revoked it.
	RevokedBy domain.PersonID
	// Message is what the batch's people are sent.
	Message string
	// Plan and Language are those of the account when it was opened.
	Plan, Language string
}

// GoesOn reports whether anybody may still be invited.
func (s State) GoesOn() bool { return s.Opened && !s.Closed && !s.Revoked && !s.Stopped }
