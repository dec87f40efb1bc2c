package operations

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// Decider returns the operations' two functions.
func Decider() domain.Decider[State, Command, Event] {
	return domain.Decider[State, Command, Event]{
		Initial: func() State { return State{} },
		Decide:  Decide,
		Evolve:  Evolve,
	}
}

// Decide returns what a command leads to, or invalid_request where no reason is given.
func Decide(_ time.Time, state State, command Command) ([]Event, error) {
	switch c := command.(type) {
	case SkipEvent:
		return skip(state, c)
	}
	panic("operations: unknown command")
}

func skip(state State, c SkipEvent) ([]Event, error) {
	switch {
	case c.Grounds == "":
		return nil, domain.Refuse(domain.InvalidRequest, "say why the event may be left out").In("reason")
	case state.Skipped[c.Follower][c.Event]:
		return nil, nil
	}
	return []Event{EventSkipped(c)}, nil
}
