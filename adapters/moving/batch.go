package moving

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// A batch ends when it has either. EventStoreDB takes 1 MiB in one append, with
// what is added to keep the time.
const (
	batchRecords = 512
	batchBytes   = 512 << 10
	addedBytes   = 128
)

// batch is events on their way into a target, in one append, many at once or one transaction.
type batch struct {
	target  journal.Log
	local   journal.Local // the target, where it has transactions
	bulk    journal.Bulk  // or where it takes many appends at once
	settled bool          // nothing of a copy before is on its way to it any more
	records []journal.Record
	bytes   int
}

func newBatch(target journal.Log) *batch {
	local, _ := target.(journal.Local)
	bulk, _ := target.(journal.Bulk)
	return &batch{target: target, local: local, bulk: bulk}
}

// fits says whether a record can be added before the batch is written. A target that
// takes one append at a time gets one stream at a time, for the order over all streams.
func (b *batch) fits(record *journal.Record) bool {
	if len(b.records) == 0 {
		return true
	}
	return len(b.records) < batchRecords && b.bytes+weight(record) <= batchBytes &&
		(b.local != nil || b.bulk != nil || follows(record, &b.records[len(b.records)-1]))
}

func follows(record, before *journal.Record) bool {
	return record.Stream == before.Stream && record.Revision == before.Revision+1
}

// weight is at least what an event takes in EventStoreDB, where metadata may be
// written in base64 and types in two bytes a letter.
func weight(record *journal.Record) int {
	return len(record.Data) + 2*len(record.Metadata) + 2*len(record.Type) + addedBytes
}

func (b *batch) add(record journal.Record) {
	b.records, b.bytes = append(b.records, record), b.bytes+weight(&record)
}

func (b *batch) clear() {
	clear(b.records)
	b.records, b.bytes = b.records[:0], 0
}

// last is the source's position of the last event.
func (b *batch) last() domain.Position { return b.records[len(b.records)-1].Position }

func (b *batch) write(ctx context.Context) error {
	switch {
	case b.local != nil:
		return b.local.Update(ctx, func(transaction journal.Transaction) error {
			for run := range b.runs() {
				if err := appendTo(transaction, run); err != nil {
					return err
				}
			}
			return nil
		})
	case b.bulk != nil:
		return b.writeAll(ctx)
	}
	first := &b.records[0]
	_, _, err := b.target.Append(ctx, first.Stream, expectedBefore(first), proposals(b.records))
	return explained(first, err)
}

func (b *batch) writeAll(ctx context.Context) error {
	var appends []journal.Append
	var firsts []*journal.Record
	for run := range b.runs() {
		firsts = append(firsts, &run[0])
		appends = append(appends, journal.Append{Stream: run[0].Stream, Expected: expectedBefore(&run[0]), Events: proposals(run)})
	}
	if !b.settled {
		if err := b.settle(ctx, appends[0]); err != nil {
			return explained(firsts[0], err)
		}
	}
	made, err := b.bulk.AppendAll(ctx, appends)
	if err != nil {
		return explained(firsts[min(made, len(firsts)-1)], err)
	}
	return nil
}

// errOvertaken says that events came behind the one that was to be the last: most
// likely those of a copy that was stopped.
var errOvertaken = errors.New("the target is written to by others")

// settle makes one append alone, and looks whether it is the last: a copy that was
// stopped may have had many on their way.
func (b *batch) settle(ctx context.Context, first journal.Append) error {
	_, at, err := b.bulk.Append(ctx, first.Stream, first.Expected, first.Events)
	if err != nil {
		return err
	}
	head, err := b.bulk.Head(ctx)
	if err != nil {
		return err
	}
	if head.After(at) {
		return errOvertaken
	}
	b.settled = true
	return nil
}

// runs are the events that follow each other in one stream.
func (b *batch) runs() iter.Seq[[]journal.Record] {
	return func(yield func([]journal.Record) bool) {
		for start := 0; start < len(b.records); {
			end := start + 1
			for end < len(b.records) && follows(&b.records[end], &b.records[end-1]) {
				end++
			}
			if !yield(b.records[start:end]) {
				return
			}
			start = end
		}
	}
}

// appendTo appends events of one stream where they belong.
func appendTo(transaction journal.Transaction, records []journal.Record) error {
	first := &records[0]
	end, err := transaction.End(first.Stream)
	if err != nil {
		return err
	}
	if end != first.Revision {
		conflict := &domain.Conflict{Stream: domain.StreamName(first.Stream), Expected: expectedBefore(first), Actual: domain.NoStream{}}
		if end > 0 {
			conflict.Actual = domain.Revision(end - 1)
		}
		return explained(first, conflict)
	}
	_, _, err = transaction.Append(first.Stream, proposals(records))
	return explained(first, err)
}

func expectedBefore(record *journal.Record) domain.Expected {
	if record.Revision == 0 {
		return domain.NoStream{}
	}
	return domain.Revision(record.Revision - 1)
}

func proposals(records []journal.Record) []journal.Proposed {
	proposed := make([]journal.Proposed, len(records))
	for i := range records {
		proposed[i] = records[i].Proposed
		proposed[i].Original = records[i].Time
	}
	return proposed
}

// explained says which event could not be copied, and what a conflict means here.
func explained(record *journal.Record, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, journal.ErrDisorder) {
		return fmt.Errorf("copy event %s: %w", name(*record), err)
	}
	if conflict, ok := errors.AsType[*domain.Conflict](err); ok && overtaken(conflict) {
		return fmt.Errorf("copy event %s, but the target is written to by others: %w", name(*record), err)
	} else if ok {
		return fmt.Errorf("copy event %s, but the source lacks events before it: %w", name(*record), err)
	}
	return fmt.Errorf("copy event %s: %w", name(*record), err)
}

// overtaken says that an append met events that are there already: most likely
// those of an append whose answer did not come. Comparing shows which.
func overtaken(conflict *domain.Conflict) bool {
	actual, some := conflict.Actual.(domain.Revision)
	expected, behind := conflict.Expected.(domain.Revision)
	return some && (!behind || actual > expected)
}
