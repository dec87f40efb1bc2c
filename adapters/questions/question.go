package questions

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
)

// Question is something that can be asked within an account.
type Question[In, Out any] struct {
	Entry
	answer func(context.Context, Asker, In) (Out, error)
}

// Entry is what the table says of a question, whatever it takes and gives.
type Entry struct {
	Name string
	// Action is what whoever asks must be permitted to do.
	Action commands.Action
	// Views are what the answer is read from. A question without any is answered
	// from the log itself: the answer reflects whatever position was given out.
	Views []projections.View
}

// All returns every question:
//
//	people.go      Employees, Employee, Structure, StructureLevels, Lineage, LineageOf
//	joining.go     Invited, Batch, BatchStream, Approvals, JoinLink
//	counts.go      Counts
//	happening.go   Activity, ActivityStream, Chat
//	changes.go     Changes
//	figures.go     Funnel
//	record.go      History, Event, Why
//	operator.go    Accounts
//	account.go     Me, Sessions, Tokens, Settings
func All() []Entry {
	return []Entry{
		Employees().Entry, Employee().Entry, Structure().Entry, StructureLevels().Entry, Lineage().Entry, LineageOf().Entry,
		Invited().Entry, Batch().Entry, BatchStream(), Approvals().Entry, JoinLink().Entry,
		Counts().Entry,
		Activity().Entry, ActivityStream(), Chat().Entry, Changes(),
		Funnel().Entry,
		History().Entry, Event().Entry, Why().Entry,
		Accounts().Entry,
		Me().Entry, Sessions().Entry, Tokens().Entry, Settings().Entry,
	}
}

// Sources is what questions are answered from.
type Sources struct {
	App    *commands.App
	Reader projections.Reader
	Views  Views
	Events Decoder
	Now    func() time.Time
	// WaitLimit is how long a question waits for a position that it names.
	WaitLimit time.Duration
	// CatchUp is how long a question waits that names none; zero means the constant.
	CatchUp  time.Duration
	SetAside SetAside // nil for none
}

// SetAside returns the streams of which nothing counts any more.
type SetAside func() []journal.Aside

// asides tells whether the person of a slot has a stream that is set aside: their row
// stands as it was.
func (s *Sources) asides() func(domain.Slot) bool {
	streams := map[domain.StreamName]bool{}
	if s.SetAside != nil {
		for _, one := range s.SetAside() {
			streams[domain.StreamName(one.Stream)] = true
		}
	}
	return func(slot domain.Slot) bool { return len(streams) > 0 && streams[domain.PersonStream(slot)] }
}

// Views moves the views on.
type Views interface {
	// Wait returns once the view of this name reflects the position, or with an
	// error when ctx ends or the view has stopped.
	Wait(ctx context.Context, view string, position domain.Position) error
	// Head returns the position at which the log ends.
	Head(ctx context.Context) (domain.Position, error)
}

// Decoder reads events as they are stored.
type Decoder interface {
	Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error)
	// Kinds returns an empty event of each type that there is or was, by name.
	Kinds() []domain.Event
}

// Types returns the types of the events that there are or were.
func Types(of Decoder) []string {
	var names []string
	for _, event := range of.Kinds() {
		names = append(names, string(event.Type()))
	}
	return names
}

// Kinds returns the kinds of entries that Activity has or had.
func Kinds(of Decoder) []string {
	var names []string
	for _, kind := range activityview.Kinds(of.Kinds()) {
		names = append(names, string(kind))
	}
	return names
}

// OneOf refuses a filter's value that is none of those there are; nothing is always one
// of them.
func OneOf(value, field string, values ...string) error {
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	return domain.Refuse(domain.InvalidRequest, "this is one of "+strings.Join(values, ", ")).In(field)
}

// Asker is somebody who asks in an account.
type Asker struct {
	Caller  commands.Caller
	Account domain.AccountID
	from    *Sources
	rows    projections.Reader // those that answer
}

// Asker returns somebody who asks these sources.
func (s *Sources) Asker(caller commands.Caller, account domain.AccountID) Asker {
	return Asker{Caller: caller, Account: account, from: s, rows: s.Reader}
}

// Request is what is asked. It is read on the way, so that nobody learns what is
// wrong with it who may not ask.
type Request[In any] interface {
	// Least returns the position that the answer must at least reflect; zero for
	// whatever this instance has appended, as far as that comes soon.
	Least() (domain.Position, error)
	// Query returns what is asked. The account is the asker's, whatever it says.
	Query() (In, error)
}

// Ask returns the answer to a question. It refuses whoever may not ask as
// commands.App.Permit does, and with a *Lag, of the code domain.NotYet, where the
// views do not come as far as they must in time; with domain.PositionUnknown, where
// the log itself does not go as far.
func Ask[In, Out any](ctx context.Context, asker Asker, question Question[In, Out], request Request[In]) (Out, error) {
	var nothing Out
	waiting, cancel := context.WithTimeout(ctx, asker.from.WaitLimit)
	defer cancel()
	least, err := asker.reach(ctx, question.Entry, request.Least)
	if err != nil {
		return nothing, err
	}
	query, err := request.Query()
	if err != nil {
		return nothing, err
	}
	asker.rows = projections.AtLeast{Reader: asker.from.Reader, Least: least}
	for {
		answer, err := question.answer(ctx, asker, query)
		lost, is := errors.AsType[*projections.Behind](err)
		if !is {
			return answer, err
		}
		if err := asker.from.await(ctx, waiting, lost); err != nil {
			return nothing, err
		}
	}
}
