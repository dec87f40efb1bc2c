package projections

import (
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

// IsZero reports whether nothing is known.
func (n Name) IsZero() bool { return n == Name{} }

// Names is what people are called whom rows name by id.
type Names map[domain.PersonID]Name

// Of is a person's name within a sentence, and "somebody" where it is not known.
func (n Names) Of(id domain.PersonID) string {
	if name := n[id]; !name.IsZero() {
		return name.String()
	}
	return "somebody"
}

// Beginning is a person's name at the beginning of a sentence.
func (n Names) Beginning(id domain.PersonID) string {
	if name := n[id]; !name.IsZero() {
		return name.String()
	}
	return "Somebody"
}

// Profile is what is known of a person as a human being, gathered from the
// person's events. It is personal data: only rows keyed by that person keep it.
type Profile struct {
	Login    string `json:"login,omitzero"`
	Name     Name   `json:"name,omitzero"`
	JobTitle string `json:"job_title,omitzero"`
	// Forms is what registrations say that nobody has admitted yet. Several
	// can wait, and the one admitted gives the person its name.
	Forms []Form `json:"forms,omitempty"`
}

// Form is what one registration says of its person.
type Form struct {
	Registration int    `json:"registration"`
	Login        string `json:"login,omitzero"`
	Name         Name   `json:"name,omitzero"`
}

// After is the profile after one more event of the person. An event whose
// personal data is erased takes with it what was known before.
func (p Profile) After(event domain.Recorded) Profile {
	if event.Erased {
		p = p.erased()
	}
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
	case person.JobTitleChanged:
		p.JobTitle = e.Personal.JobTitle
	case person.Employed:
		p = p.admit(e.Basis.Registration)
	}
	return p
}

// WithoutLogin is the profile where only the name and the job title matter.
func (p Profile) WithoutLogin() Profile {
	p.Login, p.Forms = "", slices.Clone(p.Forms)
	for i := range p.Forms {
		p.Forms[i].Login = ""
	}
	return p
}

// Called is the person's name: the admitted one, or else the latest claimed.
func (p Profile) Called() Name {
	if p.Name.IsZero() && len(p.Forms) > 0 {
		return p.Forms[len(p.Forms)-1].Name
	}
	return p.Name
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

func (p Profile) erased() Profile {
	var nameless Profile
	for _, form := range p.Forms {
		nameless.Forms = append(nameless.Forms, Form{Registration: form.Registration})
	}
	return nameless
}

// PersonOf is whom an event of a person's stream is about; zero for all other
// events.
func PersonOf(event domain.Event) domain.PersonID {
	personal, ok := event.(person.Event)
	if !ok {
		return domain.PersonID{}
	}
	switch e := personal.(type) {
	case person.InvitedBySMS:
		return e.Person
	case person.InvitedByEmail:
		return e.Person
	case person.InvitationRedeemed:
		return e.Person
	case person.InvitationSuperseded:
		return e.Person
	case person.InvitationExpired:
		return e.Person
	case person.Registered:
		return e.Person
	case person.AddressProved:
		return e.Person
	case person.RegistrationApproved:
		return e.Person
	case person.RegistrationRejected:
		return e.Person
	case person.RegistrationSuperseded:
		return e.Person
	case person.RegisteredDirectly:
		return e.Person
	case person.FounderRegistered:
		return e.Person
	case person.Employed:
		return e.Person
	case person.PasswordSet:
		return e.Person
	case person.PasswordChanged:
		return e.Person
	case person.PasswordGenerated:
		return e.Person
	case person.PasswordLinkIssued:
		return e.Person
	case person.PasswordResetAsked:
		return e.Person
	case person.PasswordReset:
		return e.Person
	case person.APITokenMade:
		return e.Person
	case person.APITokenRevoked:
		return e.Person
	case person.WorkgroupJoined:
		return e.Person
	case person.WorkgroupLeft:
		return e.Person
	case person.SeatForfeited:
		return e.Person
	case person.ProofSentAgain:
		return e.Person
	case person.InvitationRevoked:
		return e.Person
	case person.InvitationDeclined:
		return e.Person
	case person.NewInvitationAsked:
		return e.Person
	case person.ContactCorrected:
		return e.Person
	case person.CorrectionRefused:
		return e.Person
	case person.LoginClaimed:
		return e.By
	case person.LoginReleased:
		return e.By
	case person.LoginChanged:
		return e.Person
	case person.LoginChangeAbandoned:
		return e.Person
	case person.Moved:
		return e.Person
	case person.JobTitleChanged:
		return e.Person
	case person.MadeAdministrator:
		return e.Person
	case person.MadeAuditor:
		return e.Person
	case person.MadeEmployee:
		return e.Person
	case person.SessionsEnded:
		return e.Person
	case person.Dismissed:
		return e.Person
	case person.Rehired:
		return e.Person
	}
	return domain.PersonID{}
}

// PersonKey is the key of the row about the person whose event it is; nil where
// the event is no person's, or belongs to no account.
func PersonKey(event domain.Recorded) []Key {
	id := PersonOf(event.Event)
	if id.IsZero() || event.Metadata.Account.IsZero() {
		return nil
	}
	return []Key{{Account: event.Metadata.Account, ID: id.String()}}
}
