package operations

import (
	"github.com/google/uuid"
)

// Command is what operators can ask for.
//
//sumtype:decl
type Command interface{ operationsCommand() }

// SkipEvent has a follower leave out an event.
type SkipEvent struct {
	Follower string
	Event    uuid.UUID
	Kind     string
	Cause    string
	Grounds  string
}

func (SkipEvent) operationsCommand() {}
