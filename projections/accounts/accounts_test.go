package accounts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/accounts"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func TestAccounts(t *testing.T) {
	log := projectionstest.NewLog()
	zoo, acme := projectionstest.Found(log, "zoo"), projectionstest.Found(log, "acme")
	row := func(company *projectionstest.Company, founded time.Time) accounts.Account {
		return accounts.Account{
			ID: company.ID, Slug: company.Account.Slug, Name: company.Account.Name, Language: "en", Plan: account.Free, FoundedAt: founded, Employees: 1,
		}
	}
	then := func(t *testing.T, want ...accounts.Account) {
		t.Helper()
		projectionstest.Given[accounts.Account](t, accounts.View(), log.Events...).Then(want...)
	}
	zoos, acmes := row(zoo, log.Events[0].Time), row(acme, foundedAt(t, log, acme.ID))
	t.Run("given two companies, both are listed by their short names", func(t *testing.T) { then(t, acmes, zoos) })
	t.Run("given people who come and go, those with access are counted", func(t *testing.T) {
		require.NoError(t, acme.RegisterDirectly("anna", "Anna", "Smith", "Buyer", true))
		require.NoError(t, acme.RegisterDirectly("boris", "Boris", "Smith", "Buyer", false))
		require.NoError(t, acme.Register("clara", "Clara", "Smith"))
		require.NoError(t, acme.Do("boris", person.Dismiss{By: acme.Founder}))
		acmes.Employees = 2
		then(t, acmes, zoos)
		require.NoError(t, acme.Do("boris", person.Rehire{By: acme.Founder, LinkExpiresAt: acme.Now.AddDate(0, 0, 14)}))
		acmes.Employees = 3
		then(t, acmes, zoos)
	})
	t.Run("given a plan, a closing and an opening, the row says so", func(t *testing.T) {
		require.NoError(t, zoo.Change(account.ChangePlan{Plan: account.Standard}))
		require.NoError(t, zoo.Change(account.Close{Grounds: "unpaid"}))
		zoos.Plan, zoos.ClosedAt = account.Standard, log.Now
		then(t, acmes, zoos)
		require.Equal(t, accounts.Closed, zoos.Status())
		require.NoError(t, acme.Change(account.Close{Grounds: "moved"}))
		require.NoError(t, acme.Change(account.Open{Grounds: "moved back"}))
		then(t, acmes, zoos)
		require.Equal(t, accounts.Open, acmes.Status())
	})
	t.Run("given corrections, the row has them", func(t *testing.T) {
		name, country, language := "Acme Ltd", "DE", "de"
		require.NoError(t, acme.Change(account.ChangeCompany{Name: &name, Country: &country, Language: &language}))
		acmes.Name, acmes.Country, acmes.Language = name, country, language
		then(t, acmes, zoos)
	})
	t.Run("given an event of a company that nobody founded, there is no row", func(t *testing.T) {
		log.Append(domain.AccountID{9}, domain.AccountStream(domain.AccountID{9}), domain.Actor{}, account.Closed{Grounds: "forged"})
		log.Append(domain.AccountID{}, domain.OperationsStream(), domain.Actor{}, account.Closed{Grounds: "forged"})
		then(t, acmes, zoos)
	})
	t.Run("given filters, only those are listed that have them", func(t *testing.T) {
		list := func(query accounts.Query) (slugs []string) {
			page, err := accounts.List(t.Context(), projectionstest.Reader(t, log.Events, accounts.View()), query)
			require.NoError(t, err)
			for _, one := range page.Items {
				slugs = append(slugs, one.Slug)
			}
			return slugs
		}
		require.Equal(t, []string{"acme", "zoo"}, list(accounts.Query{}))
		require.Equal(t, []string{"zoo"}, list(accounts.Query{Status: accounts.Closed}))
		require.Equal(t, []string{"acme"}, list(accounts.Query{Status: accounts.Open}))
		require.Equal(t, []string{"acme"}, list(accounts.Query{Plan: account.Free}))
		require.Equal(t, []string{"zoo"}, list(accounts.Query{Search: projections.Search{"COMPANY zo"}}))
		require.Equal(t, []string{"acme"}, list(accounts.Query{Paging: projections.Paging{Limit: 1}}))
		require.Empty(t, list(accounts.Query{Search: projections.Search{"nobody"}}))
	})
}

// foundedAt is when a company was founded.
func foundedAt(t *testing.T, log *projectionstest.Log, id domain.AccountID) time.Time {
	t.Helper()
	for _, event := range log.Events {
		if founded, ok := event.Event.(account.Founded); ok && founded.Account == id {
			return event.Time
		}
	}
	require.Fail(t, "nobody founded it")
	return time.Time{}
}
