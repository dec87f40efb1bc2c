package commands

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Secrets fills links and passwords into messages.
type Secrets struct {
	Keyring Keyring
	// LinkBase is what a link's token is appended to.
	LinkBase string
}

// Filled is a message's text with its secrets; Link, Password and Code are empty
// where the message has none. It is for the recipient only.
type Filled struct {
	Text, Link, Password, Code string
}

// Fill derives a message's secrets.
func (s Secrets) Fill(ctx context.Context, message Message) (Filled, error) {
	raw, err := s.Keyring.LinkKeys(ctx)
	if err != nil {
		return Filled{}, err
	}
	keys, owner := links.Keys(raw), links.Owner{Account: message.Account, Tenure: message.Tenure}
	filled := Filled{Text: message.Text}
	if message.Link.Purpose == resetCode {
		filled.Code = keys.Code(message.Slot, int(message.Link.Counter), owner) //nolint:gosec // because LinkTo made it of an int
		filled.Text = strings.ReplaceAll(filled.Text, "{code}", filled.Code)
	} else if purpose := links.PurposeNamed(message.Link.Purpose); purpose != 0 {
		filled.Link = s.LinkBase + keys.Token(links.Link{Purpose: purpose, Subject: uuid.UUID(message.Slot), Counter: message.Link.Counter}, owner)
		filled.Text = strings.ReplaceAll(filled.Text, "{link}", filled.Link)
	}
	if message.PasswordCounter != 0 {
		filled.Password = keys.Password(links.PasswordRef{Slot: message.Slot, Counter: message.PasswordCounter}, owner)
		filled.Text = strings.ReplaceAll(filled.Text, "{password}", filled.Password)
	}
	return filled, nil
}

// ReplacesPassword reports whether whoever reads the message can replace the
// recipient's password by it.
func (m Message) ReplacesPassword() bool {
	return m.Link.Purpose == links.Reset.String() || m.Link.Purpose == resetCode
}

// LinkTo names the link of a purpose and number for a message.
func LinkTo(purpose links.Purpose, counter int) LinkRef {
	return LinkRef{Purpose: purpose.String(), Counter: uint64(counter)} //nolint:gosec // because counters are positive
}

// ResetCode names the code for replacing a password, which is no link.
func ResetCode(number int) LinkRef {
	return LinkRef{Purpose: resetCode, Counter: uint64(number)} //nolint:gosec // because counters are positive
}

const resetCode = "reset_code"

// About is what a message about a person's event needs to know.
type About struct {
	Company   string
	Words     wording.Words
	Slot      domain.Slot
	Person    domain.PersonID
	Tenure    int
	Contact   domain.Contact
	BatchText string // of an invitation

	registrations []person.Registration
}

// Registrant is what the numbered registration says of its person.
func (a About) Registrant(number int) string {
	if number < 1 || number > len(a.registrations) {
		return ""
	}
	return a.registrations[number-1].Name()
}

// About answers from the streams. A person's stream that is gone, or whose
// person is not the event's any more, has no contact.
func (a *App) About(ctx context.Context, event domain.Recorded) (About, error) {
	company, err := a.company(ctx, event.Metadata.Account)
	if err != nil {
		return About{}, err
	}
	about := About{Company: company.Name, Words: wording.For(company.Language)}
	somebody, err := a.people.load(ctx, a.Store, event.Stream)
	if err != nil {
		return About{}, err
	}
	about.Slot, about.Person = domain.SlotOf(event.Stream), somebody.state.Person
	about.Tenure, about.Contact = somebody.state.Tenure, somebody.state.Contact
	about.registrations = somebody.state.Registrations
	about.BatchText, err = a.batchText(ctx, event.Event)
	return about, err
}

// batchText is the text of the batch that an invitation belongs to.
func (a *App) batchText(ctx context.Context, event domain.Event) (string, error) {
	var id domain.BatchID
	switch e := event.(type) {
	case person.InvitedBySMS:
		id = e.Batch
	case person.InvitedByEmail:
		id = e.Batch
	default:
		return "", nil
	}
	opened, err := a.batches.load(ctx, a.Store, domain.BatchStream(id))
	return opened.state.Message, err
}
