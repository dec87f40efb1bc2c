package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// idleSeatsLast is how long a seat of the join link is kept for somebody whose
// registration does not come: longer than any request takes.
const idleSeatsLast = 5 * time.Minute

// Seats finds uses of limited join links that were not finished.
type Seats interface {
	// IdleSeats returns those of any account taken before a time, at most limit.
	IdleSeats(ctx context.Context, before time.Time, limit int) ([]IdleSeat, error)
}

// IdleSeat is a seat taken of which no registration has come.
type IdleSeat struct {
	Account domain.AccountID
	Slot    domain.Slot
	Seat    int
}

// LimitJoinLink says until when, how often and into which department the join
// link lets in, for administrators. It refuses with invalid_limit or
// department_not_found.
func (a *App) LimitJoinLink(ctx context.Context, request Request, c account.LimitJoinLink) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeTheJoinLink); err != nil {
		return Done{}, err
	}
	if c.Department != nil {
		company, err := a.company(ctx, request.Account)
		if err == nil && *c.Department != company.JoinLink.Department { // which may have been deleted since
			err = a.checkPlacement(ctx, request.Account, *c.Department, nil)
		}
		if err != nil {
			return Done{}, err
		}
	}
	return a.changeAccount(ctx, request, ChangeTheJoinLink, c)
}

// takeSeat counts one use of a limited join link before somebody registers by
// it; zero where the link is not limited. The same person gets the same seat.
func (a *App) takeSeat(ctx context.Context, request Request, link opened, slot domain.Slot) (int, error) {
	var who domain.PersonID
	var forfeited int // seats, which are not given out once more when the command comes again
	var repeated bool
	err := a.makeWay(execution.Within(ctx, request), request.Account, slot, false, func() error {
		somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
		if err != nil {
			return err
		}
		who, forfeited = somebody.State.PersonIn(slot), len(somebody.State.Forfeited)
		if repeated = somebody.Knows(request.Command); !repeated && link.company.JoinLink.MaxUses > 0 {
			_, err = person.Decide(a.Now(), somebody.State, person.RegisterByJoinLink{Slot: slot}) // who is refused anyway takes no seat
		}
		return err
	})
	if err != nil || repeated {
		return 0, err
	}
	request = request.Joined()
	request.Command = domain.CommandID(request.Command.Derive(fmt.Sprintf("seat after %d", forfeited)))
	result, err := a.accounts.Execute(ctx, accountCall{
		Name: "account.take_seat", Stream: domain.AccountStream(request.Account), Request: request,
		Build: func(context.Context, loadedAccount) (account.Command, error) {
			return account.TakeSeat{Generation: link.Counter, Person: who, Slot: slot}, nil
		},
	})
	seat, _ := result.State.JoinLink.SeatOf(who)
	return seat.Number, err
}

// ForfeitIdleSeats fences, in each person's stream, whoever would use a seat late
// that was not used in time. A policy then returns the seat to the account. What
// fails for one seat hinders no other.
func (a *App) ForfeitIdleSeats(ctx context.Context, now time.Time) error {
	for failed := 0; ; {
		limit := rowsPerJudgement + failed // those are idle still, and first
		idle, err := a.ports.Finders.IdleSeats(ctx, now.Add(-idleSeatsLast), limit)
		if err != nil {
			return err
		}
		errs := a.forfeitSome(ctx, idle)
		if len(idle) < limit || len(errs) == failed || !allMissing(errs) {
			return errors.Join(errs...)
		}
		failed = len(errs)
	}
}

// forfeitSome says what it could not put on record.
func (a *App) forfeitSome(ctx context.Context, idle []IdleSeat) (problems []error) {
	for _, seat := range idle {
		if err := a.forfeitSeat(ctx, seat); err != nil {
			problems = append(problems, err)
		}
	}
	return problems
}

