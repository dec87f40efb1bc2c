package why_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/projectionstest"
	"github.com/usher-engine/usher/projections/why"
)

func eventsOf(company *projectionstest.Company, who string) (all []domain.Recorded) {
	for _, event := range company.Events {
		if event.Stream == domain.PersonStream(company.Slot(who)) {
			all = append(all, event)
		}
	}
	return all
}

func typesOf(events []domain.Recorded) (types []domain.EventType) {
	for _, event := range events {
		types = append(types, event.Event.Type())
	}
	return types
}

func TestWhy(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	began := company.Now
	day := func(number int) string { return began.AddDate(0, 0, number).UTC().Format("2 January 2006") }
	public, moderated, rules := account.Public, account.Moderated, []string{"example.com"}
	names := projections.Names{company.Founder: {First: "Max", Last: "Miller"}}
	called := func(who string) { names[company.Person(who)] = projections.Name{First: "Anna", Last: who} }

	for _, c := range []struct {
		name, who string
		happens   func()
		sentence  string
		events    []domain.EventType
	}{
		{
			"somebody invited by SMS", "sms", func() {
				require.NoError(t, company.InviteBySMS("sms", domain.BatchID{1}))
				company.Pass(24 * time.Hour)
				require.NoError(t, company.Redeem("sms", "Anna", "sms"))
			},
			"Anna sms was invited by SMS by Max Miller on " + day(0) + " and registered on " + day(1) + ".",
			[]domain.EventType{person.InvitedBySMSType, person.RegisteredType, person.InvitationRedeemedType, person.EmployedType},
		},
		{
			"somebody to whom others have sent the invitation again", "again", func() {
				require.NoError(t, company.InviteBySMS("again", domain.BatchID{1}))
				company.Pass(24 * time.Hour)
				require.NoError(t, company.Do("again", person.Resend{Invitation: 1, By: company.Person("sms"), ExpiresAt: company.Now.Add(time.Hour)}))
				require.NoError(t, company.Redeem("again", "Anna", "again"))
			},
			"Anna again was invited by SMS by Max Miller on " + day(1) + ", again by Anna sms on " + day(2) + " and registered on " + day(2) + ".",
			[]domain.EventType{person.InvitedBySMSType, person.InvitedBySMSType, person.RegisteredType, person.InvitationRedeemedType, person.EmployedType},
		},
		{
			"somebody registered directly", "direct", func() {
				require.NoError(t, company.RegisterDirectly("direct", "Anna", "direct", "", true))
			},
			"Anna direct was registered by Max Miller on " + day(2) + ".",
			[]domain.EventType{person.RegisteredDirectlyType, person.EmployedType},
		},
		{
			"somebody who came while registration was public", "public", func() {
				require.NoError(t, company.Change(account.ChangeRegistration{Mode: &public}))
				require.NoError(t, company.Register("public", "Anna", "public"))
				require.NoError(t, company.Change(account.ChangeRegistration{Mode: &moderated}))
			},
			"Anna public registered by join link 1 on " + day(2) + " without proving the address, while registration was public.",
			[]domain.EventType{person.RegisteredType, person.EmployedType},
		},
		{
			"somebody approved at the second try", "approved", func() {
				require.NoError(t, company.Register("approved", "Anna", "approved"))
				require.NoError(t, company.Do("approved", person.Reject{By: company.Founder}))
				company.Pass(24 * time.Hour)
				require.NoError(t, company.Register("approved", "Anna", "approved"))
				company.Pass(24 * time.Hour)
				require.NoError(t, company.Do("approved", person.Approve{By: company.Founder}))
			},
			"Anna approved registered by join link 1 on " + day(3) + " without proving the address, after an earlier rejection, and was approved by Max Miller on " + day(4) + ".",
			[]domain.EventType{person.RegisteredType, person.RegistrationApprovedType, person.EmployedType},
		},
		{
			"somebody approved whose inviter had left", "orphan", func() {
				require.NoError(t, company.InviteBySMS("orphan", domain.BatchID{2}))
				require.NoError(t, company.Do("orphan", person.Redeem{Invitation: 1, Concern: person.InviterGone, FirstName: "Anna", LastName: "orphan"}))
				require.NoError(t, company.Do("orphan", person.Approve{By: company.Founder}))
			},
			"Anna orphan was invited by SMS by Max Miller on " + day(4) + ", registered on " + day(4) +
				", when the inviter had no access any more, and was approved by Max Miller on " + day(4) + ".",
			[]domain.EventType{person.InvitedBySMSType, person.RegisteredType, person.InvitationRedeemedType, person.RegistrationApprovedType, person.EmployedType},
		},
		{
			"somebody invited and moderated, who proved the address of a join link's form", "invited", func() {
				require.NoError(t, company.InviteByEmail("invited", domain.BatchID{3}, domain.DepartmentID{}))
				require.NoError(t, company.Register("invited", "Anna", "invited"))
				require.NoError(t, company.Do("invited", person.Prove{Registration: 1, Concern: person.InvitedWait}))
				require.NoError(t, company.Do("invited", person.Approve{By: company.Founder}))
			},
			"Anna invited was invited by e-mail by Max Miller on " + day(4) + ", registered on " + day(4) +
				", while invited people were moderated, and was approved by Max Miller on " + day(4) + ".",
			[]domain.EventType{
				person.InvitedByEmailType, person.RegisteredType, person.AddressProvedType, person.InvitationRedeemedType,
				person.RegistrationApprovedType, person.EmployedType,
			},
		},
		{
			"somebody dismissed who comes back by the join link", "back", func() {
				require.NoError(t, company.RegisterDirectly("back", "Anna", "back", "", true))
				require.NoError(t, company.Do("back", person.Dismiss{By: company.Founder}))
				require.NoError(t, company.Register("back", "Anna", "back"))
				require.NoError(t, company.Do("back", person.Approve{By: company.Founder}))
			},
			"Anna back registered by join link 1 on " + day(4) + " without proving the address, after an earlier dismissal, and was approved by Max Miller on " + day(4) + ".",
			[]domain.EventType{person.RegisteredType, person.RegistrationApprovedType, person.EmployedType},
		},
		{
			"somebody approved where registration is moderated", "moderated", func() {
				require.NoError(t, company.Register("moderated", "Anna", "moderated"))
				require.NoError(t, company.Do("moderated", person.Approve{By: company.Founder}))
			},
			"Anna moderated registered by join link 1 on " + day(4) + " without proving the address, while registration was moderated, and was approved by Max Miller on " + day(4) + ".",
			[]domain.EventType{person.RegisteredType, person.RegistrationApprovedType, person.EmployedType},
		},
		{
			"somebody whom a domain rule lets in", "rule", func() {
				require.NoError(t, company.Change(account.ChangeRegistration{Domains: &rules}))
				require.NoError(t, company.Register("rule", "Anna", "rule"))
				company.Pass(24 * time.Hour)
				require.NoError(t, company.Do("rule", person.Prove{Registration: 1}))
			},
			"Anna rule registered by join link 1 on " + day(4) + " and proved the address on " + day(5) + ", which the domain rule example.com lets in.",
			[]domain.EventType{person.RegisteredType, person.AddressProvedType, person.EmployedType},
		},
		{
			"the founder", "founder", func() {},
			"Max Miller founded the account on " + day(0) + ".",
			[]domain.EventType{person.FounderRegisteredType, person.EmployedType},
		},
	} {
		t.Run("given "+c.name, func(t *testing.T) {
			c.happens()
			if c.who != "founder" {
				called(c.who)
			}
			grounds, admitted := why.Of(eventsOf(company, c.who))
			require.True(t, admitted)
			require.Equal(t, c.sentence, grounds.Sentence(names, projections.Places{}))
			require.Equal(t, c.events, typesOf(grounds.Events))
		})
	}
	t.Run("given somebody who still waits, there are no grounds", func(t *testing.T) {
		none := []string{}
		require.NoError(t, company.Change(account.ChangeRegistration{Domains: &none}))
		require.NoError(t, company.Register("waiting", "Anna", "waiting"))
		_, admitted := why.Of(eventsOf(company, "waiting"))
		require.False(t, admitted)
	})
	t.Run("given a registration, the settings that it was judged under are told", func(t *testing.T) {
		grounds, _ := why.Of(eventsOf(company, "rule"))
		require.Equal(t, person.InForce{Mode: "moderated", Rule: "example.com"}, *grounds.InForce)
	})
}

