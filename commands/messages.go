package commands

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
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

// Fill returns a message's text with its secrets, which it derives.
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

// FillFor is Fill for somebody who reads the messages to others. What replaces a
// forgotten password stays unfilled for all but the operator: with it, an administrator
// could act in another's name.
func (s Secrets) FillFor(ctx context.Context, reader Caller, message Message) (Filled, error) {
	if reader.Kind != domain.ActorOperator && message.ReplacesPassword() {
		return Filled{Text: message.Text}, nil
	}
	return s.Fill(ctx, message)
}

// ReplacesPassword reports whether whoever reads the message can replace the
// recipient's password by it.
func (m Message) ReplacesPassword() bool {
	return m.Link.Purpose == links.Reset.String() || m.Link.Purpose == resetCode
}

// LinkTo returns the name of the link of a purpose and number, for a message.
func LinkTo(purpose links.Purpose, counter int) LinkRef {
	return LinkRef{Purpose: purpose.String(), Counter: uint64(counter)} //nolint:gosec // because counters are positive
}

// ResetCode returns the name of a code for replacing a password, which is no link.
func ResetCode(number int) LinkRef {
	return LinkRef{Purpose: resetCode, Counter: uint64(number)} //nolint:gosec // because counters are positive
}

const resetCode = "reset_code"

// About is what a message about a person's event needs to know.
type About struct {
	Company   string
	Closed    bool // nothing is sent
	Words     wording.Words
	Slot      domain.Slot
	Person    domain.PersonID
	Tenure    int
	Contact   domain.Contact
	BatchText string // of an invitation
}

// About returns what the streams say. Of a person whose stream is gone, or whose
// personal data is, no contact is known. It refuses with not_found where there is no
// such account.
func (a *App) About(ctx context.Context, event domain.Recorded) (About, error) {
	company, err := a.company(ctx, event.Metadata.Account)
	if err != nil {
		return About{}, err
	}
	about := About{Company: company.Name, Closed: company.Closed, Words: wording.For(company.Language)}
	somebody, err := a.people.Load(ctx, event.Stream)
	if err != nil {
		return About{}, err
	}
	about.Slot, about.Person = domain.SlotOf(event.Stream), somebody.State.Person
	about.Tenure, about.Contact = somebody.State.Tenure, somebody.State.Contact
	about.BatchText, err = a.batchText(ctx, company, event.Event)
	return about, err
}

// batchText is the text of the batch that an invitation belongs to.
func (a *App) batchText(ctx context.Context, company account.State, event domain.Event) (string, error) {
	var id domain.BatchID
	switch e := event.(type) {
	case person.InvitedBySMS:
		id = e.Batch
	case person.InvitedByEmail:
		if e.FixedText {
			return wording.For(company.Language).InviteEmail(company.Name), nil
		}
		id = e.Batch
	default:
		return "", nil
	}
	opened, err := a.batches.Load(ctx, domain.BatchStream(id))
	return opened.State.Message, err
}
