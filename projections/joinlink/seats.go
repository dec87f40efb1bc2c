package joinlink

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Seat is one that was taken, and of which no registration has come so far.
type Seat struct {
	Account domain.AccountID `json:"account"`
	Slot    domain.Slot      `json:"slot"`
	Seat    int              `json:"seat"`
	TakenAt time.Time        `json:"taken_at"`
}

// Seats returns the read model of those of all accounts, by time. Its rows belong to
// no account: no account is asked for them.
func Seats() projections.View {
	return projections.Definition[Seat]{
		ViewName: "join_seats", ViewVersion: 2,
		Keys: seatKeys,
		Row: func(_ projections.Key, before *Seat, event domain.Recorded) *Seat {
			switch e := event.Event.(type) {
			case account.JoinSeatTaken:
				return &Seat{Account: event.Metadata.Account, Slot: e.Slot, Seat: e.Seat, TakenAt: e.At}
			case account.JoinSeatReturned:
				return before.unless(e.Seat)
			case person.Registered:
				return before.unless(e.Seat)
			case person.SeatForfeited:
				return before.unless(e.Seat)
			}
			return before
		},
		Index: func(_ projections.Key, s *Seat) projections.Index {
			return projections.Index{Sort: s.TakenAt.UTC().Format("2006-01-02T15:04:05.000000000Z"), At: s.TakenAt}
		},
	}.View()
}

// unless is the seat, but for one whose number is done with: a later one of the
// same person stays.
func (s *Seat) unless(number int) *Seat {
	if s == nil || s.Seat == number {
		return nil
	}
	return s
}

func seatKeys(event domain.Recorded) []projections.Key {
	var who domain.PersonID
	switch e := event.Event.(type) {
	case account.JoinSeatTaken:
		who = e.Person
	case account.JoinSeatReturned:
		who = e.Person
	case person.SeatForfeited:
		who = e.Person
	case person.Registered:
		if e.Seat != 0 {
			who = e.Person
		}
	}
	if who.IsZero() || event.Metadata.Account.IsZero() {
		return nil
	}
	return []projections.Key{{ID: event.Metadata.Account.String() + " " + who.String()}}
}

// Idle returns the seats taken before a time of which no registration has come, at
// most limit.
func Idle(ctx context.Context, reader projections.Reader, before time.Time, limit int) ([]Seat, error) {
	rows, _, err := reader.Find(ctx, Seats(), projections.Query{To: before, Limit: limit})
	if err != nil {
		return nil, err
	}
	return projections.As[Seat](rows)
}
