package account

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// maxSeats is the most uses that a join link can be limited to.
const maxSeats = 10_000

// JoinLink is the shared link of quick registration.
type JoinLink struct {
	Enabled    bool
	Generation uint64    // from 1; rises with each rotation
	ExpiresAt  time.Time // zero: never
	MaxUses    int       // zero: as many as like
	Department domain.DepartmentID
	// Seats is who has used this link since it was limited, or is about to; LastSeat
	// is the number of the last one given out, by this link or one before it.
	Seats    []Seat
	LastSeat int
}

// Seat is one use of a limited join link.
type Seat struct {
	Number  int
	Person  domain.PersonID
	Slot    domain.Slot
	TakenAt time.Time
}

// SeatOf returns a person's seat, and false where there is none.
func (l JoinLink) SeatOf(id domain.PersonID) (Seat, bool) {
	at := slices.IndexFunc(l.Seats, func(seat Seat) bool { return seat.Person == id })
	if at < 0 {
		return Seat{}, false
	}
	return l.Seats[at], true
}

// Check returns why nobody new comes by the link of a generation: link_superseded,
// link_disabled or link_expired; nil where somebody can.
func (l JoinLink) Check(now time.Time, generation uint64) error {
	switch {
	case generation < l.Generation:
		return domain.Refuse(domain.LinkSuperseded, "a newer link took this one's place; ask for it where you got this one")
	case !l.Enabled:
		return domain.Refuse(domain.LinkDisabled, "this link is closed; ask an administrator of the company")
	case !l.ExpiresAt.IsZero() && !now.Before(l.ExpiresAt):
		return domain.Refuse(domain.LinkExpired, "this link has expired; ask for a new one where you got it")
	}
	return nil
}

// IsFull reports whether all uses of a limited link are taken.
func (l JoinLink) IsFull() bool { return l.MaxUses > 0 && len(l.Seats) >= l.MaxUses }

// ErrLinkFull returns link_full, for whoever comes too late.
func ErrLinkFull() error {
	return domain.Refuse(domain.LinkFull, "as many people as may have used this link; ask an administrator of the company")
}

type (
	// LimitJoinLink says until when, how often, and into which department the join
	// link lets in. Nil leaves a limit as it is, and zero lifts it.
	LimitJoinLink struct {
		ExpiresAt  *time.Time
		MaxUses    *int
		Department *domain.DepartmentID
	}

	// TakeSeat is somebody about to register by a limited link.
	TakeSeat struct {
		Generation uint64
		Person     domain.PersonID
		Slot       domain.Slot
	}

	// ReturnSeat gives a seat back that its person did not use, and can use no more.
	ReturnSeat struct{ Seat int }
)

func (LimitJoinLink) accountCommand() {}
func (TakeSeat) accountCommand()      {}
func (ReturnSeat) accountCommand()    {}

const (
	JoinLinkLimitedType  domain.EventType = "account.join_link_limited"
	JoinSeatTakenType    domain.EventType = "account.join_seat_taken"
	JoinSeatReturnedType domain.EventType = "account.join_seat_returned"
)

type (
	// JoinLinkLimited replaces the limits of the join link.
	JoinLinkLimited struct {
		ExpiresAt  time.Time           `json:"expires_at,omitzero"`
		MaxUses    int                 `json:"max_uses,omitzero"`
		Department domain.DepartmentID `json:"department,omitzero"`
	}

	// JoinSeatTaken is one use of a limited join link; the registration follows.
	JoinSeatTaken struct {
		Generation uint64          `json:"generation"`
		Seat       int             `json:"seat"` // rises for the life of the account
		Person     domain.PersonID `json:"person"`
		Slot       domain.Slot     `json:"slot"`
		At         time.Time       `json:"at"`
	}

	// JoinSeatReturned gives a use back of which no registration came.
	JoinSeatReturned struct {
		Seat   int             `json:"seat"`
		Person domain.PersonID `json:"person"`
	}
)

func (JoinLinkLimited) Type() domain.EventType  { return JoinLinkLimitedType }
func (JoinSeatTaken) Type() domain.EventType    { return JoinSeatTakenType }
func (JoinSeatReturned) Type() domain.EventType { return JoinSeatReturnedType }

