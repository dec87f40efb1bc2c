package activity_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/activity"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func list(t *testing.T, company *projectionstest.Company, query activity.Query) []activity.Entry {
	t.Helper()
	query.Account = company.ID
	page, err := activity.List(t.Context(), projectionstest.Reader(t, company.Events, activity.View()), query)
	require.NoError(t, err)
	return page.Items
}

func TestActivity(t *testing.T) {
	t.Run("given a founded account, its founder joined, once", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		event := company.Events[0]
		projectionstest.Given[activity.Entry](t, activity.View(), company.Events...).Then(activity.Entry{
			ID: event.ID.String(), Kind: activity.Kind(account.FoundedType), At: event.Time, Position: event.Position,
			Actor:  domain.Actor{Kind: domain.ActorPerson, Person: company.Founder},
			People: []domain.PersonID{company.Founder}, Basis: person.Founding,
		})
	})
	t.Run("given a batch of 25, it is one entry that names the first 20", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		id, first := domain.BatchID{7}, len(company.Events)
		var people []domain.PersonID
		for i := range 25 {
			who := fmt.Sprintf("somebody %d", i)
			require.NoError(t, company.InviteBySMS(who, id))
			people = append(people, company.Person(who))
		}
		require.Equal(t, activity.Entry{
			ID: "batch/" + id.String(), Kind: activity.InvitationsSent, Channel: batch.SMS, Count: 25, People: people[:20],
			At: company.Events[first].Time, Position: company.Events[first].Position,
			Actor: domain.Actor{Kind: domain.ActorPerson, Person: company.Founder},
		}, list(t, company, activity.Query{})[0])
	})
	t.Run("given a batch in which nobody was invited, there is no entry", func(t *testing.T) {
		log := projectionstest.NewLog()
		log.Append(domain.AccountID{1}, domain.BatchStream(domain.BatchID{7}), domain.Actor{},
			batch.Opened{Batch: domain.BatchID{7}, Size: 1}, batch.Closed{Batch: domain.BatchID{7}, Refused: 1})
		projectionstest.Given[activity.Entry](t, activity.View(), log.Events...).ThenNothing()
	})
	t.Run("given invitations of no batch, each is an entry", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		require.NoError(t, company.InviteBySMS("anna", domain.BatchID{}))
		require.NoError(t, company.InviteBySMS("boris", domain.BatchID{}))
		require.Len(t, list(t, company, activity.Query{Kind: activity.InvitationsSent}), 2)
	})
	t.Run("given registrations that wait, are approved or rejected, only the joining is an entry", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.NoError(t, company.Register("boris", "Boris", "Smith"))
		require.Len(t, list(t, company, activity.Query{}), 1)
		require.NoError(t, company.Do("boris", person.Reject{By: company.Founder}))
		require.NoError(t, company.Do("anna", person.Approve{By: company.Founder}))
		entries := list(t, company, activity.Query{})
		require.Len(t, entries, 2)
		require.Equal(t, []domain.PersonID{company.Person("anna")}, entries[0].People)
		require.Equal(t, company.Founder, entries[0].Actor.Person)
	})
}

func TestInvitationsTakenBackTogetherAreOneEntry(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	for _, who := range []string{"anna", "boris", "clara"} {
		require.NoError(t, company.InviteBySMS(who, domain.BatchID{7}))
		require.NoError(t, company.Do(who, person.Revoke{Invitation: 1, By: company.Founder, Why: person.InviterRevoked}))
	}
	for i := range company.Events {
		company.Events[i].Metadata.Correlation = [16]byte{1}
	}
	entries := list(t, company, activity.Query{Kind: activity.InvitationsRevoked})
	require.Len(t, entries, 1)
	require.Equal(t, 3, entries[0].Count)
	require.Equal(t, "Max took back 3 invitations", activity.Text(entries[0], projections.Names{company.Founder: {First: "Max"}}, projections.Places{}))
}

func TestListIsCutByTimeAndKind(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	company.Pass(time.Hour)
	require.NoError(t, company.Change(account.DisableJoinLink{}))
	middle := company.Now
	company.Pass(time.Hour)
	require.NoError(t, company.Change(account.EnableJoinLink{}))
	require.Len(t, list(t, company, activity.Query{}), 3)
	require.Len(t, list(t, company, activity.Query{From: middle}), 2)
	require.Len(t, list(t, company, activity.Query{To: middle}), 1)
	require.Len(t, list(t, company, activity.Query{Kind: activity.Kind(account.JoinLinkEnabledType)}), 1)
}

