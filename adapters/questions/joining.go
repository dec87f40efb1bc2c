package questions

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	approvalsview "github.com/usher-engine/usher/projections/approvals"
	employeesview "github.com/usher-engine/usher/projections/employees"
	invitedview "github.com/usher-engine/usher/projections/invited"
	joinlinkview "github.com/usher-engine/usher/projections/joinlink"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// Invitee is somebody invited, as of now.
type Invitee struct {
	invitedview.Invitee
	Status invitedview.Status
	// HistoryMissing says that the row stands as it was, as the person's stream is set aside.
	HistoryMissing bool
	// InvitedByName is what the inviter is called, Places the department and workgroups
	// that were chosen.
	InvitedByName projections.Name
	Places        projections.Places
}

// Invited asks who was invited and has not registered. The time that the query
// is judged at is now.
func Invited() Question[invitedview.Query, projections.Page[Invitee]] {
	return Question[invitedview.Query, projections.Page[Invitee]]{
		Entry{"invited", commands.SeeInvited, []projections.View{invitedview.View(), employeesview.View(), structureview.View()}},
		func(ctx context.Context, asker Asker, query invitedview.Query) (projections.Page[Invitee], error) {
			var err error
			query.Account, query.Now = asker.Account, asker.from.Now()
			if query.Search, err = asker.sought(ctx, query.Search); err != nil {
				return projections.Page[Invitee]{}, err
			}
			found, err := invitedview.List(ctx, asker.rows, query)
			if err != nil {
				return projections.Page[Invitee]{}, err
			}
			names, places, err := asker.mentioned(ctx, found.Items)
			aside := asker.from.asides()
			return projections.Each(found, func(one invitedview.Invitee) Invitee {
				return Invitee{
					Invitee: one, Status: one.Status(query.Now), HistoryMissing: aside(one.Slot), InvitedByName: names[one.InvitedBy], Places: places,
				}
			}), err
		},
	}
}

// mentioned is what the people and places are called that invitations name.
func (a Asker) mentioned(ctx context.Context, invited []invitedview.Invitee) (projections.Names, projections.Places, error) {
	var inviters []domain.PersonID
	var departments []domain.DepartmentID
	var workgroups []domain.WorkgroupID
	for _, one := range invited {
		inviters, departments = append(inviters, one.InvitedBy), append(departments, one.Department)
		workgroups = append(workgroups, one.Workgroups...)
	}
	names, err := employeesview.People(ctx, a.rows, a.Account, inviters...)
	if err != nil {
		return nil, projections.Places{}, err
	}
	places, err := structureview.Names(ctx, a.rows, a.Account, departments, workgroups)
	return names, places, err
}

// OpenInvitations returns how many invitations by a person are open, by the list
// of the invited, which has a moment to catch up.
func (s *Sources) OpenInvitations(ctx context.Context, account domain.AccountID, inviter domain.PersonID) (int, error) {
	moment, cancel := context.WithTimeout(ctx, s.catchUp())
	defer cancel()
	_ = s.Views.Wait(moment, invitedview.View().Name(), s.App.Newest()) // and else as far as it is
	waiting, cancel := context.WithTimeout(ctx, s.WaitLimit)
	defer cancel()
	for {
		count, err := s.countOpen(ctx, account, inviter)
		lost, is := errors.AsType[*projections.Behind](err)
		if !is {
			return count, err
		}
		if err := s.await(ctx, waiting, lost); err != nil {
			return 0, err
		}
	}
}

func (s *Sources) countOpen(ctx context.Context, account domain.AccountID, inviter domain.PersonID) (int, error) {
	query := invitedview.Query{
		Account: account, InvitedBy: inviter, Status: invitedview.Pending, Now: s.Now(), Paging: projections.Paging{Limit: projections.MaxLimit},
	}
	for count := 0; ; {
		found, err := invitedview.List(ctx, s.Reader, query)
		if err != nil {
			return count, err
		}
		count += len(found.Items)
		if query.Cursor = found.Next; query.Cursor == "" {
			return count, nil
		}
	}
}

