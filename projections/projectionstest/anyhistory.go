package projectionstest

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// AnyHistory returns two companies in one log after random commands, some refused.
// Everybody's names and contacts carry the person's own word, so that a test
// can tell whose personal data is where.
func AnyHistory(t *rapid.T, commands int) []*Company {
	log := NewLog()
	companies := []*Company{Found(log, "one"), Found(log, "two")}
	for range rapid.IntRange(0, commands).Draw(t, "commands") {
		company := rapid.SampledFrom(companies).Draw(t, "company")
		switch rapid.IntRange(0, 9).Draw(t, "stream") {
		case 0:
			_ = company.Change(anySetting(t)) // refused or not, both belong to life
		case 1:
			_ = company.Arrange(anyUnit(t, company))
		default:
			_ = company.anyStep(t)
		}
		if rapid.IntRange(0, 4).Draw(t, "pause") == 0 {
			log.Pass(time.Duration(rapid.IntRange(1, 200).Draw(t, "hours")) * time.Hour)
		}
	}
	return companies
}

// Somebodies returns the words that AnyHistory's people carry.
func Somebodies() []string { return []string{"anna", "boris", "clara", "dmitri", "emily"} }

func (c *Company) anyStep(t *rapid.T) error {
	who := rapid.SampledFrom(Somebodies()).Draw(t, "who")
	state := c.People[c.Slot(who)]
	first, last := "First-"+who, fmt.Sprintf("Last-%s-%d", who, len(state.Registrations))
	number := rapid.IntRange(0, len(state.Registrations)+1).Draw(t, "number")
	switch rapid.IntRange(0, 16).Draw(t, "step") {
	case 0:
		return c.InviteBySMS(who, anyBatch(t, c))
	case 1:
		return c.InviteByEmail(who, anyBatch(t, c), anyDepartment(t, c), domain.WorkgroupID(c.ID.Derive("workgroup 0")))
	case 2, 3, 4:
		return c.Register(who, first, last)
	case 5, 6:
		return c.Redeem(who, first, last)
	case 7:
		return c.Do(who, person.Prove{Registration: number, Concern: c.concern()})
	case 8:
		return c.Do(who, person.Approve{Registration: number, By: c.Founder})
	case 9:
		return c.Do(who, person.Reject{Registration: number, By: c.Founder, Reason: "Reason-" + who})
	case 10:
		return c.RegisterDirectly(who, first, last, "Title-"+who, rapid.Bool().Draw(t, "without confirmation"))
	case 11, 12:
		return c.Do(who, anyChange(t, c, who))
	case 13:
		return c.Do(who, person.OpenInvitation{Invitation: len(state.Invitations)})
	case 14:
		return c.LogIn(who)
	case 15:
		return c.Do(who, person.Resend{Invitation: len(state.Invitations), By: c.Founder, ExpiresAt: c.Now.AddDate(0, 0, 14)})
	default:
		if rapid.Bool().Draw(t, "set") {
			return c.Do(who, person.SetPassword{Counter: 1})
		}
		return c.Do(who, person.ChangePassword{})
	}
}

// anyChange is something that befalls employees.
func anyChange(t *rapid.T, c *Company, who string) person.Command {
	roles := []domain.Role{domain.RoleAdministrator, domain.RoleAuditor, domain.RoleEmployee}
	counted := c.People[c.Slot(who)].CountsAs()
	return rapid.SampledFrom([]person.Command{
		person.Dismiss{By: c.Founder, Uncounted: counted},
		person.Rehire{By: c.Founder, Department: anyDepartment(t, c), LinkExpiresAt: c.Now.AddDate(0, 0, 14)},
		person.Move{Department: anyDepartment(t, c)},
		person.ChangeJobTitle{JobTitle: "Other-title-" + who},
		person.ChangeName{FirstName: "Other-first-" + who, LastName: rapid.SampledFrom([]string{"", "Other-last-" + who, "Third-last-" + who}).Draw(t, "last name")},
		person.ChangePreferences{Preferences: person.Preferences{Language: "Language-" + who, TimeZone: "Zone-" + who, Theme: person.DarkTheme}},
		person.ChangeRole{Role: rapid.SampledFrom(roles).Draw(t, "role"), By: c.Founder, Uncounted: counted},
	}).Draw(t, "change")
}

func anyBatch(t *rapid.T, c *Company) domain.BatchID {
	return domain.BatchID(c.ID.Derive(fmt.Sprintf("batch %d", rapid.IntRange(0, 2).Draw(t, "batch"))))
}

func anyDepartment(t *rapid.T, c *Company) domain.DepartmentID {
	chosen := rapid.IntRange(-1, 3).Draw(t, "department")
	if chosen < 0 {
		return domain.DepartmentID{}
	}
	return domain.DepartmentID(c.ID.Derive(fmt.Sprintf("department %d", chosen)))
}

func anyUnit(t *rapid.T, c *Company) structure.Command {
	number := rapid.IntRange(0, 3).Draw(t, "unit")
	if rapid.Bool().Draw(t, "workgroup") {
		return structure.CreateWorkgroup{
			Workgroup: domain.WorkgroupID(c.ID.Derive(fmt.Sprintf("workgroup %d", number))), Name: fmt.Sprintf("Workgroup %d", number),
		}
	}
	department := domain.DepartmentID(c.ID.Derive(fmt.Sprintf("department %d", number)))
	parent := domain.DepartmentID{}
	if number > 0 {
		parent = domain.DepartmentID(c.ID.Derive("department 0"))
	}
	return structure.CreateDepartment{Account: c.ID, Department: department, Parent: parent, Name: fmt.Sprintf("Department %d", number)}
}

func anySetting(t *rapid.T) account.Command {
	mode := rapid.SampledFrom([]account.Mode{account.Public, account.Moderated}).Draw(t, "mode")
	domains := rapid.SampledFrom([][]string{{}, {"example.com"}}).Draw(t, "domains")
	moderated := rapid.Bool().Draw(t, "moderate invited")
	name, language := rapid.SampledFrom([]string{"Company", "Society"}).Draw(t, "name"), rapid.SampledFrom([]string{"en", "de"}).Draw(t, "language")
	return rapid.SampledFrom([]account.Command{
		account.ChangeCompany{Name: &name, Language: &language},
		account.ChangeRegistration{Mode: &mode, Domains: &domains, ModerateInvited: &moderated},
		account.RotateJoinLink{},
		account.DisableJoinLink{},
		account.EnableJoinLink{},
		account.ChangeInviting{EveryoneMayInvite: rapid.Bool().Draw(t, "everyone")},
		account.ChangePlan{Plan: account.Standard},
		account.Close{Grounds: "unpaid"},
		account.Open{Grounds: "paid"},
		account.Open{Grounds: "paid"},
	}).Draw(t, "setting")
}
