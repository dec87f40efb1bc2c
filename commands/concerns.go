package commands

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// judged is the settings that a registration is judged under. Domain rules are for
// whoever comes by the join link; others have no domain that counts.
func (a *App) judged(company account.State, emailDomain string) person.Judged {
	return person.Judged{Mode: string(company.Mode), Rule: company.RuleFor(emailDomain, a.Texts.PublicSuffix(emailDomain)), ModerateInvited: company.ModerateInvited}
}

// concernOf is why an invited person waits for approval, if so: by the account's
// settings, or because the inviter has no access any more, and nobody else with
// access has sent the invitation again.
func (a *App) concernOf(ctx context.Context, company account.State, invited loaded[person.State]) (person.Concern, error) {
	live := invited.state.LiveInvitation()
	switch {
	case company.ModerateInvited:
		return person.InvitedWait, nil
	case live == 0:
		return person.NoConcern, nil
	}
	invitation := invited.state.Invitations[live-1]
	for _, sender := range []domain.PersonID{invitation.Inviter, invitation.By} {
		if has, err := a.hasAccess(ctx, company.Account, sender, invited.position); err != nil || has {
			return person.NoConcern, err
		}
	}
	return person.InviterGone, nil
}

// hasAccess reports whether somebody is with the company now; a position by which
// he was known is needed.
func (a *App) hasAccess(ctx context.Context, account domain.AccountID, id domain.PersonID, known domain.Position) (bool, error) {
	if id.IsZero() {
		return false, nil
	}
	slot, found, err := a.Directory.SlotOf(ctx, account, id, known)
	if err != nil || !found {
		return false, err
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	return somebody.state.Person == id && somebody.state.Employment.Active, err
}
