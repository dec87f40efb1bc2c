package commands

import (
	"context"
	"errors"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

const (
	generatedPasswordLasts = 7 * 24 * time.Hour
	passwordLinkLasts      = 14 * 24 * time.Hour
)

// RegisterDirectly is an inviter registering a colleague himself.
type RegisterDirectly struct {
	Email     string
	FirstName string
	LastName  string
	JobTitle  string
	// WithoutConfirmation mails a generated password; otherwise, and where the
	// account mails no passwords, a link to choose one.
	WithoutConfirmation bool
}

// Registered is the answer to RegisterDirectly.
type Registered struct {
	Done
	Person domain.PersonID
}

// RegisterDirectly makes an employee at once, whatever the registration mode.
func (a *App) RegisterDirectly(ctx context.Context, request Request, c RegisterDirectly) (Registered, error) {
	company, err := a.mayInvite(ctx, request)
	if err != nil {
		return Registered{}, err
	}
	email, err1 := a.Texts.Email(c.Email)
	first, err2 := a.Texts.PersonName(c.FirstName)
	last, err3 := a.Texts.PersonName(c.LastName)
	title, err4 := a.Texts.JobTitle(c.JobTitle)
	if err := errors.Join(in("email", err1), in("first_name", err2), in("last_name", err3), in("job_title", err4)); err != nil {
		return Registered{}, err
	}
	slot, err := a.SlotOf(ctx, request.Account, email)
	if err != nil {
		return Registered{}, err
	}
	result, err := a.letIn(ctx, slot, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		authorise: a.permit(request, InvitePeople), sends: true,
		build: func(ctx context.Context, _ loaded[person.State]) (person.Command, error) {
			mayApprove, err := a.may(ctx, request, DecideRegistrations)
			return person.RegisterDirectly{
				Slot: slot, Inviter: request.Caller.Person, MayApprove: mayApprove,
				WithoutConfirmation: c.WithoutConfirmation && company.Passwords.MailedPasswords,
				PasswordExpiresAt:   a.Now().Add(generatedPasswordLasts), LinkExpiresAt: a.Now().Add(passwordLinkLasts),
				Details: person.Colleague{Contact: email, FirstName: first, LastName: last, JobTitle: title},
			}, err
		},
	})
	return Registered{Done: Done{Position: result.position}, Person: result.state.Person}, err
}
