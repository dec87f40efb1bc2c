package batch

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// MaxRows is the most contacts that one batch takes.
const MaxRows = 10_000

// Decider returns the batch's two functions.
func Decider() domain.Decider[State, Command, Event] {
	return domain.Decider[State, Command, Event]{
		Initial: func() State { return State{} },
		Decide:  Decide,
		Evolve:  Evolve,
	}
}

// Decide returns what a command leads to, or a refusal: nothing_to_invite,
// too_many_rows or not_found.
func Decide(_ time.Time, state State, command Command) ([]Event, error) {
	switch c := command.(type) {
	case Open:
		return open(state, c)
	case Close:
		return closeBatch(state, c)
	case Revoke:
		return revoke(state, c)
	case Stop:
		return stop(state, c)
	}
	panic("batch: unknown command")
}

func open(state State, c Open) ([]Event, error) {
	switch {
	case state.Opened:
		return nil, nil
	case c.Size < 1:
		return nil, domain.Refuse(domain.NothingToInvite, "name at least one contact to invite")
	case c.Size > MaxRows:
		return nil, domain.Refuse(domain.TooManyRows, "at most 10,000 contacts can be invited at once; send several requests")
	}
	return []Event{Opened{
		Batch: c.Batch, Channel: c.Channel, Inviter: c.Inviter, Size: c.Size, Plan: c.Plan, Language: c.Language,
		Department: c.Department, Workgroups: c.Workgroups, Personal: Text{Message: c.Message},
	}}, nil
}

func revoke(state State, c Revoke) ([]Event, error) {
	switch {
	case !state.Opened:
		return nil, errNoBatch()
	case state.Revoked:
		return nil, nil
	}
	return []Event{Revoked(c)}, nil
}

// stop comes too late for a batch whose rows were all tried, and changes nothing then.
func stop(state State, c Stop) ([]Event, error) {
	switch {
	case !state.Opened:
		return nil, errNoBatch()
	case !state.GoesOn():
		return nil, nil
	}
	return []Event{Stopped(c)}, nil
}

func closeBatch(state State, c Close) ([]Event, error) {
	if !state.Opened {
		return nil, errNoBatch()
	}
	if state.Closed {
		return nil, nil
	}
	return []Event{Closed(c)}, nil
}

func errNoBatch() error { return domain.Refuse(domain.NotFound, "there is no such batch") }
