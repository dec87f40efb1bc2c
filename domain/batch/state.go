package batch

import "github.com/usher-engine/usher/domain"

// State is a batch as its decisions see it.
type State struct {
	Opened, Closed, Revoked bool
	// Inviter opened it.
	Inviter domain.PersonID
	// RevokedBy is who revoked it.
	RevokedBy domain.PersonID
	// Message is what the batch's people are sent.
	Message string
}
