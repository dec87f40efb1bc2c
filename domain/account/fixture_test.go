package account_test

import (
	"testing"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/domaintest"
)

var (
	acme  = domain.AccountID{1}
	admin = account.Founder{Person: domain.PersonID{2}, Slot: domain.Slot{3}, Credential: domain.CredentialID{4}}
	ada   = account.FounderDetails{Email: "ada@acme.example", FirstName: "Ada", LastName: "Byron"}
)

// given is an account that has been founded, and what happened to it since.
func given(t *testing.T, events ...account.Event) domaintest.Scenario[account.State, account.Command, account.Event] {
	t.Helper()
	return domaintest.Given(t, account.Decider(), append([]account.Event{founded("acme")}, events...)...)
}

func givenNothing(t *testing.T) domaintest.Scenario[account.State, account.Command, account.Event] {
	t.Helper()
	return domaintest.Given(t, account.Decider())
}

func found(slug string) account.Found {
	return account.Found{
		Account: acme, Slug: slug, Name: "Acme", Country: "GB", Language: "en", Administrator: admin, Details: ada,
	}
}

func founded(slug string) account.Event {
	return account.Founded{
		Account: acme, Slug: slug, Name: "Acme", Country: "GB", Language: "en", Administrator: admin, Personal: ada,
	}
}
