package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// tailLength is how far behind a stream's end an append of unknown outcome is
// looked for, where no revision says where it would be.
const tailLength = 256

// Append implements journal.Log. Events that EventStoreDB would refuse for
// their size are refused with a *TooLarge.
//
// An attempt whose outcome is unknown is repeated with the same event ids until
// it is known; an error that is journal.ErrUnavailable means that it still is
// not. A stream that is known to be cut gives a *journal.HistoryMissing, and so does one
// that was to be new and is not: somebody has hidden what was in it, and that was not
// known yet. What was appended to it then stays behind what is hidden, where nobody
// reads it.
//
// Behind a revision, and in a new stream, the server recognises a
// repetition without fail. With domain.Any and domain.StreamExists it does so as
// long as it remembers the ids, so the stream's end is searched for them first.
func (l *Log) Append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	if !domain.IsStream(domain.StreamName(stream)) {
		return 0, domain.Position{}, fmt.Errorf("%q can be no stream of ours in EventStoreDB", stream)
	}
	if _, err := l.beginning(ctx); err != nil {
		return 0, domain.Position{}, err
	}
	at := l.names.at(stream)
	if err := l.cuts.missing(at); err != nil { // which an append to it would not tell
		return 0, domain.Position{}, err
	}
	revision, position, err := l.append(ctx, at, expected, events)
	l.horizon.append(position)
	if expected == (domain.NoStream{}) {
		err = l.mustHaveBeenNew(ctx, at, place{revision, position}, len(events), err)
	}
	if err != nil {
		if conflict, met := errors.AsType[*domain.Conflict](err); met {
			conflict.Stream = domain.StreamName(stream)
		}
		return 0, domain.Position{}, err
	}
	return revision, position, nil
}

// mustHaveBeenNew looks at the answer of an append to a stream that was taken for new.
func (l *Log) mustHaveBeenNew(ctx context.Context, stream string, last place, count int, err error) error {
	if err == nil {
		if last.revision < uint64(count) {
			return nil
		}
		before := last.revision + 1 - uint64(count)
		missing := &journal.HistoryMissing{Stream: stream, Done: fmt.Sprintf("does not show its first %d events", before)}
		own, _ := l.names.own(stream)
		l.cuts.find(missing, own, last.position)
		l.options.Logger.WarnContext(ctx, "what was appended is set aside, as somebody has hidden events of its stream in EventStoreDB", slog.String("stream", stream))
		return missing
	}
	if _, met := errors.AsType[*domain.Conflict](err); !met {
		return err
	}
	got, unread := attempt(ctx, l.connection, l.options.Attempt, streamPage(stream, esdb.Start{}, esdb.Forwards, 1))
	if unread == nil && (len(got.events) == 0 || got.events[0].OriginalEvent().EventNumber > 0) {
		return &journal.HistoryMissing{Stream: stream, Done: "does not show its first events"}
	}
	return err
}

// append appends to a stream of this name at the server.
func (l *Log) append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	if err := l.ended(ctx); err != nil {
		return 0, domain.Position{}, err
	}
	proposed, err := proposals(events)
	if err != nil {
		return 0, domain.Position{}, err
	}
	if l.options.ACL && begins(expected) {
		if err := l.protect(ctx, stream); err != nil {
			l.noteAppend(err)
			return 0, domain.Position{}, err
		}
	}
	a := appending{Log: l, stream: stream, expected: expected, events: proposed}
	bounded, cancel := l.connection.bound(ctx, l.options.Patience)
	defer cancel()
	pause := newBackoff()
	for {
		at, err := a.try(bounded)
		if err == nil {
			l.noteAppend(nil)
			return at.revision, at.position, nil
		}
		if !transient(err) || !pause.wait(bounded) {
			err = explained(stream, l.failed(ctx, err))
			l.noteAppend(err)
			return 0, domain.Position{}, err
		}
		a.unknown = true
	}
}

// place is where an event stands.
type place struct {
	revision uint64
	position domain.Position
}

// appending is an append on its way.
type appending struct {
	*Log
	stream   string
	expected domain.Expected
	events   []esdb.EventData
	unknown  bool // whether an attempt before took place
}

// try makes one attempt. An error that is transient leaves the outcome unknown.
func (a *appending) try(ctx context.Context) (place, error) {
	expected, possible := revisionOf(a.expected)
	if !possible {
		return place{}, a.conflict(ctx)
	}
	if a.unknown && a.unplaced() {
		if at, found, err := a.findInTail(ctx); found || err != nil {
			return at, err
		}
	}
	written, err := attempt(ctx, a.connection, a.options.Attempt, func(ctx context.Context, client *esdb.Client) (*esdb.WriteResult, error) {
		return client.AppendToStream(ctx, a.stream, esdb.AppendToStreamOptions{ExpectedRevision: expected}, a.events...)
	})
	if code := codeOf(err); code == esdb.ErrorCodeWrongExpectedVersion {
		return a.refused(ctx, err)
	}
	if err != nil {
		return place{}, err
	}
	at := place{written.NextExpectedVersion, domain.Position{Commit: written.CommitPosition, Prepare: written.PreparePosition}}
	if at.position.IsZero() {
		at.position, err = a.positionOf(ctx, at.revision)
	}
	return at, err
}