func (a *App) forfeitSeat(ctx context.Context, seat IdleSeat) error {
	if err := a.mustBeWhole(ctx, seat.Slot); err != nil {
		return err
	}
	command := domain.CommandID(seat.Slot.Derive("forfeit seat " + strconv.Itoa(seat.Seat)))
	_, err := a.people.Execute(ctx, personCall{
		Name: "person.forfeit_seat", Stream: domain.PersonStream(seat.Slot),
		Request: Request{Caller: Policy(), Account: seat.Account, Command: command},
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.ForfeitSeat{Slot: seat.Slot, Seat: seat.Seat}, nil
		},
	})
	return err
}

// ReturnSeat follows a person.seat_forfeited event in the account's stream. Doing
// it again changes nothing.
func (a *App) ReturnSeat(ctx context.Context, event domain.Recorded, forfeited person.SeatForfeited) error {
	command := domain.FollowUp(event.ID, "return the seat")
	_, err := a.accounts.Execute(ctx, accountCall{
		Name: "account.return_seat", Stream: domain.AccountStream(event.Metadata.Account),
		Request: Request{Caller: Policy(), Account: event.Metadata.Account, Command: command},
		Build: func(context.Context, loadedAccount) (account.Command, error) {
			return account.ReturnSeat{Seat: forfeited.Seat}, nil
		},
	})
	return err
}

// SendProofAgain sends a registrant whose address is not proved the link once more,
// for administrators. It refuses with not_found, nothing_to_approve, link_used,
// link_superseded or link_revoked, or with the limit that is reached.
func (a *App) SendProofAgain(ctx context.Context, request Request, c Decision) (Done, error) {
	return a.decideRegistration(ctx, request, c.Person, person.ProveAgain{Registration: c.Registration, ProveBy: a.Now().Add(proofLasts)})
}

// AskForProof sends the link that proves an address once more to the address, for the
// link's holder, be it that its time is out. It refuses with not_found, link_used,
// link_superseded or link_revoked, or with the limit that is reached.
func (a *App) AskForProof(ctx context.Context, request Request, token string) (Done, error) {
	link, err := a.openLink(ctx, token)
	if err == nil && link.Purpose != links.Proof {
		err = domain.Refuse(domain.NotFound, "only a link that proves an address can be asked for so")
	}
	if err != nil {
		return Done{}, err
	}
	if err := a.mayAnswer(ctx, request, link); err != nil {
		return Done{}, err
	}
	request.Account, request.Caller = link.company.Account, LinkHolder()
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.prove_again", Stream: domain.PersonStream(link.slot), Request: request,
		Authorise: a.whileOpen(request.Account),
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.ProveAgain{Registration: link.number(), ProveBy: a.Now().Add(proofLasts)}, nil
		},
	})
	return Done{Position: result.Position}, err
}

// AskForProofOf sends the link that proves an address once more to an address that was
// registered by the join link, for that link's holder. It refuses with not_found or
// what is no contact, or with the limit that is reached; the answer is the same whether anybody
// waits by the address or not.
func (a *App) AskForProofOf(ctx context.Context, request Request, token, email string) error {
	link, err := a.openLink(ctx, token)
	if err == nil && link.Purpose != links.Join {
		err = errNoLink()
	}
	if err != nil {
		return err
	}
	contact, err := a.ports.Texts.Contact(email, "")
	if err != nil {
		return err
	}
	slot, err := a.SlotOf(ctx, link.company.Account, contact)
	if err != nil {
		return err
	}
	if err := a.limits.Answers(ctx, request.Network, slot.String(), "proof"); err != nil {
		return err
	}
	request.Account, request.Caller = link.company.Account, LinkHolder()
	_, err = a.people.Execute(ctx, personCall{
		Name: "person.prove_again", Stream: domain.PersonStream(slot), Request: request,
		Authorise: a.whileOpen(request.Account),
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.ProveAgain{ProveBy: a.Now().Add(proofLasts)}, nil
		},
	})
	if slices.Contains([]domain.Code{domain.NothingToApprove, domain.NotFound, domain.LinkUsed, domain.LinkSuperseded, domain.LinkRevoked}, domain.CodeOf(err)) {
		return nil
	}
	return err
}
