package commands

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Deadlines finds what time has run out for.
type Deadlines interface {
	// Overdue returns what ran out by now, of any account, without an event that says
	// so, the earliest first and at most limit.
	Overdue(ctx context.Context, now time.Time, limit int) ([]Deadline, error)
	// ReflectDeadlines waits until Overdue takes everything up to a position into
	// account.
	ReflectDeadlines(ctx context.Context, least domain.Position) error
}

// Deadline is an open invitation of a slot, or else a claim on its contact as a
// login.
type Deadline struct {
	Account    domain.AccountID
	Slot       domain.Slot
	Invitation int // 0 for a claim
}

// ExpireDue puts on record which invitations' time has run out, those of all
// accounts, and gives contacts free that were claimed and not proved in time.
// Each is put on record once, however many do this at once; one that cannot be holds
// up no other.
func (a *App) ExpireDue(ctx context.Context, now time.Time) error {
	for failed := 0; ; {
		limit := rowsPerJudgement + failed // those are due again, and first
		due, err := a.ports.Finders.Overdue(ctx, now, limit)
		if err != nil {
			return err
		}
		expired, errs := a.expireSome(ctx, due)
		passed := expired > 0 || len(errs) > failed && allMissing(errs)
		if !passed || len(due) < limit {
			return errors.Join(errs...)
		}
		failed = len(errs)
		if err := a.ports.Finders.ReflectDeadlines(ctx, a.Newest()); err != nil {
			return err
		}
	}
}

// expireSome counts what it has put on record, and says what it could not.
func (a *App) expireSome(ctx context.Context, due []Deadline) (expired int, problems []error) {
	errs, did := make([]error, len(due)), make([]bool, len(due))
	var group sync.WaitGroup
	for i, one := range due {
		group.Go(func() {
			if one.Invitation == 0 {
				did[i], errs[i] = a.endClaim(ctx, one.Slot, false)
				return
			}
			if errs[i] = a.mustBeWhole(ctx, one.Slot); errs[i] != nil {
				return
			}
			did[i], errs[i] = a.expireInvitation(ctx, one)
		})
	}
	group.Wait()
	for i := range due {
		if did[i] {
			expired++
		}
		if errs[i] != nil {
			problems = append(problems, errs[i])
		}
	}
	return expired, problems
}

// mustBeWhole refuses what is due in a stream of which history is missing before it is a
// command: it comes again each second.
func (a *App) mustBeWhole(ctx context.Context, slot domain.Slot) error {
	_, err := a.people.Load(execution.Lagging(ctx), domain.PersonStream(slot))
	if domain.CodeOf(err) == domain.HistoryMissing {
		return err
	}
	return nil
}

func allMissing(errs []error) bool {
	return !slices.ContainsFunc(errs, func(err error) bool { return domain.CodeOf(err) != domain.HistoryMissing })
}

func (a *App) expireInvitation(ctx context.Context, due Deadline) (expired bool, err error) {
	command := domain.CommandID(due.Slot.Derive("expire invitation " + strconv.Itoa(due.Invitation)))
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.expire", Stream: domain.PersonStream(due.Slot),
		Request: Request{Command: command, Caller: Policy(), Account: due.Account},
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.Expire{Invitation: due.Invitation}, nil
		},
	})
	return len(result.Events) > 0, err
}
