package domain

import "time"

// A Decider is an aggregate: two pure functions and the state before anything
// happened.
type Decider[State, Command, Event any] struct {
	// Initial is the state of a stream that has no events yet.
	Initial func() State

	// Decide answers a command with the events that it causes, or refuses it
	// with a *Refusal. No events and no error mean "already so".
	Decide func(now time.Time, state State, command Command) ([]Event, error)

	// Evolve is the state after one more event. It neither fails nor judges:
	// what is in the log has happened.
	Evolve func(state State, event Event) State
}

// Fold returns the state after all the events, in order.
func (d Decider[State, Command, Event]) Fold(state State, events ...Event) State {
	for _, event := range events {
		state = d.Evolve(state, event)
	}
	return state
}
