package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
)

// rowsPerJudgement is how many rows of a batch one permission is good for; they
// are appended at the same time.
const rowsPerJudgement = 100

// InviteBySMS invites phone numbers; the text is fixed.
type InviteBySMS struct {
	Phones    []string
	Confirmed []string // that look wrong and are meant
	DryRun    *DryRun  // nil: for real
}

// InviteByEmail invites e-mail addresses. Department and workgroups are where
// the people will stand.
type InviteByEmail struct {
	Emails     []string
	Confirmed  []string // that look wrong and are meant
	Department domain.DepartmentID
	Workgroups []domain.WorkgroupID
	Message    *string // nil: the fixed text
	DryRun     *DryRun // nil: for real
}

// Invited is what became of an invitation's rows.
type Invited struct {
	Done
	Batch   domain.BatchID // zero where no row could be tried
	Rows    []Row
	Country string // where numbers without a prefix were taken to be from
	// GoesOn says that there are more rows than are answered at once: they are tried by
	// and by, and Batch says how far it is.
	GoesOn bool
}

// ShownContact is what a row says that holds contacts.
type ShownContact struct {
	Contact    string
	DidYouMean string
}

// Row is one contact's result, in the order of the request.
type Row struct {
	Contact string          // normalised where it could be read
	Person  domain.PersonID // where invited
	Refused error           // nil where invited

	slot domain.Slot // zero where the contact could not be read
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
	return a.inviteAll(ctx, request, company, open, c.Phones, c.Confirmed, c.DryRun)
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
	return a.inviteAll(ctx, request, company, open, c.Emails, c.Confirmed, c.DryRun)
}

func (a *App) mayInvite(ctx context.Context, request Request) (account.State, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, InvitePeople); err != nil {
		return account.State{}, err
	}
	return a.company(execution.Lagging(ctx), request.Account)
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
	message, err := a.ports.Texts.Message(*edited)
	return message, in("message", err)
}

func (a *App) checkPlacement(ctx context.Context, id domain.AccountID, department domain.DepartmentID, workgroups []domain.WorkgroupID) error {
	if department.IsZero() && len(workgroups) == 0 {
		return nil
	}
	return a.path.Certainly(ctx, func(ctx context.Context) error {
		return a.checkPlaces(ctx, id, department, workgroups)
	})
}

func (a *App) checkPlaces(ctx context.Context, id domain.AccountID, department domain.DepartmentID, workgroups []domain.WorkgroupID) error {
	structure, err := a.structures.Load(ctx, domain.StructureStream(id))
	if err != nil {
		return err
	}
	if !department.IsZero() && !structure.State.HasDepartment(id, department) {
		return domain.Refuse(domain.DepartmentNotFound, "there is no such department").In("department_id")
	}
	for i, workgroup := range workgroups {
		if !structure.State.HasWorkgroup(workgroup) {
			return domain.Refuse(domain.WorkgroupNotFound, "there is no such workgroup").In(fmt.Sprintf("workgroup_ids[%d]", i))
		}
	}
	return nil
}

// candidate is a row that can be tried.
type candidate struct {
	place     int // in the request
	contact   domain.Contact
	slot      domain.Slot
	confirmed []domain.Doubt // why the contact looks wrong
	expires   time.Time
}