// BatchQuery asks for a bulk invitation, and for some of its rows that were refused.
type BatchQuery struct {
	Batch domain.BatchID
	projections.Paging
}

// BatchReport is a bulk invitation with rows of it that were refused.
type BatchReport struct {
	commands.Batch
	Rows []commands.SettledRow
	Next string // the cursor of the rows that follow; empty at the end
}

// Batch asks what a bulk invitation was, how far it is, and whether it was taken back. It
// refuses with domain.InvalidCursor.
func Batch() Question[BatchQuery, BatchReport] {
	return Question[BatchQuery, BatchReport]{
		Entry{"batch", commands.SeeInvited, nil},
		func(ctx context.Context, asker Asker, query BatchQuery) (BatchReport, error) {
			found, err := asker.from.App.Batch(ctx, asker.Caller, asker.Account, query.Batch)
			if err != nil {
				return BatchReport{}, err
			}
			return asker.report(ctx, found, query.Paging)
		},
	}
}

func (a Asker) report(ctx context.Context, found commands.Batch, page projections.Paging) (report BatchReport, err error) {
	report.Batch = found
	from, limit := 0, cmp.Or(page.Limit, projections.DefaultLimit)
	if page.Cursor != "" {
		if from, err = strconv.Atoi(page.Cursor); err != nil {
			return report, domain.Refuse(domain.InvalidCursor, "this is not a cursor of this list")
		}
	}
	rows, err := a.from.App.RefusedRows(ctx, a.Caller, a.Account, found.Batch, from, limit+1)
	if len(rows) > limit {
		report.Next, rows = strconv.Itoa(rows[limit].Place), rows[:limit]
	}
	report.Rows = rows
	return report, err
}

// BatchStream returns the question how far a bulk invitation is from now on, which is not
// asked by Ask, as ActivityStream is not.
func BatchStream() Entry { return Entry{"batch-stream", commands.SeeInvited, nil} }

// Waiting is registrants that wait, and what their inviters are called.
type Waiting struct {
	projections.Page[approvalsview.Approval]
	Inviters projections.Names
}

// Approvals asks who registered and waits.
func Approvals() Question[approvalsview.Query, Waiting] {
	return Question[approvalsview.Query, Waiting]{
		Entry{"approvals", commands.SeeApprovals, []projections.View{approvalsview.View(), employeesview.View()}},
		func(ctx context.Context, asker Asker, query approvalsview.Query) (Waiting, error) {
			var err error
			query.Account = asker.Account
			if query.Search, err = asker.sought(ctx, query.Search); err != nil {
				return Waiting{}, err
			}
			found, err := approvalsview.List(ctx, asker.rows, query)
			if err != nil {
				return Waiting{}, err
			}
			var inviters []domain.PersonID
			for _, one := range found.Items {
				inviters = append(inviters, one.Inviter)
				for _, other := range one.Others {
					inviters = append(inviters, other.Inviter)
				}
			}
			names, err := employeesview.People(ctx, asker.rows, asker.Account, inviters...)
			return Waiting{found, names}, err
		},
	}
}

// SharedLink is the link of quick registration, and how many registered by it.
type SharedLink struct {
	commands.JoinLink
	Uses int
}

// JoinLink asks for the shared link of quick registration.
func JoinLink() Question[struct{}, SharedLink] {
	return Question[struct{}, SharedLink]{
		Entry{"join-link", commands.InvitePeople, []projections.View{joinlinkview.View()}},
		func(ctx context.Context, asker Asker, _ struct{}) (SharedLink, error) {
			link, err := asker.from.App.JoinLink(ctx, asker.Caller, asker.Account)
			if err != nil {
				return SharedLink{}, err
			}
			uses, err := joinlinkview.Uses(ctx, asker.rows, asker.Account, link.Generation)
			return SharedLink{link, uses}, err
		},
	}
}
