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
	OpenedAt         time.Time
	Closed           bool // all rows were tried
	Invited, Refused int  // rows; zero until it is closed
	RevokedBy        domain.PersonID
	RevokedAt        time.Time // zero where it was not
	Position         domain.Position
}

// Batch answers for everybody who may see who is invited.
func (a *App) Batch(ctx context.Context, caller Caller, account domain.AccountID, id domain.BatchID) (Batch, error) {
	if _, err := a.Permit(ctx, caller, account, SeeInvited); err != nil {
		return Batch{}, err
	}
	var found Batch
	for recorded, err := range a.Store.Read(ctx, domain.BatchStream(id), 0) {
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
			found.Closed, found.Invited, found.Refused = true, e.Invited, e.Refused
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
