package commands

import (
	"context"
	"errors"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// ChangeCompany is what a company is to be called, and where and in what it speaks; nil
// leaves something as it is. A name that looks wrong is meant where it is confirmed.
type ChangeCompany struct {
	Name, Country, Language, TimeZone *string
	Confirmed                         []string
}

// ChangeCompany corrects what is not nil of a company's name, country, language and
// time zone, for administrators. The name and the language are those of all texts that
// are written from then on; the country decides how national numbers are read, and which
// SMS go abroad. It refuses with invalid_name, confirm_name, invalid_country,
// invalid_language or invalid_time_zone.
func (a *App) ChangeCompany(ctx context.Context, request Request, c ChangeCompany) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeSettings); err != nil {
		return Done{}, err
	}
	texts, q := a.ports.Texts, a.asks(request, c.Confirmed)
	name, err1 := readIf(c.Name, "name", func(typed string) (string, error) { return a.companyName(ctx, q, typed) })
	country, err2 := readIf(c.Country, "country",
		needed(texts.Country, domain.Refuse(domain.InvalidCountry, "an account has a country: write its two-letter code, such as DE, GB or US")))
	language, err3 := readIf(c.Language, "language",
		needed(texts.Language, domain.Refuse(domain.InvalidLanguage, "an account has a language: write its two-letter code, such as en, de or fr")))
	zone, err4 := readIf(c.TimeZone, "time_zone", texts.TimeZone)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return Done{}, err
	}
	return a.changeAccount(ctx, request, ChangeSettings, account.ChangeCompany{Name: name, Country: country, Language: language, TimeZone: zone, Confirmed: q.settled})
}

// readIf reads what was typed, where something was.
func readIf(typed *string, field string, read func(string) (string, error)) (*string, error) {
	if typed == nil {
		return nil, nil //nolint:nilnil // because nothing was typed, which is no error
	}
	text, err := read(*typed)
	return &text, in(field, err)
}

// needed reads what may not be empty.
func needed(read func(string) (string, error), otherwise *domain.Refusal) func(string) (string, error) {
	return func(typed string) (string, error) {
		text, err := read(typed)
		if err == nil && text == "" {
			err = otherwise
		}
		return text, err
	}
}
