package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Shelf keeps messages. What it did is durable when its methods return.
type Shelf interface {
	// KeepMessage keeps a message; where its id is taken it changes nothing.
	KeepMessage(ctx context.Context, message commands.Message) error
	// Messages returns the account's messages behind a place, newest first, at most
	// limit. A recipient's Form is not kept.
	Messages(ctx context.Context, account domain.AccountID, after Place, limit int) ([]commands.Message, error)
	// ForgetMessages deletes all messages to a person.
	ForgetMessages(ctx context.Context, person domain.PersonID) error
}

// Place is where a message stands in the list; zero is before the newest.
type Place struct {
	At time.Time
	ID uuid.UUID
}

// PlaceOf returns the place behind which the message's page continues.
func PlaceOf(message commands.Message) Place { return Place{At: message.At, ID: message.ID} }

// Outbox keeps messages on a shelf.
type Outbox struct {
	shelf Shelf
}

var _ commands.Messenger = (*Outbox)(nil)

// New returns the outbox of this shelf.
func New(shelf Shelf) *Outbox { return &Outbox{shelf} }

// Send implements commands.Messenger by keeping the message.
func (o *Outbox) Send(ctx context.Context, message commands.Message) error {
	if err := o.shelf.KeepMessage(ctx, message); err != nil {
		return fmt.Errorf("outbox: keep message %s: %w", message.ID, err)
	}
	return nil
}

// List returns a page of the account's messages, newest first and, within the same
// moment, by descending id; at most limit, behind the place where the page
// before ended. The secrets are not filled in.
func (o *Outbox) List(ctx context.Context, account domain.AccountID, after Place, limit int) ([]commands.Message, error) {
	messages, err := o.shelf.Messages(ctx, account, after, limit)
	if err != nil {
		return nil, fmt.Errorf("outbox: list: %w", err)
	}
	return messages, nil
}

// Forget deletes everything that was written to a person.
func (o *Outbox) Forget(ctx context.Context, person domain.PersonID) error {
	if err := o.shelf.ForgetMessages(ctx, person); err != nil {
		return fmt.Errorf("outbox: forget %s: %w", person, err)
	}
	return nil
}
