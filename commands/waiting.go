package commands

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
)

const (
	// RowsAnsweredAtOnce is how many rows an invitation has at most whose answer says what
	// became of each. What has more goes on by itself.
	RowsAnsweredAtOnce = 200
	// unfinishedOfAccount is how many of these one account has at most.
	unfinishedOfAccount = 10
	// unopenedIsKept is how long the rows of a batch are kept that was never opened, as its
	// request broke off.
	unopenedIsKept = 5 * time.Minute
)

// inviteLater keeps the rows, opens the batch, and leaves the rest to whoever takes it.
// What breaks off in between is taken up by the same command, or forgotten.
func (a *App) inviteLater(ctx context.Context, request Request, open batch.Open, begun Invited, candidates []candidate) (Invited, error) {
	if err := a.mayGoOn(ctx, request.Account, open.Batch); err != nil {
		return Invited{}, err
	}
	refused, err := refusedAtOnce(begun.Rows)
	if err != nil {
		return Invited{}, err
	}
	waiting := make([]WaitingRow, len(candidates))
	for i, row := range candidates {
		waiting[i] = WaitingRow{Place: row.place, Slot: row.slot, Contact: row.contact, Confirmed: row.confirmed}
	}
	kept := WaitingBatch{ID: open.Batch, Account: request.Account, Command: request.Command, Caller: whoInvites(request.Caller), KeptAt: a.Now()}
	if err := a.ports.Vault.KeepBatch(ctx, kept, waiting, refused); err != nil {
		return Invited{}, err
	}
	opened, err := a.batch(ctx, request, request.Command, open, a.guard.Authorise(request, InvitePeople))
	if code := domain.CodeOf(err); err != nil && (code == domain.HistoryMissing || !code.Passes()) { // else it may be open by now
		return Invited{}, errors.Join(err, a.ports.Vault.ForgetBatch(ctx, open.Batch))
	}
	return Invited{Batch: open.Batch, Done: opened, GoesOn: true, Country: begun.Country}, err
}

// mayGoOn refuses another batch of an account that has too many under way.
func (a *App) mayGoOn(ctx context.Context, account domain.AccountID, id domain.BatchID) error {
	_, known, err := a.ports.Vault.BatchProgress(ctx, id)
	if err != nil || known {
		return err
	}
	unfinished, err := a.ports.Vault.UnfinishedBatches(ctx, account)
	if err == nil && unfinished >= unfinishedOfAccount {
		err = domain.Refuse(domain.BulkBusy, "as many bulk invitations of the company are under way as may be; wait until one is done, or stop one")
	}
	return err
}

// whoInvites is a caller as far as it is judged whether they may.
func whoInvites(caller Caller) Caller {
	s := caller.Session
	return Caller{Kind: caller.Kind, Token: caller.Token, Session: Session{
		Account: s.Account, Person: s.Person, Slot: s.Slot, Tenure: s.Tenure, Epoch: s.Epoch, Credential: s.Credential, Next: s.Next,
	}}
}

// refusedAtOnce is the rows that need not be tried.
func refusedAtOnce(rows []Row) (all []SettledRow, err error) {
	for place, row := range rows {
		if row.Refused == nil {
			continue
		}
		refusal, refused := errors.AsType[*domain.Refusal](row.Refused)
		if !refused {
			return nil, row.Refused
		}
		all = append(all, SettledRow{Place: place, Slot: row.slot, Contact: row.Contact, Refused: refusal})
	}
	return all, nil
}

// TakeBatch lends a bulk invitation that goes on by itself, for GoOnInviting; false where
// none waits.
func (a *App) TakeBatch(ctx context.Context, now time.Time, lasts time.Duration) (BatchLease, bool, error) {
	return a.ports.Vault.TakeBatch(ctx, now, lasts)
}

// ProlongBatch lets a lease last until then.
func (a *App) ProlongBatch(ctx context.Context, lease BatchLease, until time.Time) error {
	return a.ports.Vault.ProlongBatch(ctx, lease, until)
}

// GoOnInviting tries the next rows of a batch under one permission, as InviteByEmail and
// InviteBySMS do, and gives it back; or it closes the batch, where no row is left or it
// was stopped. Tried again after a crash, rows are answered from what they led to.
func (a *App) GoOnInviting(ctx context.Context, lease BatchLease) error {
	found, err := a.readBatch(ctx, lease.Account, lease.ID)
	if domain.CodeOf(err) == domain.NotFound {
		return a.dropUnopened(ctx, lease)
	}
	if err != nil {
		return err
	}
	if found.Closed {
		return a.ports.Vault.EndBatch(ctx, lease, a.Now())
	}
	rows, err := a.ports.Vault.WaitingRows(ctx, lease, rowsPerJudgement)
	if err != nil {
		return err
	}
	settled, err := a.tryRows(ctx, lease, found, rows)
	switch {
	case err != nil:
		return err
	case len(settled) == 0:
		return a.closeWaiting(ctx, lease)
	}
	return a.ports.Vault.SettleRows(ctx, lease, settled)
}

