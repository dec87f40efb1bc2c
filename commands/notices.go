package commands

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// MostCounted is up to how many of those who wait are counted: a notice that tells of so
// many means so many or more.
const MostCounted = wording.MostCounted

// newsAtOnce is of how many accounts there may be news that are told at a time.
const newsAtOnce = 1000

// Notices finds what administrators are to be told.
type Notices interface {
	// News returns the accounts in which people have begun to wait for approval of whom
	// administrators were not told, and may be by now; at most limit.
	News(ctx context.Context, now time.Time, limit int) ([]News, error)
	// Waiting returns how many wait for approval in an account, up to MostCounted, with at
	// least everything up to a position taken into account.
	Waiting(ctx context.Context, account domain.AccountID, least domain.Position) (int, error)
}

// News is an account, how many have begun to wait in it since it was founded, and where
// the latest of them stands.
type News struct {
	Account  domain.AccountID
	Arrivals int
	Position domain.Position
}

// NoticeApprovals puts on record that administrators are told of those who wait for
// approval, in all accounts: of the first at once, and of others once an hour. However
// many do this at once, each notice is one; what fails for one account hinders no other.
func (a *App) NoticeApprovals(ctx context.Context, now time.Time) error {
	news, err := a.ports.Finders.News(ctx, now, newsAtOnce)
	errs := []error{err}
	for _, one := range news {
		errs = append(errs, a.noticeApprovals(ctx, one))
	}
	return errors.Join(errs...)
}

func (a *App) noticeApprovals(ctx context.Context, news News) error {
	waiting, err := a.ports.Finders.Waiting(ctx, news.Account, news.Position)
	if err != nil {
		return err
	}
	command := domain.CommandID(news.Account.Derive("notice of " + strconv.Itoa(news.Arrivals)))
	_, err = a.accounts.Execute(ctx, accountCall{
		Name: "account.notice_approvals", Stream: domain.AccountStream(news.Account),
		Request: Request{Command: command, Caller: Policy(), Account: news.Account},
		Build: func(context.Context, loadedAccount) (account.Command, error) {
			return account.NoticeApprovals{Arrivals: news.Arrivals, Waiting: waiting}, nil
		},
	})
	if domain.CodeOf(err) == domain.AccountClosed { // just now
		return nil
	}
	return err
}

// Administrators is who is told of what concerns a company, and in which words.
type Administrators struct {
	Company string
	Words   wording.Words
	People  []About
}

// Administrators returns whom to tell of an event of an account: its administrators by
// e-mail, or by SMS where none of them has an address; nobody where it is closed. Who
// ceased to be one is none, whatever lists still say.
func (a *App) Administrators(ctx context.Context, event domain.Recorded) (Administrators, error) {
	company, err := a.company(ctx, event.Metadata.Account)
	if err != nil || company.Closed {
		return Administrators{}, err
	}
	told := Administrators{Company: company.Name, Words: wording.For(company.Language)}
	var ids []domain.PersonID
	for _, one := range company.Appointments {
		if one.Counted {
			ids = append(ids, one.Person)
		}
	}
	slots, err := a.ports.Finders.SlotsOf(ctx, company.Account, ids, event.Position)
	if err != nil {
		return Administrators{}, err
	}
	for _, id := range ids {
		somebody, err := a.people.Load(ctx, domain.PersonStream(slots[id]))
		if domain.CodeOf(err) == domain.HistoryMissing {
			continue // nobody knows how to reach them, and all others are told
		}
		if err != nil {
			return Administrators{}, err
		}
		if s := somebody.State; s.Person == id && s.CountsAs() > 0 && !s.Contact.IsZero() {
			told.People = append(told.People, aboutAdministrator(slots[id], s))
		}
	}
	byMail := func(one About) bool { return one.Contact.Kind == domain.ContactEmail }
	if slices.ContainsFunc(told.People, byMail) {
		told.People = slices.DeleteFunc(told.People, func(one About) bool { return !byMail(one) })
	}
	return told, nil
}

func aboutAdministrator(slot domain.Slot, s person.State) About {
	return About{Slot: slot, Person: s.Person, Tenure: s.Tenure, Contact: s.Contact}
}