func TestWhyNamesWhatWasGone(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	sales, kitchen, choir := domain.DepartmentID{1}, domain.DepartmentID{2}, domain.WorkgroupID{1}
	require.NoError(t, company.InviteByEmail("anna", domain.BatchID{}, sales, choir))
	redeemed := person.Redeem{Invitation: 1, FirstName: "Anna", LastName: "Smith", Missing: person.Missing{
		Departments: map[domain.DepartmentID]domain.DepartmentID{sales: kitchen}, Workgroups: []domain.WorkgroupID{choir},
	}}
	require.NoError(t, company.Do("anna", redeemed))
	grounds, admitted := why.Of(eventsOf(company, "anna"))
	require.True(t, admitted)
	sentence := grounds.Sentence(projections.Names{company.Person("anna"): {First: "Anna"}}, projections.Places{
		Departments: map[domain.DepartmentID]string{sales: "Sales", kitchen: "Kitchen"}, Workgroups: map[domain.WorkgroupID]string{choir: "Choir"},
	})
	require.True(t, strings.HasPrefix(sentence, "Anna was invited by e-mail by somebody on "), sentence)
	require.True(t, strings.HasSuffix(sentence, "; placed in the department Kitchen because the department Sales was deleted; not added to the workgroup Choir because it was archived."), sentence)
}
