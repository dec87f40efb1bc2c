package commands

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// SlotOf is where a contact lives in an account: a keyed hash of its frozen
// normal form, so that nobody who reads stream names learns contacts.
func (a *App) SlotOf(ctx context.Context, id domain.AccountID, contact domain.Contact) (domain.Slot, error) {
	key, err := a.Vault.LookupKey(ctx, id)
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

// AccountNamed is the id that an account with this short name has, whether or
// not there is one.
func (a *App) AccountNamed(ctx context.Context, slug string) (domain.AccountID, error) {
	installation, err := a.Vault.Installation(ctx)
	if err != nil {
		return domain.AccountID{}, fmt.Errorf("installation id: %w", err)
	}
	return domain.AccountIDFor(installation, slug), nil
}

// company is an account's state; one that was never founded is not found.
func (a *App) company(ctx context.Context, id domain.AccountID) (account.State, error) {
	company, err := a.accounts.load(ctx, a.Store, domain.AccountStream(id))
	if err != nil {
		return account.State{}, err
	}
	if !company.state.Exists() {
		return account.State{}, errNoAccount()
	}
	return company.state, nil
}

func (a *App) linkKeys(ctx context.Context) (links.Keys, error) {
	keys, err := a.Vault.LinkKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("link keys: %w", err)
	}
	return links.Keys(keys), nil
}
