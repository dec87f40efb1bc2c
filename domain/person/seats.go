package person

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

// A limited join link gives out seats in the account's stream before a person
// registers. A seat that nobody used comes back only after the person's stream
// has fenced whoever would use it late.

// ForfeitSeat makes sure that a seat will not be used; one that was used stays.
type ForfeitSeat struct {
	Slot domain.Slot
	Seat int
}

const SeatForfeitedType domain.EventType = "person.seat_forfeited"

// SeatForfeited says that this seat of the join link brings nobody in any more.
type SeatForfeited struct {
	Person domain.PersonID `json:"person"`
	Seat   int             `json:"seat"`
}

func (SeatForfeited) Type() domain.EventType { return SeatForfeitedType }

func (e SeatForfeited) About() domain.PersonID { return e.Person }

func (SeatForfeited) personEvent() {}

func (ForfeitSeat) personCommand() {}

func forfeitSeat(s State, c ForfeitSeat) ([]Event, error) {
	if s.UsedSeat(c.Seat) || slices.Contains(s.Forfeited, c.Seat) {
		return nil, nil
	}
	return []Event{SeatForfeited{Person: s.PersonIn(c.Slot), Seat: c.Seat}}, nil
}

// UsedSeat reports whether somebody registered with a seat of the join link.
func (s State) UsedSeat(seat int) bool {
	return slices.ContainsFunc(s.Registrations, func(r Registration) bool { return r.Seat == seat })
}

func (s State) forfeited(e SeatForfeited) State {
	s.Forfeited = append(slices.Clip(s.Forfeited), e.Seat)
	return s
}
