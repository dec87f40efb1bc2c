package commands

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// inForce is the settings that a registration is judged under. Domain rules are for
// whoever comes by the join link; others have no domain that counts.
func (a *App) inForce(company account.State, emailDomain string) person.InForce {
	return person.InForce{Mode: string(company.Mode), Rule: company.RuleFor(emailDomain, a.ports.Texts.PublicSuffix(emailDomain)), ModerateInvited: company.ModerateInvited}
}

// concernOf is why an invited person waits for approval, if so: by the account's
// settings, or because the inviter has no access any more, and nobody else with
// access has sent the invitation again.
func (a *App) concernOf(ctx context.Context, company account.State, invited loadedPerson) (person.Concern, error) {
	live := invited.State.LiveInvitation()
	switch {
	case company.ModerateInvited:
		return person.InvitedWait, nil
	case live == 0:
		return person.NoConcern, nil
	}
	invitation := invited.State.Invitations[live-1]
	for _, sender := range []domain.PersonID{invitation.Inviter, invitation.By} {
		if has, err := a.hasAccess(ctx, company.Account, sender, invited.Position); err != nil || has {
			return person.NoConcern, err
		}
	}
	return person.InviterGone, nil
}

// hasAccess reports whether somebody is with the company now; a position by which
// they were known is needed.
func (a *App) hasAccess(ctx context.Context, account domain.AccountID, id domain.PersonID, known domain.Position) (bool, error) {
	if id.IsZero() {
		return false, nil
	}
	slot, found, err := a.ports.Finders.SlotOf(ctx, account, id, known)
	if err != nil || !found {
		return false, err
	}
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	return somebody.State.Person == id && somebody.State.Employment.Active, err
}
