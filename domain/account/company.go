package account

import "github.com/usher-engine/usher/domain"

// ChangeCompany corrects what is not nil of what was entered when the account was
// founded. All of it is normalised.
type ChangeCompany struct {
	Name, Country, Language, TimeZone *string
	Confirmed                         []domain.Doubt // why the name looks wrong
}

func (ChangeCompany) accountCommand() {}

const (
	RenamedType         domain.EventType = "account.renamed"
	CountryChangedType  domain.EventType = "account.country_changed"
	LanguageChangedType domain.EventType = "account.language_changed"
	TimeZoneChangedType domain.EventType = "account.time_zone_changed"
)

type (
	// Renamed says what the company is called from now on, in all texts that follow.
	Renamed struct {
		Name      string         `json:"name"`
		Confirmed []domain.Doubt `json:"confirmed,omitzero"` // why the name looked wrong, which was meant all the same
	}

	// CountryChanged says where phone numbers without a prefix are from, from now on, and
	// which SMS go abroad.
	CountryChanged struct {
		Country string `json:"country"` // ISO 3166-1 alpha-2
	}

	// LanguageChanged says in which language messages are, from now on.
	LanguageChanged struct {
		Language string `json:"language"`
	}

	// TimeZoneChanged says by which clock the company lives.
	TimeZoneChanged struct {
		TimeZone string `json:"time_zone"` // of the IANA database
	}
)

func (Renamed) Type() domain.EventType         { return RenamedType }
func (CountryChanged) Type() domain.EventType  { return CountryChangedType }
func (LanguageChanged) Type() domain.EventType { return LanguageChangedType }
func (TimeZoneChanged) Type() domain.EventType { return TimeZoneChangedType }

func (Renamed) About() domain.PersonID         { return domain.Nobody() }
func (CountryChanged) About() domain.PersonID  { return domain.Nobody() }
func (LanguageChanged) About() domain.PersonID { return domain.Nobody() }
func (TimeZoneChanged) About() domain.PersonID { return domain.Nobody() }

func (Renamed) accountEvent()         {}
func (CountryChanged) accountEvent()  {}
func (LanguageChanged) accountEvent() {}
func (TimeZoneChanged) accountEvent() {}

// defaultTimeZone is that of an account that has never named one.
const defaultTimeZone = "UTC"

func changeCompany(s State, c ChangeCompany) (events []Event) {
	changes := func(to *string, from string) bool { return to != nil && *to != from }
	if changes(c.Name, s.Name) {
		events = append(events, Renamed{Name: *c.Name, Confirmed: c.Confirmed})
	}
	if changes(c.Country, s.Country) {
		events = append(events, CountryChanged{Country: *c.Country})
	}
	if changes(c.Language, s.Language) {
		events = append(events, LanguageChanged{Language: *c.Language})
	}
	if changes(c.TimeZone, s.TimeZone) {
		events = append(events, TimeZoneChanged{TimeZone: *c.TimeZone})
	}
	return events
}
