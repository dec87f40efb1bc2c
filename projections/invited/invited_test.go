package invited_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/invited"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func TestInvited(t *testing.T) {
	first := domain.BatchID{1}
	t.Run("given an invitation, its row tells all", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		require.NoError(t, company.InviteByEmail("anna", first, domain.DepartmentID{7}, domain.WorkgroupID{8}))
		event := company.Events[len(company.Events)-1]
		projectionstest.Given[invited.Invitee](t, invited.View(), company.Events...).Then(invited.Invitee{
			Person: company.Person("anna"), Slot: company.Slot("anna"), Invitation: 1, Contact: "anna@example.com", Channel: batch.Email, Batch: first,
			InvitedBy: company.Founder, InvitedAt: event.Time, ExpiresAt: event.Event.(person.InvitedByEmail).ExpiresAt,
			Department: domain.DepartmentID{7}, Workgroups: []domain.WorkgroupID{{8}}, Position: event.Position,
		})
	})
	t.Run("given an end on record, the row stays and says so", func(t *testing.T) {
		row := ended(t, person.InvitationExpired{Person: domain.PersonID{1}, Invitation: 2})
		require.Len(t, row, 1)
		require.Equal(t, invited.Expired, row[0].Status(time.Time{}))
	})
	for name, event := range map[string]person.Event{
		"it is redeemed":         person.InvitationRedeemed{Person: domain.PersonID{1}, Invitation: 2},
		"it is superseded":       person.InvitationSuperseded{Person: domain.PersonID{1}, Invitation: 2},
		"its person is employed": person.Employed{Person: domain.PersonID{1}},
		"it is revoked":          person.InvitationRevoked{Person: domain.PersonID{1}, Invitation: 2},
		"it is corrected":        person.ContactCorrected{Person: domain.PersonID{1}, Invitation: 2},
	} {
		t.Run("given "+name+", the row goes", func(t *testing.T) { require.Empty(t, ended(t, event)) })
	}
	for name, event := range map[string]person.Event{
		"redeemed":   person.InvitationRedeemed{Person: domain.PersonID{1}, Invitation: 1},
		"superseded": person.InvitationSuperseded{Person: domain.PersonID{1}, Invitation: 1},
		"expired":    person.InvitationExpired{Person: domain.PersonID{1}, Invitation: 1},
	} {
		t.Run("given an earlier invitation is "+name+", the row is as before", func(t *testing.T) {
			row := ended(t, event)
			require.Len(t, row, 1)
			require.Empty(t, row[0].Ended)
		})
		t.Run("given nobody was invited and one is "+name+", there is no row", func(t *testing.T) {
			log := projectionstest.NewLog()
			log.Append(domain.AccountID{1}, domain.PersonStream(domain.Slot{1}), domain.Actor{}, event)
			projectionstest.Given[invited.Invitee](t, invited.View(), log.Events...).ThenNothing()
		})
	}
}

func TestWhatBecomesOfAnInvitation(t *testing.T) {
	anna := domain.PersonID{1}
	for name, c := range map[string]struct {
		events []person.Event
		status invited.Status
	}{
		"somebody who declined":         {[]person.Event{person.InvitationDeclined{Person: anna, Invitation: 2}}, invited.Declined},
		"somebody who asks again":       {[]person.Event{person.InvitationRevoked{Person: anna, Invitation: 2}, person.NewInvitationAsked{Person: anna, Invitation: 2}}, invited.Asked},
		"a correction that was refused": {[]person.Event{person.ContactCorrected{Person: anna, Invitation: 2}, person.CorrectionRefused{Person: anna, Invitation: 2, Code: string(domain.AlreadyEmployed)}}, invited.Refused},
	} {
		t.Run("given "+name+", the row says so and can be found by it", func(t *testing.T) {
			rows := ended(t, c.events...)
			require.Len(t, rows, 1)
			require.Equal(t, c.status, rows[0].Status(time.Time{}))
		})
	}
}

// ended is the rows after the second invitation of somebody, and then some events.
func ended(t *testing.T, events ...person.Event) []invited.Invitee {
	t.Helper()
	log := projectionstest.NewLog()
	all := []domain.Event{person.InvitedBySMS{Person: domain.PersonID{1}, Invitation: 2, ExpiresAt: log.Now.AddDate(0, 0, 14)}}
	for _, event := range events {
		all = append(all, event)
	}
	log.Append(domain.AccountID{1}, domain.PersonStream(domain.Slot{1}), domain.Actor{}, all...)
	page, err := invited.List(t.Context(), projectionstest.Reader(t, log.Events, invited.View()), invited.Query{Account: domain.AccountID{1}})
	require.NoError(t, err)
	return page.Items
}

func TestList(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.InviteBySMS("anna", domain.BatchID{1}))
	company.Pass(10 * 24 * time.Hour)
	require.NoError(t, company.InviteByEmail("boris", domain.BatchID{2}, domain.DepartmentID{}))
	require.NoError(t, company.InviteByEmail("clara", domain.BatchID{2}, domain.DepartmentID{}))
	company.Pass(5 * 24 * time.Hour)
	reader := projectionstest.Reader(t, company.Events, invited.View())
	anna, boris, clara := projectionstest.PhoneOf("anna").Address, "boris@example.com", "clara@example.com"

	for name, c := range map[string]struct {
		query invited.Query
		want  []string
	}{
		"no filter, the latest is first": {invited.Query{}, []string{clara, boris, anna}},
		"a channel":                      {invited.Query{Channel: batch.SMS}, []string{anna}},
		"a batch":                        {invited.Query{Batch: domain.BatchID{2}}, []string{clara, boris}},
		"an inviter":                     {invited.Query{InvitedBy: company.Founder}, []string{clara, boris, anna}},
		"somebody else":                  {invited.Query{InvitedBy: domain.PersonID{9}}, nil},
		"pending ones":                   {invited.Query{Status: invited.Pending}, []string{clara, boris}},
		"expired ones":                   {invited.Query{Status: invited.Expired}, []string{anna}},
		"part of a contact":              {invited.Query{Search: projections.Search{"BORIS@"}}, []string{boris}},
		"part of a number":               {invited.Query{Search: projections.Search{anna[3:]}}, []string{anna}},
		"a page":                         {invited.Query{Paging: projections.Paging{Limit: 1}}, []string{clara}},
	} {
		t.Run("given "+name, func(t *testing.T) {
			c.query.Account, c.query.Now = company.ID, company.Now
			page, err := invited.List(t.Context(), reader, c.query)
			require.NoError(t, err)
			var contacts []string
			for _, invitee := range page.Items {
				contacts = append(contacts, invitee.Contact)
				if c.query.Status != "" {
					require.Equal(t, c.query.Status, invitee.Status(company.Now))
				}
			}
			require.Equal(t, c.want, contacts)
		})
	}
	t.Run("given a status that there is not, it refuses with invalid_request", func(t *testing.T) {
		_, err := invited.List(t.Context(), reader, invited.Query{Account: company.ID, Status: "lost"})
		require.Equal(t, domain.InvalidRequest, domain.CodeOf(err))
	})
}
