package history_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/history"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func TestHistory(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	company.Pass(24 * time.Hour)
	later := company.Now
	require.NoError(t, company.InviteBySMS("anna", domain.BatchID{1}))
	require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
	company.Append(company.ID, domain.AccountStream(company.ID), domain.Actor{Kind: domain.ActorOperator}, account.PlanChanged{Plan: account.Standard})
	other := projectionstest.Found(company.Log, "other")
	reader := projectionstest.Reader(t, company.Events, history.View())

	list := func(t *testing.T, query history.Query) []history.Event {
		t.Helper()
		if query.Account.IsZero() {
			query.Account = company.ID
		}
		page, err := history.List(t.Context(), reader, query)
		require.NoError(t, err)
		return page.Items
	}
	types := func(events []history.Event) []domain.EventType {
		var types []domain.EventType
		for _, event := range events {
			types = append(types, event.Type)
		}
		return types
	}
	founding := []domain.EventType{account.FoundedType, person.FounderRegisteredType, person.EmployedType, person.PasswordSetType}
	annas := []domain.EventType{person.InvitedBySMSType, person.RegisteredType, person.InvitationRedeemedType, person.EmployedType}

	t.Run("given the log, every event of the account is there, as it is stored", func(t *testing.T) {
		events := list(t, history.Query{})
		require.Len(t, events, 9)
		for i, event := range events {
			stored := company.Events[i]
			require.Equal(t, stored.ID, event.ID)
			require.Equal(t, stored.Stream, event.Stream)
			require.Equal(t, stored.Revision, event.Revision)
			require.Equal(t, stored.Position, event.Position)
			require.Equal(t, stored.Event.Type(), event.Type)
			require.Equal(t, stored.Time, event.Time)
			require.Equal(t, stored.Metadata, event.Metadata)
			require.Equal(t, stored.Data, event.Data)
		}
	})
	for name, c := range map[string]struct {
		query history.Query
		want  []domain.EventType
	}{
		"a person":                    {history.Query{Person: company.Person("anna")}, annas},
		"a contact":                   {history.Query{Slot: company.Slot("anna")}, annas},
		"the founder's contact":       {history.Query{Slot: company.Slot("founder")}, founding},
		"the founder":                 {history.Query{Person: company.Founder}, founding},
		"a stream":                    {history.Query{Stream: domain.AccountStream(company.ID)}, []domain.EventType{account.FoundedType, account.PlanChangedType}},
		"a type":                      {history.Query{Type: person.EmployedType}, []domain.EventType{person.EmployedType, person.EmployedType}},
		"an actor":                    {history.Query{Actor: domain.Actor{Kind: domain.ActorOperator}}, []domain.EventType{account.PlanChangedType}},
		"a person as the actor":       {history.Query{Actor: domain.Actor{Kind: domain.ActorPerson, Person: company.Founder}, To: later}, founding},
		"a beginning":                 {history.Query{From: later}, append(annas[:4:4], account.PlanChangedType)},
		"an end":                      {history.Query{To: later}, founding},
		"the latest first":            {history.Query{LatestFirst: true, Paging: projections.Paging{Limit: 2}}, []domain.EventType{account.PlanChangedType, person.EmployedType}},
		"another account":             {history.Query{Account: other.ID}, founding},
		"what a person did of a kind": {history.Query{Actor: domain.Actor{Kind: domain.ActorPerson, Person: company.Founder}, Type: person.InvitedBySMSType}, annas[:1]},
		"two things at once":          {history.Query{Person: company.Founder, Type: person.EmployedType}, []domain.EventType{person.EmployedType}},
	} {
		t.Run("given "+name, func(t *testing.T) { require.Equal(t, c.want, types(list(t, c.query))) })
	}
}

func TestOneEvent(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.InviteBySMS("anna", domain.BatchID{1}))
	other := projectionstest.Found(company.Log, "other")
	require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
	reader := projectionstest.Reader(t, company.Events, history.View())
	var ours []domain.Recorded
	for _, event := range company.Events {
		if event.Metadata.Account == company.ID {
			ours = append(ours, event)
		}
	}

	t.Run("is found by its id and by its position, as it is stored", func(t *testing.T) {
		for _, stored := range ours {
			named, reflected, err := history.Named(t.Context(), reader, company.ID, stored.ID)
			require.NoError(t, err)
			require.Equal(t, stored.Data, named.Data)
			require.Equal(t, stored.Position, named.Position)
			require.Equal(t, company.Events[len(company.Events)-1].Position, reflected)
			at, _, err := history.At(t.Context(), reader, company.ID, stored.Position)
			require.NoError(t, err)
			require.Equal(t, named, at)
		}
	})
	t.Run("knows those before and behind it, in its stream and in its account", func(t *testing.T) {
		for i, stored := range ours {
			event, _, err := history.Named(t.Context(), reader, company.ID, stored.ID)
			require.NoError(t, err)
			among, err := event.InAccount(t.Context(), reader)
			require.NoError(t, err)
			require.Equal(t, beside(ours, i, func(domain.Recorded) bool { return true }), among)
			among, err = event.InStream(t.Context(), reader)
			require.NoError(t, err)
			require.Equal(t, beside(ours, i, func(other domain.Recorded) bool { return other.Stream == stored.Stream }), among)
		}
	})
	t.Run("of another account, or of none, is not there", func(t *testing.T) {
		for _, asked := range []struct {
			account domain.AccountID
			event   domain.Recorded
		}{{other.ID, ours[0]}, {company.ID, domain.Recorded{ID: uuid.UUID{7}, Position: domain.Position{Commit: 700, Prepare: 700}}}} {
			_, _, err := history.Named(t.Context(), reader, asked.account, asked.event.ID)
			require.Equal(t, domain.NotFound, domain.CodeOf(err))
			_, _, err = history.At(t.Context(), reader, asked.account, asked.event.Position)
			require.Equal(t, domain.NotFound, domain.CodeOf(err))
		}
	})
}

// beside is the nearest events before and behind one that are of a kind.
func beside(events []domain.Recorded, at int, is func(domain.Recorded) bool) (found history.Neighbours) {
	for _, event := range events[:at] {
		if is(event) {
			found.Previous = event.ID
		}
	}
	for _, event := range slices.Backward(events[at+1:]) {
		if is(event) {
			found.Next = event.ID
		}
	}
	return found
}

func TestHistoryOfAPersonSaysWhetherTheAccountCountsIt(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	anna := company.Person("anna")
	require.NoError(t, company.Change(account.CountAdministrator{Person: anna, N: 1}))
	require.NoError(t, company.Change(account.UncountAdministrator{Person: anna, N: 1, Becomes: account.BecomesAuditor, By: company.Founder}))
	page, err := history.List(t.Context(), projectionstest.Reader(t, company.Events, history.View()), history.Query{Account: company.ID, Person: anna})
	require.NoError(t, err)
	require.Len(t, page.Items, 2)
	require.Equal(t, account.AdministratorCountedType, page.Items[0].Type)
	require.Equal(t, account.AdministratorUncountedType, page.Items[1].Type)
}
