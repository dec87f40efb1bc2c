package storetest

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// guest is a row of the suites' view.
type guest struct {
	Name   string
	Team   string
	Role   string
	Moves  int
	At     time.Time
	Hidden bool // kept, but not listed
}

// arrived makes a guest, or changes one.
type arrived struct {
	Key              projections.Key
	Name, Team, Role string
}

// hid takes a guest off the lists; left deletes one.
type (
	hid  struct{ Key projections.Key }
	left struct{ Key projections.Key }
)

func (arrived) Type() domain.EventType { return "guest.arrived" }
func (hid) Type() domain.EventType     { return "guest.hid" }
func (left) Type() domain.EventType    { return "guest.left" }

func (arrived) About() domain.PersonID { return domain.Nobody() }
func (hid) About() domain.PersonID     { return domain.Nobody() }
func (left) About() domain.PersonID    { return domain.Nobody() }

// guests is a view with two facets, one of them counted, folded from the events above.
func guests(version int) projections.View {
	return projections.Definition[guest]{
		ViewName:    "guests",
		ViewVersion: version,
		Facets:      []string{"team", "role"},
		Counted:     []string{"team"},
		Keys: func(event domain.Recorded) []projections.Key {
			switch event := event.Event.(type) {
			case arrived:
				return []projections.Key{event.Key}
			case hid:
				return []projections.Key{event.Key}
			case left:
				return []projections.Key{event.Key}
			}
			return nil
		},
		Row:   foldGuest,
		Index: indexGuest,
	}.View()
}

func foldGuest(_ projections.Key, before *guest, event domain.Recorded) *guest {
	var after guest
	if before != nil {
		after = *before
	}
	switch change := event.Event.(type) {
	case left:
		return nil
	case hid:
		if before == nil {
			return nil
		}
		after.Hidden = true
	case arrived:
		after.Name, after.Team, after.Role, after.Hidden = change.Name, change.Team, change.Role, false
	}
	after.Moves++
	after.At = event.Time
	return &after
}

func indexGuest(_ projections.Key, row *guest) projections.Index {
	index := projections.Index{At: row.At, Facets: []string{row.Team, row.Role}, Search: projections.SearchText(row.Name, row.Team)}
	if !row.Hidden {
		index.Sort = row.Name
	}
	return index
}

// happened puts events into an order, a second apart, from a position on.
func happened(from int, events ...domain.Event) []domain.Recorded {
	recorded := make([]domain.Recorded, len(events))
	for i, event := range events {
		recorded[i] = domain.Recorded{Event: event, Position: at(from + i), Time: moment(from + i)}
	}
	return recorded
}

// at is the position of the nth event, its two parts being different.
func at(n int) domain.Position {
	if n == 0 {
		return domain.Position{}
	}
	return domain.Position{Commit: uint64(n), Prepare: uint64(n) * 3}
}

// moment is when the nth event happened.
func moment(n int) time.Time {
	return time.Date(2026, 2, 3, 4, 5, n, 123456789, time.UTC)
}

// company is one of the suites' accounts.
func company(n int) domain.AccountID {
	return domain.AccountIDFor(uuid.NameSpaceOID, fmt.Sprint("company ", n))
}

// person is one of the suites' people.
func person(n int) domain.PersonID {
	return domain.PersonIDFor(domain.Slot(uuid.NameSpaceOID), n)
}

// row is a listed row with facets.
func row(account domain.AccountID, id, sort string, facets ...string) projections.Row {
	for len(facets) < 2 {
		facets = append(facets, "")
	}
	return projections.Row{
		Key: projections.Key{Account: account, ID: id}, Sort: sort, At: moment(0), Facets: facets,
		Doc: []byte(`{"id":"` + id + `"}`),
	}
}
