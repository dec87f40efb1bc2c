package commands

import (
	"context"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
)

// InvitationTerms is what an inviter is told before inviting.
type InvitationTerms struct {
	// SMS and Email are the fixed texts, with {link} where the link will stand.
	SMS, Email string
	// MayEditMessage says whether the plan lets the e-mail's text be written anew.
	MayEditMessage bool
	// Days is how long an invitation can be used.
	Days int
	// MailsPasswords says whether colleagues who are registered directly can be mailed a
	// password; otherwise they are mailed a link for choosing one.
	MailsPasswords bool
}

// InvitationTerms returns what is so of invitations at the moment, for whoever may invite.
func (a *App) InvitationTerms(ctx context.Context, caller Caller, id domain.AccountID) (InvitationTerms, error) {
	if _, err := a.Permit(ctx, caller, id, InvitePeople); err != nil {
		return InvitationTerms{}, err
	}
	company, err := a.company(execution.Lagging(ctx), id)
	if err != nil {
		return InvitationTerms{}, err
	}
	words := wording.For(company.Language)
	return InvitationTerms{
		SMS: words.InviteSMS(company.Name), Email: words.InviteEmail(company.Name), MayEditMessage: company.Plan.MayEditMessage(),
		Days: company.InvitationDays, MailsPasswords: company.Passwords.MailedPasswords,
	}, nil
}
