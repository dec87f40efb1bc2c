package sqlite

import (
	"context"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// KeepMessage implements outbox.Shelf.
func (v *Vault) KeepMessage(ctx context.Context, message commands.Message) error {
	return v.write(ctx, "keep a message",
		"INSERT OR IGNORE INTO messages (id, account, person, slot, tenure, channel, address, subject, text,"+
			" link_purpose, link_counter, password_counter, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		message.ID[:], message.Account[:], message.Person[:], message.Slot[:], message.Tenure,
		string(message.To.Kind), message.To.Address, message.Subject, message.Text,
		message.Link.Purpose, int64(message.Link.Counter), message.PasswordCounter, message.At) // readMessage turns it back
}

// Messages implements outbox.Shelf.
func (v *Vault) Messages(ctx context.Context, account domain.AccountID, after outbox.Place, limit int) (messages []commands.Message, err error) {
	sql := "SELECT id, account, person, slot, tenure, channel, address, subject, text, link_purpose, link_counter, password_counter, at" +
		" FROM messages WHERE account = ?"
	values := []any{account[:]}
	if after != (outbox.Place{}) {
		sql += " AND (at, id) < (?, ?)"
		values = append(values, after.At, after.ID[:])
	}
	err = v.read(ctx, "list messages", sql+" ORDER BY at DESC, id DESC LIMIT ?", func(row *sqlite3.Stmt) error {
		message, err := readMessage(row)
		messages = append(messages, message)
		return err
	}, append(values, max(limit, 0))...)
	return messages, err
}

func readMessage(row *sqlite3.Stmt) (message commands.Message, err error) {
	copy(message.ID[:], row.ColumnRawBlob(0))
	copy(message.Account[:], row.ColumnRawBlob(1))
	copy(message.Person[:], row.ColumnRawBlob(2))
	copy(message.Slot[:], row.ColumnRawBlob(3))
	message.Tenure = row.ColumnInt(4)
	message.To = domain.Contact{Kind: domain.ContactKind(row.ColumnText(5)), Address: row.ColumnText(6)}
	message.Subject, message.Text = row.ColumnText(7), row.ColumnText(8)
	message.Link = commands.LinkRef{Purpose: row.ColumnText(9), Counter: uint64(row.ColumnInt64(10))} // see KeepMessage
	message.PasswordCounter = row.ColumnInt(11)
	message.At, err = columnTime(row, 12)
	return message, err
}

// ForgetMessages implements outbox.Shelf.
func (v *Vault) ForgetMessages(ctx context.Context, person domain.PersonID) error {
	return v.write(ctx, "forget messages", "DELETE FROM messages WHERE person = ?", person[:])
}
