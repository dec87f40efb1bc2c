package chat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/chat"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func TestChat(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	founded := company.Events[0]
	require.NoError(t, company.Change(account.DisableJoinLink{}))
	require.NoError(t, company.InviteBySMS("anna", domain.BatchID{1}))
	require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
	joined := company.Events[len(company.Events)-1]

	t.Run("given all kinds of events, only those who joined are announced", func(t *testing.T) {
		projectionstest.Given[chat.Announcement](t, chat.View(), company.Events...).Then(
			chat.Announcement{
				ID: founded.ID.String(), At: founded.Time, Position: founded.Position,
				Joining: projections.Joining{Kind: account.FoundedType, Person: company.Founder, Basis: person.Founding},
			},
			chat.Announcement{
				ID: joined.ID.String(), At: joined.Time, Position: joined.Position,
				Joining: projections.Joining{
					Kind: person.EmployedType, Person: company.Person("anna"), Basis: person.SMSInvitation, By: company.Founder,
				},
			},
		)
	})
	t.Run("given the list, the latest is first, and its text needs the names of those whom it mentions", func(t *testing.T) {
		page, err := chat.List(t.Context(), projectionstest.Reader(t, company.Events, chat.View()), chat.Query{Account: company.ID})
		require.NoError(t, err)
		require.Len(t, page.Items, 2)
		require.Equal(t, []domain.PersonID{company.Person("anna"), company.Founder}, chat.Mentions(page.Items[:1]))
		require.Equal(t, "Anna Smith joined, invited by SMS by Max Miller", chat.Text(page.Items[0], projections.Names{
			company.Person("anna"): {First: "Anna", Last: "Smith"}, company.Founder: {First: "Max", Last: "Miller"},
		}))
	})
}
