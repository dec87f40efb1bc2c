package accounts

import (
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Account is a company as whoever runs Usher sees it.
type Account struct {
	ID        domain.AccountID `json:"id"`
	Slug      string           `json:"slug"`
	Name      string           `json:"name"`
	Country   string           `json:"country,omitzero"`
	Language  string           `json:"language"`
	Plan      account.Plan     `json:"plan"`
	FoundedAt time.Time        `json:"founded_at"`
	ClosedAt  time.Time        `json:"closed_at,omitzero"` // zero where it is open
	Employees int              `json:"employees"`          // who have access
}

// Status is whether an account is open.
type Status string

const (
	Open   Status = "open"
	Closed Status = "closed"
)

// Status returns whether the account is open.
func (a Account) Status() Status {
	if a.ClosedAt.IsZero() {
		return Open
	}
	return Closed
}

// View returns the read model. Its rows' time is when the account was founded.
func View() projections.View {
	return projections.Definition[Account]{
		ViewName: "accounts", ViewVersion: 1, Facets: []string{"status", "plan"},
		Keys: keys, Row: row, Index: index,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	switch event.Event.(type) {
	case account.Founded, account.Renamed, account.CountryChanged, account.LanguageChanged, account.Closed, account.Opened,
		account.PlanChanged, person.Employed, person.Dismissed:
		if !event.Metadata.Account.IsZero() {
			return []projections.Key{{ID: event.Metadata.Account.String()}}
		}
	}
	return nil
}

func row(_ projections.Key, before *Account, event domain.Recorded) *Account {
	if founded, ok := event.Event.(account.Founded); ok {
		return &Account{
			ID: founded.Account, Slug: founded.Slug, Name: founded.Name, Country: founded.Country, Language: founded.Language,
			Plan: account.Free, FoundedAt: event.Time,
		}
	}
	if before == nil {
		return nil
	}
	after := *before
	switch e := event.Event.(type) {
	case account.Renamed:
		after.Name = e.Name
	case account.CountryChanged:
		after.Country = e.Country
	case account.LanguageChanged:
		after.Language = e.Language
	case account.Closed:
		after.ClosedAt = event.Time
	case account.Opened:
		after.ClosedAt = time.Time{}
	case account.PlanChanged:
		after.Plan = e.Plan
	case person.Employed:
		after.Employees++
	case person.Dismissed:
		after.Employees--
	}
	return &after
}

func index(_ projections.Key, a *Account) projections.Index {
	return projections.Index{
		Sort: projections.SortText(a.Slug), At: a.FoundedAt, Facets: []string{string(a.Status()), string(a.Plan)},
		Search: projections.SearchText(a.Slug, a.Name),
	}
}