// inviteAll opens a batch, tries its rows, and closes it, or leaves many to be tried by
// and by. Under the same command id it takes up where it stands: each row has a command
// id of its own.
func (a *App) inviteAll(ctx context.Context, request Request, company account.State, open batch.Open, contacts, confirmed []string, dry *DryRun) (Invited, error) {
	rows, candidates, err := a.readContacts(ctx, a.asksOpenly(request, confirmed), contacts, a.reads(open.Channel, company.Country))
	if err != nil {
		return Invited{}, err
	}
	for i := range candidates {
		candidates[i].expires = a.invitationEnds(company)
	}
	result := Invited{Rows: rows, Country: company.Country}
	if len(candidates) == 0 {
		return result, nil
	}
	open.Batch, open.Inviter, open.Size = domain.BatchFor(request.Command), request.Caller.Person, len(contacts)
	open.Plan, open.Language = string(company.Plan), company.Language
	if dry != nil {
		return result, a.foreseeInvitations(ctx, invitationRows{request: request, open: open}, dry, candidates, rows)
	}
	if len(contacts) > RowsAnsweredAtOnce {
		return a.inviteLater(ctx, request, open, result, candidates)
	}
	opened, err := a.batch(ctx, request, request.Command, open, a.guard.Authorise(request, InvitePeople))
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
func (a *App) readContacts(ctx context.Context, q *asking, contacts []string, read func(string) (domain.Contact, error)) ([]Row, []candidate, error) {
	id := q.request.Account
	key, err := a.ports.Vault.LookupKey(ctx, id)
	if err != nil {
		return nil, nil, fmt.Errorf("lookup key: %w", err)
	}
	rows := make([]Row, len(contacts))
	candidates := make([]candidate, 0, len(contacts))
	seen := map[domain.Slot]bool{}
	for i, text := range contacts {
		contact, doubt, err := q.row(ctx, text, read)
		if err := unlessRefused(err); err != nil {
			return nil, nil, err
		}
		rows[i] = Row{Contact: shown(text, contact, err), Refused: err}
		if err != nil {
			continue
		}
		slot := slotUnder(key, id, contact)
		rows[i].slot = slot
		if seen[slot] {
			rows[i].Refused = domain.Refuse(domain.DuplicateInBatch, "this contact is in the request more than once")
			continue
		}
		seen[slot] = true
		one := candidate{place: i, contact: contact, slot: slot}
		if doubt != "" {
			one.confirmed = []domain.Doubt{doubt}
		}
		candidates = append(candidates, one)
	}
	return rows, candidates, nil
}

// reads is how a batch's contacts are read.
func (a *App) reads(channel batch.Channel, country string) func(string) (domain.Contact, error) {
	if channel == batch.SMS {
		return func(phone string) (domain.Contact, error) { return a.ports.Texts.Phone(phone, country) }
	}
	return a.ports.Texts.Email
}

// ReadPasted returns the contacts of a text that somebody pasted, unread.
func (a *App) ReadPasted(text string, channel batch.Channel) Pasted {
	return a.ports.Lists.Pasted(text, channel)
}

// ShowContacts returns what was said of the contacts in each Row of an invitation once
// more, as far as it holds contacts: of the same ones, for the same country, it is the
// same. Refused says which rows were refused for what.
func (a *App) ShowContacts(channel batch.Channel, country string, contacts []string, refused func(int) domain.Code) []ShownContact {
	read, all := a.reads(channel, country), make([]ShownContact, len(contacts))
	for i, text := range contacts {
		contact, err := read(text)
		refusal, _ := errors.AsType[*domain.Refusal](err)
		switch {
		case refusal == nil:
		case refusal.Code == refused(i):
			all[i].DidYouMean = refusal.DidYouMean
		case refusal.Doubt != "": // it was confirmed, or known before
			err = nil
		}
		all[i].Contact = shown(text, contact, err)
	}
	return all
}

// shown is a contact as it was read, or as far as it is worth giving back.
func shown(text string, contact domain.Contact, err error) string {
	if err == nil {
		return contact.Address
	}
	return domain.Excerpt(text)
}

// batch gives the batch a command. Closing asks nobody's permission: what was
// done was done.
func (a *App) batch(ctx context.Context, request Request, command domain.CommandID, c batch.Command,
	authorise access.Authorise,
) (Done, error) {
	result, err := a.batches.Execute(ctx, batchCall{
		Name: execution.NameOf(c), Stream: domain.BatchStream(domain.BatchFor(request.Command)), Command: command, Request: request,
		Authorise: authorise, Begins: request.New && command == request.Command,
		Build: func(context.Context, loadedBatch) (batch.Command, error) { return c, nil },
	})
	return Done{Position: result.Position}, err
}
