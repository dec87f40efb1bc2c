package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// idleSeatsLast is how long a seat of the join link is kept for somebody whose
// registration does not come: longer than any request takes.
const idleSeatsLast = 5 * time.Minute

// Seats finds uses of limited join links that were not finished. It is a read
// model: it may lag, and decides nothing.
type Seats interface {
	// Idle is those of any account taken before a time, at most limit.
	Idle(ctx context.Context, before time.Time, limit int) ([]IdleSeat, error)
}

// IdleSeat is a seat taken of which no registration has come.
type IdleSeat struct {
	Account domain.AccountID
	Slot    domain.Slot
	Seat    int
}

// LimitJoinLink says until when, how often and into which department the join
// link lets in.
func (a *App) LimitJoinLink(ctx context.Context, request Request, c account.LimitJoinLink) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeTheJoinLink); err != nil {
		return Done{}, err
	}
	if err := a.checkPlacement(ctx, request.Account, c.Department, nil); err != nil {
		return Done{}, err
	}
	return a.changeAccount(ctx, request, ChangeTheJoinLink, c)
}

// takeSeat counts one use of a limited join link before somebody registers by
// it; zero where the link is not limited. The same person gets the same seat.
func (a *App) takeSeat(ctx context.Context, request Request, link opened, slot domain.Slot) (int, error) {
	var who domain.PersonID
	var forfeited int // seats, which are not given out once more when the command comes again
	var repeated bool
	err := a.makeWay(ctx, request.Account, slot, false, func() error {
		somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
		if err != nil {
			return err
		}
		who, forfeited = somebody.state.PersonIn(slot), len(somebody.state.Forfeited)
		if repeated = somebody.causes.Has(request.Command); !repeated && link.company.JoinLink.MaxUses > 0 {
			_, err = person.Decide(a.Now(), somebody.state, person.RegisterByJoinLink{Slot: slot}) // who is refused anyway takes no seat
		}
		return err
	})
	if err != nil || repeated {
		return 0, err
	}
	request.Command = domain.CommandID(request.Command.Derive(fmt.Sprintf("seat after %d", forfeited)))
	result, err := execute(ctx, a, call[account.State, account.Command, account.Event]{
		aggregate: a.accounts, stream: domain.AccountStream(request.Account), command: request.Command, request: request,
		build: func(context.Context, loaded[account.State]) (account.Command, error) {
			return account.TakeSeat{Generation: link.Counter, Person: who, Slot: slot}, nil
		},
	})
	seat, _ := result.state.JoinLink.SeatOf(who)
	return seat.Number, err
}

// ForfeitIdleSeats fences, in each person's stream, whoever would use a seat late
// that was not used in time. A policy then returns the seat to the account.
func (a *App) ForfeitIdleSeats(ctx context.Context, now time.Time) error {
	idle, err := a.Seats.Idle(ctx, now.Add(-idleSeatsLast), rowsPerJudgement)
	errs := []error{err}
	for _, seat := range idle {
		command := domain.CommandID(seat.Slot.Derive("forfeit seat " + strconv.Itoa(seat.Seat)))
		_, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
			aggregate: a.people, stream: domain.PersonStream(seat.Slot), command: command,
			request: Request{Caller: Policy(), Account: seat.Account, Command: command},
			build: func(context.Context, loaded[person.State]) (person.Command, error) {
				return person.ForfeitSeat{Slot: seat.Slot, Seat: seat.Seat}, nil
			},
		})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// ReturnSeat follows a person.seat_forfeited event in the account's stream. Doing
// it again changes nothing.
func (a *App) ReturnSeat(ctx context.Context, event domain.Recorded, forfeited person.SeatForfeited) error {
	command := domain.FollowUp(event.ID, "return the seat")
	_, err := execute(ctx, a, call[account.State, account.Command, account.Event]{
		aggregate: a.accounts, stream: domain.AccountStream(event.Metadata.Account), command: command,
		request: Request{Caller: Policy(), Account: event.Metadata.Account, Command: command},
		build: func(context.Context, loaded[account.State]) (account.Command, error) {
			return account.ReturnSeat{Seat: forfeited.Seat}, nil
		},
	})
	return err
}

// SendProofAgain is for administrators: a registrant whose address is not proved
// gets the link once more.
func (a *App) SendProofAgain(ctx context.Context, request Request, c Decision) (Done, error) {
	return a.decideRegistration(ctx, request, c.Person, person.ProveAgain{Registration: c.Registration, ProveBy: a.Now().Add(proofLasts)})
}

// AskForProof is the holder of a link that proves an address asking for it once
// more, be it that its time is out.
func (a *App) AskForProof(ctx context.Context, request Request, token string) (Done, error) {
	link, err := a.openLink(ctx, token)
	if err == nil && link.Purpose != links.Proof {
		err = domain.Refuse(domain.NotFound, "only a link that proves an address can be asked for so")
	}
	if err != nil {
		return Done{}, err
	}
	request.Account, request.Caller = link.company.Account, LinkHolder()
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(link.slot), command: request.Command, request: request,
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.ProveAgain{Registration: link.number(), ProveBy: a.Now().Add(proofLasts)}, nil
		},
	})
	return Done{Position: result.position}, err
}
