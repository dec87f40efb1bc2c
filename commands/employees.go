package commands

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

const (
	generatedPasswordLasts = 7 * 24 * time.Hour
	passwordLinkLasts      = 14 * 24 * time.Hour
)

// RegisterDirectly is an inviter registering a colleague, who fills in nothing.
type RegisterDirectly struct {
	Email     string
	FirstName string
	LastName  string // empty for people with one name, with OneName alone
	OneName   bool
	JobTitle  string // not empty
	// WithoutConfirmation mails a generated password; otherwise, and where the
	// account mails no passwords, a link to choose one.
	WithoutConfirmation bool
	Department          domain.DepartmentID // where the colleague stands; zero means the root
	Workgroups          []domain.WorkgroupID
	Confirmed           []string // the address and names that look wrong and are meant
}

// Registered is the answer to RegisterDirectly.
type Registered struct {
	Done
	Person domain.PersonID
	// FixedText is said of a corrected invitation, see Resent.
	FixedText bool
}

// RegisterDirectly makes an employee at once, whatever the registration mode, for
// whoever may invite. It refuses with invalid_email, invalid_name, invalid_job_title,
// department_not_found, workgroup_not_found, already_employed, already_registered (where
// the inviter may not approve), contact_held, or the limit that is reached.
func (a *App) RegisterDirectly(ctx context.Context, request Request, c RegisterDirectly) (Registered, error) {
	company, err := a.mayInvite(ctx, request)
	if err != nil {
		return Registered{}, err
	}
	slot, register, err := a.registering(ctx, request, company, c)
	if err != nil {
		return Registered{}, err
	}
	register.Sends = true
	result, err := a.letIn(ctx, slot, register)
	return Registered{Done: Done{Position: result.Position}, Person: result.State.Person}, err
}

// registering is a direct registration on its way, with all that was typed read.
func (a *App) registering(ctx context.Context, request Request, company account.State, c RegisterDirectly) (domain.Slot, personCall, error) {
	q := a.asksOpenly(request, c.Confirmed)
	email, err1 := q.contact(ctx, c.Email, a.ports.Texts.Email)
	first, last, err2 := q.person(ctx, "", c.FirstName, c.LastName, a.lastName(c.OneName), company.Name)
	title, err3 := needed(a.ports.Texts.JobTitle, domain.Refuse(domain.InvalidJobTitle, "say what the person is at work: a job title has 1 to 200 characters"))(c.JobTitle)
	if err := errors.Join(in("email", err1), err2, in("job_title", err3)); err != nil {
		return domain.Slot{}, personCall{}, err
	}
	slot, err := a.SlotOf(ctx, request.Account, email)
	return slot, personCall{
		Name: "person.register_directly", Stream: domain.PersonStream(slot), Request: request,
		Authorise: a.guard.Authorise(request, InvitePeople),
		Build: func(ctx context.Context, _ loadedPerson) (person.Command, error) {
			mayApprove, err1 := a.guard.May(ctx, request, DecideRegistrations)
			department, err2 := a.chosenDepartment(ctx, request.Account, c.Department)
			return person.RegisterDirectly{
				Slot: slot, Inviter: request.Caller.Person, MayApprove: mayApprove,
				WithoutConfirmation: c.WithoutConfirmation && company.Passwords.MailedPasswords,
				PasswordExpiresAt:   a.Now().Add(generatedPasswordLasts), LinkExpiresAt: a.Now().Add(passwordLinkLasts),
				Department: department, Workgroups: c.Workgroups,
				Confirmed: q.settled,
				Details:   person.Colleague{Contact: email, FirstName: first, LastName: last, JobTitle: title},
			}, cmp.Or(err1, err2, a.checkPlacement(ctx, request.Account, domain.DepartmentID{}, c.Workgroups))
		},
	}, err
}

// lastName reads a last name, or wants to be told that there is none.
func (a *App) lastName(oneName bool) func(string) (string, error) {
	return func(typed string) (string, error) {
		last, err := a.ports.Texts.LastName(typed)
		switch {
		case err != nil:
			return last, err
		case last == "" && !oneName:
			return "", domain.Refuse(domain.InvalidName, "write the last name; where the person has one name only, say so (one_name)")
		case last != "" && oneName:
			return "", domain.Refuse(domain.InvalidName, "somebody with one name only (one_name) has no last name: leave one of the two out")
		}
		return last, nil
	}
}
