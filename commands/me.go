package commands

import (
	"context"
	"slices"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Me is what somebody signed in is told of themselves, and of where they are.
type Me struct {
	Person             domain.PersonID
	Role               domain.Role
	Login              string
	FirstName          string
	LastName           string
	MayInvite          bool
	MustChangePassword bool
	Preferences        person.Preferences
	Company            string
	Slug               string
	Country            string // empty where the company has named none
	Language           string // the company's
	TimeZone           string // the company's
	// PasswordLength is how many characters a new password has at least.
	PasswordLength int
	// Permitted is what the role allows in this company; see May.
	Permitted []Action
}

// May reports whether somebody's role allows this. What is shown can be left out by it;
// whoever then does it is judged anew.
func (m Me) May(action Action) bool { return slices.Contains(m.Permitted, action) }

// Me returns what the caller's own stream says of them, and the company's of itself.
func (a *App) Me(ctx context.Context, caller Caller, id domain.AccountID) (Me, error) {
	if _, err := a.Permit(ctx, caller, id, SeeOneself); err != nil {
		return Me{}, err
	}
	ctx = execution.Lagging(ctx)
	somebody, err := a.people.Load(ctx, domain.PersonStream(caller.Slot))
	if err != nil {
		return Me{}, err
	}
	company, err := a.company(ctx, id)
	s := somebody.State
	me := Me{
		Person: s.Person, Role: s.Employment.Role, Login: s.Contact.Address, FirstName: s.FirstName, LastName: s.LastName,
		MustChangePassword: s.Credential.Kind == person.GeneratedCredential, Preferences: s.Prefers(),
		Company: company.Name, Slug: company.Slug, Country: company.Country, Language: company.Language, TimeZone: company.TimeZone,
		PasswordLength: company.Passwords.MinimumLength,
	}
	for _, action := range Actions() {
		if access.RoleMay(s.Employment.Role, company, action) {
			me.Permitted = append(me.Permitted, action)
		}
	}
	me.MayInvite = me.May(InvitePeople)
	return me, err
}
