package commands

import (
	"context"
	"strings"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

// Began returns where the log ended when this process began.
func (a *App) Began() domain.Position { return a.ports.Head }

// SlotNamed returns the slot of a contact that somebody names who sees the
// account's settings. It refuses with invalid_contact what is neither an e-mail
// address nor a phone number.
func (a *App) SlotNamed(ctx context.Context, caller Caller, id domain.AccountID, text string) (domain.Slot, error) {
	contact, err := a.contactNamed(ctx, caller, id, text)
	if code := domain.CodeOf(err); code == domain.InvalidEmail || code == domain.InvalidPhone {
		err = domain.Refuse(domain.InvalidContact, "this is neither an e-mail address nor a phone number").In("contact")
	}
	if err != nil {
		return domain.Slot{}, err
	}
	return a.SlotOf(ctx, id, contact)
}

// ContactSought returns the contact that a text names which people of an account look
// for among those whom they see; false where it names none.
func (a *App) ContactSought(ctx context.Context, id domain.AccountID, text string) (domain.Contact, bool, error) {
	company, err := a.company(execution.Lagging(ctx), id)
	if err != nil {
		return domain.Contact{}, false, err
	}
	contact, err := a.Contact(text, company.Country)
	return contact, err == nil, nil
}

func (a *App) contactNamed(ctx context.Context, caller Caller, id domain.AccountID, text string) (domain.Contact, error) {
	if strings.Contains(text, "@") { // whatever the country
		return a.Contact(text, "")
	}
	settings, err := a.Settings(ctx, caller, id)
	if err != nil {
		return domain.Contact{}, err
	}
	return a.Contact(text, settings.Country)
}
