package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/domain"
)

// peopleGroup is rows that are invited together: by one channel, to the same place.
type peopleGroup struct {
	name       string
	bySMS      bool
	department domain.DepartmentID
	workgroups []domain.WorkgroupID
	rows       []int
	contacts   []string
	confirmed  []string // those that look wrong and are meant
}

// invitePeople invites each group as a batch of its own, whose command follows from the
// file's. Groups come in the order of their first rows.
func (a *App) invitePeople(ctx context.Context, list *peopleList) error {
	groups, err := list.groups()
	if err != nil {
		return err
	}
	for _, group := range groups {
		request := list.request.Joined()
		request.Command = domain.CommandID(list.request.Command.Derive("people " + group.name))
		invited, err := a.inviteGroup(ctx, request, group, list.dry)
		if err := unlessRefused(err); err != nil {
			return err
		}
		list.settle(group, invited, err)
	}
	return nil
}

func (a *App) inviteGroup(ctx context.Context, request Request, group *peopleGroup, dry *DryRun) (Invited, error) {
	if group.bySMS {
		return a.InviteBySMS(ctx, request, InviteBySMS{Phones: group.contacts, Confirmed: group.confirmed, DryRun: dry})
	}
	return a.InviteByEmail(ctx, request, InviteByEmail{
		Emails: group.contacts, Confirmed: group.confirmed, Department: group.department, Workgroups: group.workgroups, DryRun: dry,
	})
}

func (l *peopleList) groups() ([]*peopleGroup, error) {
	var groups []*peopleGroup
	named := map[string]*peopleGroup{}
	for i, row := range l.people {
		if l.Rows[i].Refused != nil {
			continue
		}
		one := &peopleGroup{name: "by sms", bySMS: row.byPhone(ImportInvites)}
		contact := row.Phone
		if !one.bySMS {
			contact = row.Email
			if one.department, one.workgroups, l.Rows[i].Refused = l.placeOf(row); l.Rows[i].Refused != nil {
				continue
			}
			slices.SortFunc(one.workgroups, func(a, b domain.WorkgroupID) int { return cmp.Compare(a.String(), b.String()) })
			one.name = fmt.Sprintf("by email to %s %v", one.department, one.workgroups)
		}
		group, known := named[one.name]
		if !known {
			group = one
			named[one.name], groups = one, append(groups, one)
		}
		group.rows, group.contacts = append(group.rows, i), append(group.contacts, contact)
		if row.Confirmed {
			group.confirmed = append(group.confirmed, contact)
		}
	}
	if len(groups) > mostPlacements {
		return nil, domain.Refuse(domain.InvalidFile, "the people of this file go to more than 500 different places: send several files")
	}
	return groups, nil
}

// settle puts a group's results where its rows are. A group that is refused as a whole
// is refused row by row: others are invited already.
func (l *peopleList) settle(group *peopleGroup, invited Invited, refused error) {
	for i, row := range group.rows {
		if refused != nil {
			l.Rows[row].Refused = refused
			continue
		}
		if l.Rows[row].GoesOn = invited.GoesOn; invited.GoesOn {
			l.Rows[row].Batch = invited.Batch
			continue
		}
		l.Rows[row].Row = invited.Rows[i]
	}
	if !invited.Batch.IsZero() {
		l.Batches = append(l.Batches, invited.Batch)
	}
	l.Position = later(l.Position, invited.Position)
}

// registration is a row on its way.
type registration struct {
	row  int
	slot domain.Slot
	call personCall
}

