package funnel_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections/funnel"
	"github.com/usher-engine/usher/projections/projectionstest"
)

const week = 7 * 24 * time.Hour

// found is a company that somebody founded in week 9.
func found(mode account.Mode, domains ...string) *projectionstest.Company {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	if err := company.Change(account.ChangeRegistration{Mode: &mode, Domains: &domains}); err != nil {
		panic(err)
	}
	return company
}

func count(t *testing.T, company *projectionstest.Company, query funnel.Query) funnel.Answer {
	t.Helper()
	query.Account = company.ID
	answer, err := funnel.Count(t.Context(), projectionstest.Reader(t, company.Events, funnel.View()), query)
	require.NoError(t, err)
	return answer
}

// byWay is how far people got by each way.
func byWay(t *testing.T, company *projectionstest.Company) map[funnel.Kind]funnel.Figures {
	t.Helper()
	ways := map[funnel.Kind]funnel.Figures{}
	for _, group := range count(t, company, funnel.Query{By: funnel.ByWay}).Groups {
		ways[group.Kind] = group.Figures
	}
	return ways
}

type ways = map[funnel.Kind]funnel.Figures

// did carries out what somebody does, one after the other.
func did(t *testing.T, results ...error) {
	t.Helper()
	for i, err := range results {
		require.NoError(t, err, "step %d", i)
	}
}

func open(number int) person.Command { return person.OpenInvitation{Invitation: number} }

func resend(company *projectionstest.Company, number int) person.Command {
	return person.Resend{Invitation: number, By: company.Founder, ExpiresAt: company.Now.AddDate(0, 0, 14)}
}

func revoke(company *projectionstest.Company, number int) person.Command {
	return person.Revoke{Invitation: number, By: company.Founder, Why: person.RevokedAlone}
}

func TestSomebodyInvited(t *testing.T) {
	t.Run("counts at each stage that is reached, once", func(t *testing.T) {
		company := found(account.Moderated)
		did(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}))
		require.Equal(t, ways{funnel.Email: {Invited: 1}}, byWay(t, company))
		did(t, company.Do("anna", open(1)))
		require.Equal(t, ways{funnel.Email: {Invited: 1, Opened: 1}}, byWay(t, company))
		did(t, company.Redeem("anna", "Anna", "Able"))
		require.Equal(t, ways{funnel.Email: {Invited: 1, Opened: 1, Registered: 1, Approved: 1}}, byWay(t, company))
		did(t, company.LogIn("anna"), company.LogIn("anna"))
		require.Equal(t, ways{funnel.Email: {Invited: 1, Opened: 1, Registered: 1, Approved: 1, FirstLogin: 1}}, byWay(t, company))
	})
	t.Run("has opened the invitation whose form was sent, whatever the page said of it", func(t *testing.T) {
		company := found(account.Moderated)
		did(t, company.InviteBySMS("anna", domain.BatchID{1}), company.Redeem("anna", "Anna", "Able"))
		require.Equal(t, ways{funnel.SMS: {Invited: 1, Opened: 1, Registered: 1, Approved: 1}}, byWay(t, company))
	})
	t.Run("is not approved before an administrator has said so, where invited people wait", func(t *testing.T) {
		company, moderated := found(account.Moderated), true
		did(t, company.Change(account.ChangeRegistration{ModerateInvited: &moderated}), company.InviteBySMS("anna", domain.BatchID{1}), company.Redeem("anna", "Anna", "Able"))
		require.Equal(t, ways{funnel.SMS: {Invited: 1, Opened: 1, Registered: 1}}, byWay(t, company))
		did(t, company.Do("anna", person.Approve{By: company.Founder}))
		require.Equal(t, ways{funnel.SMS: {Invited: 1, Opened: 1, Registered: 1, Approved: 1}}, byWay(t, company))
	})
	t.Run("stays one who was invited, whatever became of the invitation", func(t *testing.T) {
		company := found(account.Moderated)
		for _, who := range []string{"anna", "boris", "clara"} {
			did(t, company.InviteBySMS(who, domain.BatchID{1}), company.Do(who, open(1)))
		}
		did(t, company.Do("anna", person.Decline{Invitation: 1}), company.Do("boris", revoke(company, 1)))
		company.Pass(20 * 24 * time.Hour)
		did(t, company.Do("clara", person.Expire{Invitation: 1}))
		require.Equal(t, ways{funnel.SMS: {Invited: 3, Opened: 3}}, byWay(t, company))
	})
	t.Run("counts once, however often it is sent again, and in the week of the first", func(t *testing.T) {
		company := found(account.Moderated)
		did(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}), company.Do("anna", open(1)))
		company.Pass(week)
		did(t, company.Do("anna", resend(company, 1)), company.Do("anna", open(2)), company.Do("anna", resend(company, 2)), company.Redeem("anna", "Anna", "Able"))
		answer := count(t, company, funnel.Query{By: funnel.ByWeek})
		require.Equal(t, []funnel.Group{{Alike: funnel.Alike{Week: "2026-W09"}, Figures: funnel.Figures{Invited: 1, Opened: 1, Registered: 1, Approved: 1}}}, answer.Groups)
	})
	t.Run("counts anew when invited anew", func(t *testing.T) {
		company := found(account.Moderated)
		did(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}), company.Do("anna", revoke(company, 1)))
		company.Pass(week)
		did(t, company.InviteByEmail("anna", domain.BatchID{2}, domain.DepartmentID{}), company.Redeem("anna", "Anna", "Able"))
		require.Equal(t, []funnel.Group{
			{Alike: funnel.Alike{Week: "2026-W09"}, Figures: funnel.Figures{Invited: 1}},
			{Alike: funnel.Alike{Week: "2026-W10"}, Figures: funnel.Figures{Invited: 1, Opened: 1, Registered: 1, Approved: 1}},
		}, count(t, company, funnel.Query{By: funnel.ByWeek}).Groups)
	})
	t.Run("by a mistyped contact counts only as whoever was meant", func(t *testing.T) {
		company := found(account.Moderated)
		right := person.Correct{Invitation: 1, To: company.Person("boris"), By: company.Founder, Contact: projectionstest.EmailOf("boris")}
		did(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}), company.Do("anna", right), company.Do("boris", person.Invite{
			Slot: company.Slot("boris"), Contact: projectionstest.EmailOf("boris"), Inviter: company.Founder, Batch: domain.BatchID{1},
			Corrects: company.Person("anna"), ExpiresAt: company.Now.AddDate(0, 0, 14),
		}))
		require.Equal(t, ways{funnel.Email: {Invited: 1}}, byWay(t, company))
	})
	t.Run("by a contact whose correction was refused counts as before, and when it is asked for and sent again", func(t *testing.T) {
		company := found(account.Moderated)
		right := person.Correct{Invitation: 1, To: company.Person("boris"), By: company.Founder, Contact: projectionstest.EmailOf("boris")}
		did(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}), company.Do("anna", right))
		require.Empty(t, byWay(t, company))
		did(t, company.Do("anna", person.RefuseCorrection{Invitation: 1, Code: domain.AlreadyEmployed}))
		require.Equal(t, ways{funnel.Email: {Invited: 1}}, byWay(t, company))
		did(t, company.Do("anna", person.AskAgain{Invitation: 1}), company.Do("anna", resend(company, 1)))
		require.Equal(t, ways{funnel.Email: {Invited: 1}}, byWay(t, company))
	})
	t.Run("and registered directly meanwhile has come by that, and not by the invitation", func(t *testing.T) {
		company := found(account.Moderated)
		did(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}), company.RegisterDirectly("anna", "Anna", "Able", "Baker", true), company.LogIn("anna"))
		require.Equal(t, ways{funnel.Email: {Invited: 1}, funnel.Direct: {Registered: 1, Approved: 1, FirstLogin: 1}}, byWay(t, company))
	})
}

