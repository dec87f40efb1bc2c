package commands

import (
	"context"
	"errors"
	"time"

	"github.com/usher-engine/usher/domain"
)

// ErrLeaseLost says that somebody else goes on with a batch by now, or that it has ended.
var ErrLeaseLost = errors.New("the lease of the batch is over")

// WaitingBatches keeps the rows of bulk invitations that go on by themselves, until they
// were tried. What is said of a contact is sealed under a key of the batch, which is
// destroyed with it.
type WaitingBatches interface {
	// KeepBatch keeps a batch with its rows: those that wait, and those that are refused
	// already. One that is known stays as it is.
	KeepBatch(ctx context.Context, batch WaitingBatch, waiting []WaitingRow, refused []SettledRow) error
	// TakeBatch lends a batch that nobody holds, and that has not ended, for some time from
	// now; false where there is none. Accounts take turns, and the batches of each. Who
	// held it before can neither settle its rows nor end it any more.
	TakeBatch(ctx context.Context, now time.Time, lasts time.Duration) (BatchLease, bool, error)
	// ProlongBatch lets a lease last until then, unless it is lost: ErrLeaseLost.
	ProlongBatch(ctx context.Context, lease BatchLease, until time.Time) error
	// WaitingRows returns the first rows that wait, in the order of their places.
	WaitingRows(ctx context.Context, lease BatchLease, limit int) ([]WaitingRow, error)
	// SettleRows says what became of the next rows, counts them, forgets their contacts
	// where they were invited, and gives the batch back, all at once; or ErrLeaseLost.
	SettleRows(ctx context.Context, lease BatchLease, rows []SettledRow) error
	// EndBatch forgets the rows that still wait, and lends the batch no more; or
	// ErrLeaseLost.
	EndBatch(ctx context.Context, lease BatchLease, at time.Time) error
	// ForgetBatch forgets a batch with all its rows.
	ForgetBatch(ctx context.Context, id domain.BatchID) error
	// BatchProgress returns how far a batch is; false where it is not known, or no more.
	BatchProgress(ctx context.Context, id domain.BatchID) (BatchProgress, bool, error)
	// SettledRows returns what became of rows from a place on, in their order: of all, or
	// of those that were refused. It knows of none once the batch is not known any more.
	SettledRows(ctx context.Context, id domain.BatchID, from, limit int, onlyRefused bool) ([]SettledRow, error)
	// UnfinishedBatches counts the account's batches that have not ended.
	UnfinishedBatches(ctx context.Context, account domain.AccountID) (int, error)
	// ForgetRowsOf forgets all rows with a contact of a slot, as an erasure must.
	ForgetRowsOf(ctx context.Context, slot domain.Slot) error
}

// ReportsAreKept is how long it is known which rows of a batch were refused, after its end.
const ReportsAreKept = 7 * 24 * time.Hour

// WaitingBatch is a bulk invitation that goes on by itself.
type WaitingBatch struct {
	ID      domain.BatchID
	Account domain.AccountID
	// Command and Caller are those of the request: who invites, and is judged again.
	Command domain.CommandID
	Caller  Caller
	KeptAt  time.Time
}

// BatchLease is a batch that was lent.
type BatchLease struct {
	WaitingBatch
	BatchProgress
	// Fence rises each time that the batch is lent.
	Fence int64
}

// BatchProgress is how many rows a batch has, and what became of them by now.
type BatchProgress struct {
	Size, Invited, Refused int
	EndedAt                time.Time // zero while it goes on
}

// Waiting returns how many rows were not tried.
func (p BatchProgress) Waiting() int { return p.Size - p.Invited - p.Refused }

// WaitingRow is a contact that is to be invited.
type WaitingRow struct {
	Place   int // in the request
	Slot    domain.Slot
	Contact domain.Contact
	// Confirmed is why the contact looks wrong.
	Confirmed []domain.Doubt
}

// SettledRow is what became of a row. Of one that was invited the contact is forgotten: it
// is in that person's stream.
type SettledRow struct {
	Place   int
	Slot    domain.Slot     // zero where the contact could not be read
	Person  domain.PersonID // where invited
	Contact string          // where refused
	Refused *domain.Refusal
}
