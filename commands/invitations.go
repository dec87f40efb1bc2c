package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// rowsPerJudgement is how many rows of a batch one permission is good for; they
// are appended at the same time.
const rowsPerJudgement = 100

// InviteBySMS invites phone numbers; the text is fixed.
type InviteBySMS struct {
	Phones []string
}

// InviteByEmail invites e-mail addresses. Department and workgroups are where
// the people will stand.
type InviteByEmail struct {
	Emails     []string
	Department domain.DepartmentID
	Workgroups []domain.WorkgroupID
	Message    *string // nil: the fixed text
}

// Invited is what became of an invitation's rows.
type Invited struct {
	Done
	Batch domain.BatchID // zero where no row could be tried
	Rows  []Row
}

// Row is one contact's result, in the order of the request.
type Row struct {
	Contact string          // normalised where it could be read
	Person  domain.PersonID // where invited
	Refused error           // nil where invited
}

// InviteBySMS sends a link to each number.
func (a *App) InviteBySMS(ctx context.Context, request Request, c InviteBySMS) (Invited, error) {
	company, err := a.mayInvite(ctx, request)
	if err != nil {
		return Invited{}, err
	}
	open := batch.Open{Channel: batch.SMS, Message: wording.For(company.Language).InviteSMS(company.Name)}
	if err := countRows("phones", c.Phones); err != nil {
		return Invited{}, err
	}
	return a.inviteAll(ctx, request, company, open, c.Phones, func(phone string) (domain.Contact, error) {
		return a.Texts.Phone(phone, company.Country)
	})
}

// InviteByEmail sends a link to each address.
func (a *App) InviteByEmail(ctx context.Context, request Request, c InviteByEmail) (Invited, error) {
	company, err := a.mayInvite(ctx, request)
	if err != nil {
		return Invited{}, err
	}
	if err := countRows("emails", c.Emails); err != nil {
		return Invited{}, err
	}
	message, err := a.messageFor(company, c.Message)
	if err != nil {
		return Invited{}, err
	}
	if err := a.checkPlacement(ctx, request.Account, c.Department, c.Workgroups); err != nil {
		return Invited{}, err
	}
	open := batch.Open{Channel: batch.Email, Message: message, Department: c.Department, Workgroups: c.Workgroups}
	return a.inviteAll(ctx, request, company, open, c.Emails, a.Texts.Email)
}

func (a *App) mayInvite(ctx context.Context, request Request) (account.State, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, InvitePeople); err != nil {
		return account.State{}, err
	}
	return a.company(ctx, request.Account)
}

func countRows(field string, contacts []string) error {
	switch {
	case len(contacts) == 0:
		return domain.Refuse(domain.NothingToInvite, "name at least one contact to invite").In(field)
	case len(contacts) > batch.MaxRows:
		return domain.Refuse(domain.TooManyRows, "at most 10,000 contacts can be invited at once; send several requests").In(field)
	}
	return nil
}

func (a *App) messageFor(company account.State, edited *string) (string, error) {
	if edited == nil {
		return wording.For(company.Language).InviteEmail(company.Name), nil
	}
	if !company.Plan.MayEditMessage() {
		return "", domain.Refuse(domain.PlanDoesNotAllow,
			"the message can be edited on the plans CRM+, Project+, Standard and Professional; leave it out").In("message")
	}
	message, err := a.Texts.Message(*edited)
	return message, in("message", err)
}

func (a *App) checkPlacement(ctx context.Context, id domain.AccountID, department domain.DepartmentID, workgroups []domain.WorkgroupID) error {
	if department.IsZero() && len(workgroups) == 0 {
		return nil
	}
	structure, err := a.structures.load(ctx, a.Store, domain.StructureStream(id))
	if err != nil {
		return err
	}
	if !department.IsZero() && !structure.state.HasDepartment(id, department) {
		return domain.Refuse(domain.DepartmentNotFound, "there is no such department").In("department_id")
	}
	for i, workgroup := range workgroups {
		if !structure.state.HasWorkgroup(workgroup) {
			return domain.Refuse(domain.WorkgroupNotFound, "there is no such workgroup").In(fmt.Sprintf("workgroup_ids[%d]", i))
		}
	}
	return nil
}

// candidate is a row that can be tried.
type candidate struct {
	place   int // in the request
	contact domain.Contact
	slot    domain.Slot
	expires time.Time
}

// inviteAll opens a batch, tries its rows, and closes it. Under the same command
// id it takes up where it stands: each row has a command id of its own.
func (a *App) inviteAll(ctx context.Context, request Request, company account.State, open batch.Open,
	contacts []string, read func(string) (domain.Contact, error),
) (Invited, error) {
	rows, candidates, err := a.readContacts(ctx, request.Account, contacts, read)
	if err != nil {
		return Invited{}, err
	}
	for i := range candidates {
		candidates[i].expires = a.invitationEnds(company)
	}
	result := Invited{Rows: rows}
	if len(candidates) == 0 {
		return result, nil
	}
	open.Batch, open.Inviter, open.Size = domain.BatchFor(request.Command), request.Caller.Person, len(contacts)
	open.Plan, open.Language = string(company.Plan), company.Language
	opened, err := a.batch(ctx, request, request.Command, open, a.permit(request, InvitePeople))
	if err != nil {
		return Invited{}, err
	}
	result.Batch, result.Position = open.Batch, opened.Position
	invited := 0
	for len(candidates) > 0 {
		some := candidates[:min(rowsPerJudgement, len(candidates))]
		candidates = candidates[len(some):]
		count, err := a.inviteSome(ctx, request, open, some, &result)
		if err != nil {
			return Invited{}, err
		}
		invited += count
	}
	closed, err := a.batch(ctx, request, domain.CommandID(request.Command.Derive("close")),
		batch.Close{Batch: open.Batch, Invited: invited, Refused: len(contacts) - invited}, nil)
	if closed.Position.After(result.Position) {
		result.Position = closed.Position
	}
	return result, err
}

