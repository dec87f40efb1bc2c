package person

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// A limited join link gives out seats in the account's stream before a person
// registers. A seat that nobody used comes back only after the person's stream
// has fenced whoever would use it late.

type (
	// ForfeitSeat makes sure that a seat will not be used; one that was used stays.
	ForfeitSeat struct {
		Slot domain.Slot
		Seat int
	}

	// ProveAgain sends the link that proves an address once more, with a new term; or
	// for the first time, where an approval is awaited and the address not proved.
	// Registration zero means the latest of these.
	ProveAgain struct {
		Registration int
		ProveBy      time.Time
	}
)

const (
	SeatForfeitedType  domain.EventType = "person.seat_forfeited"
	ProofSentAgainType domain.EventType = "person.proof_sent_again"
)

type (
	// SeatForfeited says that this seat of the join link brings nobody in any more.
	SeatForfeited struct {
		Person domain.PersonID `json:"person"`
		Seat   int             `json:"seat"`
	}

	// ProofSentAgain gives a registrant more time to prove the address.
	ProofSentAgain struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
		ProveBy      time.Time       `json:"prove_by"`
	}
)

func (SeatForfeited) Type() domain.EventType  { return SeatForfeitedType }
func (ProofSentAgain) Type() domain.EventType { return ProofSentAgainType }

func (SeatForfeited) personEvent()  {}
func (ProofSentAgain) personEvent() {}

func (ForfeitSeat) personCommand() {}
func (ProveAgain) personCommand()  {}

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

func (s State) latestUnproved() int {
	for number := len(s.Registrations); number > 0; number-- {
		if s.Registrations[number-1].isUnproved() {
			return number
		}
	}
	return 0
}

// isUnproved reports whether the registration waits, and its address is not known
// to be the registrant's own.
func (r Registration) isUnproved() bool {
	return r.Status == AwaitingProof || r.Status == AwaitingApproval && !r.Proved
}

func proveAgain(now time.Time, s State, c ProveAgain) ([]Event, error) {
	if c.Registration == 0 {
		c.Registration = s.latestUnproved()
		if c.Registration == 0 {
			return nil, domain.Refuse(domain.NothingToApprove, "no registration of this person waits for its proof")
		}
	}
	if c.Registration < 1 || c.Registration > len(s.Registrations) {
		return nil, errNoLink()
	}
	unproved := s.Registrations[c.Registration-1]
	switch {
	case !unproved.isUnproved():
		return nil, s.CheckProof(now, c.Registration)
	case s.Employment.Active, s.awaitsApproval() && unproved.Status == AwaitingProof:
		return nil, errLinkUsed()
	case unproved.ProveBy.Equal(c.ProveBy):
		return nil, nil
	}
	return []Event{ProofSentAgain{Person: s.Person, Registration: c.Registration, ProveBy: c.ProveBy}}, nil
}

// supersedeRegistrations ends what waits, but for the number kept.
func (s State) supersedeRegistrations(kept int) []Event {
	var events []Event
	for _, number := range s.Waiting() {
		if number != kept {
			events = append(events, RegistrationSuperseded{Person: s.Person, Registration: number})
		}
	}
	return events
}

// supersedeLapsed ends the oldest of those whose time to prove the address is out,
// so that with one more no more than maxWaiting wait.
func (s State) supersedeLapsed(now time.Time) []Event {
	var events []Event
	waiting := s.Waiting()
	for _, number := range waiting {
		if len(waiting)-len(events) < maxWaiting {
			break
		}
		if one := s.Registrations[number-1]; one.Status == AwaitingProof && !now.Before(one.ProveBy) {
			events = append(events, RegistrationSuperseded{Person: s.Person, Registration: number})
		}
	}
	return events
}

// supersedeEverything ends whatever else could still let the person in.
func (s State) supersedeEverything() []Event {
	events := s.supersedeRegistrations(0)
	if live := s.LiveInvitation(); live != 0 {
		events = append(events, InvitationSuperseded{Person: s.Person, Invitation: live})
	}
	return events
}
