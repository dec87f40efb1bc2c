package esdbnode

import (
	"context"
	"errors"
	"iter"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/usher-engine/usher/adapters/esdbnode/projections"
	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Read implements streams.StreamsServer.
func (s *streamsService) Read(request *streams.ReadReq, stream streams.Streams_ReadServer) error {
	q, err := parseQuery(request.GetOptions())
	if err != nil {
		return err
	}
	name := q.stream
	if q.kind.all {
		name = "$all"
	}
	if err := s.judge.Stream(stream.Context(), rights.Read, name); err != nil {
		return err
	}
	if !s.projections {
		if err := projections.Missing(stream.Context(), s.store, name); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()
	return s.answer(ctx, q, answers{stream: stream, store: s.store, query: q})
}

// answer runs a read to its end, or a subscription until the client or the node ends it.
func (s *streamsService) answer(ctx context.Context, q query, answers answers) error {
	switch {
	case q.kind.subscription && q.kind.all:
		return s.subscribeToAll(ctx, q, answers)
	case q.kind.subscription && s.isDerived(q.stream):
		return s.subscribeToDerived(ctx, q, answers)
	case q.kind.subscription:
		return s.subscribeToStream(ctx, q, answers)
	case q.kind.all:
		return s.readAll(ctx, q, answers)
	default:
		return s.readStream(ctx, q, answers)
	}
}

// history is where a stream is read.
type history interface {
	ReadStream(ctx context.Context, stream string, from uint64, backwards bool) iter.Seq2[journal.Record, error]
	End(ctx context.Context, stream string) (uint64, error)
}

func (s *streamsService) isDerived(stream string) bool {
	return s.derived && projections.Writes(stream)
}

func (s *streamsService) historyOf(stream string) history {
	if s.isDerived(stream) {
		return projections.Derived{Log: s.log}
	}
	return s.store
}

func (s *streamsService) readAll(ctx context.Context, q query, answers answers) error {
	at := q.from.position
	if q.from.end {
		at = domain.Position{Commit: everywhere, Prepare: everywhere}
	}
	if q.count == 0 || q.kind.backwards && q.from.start || !q.kind.backwards && q.from.end {
		return nil
	}
	left := q.count
	for record, err := range s.store.ReadAll(ctx, at, q.kind.backwards) {
		if err != nil {
			return err
		}
		chosen, err := q.filter.Matches(&record)
		if err != nil {
			return err
		}
		if !chosen {
			continue
		}
		if err := answers.event(ctx, &record); err != nil {
			return err
		}
		if left--; left == 0 {
			return nil
		}
	}
	return nil
}

func (s *streamsService) readStream(ctx context.Context, q query, answers answers) error {
	if q.count == 0 || q.from.end && !q.kind.backwards {
		return wire.Unknown("Unexpected ReadStreamResult: Error")
	}
	at := q.from.revision
	if q.from.end {
		at = everywhere
	}
	left, first := q.count, true
	for record, err := range s.historyOf(q.stream).ReadStream(ctx, q.stream, at, q.kind.backwards) {
		if _, none := errors.AsType[*store.NotFound](err); none {
			return answers.notFound(q.stream)
		}
		if err != nil {
			return err
		}
		if first && q.bounds && !q.kind.backwards && record.Revision >= at+min(q.count, batch) {
			if err := answers.firstRevision(record.Revision); err != nil {
				return err
			}
		}
		first = false
		if err := answers.event(ctx, &record); err != nil {
			return err
		}
		if left--; left == 0 {
			break
		}
	}
	if !q.bounds {
		return nil
	}
	return s.bounds(ctx, q, answers, first)
}

// bounds says where a stream ends, and where reading it would have begun where
// nothing was there to read.
func (s *streamsService) bounds(ctx context.Context, q query, answers answers, nothing bool) error {
	next, err := s.historyOf(q.stream).End(ctx, q.stream)
	if err != nil || next == 0 {
		return err
	}
	if nothing && !q.kind.backwards && q.from.revision != next {
		if err := answers.firstRevision(next); err != nil {
			return err
		}
	}
	return answers.lastRevision(next - 1)
}