// Seats are the account's: what their persons do is told in their own streams.
func (JoinLinkLimited) About() domain.PersonID  { return domain.Nobody() }
func (JoinSeatTaken) About() domain.PersonID    { return domain.Nobody() }
func (JoinSeatReturned) About() domain.PersonID { return domain.Nobody() }

func (JoinLinkLimited) accountEvent()  {}
func (JoinSeatTaken) accountEvent()    {}
func (JoinSeatReturned) accountEvent() {}

func limitJoinLink(now time.Time, s State, c LimitJoinLink) ([]Event, error) {
	before := JoinLinkLimited{ExpiresAt: s.JoinLink.ExpiresAt, MaxUses: s.JoinLink.MaxUses, Department: s.JoinLink.Department}
	after := before.changed(c)
	switch {
	case after.MaxUses < 0 || after.MaxUses > maxSeats:
		return nil, ErrLinkUses()
	case after == before:
		return nil, nil
	case after.ExpiresAt != before.ExpiresAt && !after.ExpiresAt.IsZero() && !now.Before(after.ExpiresAt):
		return nil, domain.Refuse(domain.InvalidLimit, "a join link expires in the future").In("expires_at")
	}
	return []Event{after}, nil
}

// changed takes over what is not nil, and keeps the very time where it is the same.
func (e JoinLinkLimited) changed(c LimitJoinLink) JoinLinkLimited {
	if c.ExpiresAt != nil && !c.ExpiresAt.Equal(e.ExpiresAt) {
		e.ExpiresAt = *c.ExpiresAt
	}
	if c.MaxUses != nil {
		e.MaxUses = *c.MaxUses
	}
	if c.Department != nil {
		e.Department = *c.Department
	}
	return e
}

// ErrLinkUses returns invalid_limit, for a number of uses that is none.
func ErrLinkUses() error {
	return domain.Refuse(domain.InvalidLimit, `a join link is limited to between 1 and 10,000 uses, or "unlimited"`).In("max_uses")
}

func takeSeat(now time.Time, s State, c TakeSeat) ([]Event, error) {
	if err := s.JoinLink.Check(now, c.Generation); err != nil {
		return nil, err
	}
	if _, has := s.JoinLink.SeatOf(c.Person); has || s.JoinLink.MaxUses == 0 {
		return nil, nil
	}
	if s.JoinLink.IsFull() {
		return nil, ErrLinkFull()
	}
	return []Event{JoinSeatTaken{Generation: c.Generation, Seat: s.JoinLink.LastSeat + 1, Person: c.Person, Slot: c.Slot, At: now}}, nil
}

func returnSeat(s State, c ReturnSeat) ([]Event, error) {
	for _, seat := range s.JoinLink.Seats {
		if seat.Number == c.Seat {
			return []Event{JoinSeatReturned{Seat: seat.Number, Person: seat.Person}}, nil
		}
	}
	return nil, nil
}

// limited begins to count anew only where the link had no limit before.
func (l JoinLink) limited(e JoinLinkLimited) JoinLink {
	if l.MaxUses == 0 || e.MaxUses == 0 {
		l.Seats = nil
	}
	l.ExpiresAt, l.MaxUses, l.Department = e.ExpiresAt, e.MaxUses, e.Department
	return l
}

func (l JoinLink) taken(e JoinSeatTaken) JoinLink {
	l.Seats = append(slices.Clip(l.Seats), Seat{Number: e.Seat, Person: e.Person, Slot: e.Slot, TakenAt: e.At})
	l.LastSeat = e.Seat
	return l
}

func (l JoinLink) returned(e JoinSeatReturned) JoinLink {
	l.Seats = slices.DeleteFunc(slices.Clone(l.Seats), func(seat Seat) bool { return seat.Number == e.Seat })
	return l
}

// rotated keeps the department and how often the new link may be used; when the
// old one would have expired is of no meaning for it.
func (l JoinLink) rotated(generation uint64) JoinLink {
	l.Generation, l.ExpiresAt, l.Seats = generation, time.Time{}, nil
	return l
}
