package commands

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
)

// Batch is a bulk invitation, as its own stream tells it.
type Batch struct {
	batch.Opened
	OpenedAt time.Time
	Closed   bool // all rows were tried
	// Invited, Refused and Untried are how many rows came to what by now; Untried is zero
	// until it is closed. They are unknown while it is answered at once.
	Invited, Refused, Untried int
	StoppedBy                 domain.PersonID
	StoppedAt                 time.Time // zero where it was not
	RevokedBy                 domain.PersonID
	RevokedAt                 time.Time // zero where it was not
	Position                  domain.Position
}

// Ended reports whether nobody further is invited.
func (b Batch) Ended() bool { return b.Closed || !b.StoppedAt.IsZero() || !b.RevokedAt.IsZero() }

// BatchState is what goes on in a batch.
type BatchState string

const (
	BatchRuns    BatchState = "running"
	BatchStopped BatchState = "stopped" // rows were left
	BatchDone    BatchState = "done"
)

// State returns what goes on in the batch.
func (b Batch) State() BatchState {
	switch {
	case b.Untried > 0 || b.Ended() && !b.Closed:
		return BatchStopped
	case b.Closed:
		return BatchDone
	}
	return BatchRuns
}

// Batch returns a bulk invitation to everybody who may see who is invited. It refuses
// with not_found, also where it is another account's.
func (a *App) Batch(ctx context.Context, caller Caller, account domain.AccountID, id domain.BatchID) (Batch, error) {
	if _, err := a.Permit(ctx, caller, account, SeeInvited); err != nil {
		return Batch{}, err
	}
	found, err := a.readBatch(ctx, account, id)
	if err != nil || found.Closed {
		return found, err
	}
	progress, _, err := a.ports.Vault.BatchProgress(ctx, id)
	found.Invited, found.Refused = progress.Invited, progress.Refused
	return found, err
}

// readBatch reads the whole stream of a batch, which is short.
func (a *App) readBatch(ctx context.Context, account domain.AccountID, id domain.BatchID) (found Batch, err error) {
	for recorded, err := range a.ports.Store.Read(ctx, domain.BatchStream(id), 0) {
		if err != nil {
			return Batch{}, err
		}
		if recorded.Metadata.Account != account {
			break
		}
		switch e := recorded.Event.(type) {
		case batch.Opened:
			found.Opened, found.OpenedAt = e, recorded.Time
		case batch.Closed:
			found.Closed, found.Invited, found.Refused, found.Untried = true, e.Invited, e.Refused, e.Untried
		case batch.Stopped:
			found.StoppedBy, found.StoppedAt = e.By, recorded.Time
		case batch.Revoked:
			found.RevokedBy, found.RevokedAt = e.By, recorded.Time
		}
		found.Position = recorded.Position
	}
	if found.OpenedAt.IsZero() {
		return Batch{}, errNoBatch()
	}
	return found, nil
}

func errNoBatch() error { return domain.Refuse(domain.NotFound, "there is no such batch") }

// RefusedRows returns rows of a bulk invitation that were refused, from a place in the
// request on, to whoever may see the batch: of one that goes on by itself, and while its
// report is kept.
func (a *App) RefusedRows(ctx context.Context, caller Caller, account domain.AccountID, id domain.BatchID, from, limit int) ([]SettledRow, error) {
	if _, err := a.Batch(ctx, caller, account, id); err != nil {
		return nil, err
	}
	return a.ports.Vault.SettledRows(ctx, id, from, limit, true)
}

// Finished returns what became of each row of an invitation that goes on by itself, for
// whoever has begun it with these contacts; false where it has not ended. One that was
// stopped has ended, and is begun still, as not all rows were tried.
func (a *App) Finished(ctx context.Context, request Request, begun Invited, contacts []string) (Invited, bool, error) {
	progress, known, err := a.ports.Vault.BatchProgress(ctx, begun.Batch)
	if err != nil || !known || progress.EndedAt.IsZero() {
		return begun, false, err
	}
	if progress.Waiting() > 0 {
		return begun, true, nil
	}
	settled, err := a.ports.Vault.SettledRows(ctx, begun.Batch, 0, progress.Size, false)
	if err != nil || len(settled) != len(contacts) {
		return begun, false, err
	}
	found, err := a.readBatch(ctx, request.Account, begun.Batch)
	if err != nil {
		return begun, false, err
	}
	done := Invited{Done: Done{Position: found.Position}, Batch: begun.Batch, Country: begun.Country, Rows: make([]Row, len(settled))}
	refused := func(row int) domain.Code {
		if settled[row].Refused == nil {
			return ""
		}
		return settled[row].Refused.Code
	}
	for i, shown := range a.ShowContacts(found.Channel, begun.Country, contacts, refused) {
		done.Rows[i] = Row{Contact: shown.Contact, Person: settled[i].Person, slot: settled[i].Slot}
		if settled[i].Refused != nil {
			done.Rows[i].Refused = settled[i].Refused
		}
	}
	return done, true, nil
}
