package projections

import (
	"cmp"
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Name is what a person is called.
type Name struct {
	First string `json:"first,omitzero"`
	Last  string `json:"last,omitzero"`
}

func (n Name) String() string { return strings.TrimSpace(n.First + " " + n.Last) }

// Sort returns the place of the name in lists: by the last name, and by the only one of
// people with one name.
func (n Name) Sort() string { return SortText(cmp.Or(n.Last, n.First), n.First) }

// IsZero reports whether nothing is known.
func (n Name) IsZero() bool { return n == Name{} }

// Names is what people are called whom rows name by id.
type Names map[domain.PersonID]Name

// Of returns a person's name within a sentence, and "somebody" where it is not known.
func (n Names) Of(id domain.PersonID) string {
	if name := n[id]; !name.IsZero() {
		return name.String()
	}
	return "somebody"
}

// Beginning returns a person's name at the beginning of a sentence.
func (n Names) Beginning(id domain.PersonID) string {
	if name := n[id]; !name.IsZero() {
		return name.String()
	}
	return "Somebody"
}

// Profile is what is known of a person as a human being, gathered from the
// person's events. It is personal data: only rows keyed by that person keep it,
// in views that are Personal.
type Profile struct {
	Login    string `json:"login,omitzero" personal:"true"`
	Name     Name   `json:"name,omitzero" personal:"true"`
	JobTitle string `json:"job_title,omitzero" personal:"true"`
	// Forms is what registrations say that nobody has admitted yet. Several
	// can wait, and the one admitted gives the person its name.
	Forms []Form `json:"forms,omitempty"`
}

// Form is what one registration says of its person.
type Form struct {
	Registration int    `json:"registration"`
	Login        string `json:"login,omitzero" personal:"true"`
	Name         Name   `json:"name,omitzero" personal:"true"`
}

// After returns the profile after one more event of the person.
func (p Profile) After(event domain.Recorded) Profile {
	switch e := event.Event.(type) {
	case person.Registered:
		p.Forms = append(slices.Clone(p.Forms), Form{
			Registration: e.Registration, Login: e.Personal.Contact.Address,
			Name: Name{First: e.Personal.FirstName, Last: e.Personal.LastName},
		})
	case person.RegistrationRejected:
		p.Forms = p.formsWithout(e.Registration)
	case person.RegistrationSuperseded:
		p.Forms = p.formsWithout(e.Registration)
	case person.RegisteredDirectly:
		p.Login, p.JobTitle = e.Personal.Contact.Address, e.Personal.JobTitle
		p.Name = Name{First: e.Personal.FirstName, Last: e.Personal.LastName}
	case person.FounderRegistered:
		p.Login = e.Personal.Contact.Address
		p.Name = Name{First: e.Personal.FirstName, Last: e.Personal.LastName}
	case person.LoginChanged:
		p.Login = e.Personal.Contact.Address
	case person.NameChanged:
		p.Name = Name{First: e.Personal.FirstName, Last: e.Personal.LastName}
	case person.JobTitleChanged:
		p.JobTitle = e.Personal.JobTitle
	case person.Employed:
		p = p.admit(e.Basis.Registration)
	}
	return p
}

// WithoutLogin returns the profile where only the name and the job title matter.
func (p Profile) WithoutLogin() Profile {
	p.Login, p.Forms = "", slices.Clone(p.Forms)
	for i := range p.Forms {
		p.Forms[i].Login = ""
	}
	return p
}

// Called returns the person's name: the admitted one, or else the latest claimed.
func (p Profile) Called() Name {
	if p.Name.IsZero() && len(p.Forms) > 0 {
		return p.Forms[len(p.Forms)-1].Name
	}
	return p.Name
}

// Erased returns what remains of the profile once the person's data key is gone: which
// registrations wait.
func (p Profile) Erased() Profile {
	var nameless Profile
	for _, form := range p.Forms {
		nameless.Forms = append(nameless.Forms, Form{Registration: form.Registration})
	}
	return nameless
}

// IsEmpty reports whether nothing is known and nothing waits.
func (p Profile) IsEmpty() bool {
	return p.Login == "" && p.Name.IsZero() && p.JobTitle == "" && len(p.Forms) == 0
}

func (p Profile) admit(registration int) Profile {
	for _, form := range p.Forms {
		if form.Registration == registration {
			p.Login, p.Name = form.Login, form.Name
		}
	}
	p.Forms = nil
	return p
}

func (p Profile) formsWithout(registration int) []Form {
	return slices.DeleteFunc(slices.Clone(p.Forms), func(form Form) bool { return form.Registration == registration })
}

// PersonKey returns the key of the row about the person whom an event is about; nil
// where it is about nobody, or belongs to no account.
func PersonKey(event domain.Recorded) []Key {
	id := event.Event.About()
	if id.IsZero() || event.Metadata.Account.IsZero() {
		return nil
	}
	return []Key{KeyOf(event.Metadata.Account, id)}
}

// KeyOf returns the key of the row about a person.
func KeyOf(account domain.AccountID, id domain.PersonID) Key {
	return Key{Account: account, ID: id.String()}
}
