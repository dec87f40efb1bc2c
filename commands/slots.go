package commands

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// SlotOf returns where a contact lives in an account: a keyed hash of its frozen
// normal form, so that nobody who reads stream names learns contacts.
func (a *App) SlotOf(ctx context.Context, id domain.AccountID, contact domain.Contact) (domain.Slot, error) {
	key, err := a.ports.Vault.LookupKey(ctx, id)
	if err != nil {
		return domain.Slot{}, fmt.Errorf("lookup key: %w", err)
	}
	return slotUnder(key, id, contact), nil
}

func slotUnder(key []byte, id domain.AccountID, contact domain.Contact) domain.Slot {
	mac := hmac.New(sha256.New, key)
	mac.Write(id[:])
	mac.Write([]byte(contact.Form))
	slot := uuid.UUID(mac.Sum(nil)[:16])
	slot[6] = slot[6]&0x0f | 0x80 // version 8: made as its maker likes (RFC 9562, 5.8)
	slot[8] = slot[8]&0x3f | 0x80
	return domain.Slot(slot)
}

// Contact reads an e-mail address or a phone number, as somebody in a country types
// it, to find whose it is. It refuses with invalid_email or invalid_phone.
func (a *App) Contact(typed, country string) (domain.Contact, error) {
	return a.ports.Texts.Contact(typed, country)
}

// Countries returns the codes of all countries that an account may have, in order.
func (a *App) Countries() []string { return a.ports.Texts.Countries() }

// Spaced writes a contact as its country does: a phone number with its spaces.
func (a *App) Spaced(contact string) string { return a.ports.Texts.Spaced(contact) }

// AccountNamed returns the id that an account with this short name has, whether or
// not there is one.
func (a *App) AccountNamed(ctx context.Context, slug string) (domain.AccountID, error) {
	installation, err := a.ports.Vault.Installation(ctx)
	if err != nil {
		return domain.AccountID{}, fmt.Errorf("installation id: %w", err)
	}
	return domain.AccountIDFor(installation, slug), nil
}

// company is an account's state; one that was never founded is not found.
func (a *App) company(ctx context.Context, id domain.AccountID) (account.State, error) {
	company, err := a.accounts.Load(ctx, domain.AccountStream(id))
	if err != nil {
		return account.State{}, err
	}
	if !company.State.Exists() {
		return account.State{}, access.ErrNoAccount()
	}
	return company.State, nil
}

func (a *App) linkKeys(ctx context.Context) (links.Keys, error) {
	keys, err := a.ports.Vault.LinkKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("link keys: %w", err)
	}
	return links.Keys(keys), nil
}
