package commands

import (
	"context"
	"math"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// Unanswered says that of those whom an account invited by SMS in a country abroad
// within a day hardly anybody came. Who earns by messages invites numbers that
// nobody reads.
type Unanswered struct {
	Account  domain.AccountID
	Country  string
	Sent     int
	Answered int
}

const (
	watchedTogether = 50 // after so many SMS, and again after as many
	fewestAnswers   = 5  // one answer for so many SMS
)

// unanswered is what goes unanswered of that which was just admitted.
func unanswered(counters map[CounterKey]Counter, shares []share, now time.Time) (found []Unanswered) {
	for _, c := range shares {
		sent, came := counters[c.key].Used, 0
		if answers := counters[c.answers]; now.Before(answers.Until) {
			came = answers.Used
		}
		if c.country != "" && sent%watchedTogether == 0 && came*fewestAnswers < sent {
			found = append(found, Unanswered{Country: c.country, Sent: sent, Answered: came})
		}
	}
	return found
}

// answered counts that somebody came who was invited by SMS abroad.
func (a *App) answered(ctx context.Context, company account.State, contact domain.Contact) error {
	if contact.Kind != domain.ContactPhone {
		return nil
	}
	contact, err := a.readAgain(contact)
	if err != nil || !abroad(company, contact) {
		return err
	}
	keys, err := a.counterKeys(ctx)
	if err != nil {
		return err
	}
	return a.settle(ctx, only(came(keys, company, contact.Country)), admit)
}

func came(keys counterKeys, company account.State, country string) share {
	return share{key: keys.answers(company.Account, country), most: math.MaxInt, window: day}
}

func (k counterKeys) answers(id domain.AccountID, country string) CounterKey {
	return k.of("came to", id.String(), "from country", country)
}
