package limits

import (
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

// FindUnanswered returns what goes unanswered of that which was just admitted.
func FindUnanswered(counters map[Key]Counter, shares []Share, now time.Time) (found []Unanswered) {
	for _, c := range shares {
		sent, came := counters[c.Key].Used, 0
		if answers := counters[c.Answers]; now.Before(answers.Until) {
			came = answers.Used
		}
		if c.Country != "" && sent%watchedTogether == 0 && came*fewestAnswers < sent {
			found = append(found, Unanswered{Country: c.Country, Sent: sent, Answered: came})
		}
	}
	return found
}

// came is the count of those who came from a country abroad.
func came(keys Keys, company account.State, country string) Share {
	return Share{Key: keys.answers(company.Account, country), Most: math.MaxInt, Window: day}
}

// answers is where it is counted who came from a country.
func (k Keys) answers(id domain.AccountID, country string) Key {
	return k.Of("came to", id.String(), "from country", country)
}