// readContacts normalises the rows and finds their slots.
func (a *App) readContacts(ctx context.Context, id domain.AccountID, contacts []string, read func(string) (domain.Contact, error)) ([]Row, []candidate, error) {
	key, err := a.Vault.LookupKey(ctx, id)
	if err != nil {
		return nil, nil, fmt.Errorf("lookup key: %w", err)
	}
	rows := make([]Row, len(contacts))
	candidates := make([]candidate, 0, len(contacts))
	seen := map[domain.Slot]bool{}
	for i, text := range contacts {
		contact, err := read(text)
		if err != nil {
			rows[i] = Row{Contact: shortened(text), Refused: err}
			continue
		}
		rows[i].Contact = contact.Address
		slot := slotUnder(key, id, contact)
		if seen[slot] {
			rows[i].Refused = domain.Refuse(domain.DuplicateInBatch, "this contact is in the request more than once")
			continue
		}
		seen[slot] = true
		candidates = append(candidates, candidate{place: i, contact: contact, slot: slot})
	}
	return rows, candidates, nil
}

// shortened is an unreadable contact as far as it is worth giving back.
func shortened(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if runes := []rune(text); len(runes) > 100 {
		return string(runes[:100])
	}
	return text
}

// batch gives the batch a command. Closing asks nobody's permission: what was
// done was done.
func (a *App) batch(ctx context.Context, request Request, command domain.CommandID, c batch.Command,
	authorise authorise,
) (Done, error) {
	result, err := execute(ctx, a, call[batch.State, batch.Command, batch.Event]{
		aggregate: a.batches, stream: domain.BatchStream(domain.BatchFor(request.Command)), command: command, request: request,
		authorise: authorise,
		build:     func(context.Context, loaded[batch.State]) (batch.Command, error) { return c, nil },
	})
	return Done{Position: result.position}, err
}

// inviteSome tries some rows at the same time, under one permission.
func (a *App) inviteSome(ctx context.Context, request Request, open batch.Open, some []candidate, result *Invited) (int, error) {
	judged, err := a.permit(request, InvitePeople)(ctx)
	if err != nil {
		if domain.CodeOf(err) == domain.Internal {
			return 0, err
		}
		for _, row := range some {
			result.Rows[row.place].Refused = domain.Refuse(domain.NoLongerPermitted, "the inviter may not invite any more")
		}
		return 0, nil
	}
	if err := a.ensureDataKeys(ctx, some); err != nil {
		return 0, err
	}
	sent, err := a.batches.load(ctx, a.Store, domain.BatchStream(open.Batch))
	if err != nil {
		return 0, err
	}
	positions := make([]domain.Position, len(some))
	errs := make([]error, len(some))
	var group sync.WaitGroup
	for i, row := range some {
		group.Go(func() {
			var invited outcome[person.State, person.Event]
			invited, errs[i] = a.inviteOne(ctx, request, judged, open, row, sent.state.Revoked)
			result.Rows[row.place].Person, positions[i] = invited.state.Person, invited.position
		})
	}
	group.Wait()
	count := 0
	for i, err := range errs {
		row := &result.Rows[some[i].place]
		if _, refused := errors.AsType[*domain.Refusal](err); err != nil && !refused {
			return count, err
		}
		if row.Refused = err; err != nil {
			row.Person = domain.PersonID{}
			continue
		}
		count++
		if positions[i].After(result.Position) {
			result.Position = positions[i]
		}
	}
	return count, nil
}

// ensureDataKeys makes the keys of newcomers at one stroke; those of others are
// looked after by the path of commands.
func (a *App) ensureDataKeys(ctx context.Context, some []candidate) error {
	people := make([]domain.PersonID, len(some))
	for i, row := range some {
		people[i] = domain.PersonIDFor(row.slot, 1)
	}
	if err := a.Vault.EnsureDataKeys(ctx, people); err != nil {
		return fmt.Errorf("make data keys: %w", err)
	}
	return nil
}

// inviteOne tries a row under the judgement of its neighbours, and asks for a new
// one after a conflict or a delay.
// Of a batch that was revoked meanwhile, nobody is invited any more.
func (a *App) inviteOne(ctx context.Context, request Request, judged judgement, open batch.Open, row candidate, revoked bool) (outcome[person.State, person.Event], error) {
	return a.letIn(ctx, row.slot, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(row.slot), command: domain.RowCommand(open.Batch, row.slot), request: request,
		authorise: a.first(judged, a.permit(request, InvitePeople)), sends: true,
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			if revoked {
				return nil, domain.Refuse(domain.InvitationChanged, "these invitations were taken back before this one was sent; invite anew")
			}
			return person.Invite{
				Slot: row.slot, Contact: row.contact, Inviter: request.Caller.Person, Batch: open.Batch,
				Department: open.Department, Workgroups: open.Workgroups, ExpiresAt: row.expires,
			}, nil
		},
	})
}