func TestText(t *testing.T) {
	anna, boss := domain.PersonID{1}, domain.PersonID{2}
	names := projections.Names{anna: {First: "Anna", Last: "Smith"}, boss: {First: "Max", Last: "Miller"}}
	byMax := domain.Actor{Kind: domain.ActorPerson, Person: boss}
	sales, kitchen, choir := domain.DepartmentID{1}, domain.DepartmentID{2}, domain.WorkgroupID{1}
	places := projections.Places{
		Root:        domain.RootDepartment(domain.AccountID{1}),
		Departments: map[domain.DepartmentID]string{sales: "Sales", kitchen: "Kitchen"}, Workgroups: map[domain.WorkgroupID]string{choir: "Choir"},
	}
	employed := func(basis person.Basis) domain.Event {
		return person.Employed{Person: anna, Basis: basis}
	}
	public := person.Basis{Kind: person.PublicLink}
	for _, c := range []struct {
		actor domain.Actor
		event domain.Event
		want  string
	}{
		{byMax, account.Founded{Administrator: account.Founder{Person: boss}}, "Max Miller founded the account"},
		{byMax, employed(person.Basis{Kind: person.PublicLink}), "Anna Smith joined by the join link"},
		{byMax, employed(person.Basis{Kind: person.DomainRule}), "Anna Smith joined by the join link with an address of a trusted e-mail domain"},
		{byMax, employed(person.Basis{Kind: person.ApprovedByAdmin, Approver: boss, Inviter: anna}), "Anna Smith joined, approved by Max Miller"},
		{byMax, employed(person.Basis{Kind: person.SMSInvitation, Inviter: boss}), "Anna Smith joined, invited by SMS by Max Miller"},
		{byMax, employed(person.Basis{Kind: person.EmailInvitation, Inviter: boss}), "Anna Smith joined, invited by e-mail by Max Miller"},
		{byMax, employed(person.Basis{Kind: person.DirectRegistration, Inviter: boss}), "Anna Smith was registered by Max Miller"},
		{byMax, employed(person.Basis{Kind: "a_way_to_come"}), "Anna Smith joined"},
		{byMax, employed(person.Basis{Kind: person.Rehiring, Approver: boss}), "Anna Smith came back, rehired by Max Miller"},
		{byMax, person.Employed{Person: anna, Basis: public, Department: sales, Instead: kitchen}, "Anna Smith joined by the join link; placed in the department Kitchen because the department Sales was deleted"},
		{byMax, person.Employed{Person: anna, Basis: public, Department: sales, Instead: places.Root, Archived: []domain.WorkgroupID{choir, {2}}}, "Anna Smith joined by the join link; placed in the top of the company because the department Sales was deleted; not added to the workgroup Choir because it was archived; not added to a workgroup because it was archived"},
		{byMax, person.Moved{Person: anna, Department: sales}, "Max Miller moved Anna Smith to the department Sales"},
		{byMax, person.Moved{Person: anna, Department: domain.DepartmentID{9}}, "Max Miller moved Anna Smith to a department"},
		{byMax, person.Moved{Person: anna}, "Max Miller moved Anna Smith to the top of the company"},
		{byMax, person.WorkgroupJoined{Person: anna, Workgroup: choir}, "Max Miller added Anna Smith to the workgroup Choir"},
		{byMax, person.WorkgroupLeft{Person: anna, Workgroup: choir}, "Max Miller removed Anna Smith from the workgroup Choir"},
		{byMax, person.WorkgroupJoined{Person: boss, Workgroup: choir}, "Max Miller joined the workgroup Choir"},
		{byMax, person.WorkgroupLeft{Person: boss, Workgroup: choir}, "Max Miller left the workgroup Choir"},
		{domain.Actor{Kind: domain.ActorLink}, person.LoginChanged{Person: anna}, "Anna Smith changed how they sign in"},
		{byMax, person.ContactCorrected{Person: domain.PersonID{8}, To: anna, By: boss}, "Max Miller corrected the contact of an invitation"},
		{domain.Actor{Kind: domain.ActorPolicy}, person.InvitationRevoked{Person: anna, By: boss}, "Max Miller took back 1 invitation"},
		{byMax, person.JobTitleChanged{Person: anna}, "Max Miller changed Anna Smith's job title"},
		{byMax, person.JobTitleChanged{Person: boss}, "Max Miller changed their own job title"},
		{byMax, person.MadeAdministrator{Person: anna, By: boss}, "Max Miller made Anna Smith an administrator"},
		{byMax, person.MadeAuditor{Person: anna, By: boss}, "Max Miller made Anna Smith an auditor"},
		{domain.Actor{Kind: domain.ActorPolicy}, person.MadeEmployee{Person: anna, By: boss}, "Max Miller made Anna Smith a plain employee"},
		{byMax, person.MadeEmployee{Person: boss, By: boss}, "Max Miller stepped down from administrator"},
		{byMax, person.MadeAuditor{Person: boss, By: boss}, "Max Miller stepped down from administrator to auditor"},
		{byMax, person.Moved{Person: boss, Department: sales}, "Max Miller moved to the department Sales"},
		{domain.Actor{Kind: domain.ActorPolicy}, person.Dismissed{Person: anna, By: boss}, "Max Miller dismissed Anna Smith"},
		{byMax, person.InvitedBySMS{Inviter: boss}, "Max Miller invited 1 person by SMS"},
		{byMax, person.InvitedByEmail{Inviter: anna}, "Anna Smith invited 1 person by e-mail"},
		{byMax, structure.DepartmentCreated{Name: "Sales"}, "Max Miller created the department Sales"},
		{byMax, structure.WorkgroupCreated{Name: "Choir"}, "Max Miller created the workgroup Choir"},
		{byMax, batch.Revoked{By: boss}, "Max Miller took back a bulk invitation"},
		{byMax, batch.Stopped{By: boss}, "Max Miller stopped a bulk invitation"},
		{byMax, structure.DepartmentRenamed{Department: sales, Name: "Shop"}, "Max Miller renamed a department to Shop"},
		{byMax, structure.DepartmentMoved{Department: sales, Parent: kitchen}, "Max Miller moved the department Sales below the department Kitchen"},
		{byMax, structure.DepartmentHeadChanged{Department: sales, Head: anna}, "Max Miller made Anna Smith the head of the department Sales"},
		{byMax, structure.DepartmentHeadChanged{Department: places.Root}, "Max Miller left the top of the company without a head"},
		{byMax, structure.DepartmentDeleted{Department: sales, Parent: kitchen}, "Max Miller deleted the department Sales"},
		{byMax, structure.WorkgroupRenamed{Workgroup: choir, Name: "Band"}, "Max Miller renamed a workgroup to Band"},
		{byMax, structure.WorkgroupArchived{Workgroup: choir}, "Max Miller archived the workgroup Choir"},
		{byMax, structure.WorkgroupRestored{Workgroup: choir}, "Max Miller took up the workgroup Choir again"},
		{byMax, account.InvitationPolicyChanged{Days: 30}, "Max Miller let invitations last 30 days from now on"},
		{byMax, account.LimitsChanged{}, "Max Miller changed how much the account sends at most"},
		{byMax, account.JoinLinkLimited{MaxUses: 3}, "Max Miller changed how long and how often the join link can be used"},
		{byMax, account.InvitingOpenedToEveryone{}, "Max Miller allowed everyone to invite new users"},
		{byMax, account.InvitingLimitedToAdministrators{}, "Max Miller limited inviting to administrators"},
		{byMax, account.RegistrationModeChanged{Mode: account.Public}, "Max Miller changed the registration type to public"},
		{byMax, account.DomainRulesChanged{}, "Max Miller changed the e-mail domains that need no approval"},
		{byMax, account.GreetingChanged{Greeting: "Hello"}, "Max Miller changed the registration greeting"},
		{byMax, account.InvitedPeopleModerated{}, "Max Miller made invited people wait for an approval"},
		{byMax, account.InvitedPeopleTrusted{}, "Max Miller let invited people in without an approval"},
		{byMax, account.PasswordPolicyChanged{}, "Max Miller changed what is asked of passwords"},
		{domain.Actor{Kind: domain.ActorOperator}, account.PlanChanged{Plan: account.Standard}, "The operator changed the plan to standard"},
		{byMax, account.JoinLinkRotated{}, "Max Miller replaced the join link"},
		{byMax, account.JoinLinkDisabled{}, "Max Miller closed the join link"},
		{domain.Actor{Kind: domain.ActorPolicy}, account.JoinLinkEnabled{}, "Usher opened the join link"},
		{byMax, account.Renamed{Name: "Acme Ltd"}, "Max Miller changed the company's name to Acme Ltd"},
		{byMax, account.CountryChanged{Country: "DE"}, "Max Miller changed the company's country to DE"},
		{byMax, account.LanguageChanged{Language: "de"}, "Max Miller changed the language of messages to de"},
		{byMax, account.TimeZoneChanged{TimeZone: "Europe/Berlin"}, "Max Miller changed the company's time zone to Europe/Berlin"},
		{domain.Actor{Kind: domain.ActorOperator}, account.Closed{Grounds: "unpaid"}, "The operator closed the account"},
		{domain.Actor{Kind: domain.ActorOperator}, account.Opened{Grounds: "paid"}, "The operator opened the account again"},
		{domain.Actor{Kind: domain.ActorPerson, Person: domain.PersonID{9}}, account.JoinLinkEnabled{}, "Somebody opened the join link"},
	} {
		t.Run(c.want, func(t *testing.T) {
			log := projectionstest.NewLog()
			log.Append(domain.AccountID{1}, "any-1", c.actor, c.event)
			page, err := activity.List(t.Context(), projectionstest.Reader(t, log.Events, activity.View()), activity.Query{Account: domain.AccountID{1}})
			require.NoError(t, err)
			require.Len(t, page.Items, 1)
			require.Equal(t, c.want, activity.Text(page.Items[0], names, places))
			for id, name := range names {
				if strings.Contains(c.want, name.String()) {
					require.Contains(t, activity.Mentions(page.Items), id)
				}
			}
		})
	}
}