// registerPeople registers row by row, each under a command of its own that follows from
// the file's: as many at the same time as are judged together, charged in their order.
func (a *App) registerPeople(ctx context.Context, list *peopleList, c ImportPeople) error {
	var waiting []registration
	for i, row := range list.people {
		if list.Rows[i].Refused != nil {
			continue
		}
		one, err := a.registrationOf(ctx, list, row, c)
		if err := unlessRefused(err); err != nil {
			return err
		}
		if list.Rows[i].Refused = err; err == nil {
			one.row = i
			waiting = append(waiting, one)
		}
	}
	for len(waiting) > 0 {
		some := waiting[:min(rowsPerJudgement, len(waiting))]
		waiting = waiting[len(some):]
		if err := a.registerSome(ctx, list, some); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) registrationOf(ctx context.Context, list *peopleList, row TableRow, c ImportPeople) (one registration, err error) {
	register := RegisterDirectly{
		Email: row.Email, FirstName: row.FirstName, LastName: row.LastName, OneName: row.OneName, JobTitle: row.JobTitle,
		WithoutConfirmation: c.WithoutConfirmation,
	}
	if row.Confirmed {
		register.Confirmed = []string{row.Email, row.FirstName, row.LastName}
	}
	var misplaced error
	register.Department, register.Workgroups, misplaced = list.placeOf(row)
	request := list.request.Joined()
	one.slot, one.call, err = a.registering(ctx, request, list.company, register)
	if err = cmp.Or(err, misplaced); err == nil {
		one.call.Request.Command = domain.CommandID(list.request.Command.Derive("register " + one.slot.String()))
	}
	return one, err
}

// registerSome registers rows at the same time, or says what would become of them.
func (a *App) registerSome(ctx context.Context, list *peopleList, some []registration) error {
	if list.dry != nil {
		return a.foreseeRegistrations(ctx, list, some)
	}
	streams := make([]domain.StreamName, len(some))
	for i, one := range some {
		streams[i] = one.call.Stream
	}
	leave, err := a.path.Turns(ctx, streams)
	if err != nil {
		return err
	}
	defer leave()
	if err := a.prepayRegistrations(ctx, some); err != nil {
		return err
	}
	outcomes, errs := make([]personOutcome, len(some)), make([]error, len(some))
	var group sync.WaitGroup
	for i, one := range some {
		group.Go(func() { outcomes[i], errs[i] = a.letIn(ctx, one.slot, one.call) })
	}
	group.Wait()
	for i, one := range some {
		if _, refused := errors.AsType[*domain.Refusal](errs[i]); errs[i] != nil && !refused {
			return errs[i]
		}
		row := &list.Rows[one.row]
		if row.Refused = errs[i]; errs[i] == nil {
			row.Person, row.Contact = outcomes[i].State.Person, outcomes[i].State.Contact.Address
		}
		list.Position = later(list.Position, outcomes[i].Position)
	}
	return nil
}

// prepayRegistrations charges rows in their order, so that the first get what a limit has left.
func (a *App) prepayRegistrations(ctx context.Context, some []registration) error {
	var orders []limits.Order
	var places []int
	for i, one := range some {
		before, err := a.people.Load(ctx, one.call.Stream)
		if err != nil {
			return err
		}
		if before.Knows(one.call.Request.Command) {
			continue
		}
		try, err := one.attempt(ctx)
		if err != nil {
			continue // it will be refused
		}
		if order, err := a.foreseeOne(ctx, one.call.Request, try); err == nil {
			orders, places = append(orders, order), append(places, i)
		}
	}
	prepaid, err := a.limits.Prepay(ctx, orders)
	for i, bill := range prepaid {
		some[places[i]].call.Bill = bill.Bill
	}
	return err
}

func (r registration) attempt(ctx context.Context) (attempt, error) {
	command, err := r.call.Build(ctx, loadedPerson{})
	return attempt{r.slot, command}, err
}

func (a *App) foreseeRegistrations(ctx context.Context, list *peopleList, some []registration) error {
	var attempts []attempt
	var rows []int
	for _, one := range some {
		try, err := one.attempt(ctx)
		if err := unlessRefused(err); err != nil {
			return err
		}
		if list.Rows[one.row].Refused = err; err == nil {
			attempts, rows = append(attempts, try), append(rows, one.row)
		}
	}
	refused, err := a.foresee(ctx, list.request, list.dry, attempts)
	for i, row := range rows {
		if err == nil {
			list.Rows[row].Refused = refused[i]
		}
	}
	return err
}