// dropUnopened forgets the rows of a request that broke off before its batch was opened,
// unless it may still be under way.
func (a *App) dropUnopened(ctx context.Context, lease BatchLease) error {
	if a.Now().Before(lease.KeptAt.Add(unopenedIsKept)) {
		return nil
	}
	return a.ports.Vault.ForgetBatch(ctx, lease.ID)
}

func (l BatchLease) request() Request {
	return Request{Command: l.Command, Caller: l.Caller, Account: l.Account}
}

// closeWaiting closes a batch with what is left of it untried, and forgets that.
func (a *App) closeWaiting(ctx context.Context, lease BatchLease) error {
	request := lease.request()
	_, err := a.batch(ctx, request, domain.CommandID(request.Command.Derive("close")),
		batch.Close{Batch: lease.ID, Invited: lease.Invited, Refused: lease.Refused, Untried: lease.Waiting()}, nil)
	if err != nil {
		return err
	}
	return a.ports.Vault.EndBatch(ctx, lease, a.Now())
}

// tryRows says what became of rows; of a batch that was stopped, of those that were
// invited before.
func (a *App) tryRows(ctx context.Context, lease BatchLease, found Batch, rows []WaitingRow) ([]SettledRow, error) {
	company, err := a.company(execution.Lagging(ctx), lease.Account)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	open := batch.Open{Batch: lease.ID, Department: found.Department, Workgroups: found.Workgroups}
	some, result := a.candidatesOf(company, rows)
	if found.Ended() {
		_, err = a.invitedBefore(ctx, open, some, &result)
	} else {
		_, err = a.inviteSome(ctx, lease.request(), open, some, &result)
	}
	if err != nil {
		return nil, err
	}
	var settled []SettledRow
	var hindered error
	for i, row := range result.Rows {
		refusal, refused := errors.AsType[*domain.Refusal](row.Refused)
		switch {
		case refused && refusal.Code != domain.HistoryMissing && refusal.Code.Passes(): // it waits, and comes again
			hindered = refusal
		case refused && refusal.Code == domain.InvitationChanged: // it was stopped meanwhile, and is left untried
		case refused:
			settled = append(settled, SettledRow{Place: rows[i].Place, Slot: rows[i].Slot, Contact: row.Contact, Refused: refusal})
		case !row.Person.IsZero():
			settled = append(settled, SettledRow{Place: rows[i].Place, Slot: rows[i].Slot, Person: row.Person})
		}
	}
	if len(settled) == 0 {
		return nil, hindered
	}
	return settled, nil
}

// candidatesOf is rows as inviteSome takes them, with places for what becomes of them.
func (a *App) candidatesOf(company account.State, rows []WaitingRow) ([]candidate, Invited) {
	some, result := make([]candidate, len(rows)), Invited{Rows: make([]Row, len(rows))}
	for i, row := range rows {
		some[i] = candidate{place: i, contact: row.Contact, slot: row.Slot, confirmed: row.Confirmed, expires: a.invitationEnds(company)}
		result.Rows[i] = Row{Contact: row.Contact.Address, slot: row.Slot}
	}
	return some, result
}

// invitedBefore finds the rows that led to an invitation already, when this was tried
// before, and counts them.
func (a *App) invitedBefore(ctx context.Context, open batch.Open, some []candidate, result *Invited) (count int, err error) {
	errs, people := make([]error, len(some)), make([]domain.PersonID, len(some))
	var group sync.WaitGroup
	for i, row := range some {
		group.Go(func() {
			now, err := a.people.Load(ctx, domain.PersonStream(row.slot))
			if err == nil && now.Knows(domain.RowCommand(open.Batch, row.slot)) {
				people[i] = now.State.Person
			}
			if domain.CodeOf(err) != domain.HistoryMissing {
				errs[i] = err
			}
		})
	}
	group.Wait()
	for i, who := range people {
		if !who.IsZero() {
			result.Rows[some[i].place].Person = who
			count++
		}
	}
	return count, errors.Join(errs...)
}

// StopBatch has nobody further invited by a bulk invitation; whoever was, stays so. It
// refuses as RevokeBatch does, and changes nothing where all rows were tried.
func (a *App) StopBatch(ctx context.Context, request Request, id domain.BatchID) (Done, error) {
	if err := a.mayEndBatch(ctx, request, id); err != nil {
		return Done{}, err
	}
	result, err := a.batches.Execute(ctx, batchCall{
		Name: "batch.stop", Stream: domain.BatchStream(id), Request: request,
		Authorise: a.guard.Authorise(request, InvitePeople),
		Build: func(context.Context, loadedBatch) (batch.Command, error) {
			return batch.Stop{Batch: id, By: request.Caller.Person}, nil
		},
	})
	return Done{Position: result.Position}, err
}
