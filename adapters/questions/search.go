package questions

import (
	"context"
	"strings"

	"github.com/usher-engine/usher/projections"
)

// fewestDigits are those of a number that is looked for as a phone number.
const fewestDigits = 4

// sought is what somebody looks for: as it was typed, and as the phone number or
// e-mail address that it means, which rows have in their normal forms.
func (a Asker) sought(ctx context.Context, typed projections.Search) (projections.Search, error) {
	var ways projections.Search
	for _, text := range typed {
		ways = append(ways, text)
		digits := strings.Map(digitsAlone, projections.SearchText(text))
		if len(digits) < fewestDigits && !strings.Contains(text, "@") {
			continue
		}
		if part := partOfNumber(text); part != "" {
			ways = append(ways, part)
		}
		contact, is, err := a.from.App.ContactSought(ctx, a.Account, text)
		if err != nil {
			return nil, err
		}
		if is {
			ways = append(ways, contact.Address)
		}
	}
	return ways, nil
}

func digitsAlone(r rune) rune {
	if '0' <= r && r <= '9' {
		return r
	}
	return -1
}

// partOfNumber is the digits of a phone number, or of its beginning, as they stand in
// one in its normal form: without what is dialled within a country or out of it.
// It is empty where the text is something else.
func partOfNumber(text string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ()-./", r) {
			return -1
		}
		return r
	}, strings.Replace(projections.SearchText(text), "(0)", "", 1))
	rest, abroad := strings.CutPrefix(digits, "+")
	if strings.Trim(rest, "0123456789") != "" {
		return ""
	}
	if abroad {
		return digits
	}
	if country, abroad := strings.CutPrefix(rest, "00"); abroad {
		return "+" + country
	}
	return strings.TrimPrefix(rest, "0")
}