func TestSomebodyByTheJoinLink(t *testing.T) {
	t.Run("begins with the registration", func(t *testing.T) {
		company := found(account.Public)
		did(t, company.Register("anna", "Anna", "Able"), company.LogIn("anna"))
		require.Equal(t, ways{funnel.JoinLink: {Registered: 1, Approved: 1, FirstLogin: 1}}, byWay(t, company))
	})
	t.Run("waits for an administrator, and is approved by one or not", func(t *testing.T) {
		company := found(account.Moderated)
		did(t, company.Register("anna", "Anna", "Able"), company.Register("boris", "Boris", "Baker"))
		require.Equal(t, ways{funnel.JoinLink: {Registered: 2}}, byWay(t, company))
		did(t, company.Do("anna", person.Approve{By: company.Founder}), company.Do("boris", person.Reject{By: company.Founder}))
		require.Equal(t, ways{funnel.JoinLink: {Registered: 2, Approved: 1}}, byWay(t, company))
	})
	t.Run("counts once, however often the form is sent before one is let in", func(t *testing.T) {
		company := found(account.Moderated, "example.com")
		did(t, company.Register("anna", "Anna", "Able"), company.Register("anna", "Anna", "Able"), company.Do("anna", person.Prove{Registration: 2}))
		require.Equal(t, ways{funnel.JoinLink: {Registered: 1, Approved: 1}}, byWay(t, company))
	})
	t.Run("and invited comes by the invitation, once the address is proved", func(t *testing.T) {
		company := found(account.Public)
		did(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}), company.Register("anna", "Anna", "Able"))
		require.Equal(t, ways{funnel.Email: {Invited: 1}}, byWay(t, company), "anybody could have filled the form in")
		did(t, company.Do("anna", person.Prove{Registration: 1}))
		require.Equal(t, ways{funnel.Email: {Invited: 1, Registered: 1, Approved: 1}}, byWay(t, company))
	})
}

func TestSomebodyWhoLeftAndComesBack(t *testing.T) {
	leave := func(t *testing.T) *projectionstest.Company {
		t.Helper()
		company := found(account.Moderated)
		did(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}), company.Redeem("anna", "Anna", "Able"), company.LogIn("anna"),
			company.Do("anna", person.Dismiss{By: company.Founder}))
		return company
	}
	once := funnel.Figures{Invited: 1, Opened: 1, Registered: 1, Approved: 1, FirstLogin: 1}
	t.Run("by an invitation, counts anew", func(t *testing.T) {
		company := leave(t)
		did(t, company.InviteByEmail("anna", domain.BatchID{2}, domain.DepartmentID{}), company.Redeem("anna", "Anna", "Able"), company.LogIn("anna"))
		require.Equal(t, ways{funnel.Email: {Invited: 2, Opened: 2, Registered: 2, Approved: 2, FirstLogin: 2}}, byWay(t, company))
	})
	t.Run("taken back by an administrator, came by no way that is counted", func(t *testing.T) {
		company := leave(t)
		did(t, company.Do("anna", person.Rehire{By: company.Founder, LinkExpiresAt: company.Now.AddDate(0, 0, 14)}), company.LogIn("anna"))
		require.Equal(t, ways{funnel.Email: once}, byWay(t, company))
	})
	t.Run("and the founder is nowhere", func(t *testing.T) {
		company := found(account.Moderated)
		did(t, company.LogIn("founder"))
		require.Empty(t, byWay(t, company))
	})
}
