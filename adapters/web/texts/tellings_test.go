package texts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/activity"
)

func TestEachKindOfEntryIsToldInGerman(t *testing.T) {
	t.Parallel()
	events, err := codec.New(nil)
	require.NoError(t, err)
	kinds := activity.Kinds(events.Kinds())
	require.NotEmpty(t, kinds)
	ada, ben := domain.PersonID{1}, domain.PersonID{2}
	names := projections.Names{ada: {First: "Ada"}, ben: {First: "Ben"}}
	for _, kind := range kinds {
		for _, people := range [][]domain.PersonID{{ben}, {ada}, nil} {
			told := activity.Telling{Entry: activity.Entry{Kind: kind, Actor: domain.Actor{Kind: domain.ActorPerson, Person: ada}, People: people}, Names: names}
			if told.Text() == "Ada changed a setting" {
				continue // which nobody does to that many
			}
			require.NotEqual(t, "Ada hat eine Einstellung geändert", texts.German.Happened(told), "%s of %v: %s", kind, people, told.Text())
		}
	}
}

func TestWhatHappenedIsToldInWholeSentences(t *testing.T) {
	t.Parallel()
	ada, ben := domain.PersonID{1}, domain.PersonID{2}
	names := projections.Names{ada: {First: "Ada"}, ben: {First: "Ben"}}
	told := func(entry activity.Entry) activity.Telling {
		entry.Actor = domain.Actor{Kind: domain.ActorPerson, Person: ada}
		return activity.Telling{Entry: entry, Names: names}
	}
	for want, telling := range map[string]activity.Telling{
		"Ada hat 1.200 Personen per SMS eingeladen":                told(activity.Entry{Kind: activity.InvitationsSent, Count: 1200, Channel: "sms"}),
		"Ada hat eine Person per E-Mail eingeladen":                told(activity.Entry{Kind: activity.InvitationsSent, Count: 1, Channel: "email"}),
		"Ben ist dazugekommen, eingelassen von Ada":                told(activity.Entry{Kind: "person.employed", Basis: person.ApprovedByAdmin, People: []domain.PersonID{ben}}),
		"Ada hat Ben entlassen":                                    told(activity.Entry{Kind: "person.dismissed", People: []domain.PersonID{ben}}),
		"Ada hat die Abteilung Küche angelegt":                     told(activity.Entry{Kind: "structure.department_created", About: "Küche"}),
		"Ada hat die Art der Registrierung geändert in öffentlich": told(activity.Entry{Kind: "account.registration_mode_changed", About: "public"}),
	} {
		require.Equal(t, want, texts.German.Happened(telling), telling.Text())
	}
}
