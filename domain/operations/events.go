package operations

import (
	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// Event is what operators can do.
//
//sumtype:decl
type Event interface {
	domain.Event
	operationsEvent()
}

const EventSkippedType domain.EventType = "operations.event_skipped"

// EventSkipped has a view or a policy leave out an event that it cannot take.
// The event is named by its id, which it keeps when a log is copied.
type EventSkipped struct {
	Follower string    `json:"follower"`
	Event    uuid.UUID `json:"event"`
	Kind     string    `json:"kind"`    // the name of its type
	Cause    string    `json:"cause"`   // why it cannot be taken
	Grounds  string    `json:"grounds"` // why it may be left out
}

func (EventSkipped) Type() domain.EventType { return EventSkippedType }

func (EventSkipped) About() domain.PersonID { return domain.Nobody() }

func (EventSkipped) operationsEvent() {}
