package moving

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Options say what else is wanted of a copy or a comparison. The zero value is
// usable.
type Options struct {
	// Progress, where given, is told how far it is, after some events each time.
	Progress func(Progress)
	// Places are positions in the source; the receipt says where they are in the
	// target.
	Places []domain.Position
}

// Progress is how far a copy or a comparison is.
type Progress struct {
	Step   Step
	Events uint64 // compared or copied, from the beginning of the source
	// At is the source's position that was reached, of Head.
	At, Head domain.Position
}

// Step is what is being done.
type Step string

// A copy compares what the target has already, copies the rest, and compares
// that.
const (
	Comparing Step = "comparing"
	Copying   Step = "copying"
)

// Receipt says of two logs that they are equal, and how.
type Receipt struct {
	Events, Streams uint64
	Copied          uint64 // in this run; the others were there
	// Digest is the SHA-256 of all events in their order, in hexadecimal digits.
	// It knows no positions: wherever a log is moved, it stays the same.
	Digest      string
	First, Last *Pair // nil where there are no events
	// Places says where Options.Places are in the target: at the same event, or
	// at the last one before where none is there.
	Places map[domain.Position]domain.Position
}

// Pair is an event that both logs have, and its position in each.
type Pair struct {
	ID             uuid.UUID
	Time           time.Time
	Source, Target domain.Position
}

// ErrGrowing says that the source has more events each time all were copied.
var ErrGrowing = errors.New("the source is in use: it has more events each time it is copied; stop what writes to it, and copy again")

// rounds is how often a source may have grown, or an append been overtaken.
const rounds = 8

// Copy brings a target to hold exactly what the source has. The target may hold
// the source's first events; then it goes on behind them. A target that holds
// anything else gives a *Difference and is left as it is. Each event is read
// again from both before Copy answers.
//
// A target that is a journal.Local takes many events in a transaction. Others keep the
// order over all streams by one append after the other, or look at it afterwards, as a
// journal.Bulk does: a target that is out of order is told by journal.ErrDisorder.
func Copy(ctx context.Context, from, to journal.Log, options Options) (Receipt, error) {
	c := compare(from, to, options)
	copied, last := uint64(0), error(nil)
	for range rounds {
		if err := c.extend(ctx); err != nil {
			return Receipt{}, err
		}
		more, err := c.copyRest(ctx)
		copied += more
		conflict, met := errors.AsType[*domain.Conflict](err)
		switch {
		case errors.Is(err, errOvertaken), met && overtaken(conflict) && !errors.Is(err, journal.ErrDisorder):
			last = err
		case err != nil:
			return Receipt{}, err
		case more == 0:
			return c.receipt(copied), nil
		default:
			last = ErrGrowing
		}
	}
	return Receipt{}, last
}

// Verify compares two logs without changing them. What differs first gives a
// *Difference.
func Verify(ctx context.Context, a, b journal.Log, options Options) (Receipt, error) {
	c := compare(a, b, options)
	if err := c.extend(ctx); err != nil {
		return Receipt{}, err
	}
	for record, err := range a.ReadAll(ctx, c.last.Source) {
		if err != nil {
			return Receipt{}, fmt.Errorf("read the source: %w", err)
		}
		return Receipt{}, &Difference{Number: c.events + 1, Source: name(record)}
	}
	return c.receipt(0), nil
}

// copyRest appends what the source has behind the events that were compared.
func (c *comparison) copyRest(ctx context.Context) (copied uint64, err error) {
	head, err := c.source.Head(ctx)
	if err != nil {
		return 0, fmt.Errorf("find the source's end: %w", err)
	}
	pending := newBatch(c.target)
	flush := func() error {
		if err := pending.write(ctx); err != nil {
			return err
		}
		copied += uint64(len(pending.records))
		c.tell(Progress{Copying, c.events + copied, pending.last(), head})
		pending.clear()
		return nil
	}
	for record, err := range c.source.ReadAll(ctx, c.last.Source) {
		if err != nil {
			return copied, fmt.Errorf("read the source: %w", err)
		}
		if !pending.fits(&record) {
			if err := flush(); err != nil {
				return copied, err
			}
		}
		pending.add(record)
	}
	if len(pending.records) == 0 {
		return copied, nil
	}
	return copied, flush()
}

func (c *comparison) receipt(copied uint64) Receipt {
	receipt := Receipt{
		Events: c.events, Streams: c.streams, Copied: copied,
		Digest: hex.EncodeToString(c.digest.Sum(nil)),
		Places: c.places.end(c.last.Target),
	}
	if receipt.Events > 0 {
		receipt.First, receipt.Last = &c.first, &c.last
	}
	return receipt
}
