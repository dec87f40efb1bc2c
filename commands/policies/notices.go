package policies

import (
	"context"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// tellAdministrators tells them how many wait for approval, and nothing that those have
// typed. A message's id is derived from the event and the person, so that it is handed
// over once.
func tellAdministrators(app *commands.App, messenger commands.Messenger) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		noticed, ok := event.Event.(account.ApprovalsNoticed)
		if !ok || noticed.Waiting == 0 {
			return nil
		}
		told, err := app.Administrators(ctx, event)
		if err != nil {
			return err
		}
		for _, one := range told.People {
			message := commands.Message{
				ID:      uuid.NewSHA1(event.ID, []byte("message "+one.Person.String())),
				Account: event.Metadata.Account, Person: one.Person, Slot: one.Slot, Tenure: one.Tenure, To: one.Contact, At: event.Time,
				Text: told.Words.PeopleWaitSMS(told.Company, noticed.Waiting),
			}
			if one.Contact.Kind == domain.ContactEmail {
				text := told.Words.PeopleWait(told.Company, noticed.Waiting)
				message.Subject, message.Text = text.Subject, text.Text
			}
			if err := messenger.Send(ctx, message); err != nil {
				return err
			}
		}
		return nil
	}
}