// unplaced says that the expectation does not tell where the events would be.
func (a *appending) unplaced() bool {
	switch a.expected.(type) {
	case domain.Any, domain.StreamExists:
		return true
	}
	return false
}

// revisionOf is an expectation in the client's terms; false where no stream can
// ever be as expected.
func revisionOf(expected domain.Expected) (esdb.ExpectedRevision, bool) {
	switch expected := expected.(type) {
	case domain.NoStream:
		return esdb.NoStream{}, true
	case domain.StreamExists:
		return esdb.StreamExists{}, true
	case domain.Revision:
		return esdb.Revision(uint64(expected)), expected < math.MaxInt64
	}
	return esdb.Any{}, true
}

// refused turns the server's refusal into a conflict, unless it is about these
// very events.
func (a *appending) refused(ctx context.Context, refusal error) (place, error) {
	if a.unknown && !a.unplaced() {
		if at, found, err := a.findBehind(ctx); found || err != nil {
			return at, err
		}
	}
	actual, ok := actualOf(refusal)
	if !ok {
		return place{}, a.conflict(ctx)
	}
	return place{}, &domain.Conflict{Stream: domain.StreamName(a.stream), Expected: a.expected, Actual: actual}
}

// actualOf finds the end of the stream in the client's words, where alone it is.
func actualOf(refusal error) (domain.Expected, bool) {
	_, found, _ := strings.Cut(refusal.Error(), "but got '")
	found, _, _ = strings.Cut(found, "'")
	if found == "no_stream" {
		return domain.NoStream{}, true
	}
	number, err := strconv.ParseInt(found, 10, 64)
	return domain.Revision(max(number, 0)), err == nil && number >= 0
}

// conflict looks where the stream ends.
func (a *appending) conflict(ctx context.Context) error {
	last, err := attempt(ctx, a.connection, a.options.Attempt, streamPage(a.stream, esdb.End{}, esdb.Backwards, 1))
	if err != nil {
		return err
	}
	conflict := &domain.Conflict{Stream: domain.StreamName(a.stream), Expected: a.expected, Actual: domain.NoStream{}}
	if len(last.events) > 0 {
		conflict.Actual = domain.Revision(last.events[0].OriginalEvent().EventNumber)
	}
	return conflict
}

// findBehind looks for the events where they are expected.
func (a *appending) findBehind(ctx context.Context) (place, bool, error) {
	var first uint64
	if expected, ok := a.expected.(domain.Revision); ok {
		first = uint64(expected) + 1
	}
	var found []*esdb.ResolvedEvent
	for len(found) < len(a.events) {
		next := esdb.Revision(first + uint64(len(found)))
		got, err := attempt(ctx, a.connection, a.options.Attempt, streamPage(a.stream, next, esdb.Forwards, len(a.events)-len(found)))
		if err != nil {
			return place{}, false, err
		}
		found = append(found, got.events...)
		if got.end {
			break
		}
	}
	return a.same(found)
}

// findInTail looks for the events before the stream's end.
func (a *appending) findInTail(ctx context.Context) (place, bool, error) {
	count := tailLength + len(a.events)
	tail, err := attempt(ctx, a.connection, a.options.Attempt, streamPage(a.stream, esdb.End{}, esdb.Backwards, count))
	if err != nil {
		return place{}, false, err
	}
	for i, event := range tail.events {
		if first := i - len(a.events) + 1; event.OriginalEvent().EventID == a.events[0].EventID && first >= 0 {
			return a.same(reversed(tail.events[first : i+1]))
		}
	}
	return place{}, false, nil
}

func reversed(events []*esdb.ResolvedEvent) []*esdb.ResolvedEvent {
	all := make([]*esdb.ResolvedEvent, len(events))
	for i := range events {
		all[len(events)-1-i] = events[i]
	}
	return all
}

// same says where the last event stands if what was found is what is appended.
func (a *appending) same(found []*esdb.ResolvedEvent) (at place, same bool, err error) {
	if len(found) < len(a.events) {
		return place{}, false, nil
	}
	for i := range a.events {
		if found[i].OriginalEvent().EventID != a.events[i].EventID {
			return place{}, false, nil
		}
	}
	last, err := record(found[len(a.events)-1], a.stream)
	return place{last.Revision, last.Position}, err == nil, err
}

// positionOf asks for an event's position where the server left it out.
func (a *appending) positionOf(ctx context.Context, revision uint64) (domain.Position, error) {
	got, err := attempt(ctx, a.connection, a.options.Attempt, streamPage(a.stream, esdb.Revision(revision), esdb.Forwards, 1))
	if err != nil {
		return domain.Position{}, err
	}
	if len(got.events) == 0 {
		return domain.Position{}, fmt.Errorf("%w: an event that was appended is not there", errUnreadable)
	}
	found, err := record(got.events[0], a.stream)
	return found.Position, err
}

// explained names a stream that was deleted for ever.
func explained(stream string, err error) error {
	if code := codeOf(err); code == esdb.ErrorCodeStreamDeleted {
		return tombstoned(stream)
	}
	return err
}
