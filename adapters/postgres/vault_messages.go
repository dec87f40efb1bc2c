package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// KeepMessage implements outbox.Shelf.
func (v *Vault) KeepMessage(ctx context.Context, message commands.Message) error {
	return v.write(ctx, "keep a message",
		"INSERT INTO vault.messages (id, account, person, slot, tenure, channel, address, subject, text,"+
			" link_purpose, link_counter, password_counter, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"+
			" ON CONFLICT DO NOTHING",
		message.ID[:], message.Account[:], message.Person[:], message.Slot[:], message.Tenure,
		string(message.To.Kind), message.To.Address, message.Subject, message.Text,
		message.Link.Purpose, int64(message.Link.Counter), message.PasswordCounter, timeText(message.At)) //nolint:gosec // because readMessage turns it back
}

// Messages implements outbox.Shelf.
func (v *Vault) Messages(ctx context.Context, account domain.AccountID, after outbox.Place, limit int) (messages []commands.Message, err error) {
	sql := "SELECT id, account, person, slot, tenure, channel, address, subject, text, link_purpose, link_counter, password_counter, at" +
		" FROM vault.messages WHERE account = $1"
	args := []any{account[:], max(limit, 0)}
	if after != (outbox.Place{}) {
		sql += " AND (at, id) < ($3, $4)"
		args = append(args, timeText(after.At), after.ID[:])
	}
	err = v.read(ctx, "list messages", func(row pgx.Rows) error {
		message, err := readMessage(row)
		messages = append(messages, message)
		return err
	}, sql+" ORDER BY at DESC, id DESC LIMIT $2", args...)
	return messages, err
}

func readMessage(row pgx.Rows) (message commands.Message, err error) {
	var kind string
	var counter int64
	err = row.Scan(scanID{message.ID[:]}, scanID{message.Account[:]}, scanID{message.Person[:]}, scanID{message.Slot[:]}, &message.Tenure,
		&kind, &message.To.Address, &message.Subject, &message.Text, &message.Link.Purpose, &counter, &message.PasswordCounter,
		scanTime{&message.At})
	message.To.Kind, message.Link.Counter = domain.ContactKind(kind), uint64(counter) //nolint:gosec // see KeepMessage
	return message, err
}

// ForgetMessages implements outbox.Shelf.
func (v *Vault) ForgetMessages(ctx context.Context, person domain.PersonID) error {
	return v.write(ctx, "forget messages", "DELETE FROM vault.messages WHERE person = $1", person[:])
}
