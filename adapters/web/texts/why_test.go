package texts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	whyview "github.com/usher-engine/usher/projections/why"
)

func TestWhyInGerman(t *testing.T) {
	ben, ada := domain.PersonID{1}, domain.PersonID{2}
	names := projections.Names{ben: {First: "Ben", Last: "Miller"}, ada: {First: "Ada", Last: "Baker"}}
	at := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	registered := person.Registered{Person: ben, Registration: 1, Route: person.ByJoinLink, Generation: 3, Proved: true, Concern: person.LinkModerated}
	for name, c := range map[string]struct {
		basis  person.Basis
		before []person.Event
		want   string
	}{
		"the founder":        {person.Basis{Kind: person.Founding}, nil, "Ben Miller hat das Konto am 1. März 2026 gegründet."},
		"a colleague's word": {person.Basis{Kind: person.DirectRegistration, Inviter: ada}, nil, "Ben Miller wurde am 1. März 2026 von Ada Baker registriert."},
		"an invitation": {
			person.Basis{Kind: person.SMSInvitation, Inviter: ada, Invitation: 1},
			[]person.Event{person.InvitedBySMS{Person: ben, Invitation: 1, Inviter: ada}},
			"Ben Miller wurde am 1. März 2026 von Ada Baker per SMS eingeladen und hat sich am 1. März 2026 registriert.",
		},
		"an approval": {
			person.Basis{Kind: person.ApprovedByAdmin, Registration: 1, Generation: 3, Approver: ada},
			[]person.Event{registered},
			"Ben Miller hat sich am 1. März 2026 über Registrierungslink 3 registriert und wurde am 1. März 2026 von Ada Baker eingelassen, während die Registrierung moderiert war.",
		},
		"the public link": {
			person.Basis{Kind: person.PublicLink, Registration: 1, Generation: 3},
			[]person.Event{person.Registered{Person: ben, Registration: 1, Route: person.ByJoinLink, Generation: 3}},
			"Ben Miller hat sich am 1. März 2026 über Registrierungslink 3, ohne die Adresse zu bestätigen, registriert, als die Registrierung öffentlich war.",
		},
	} {
		t.Run("by "+name, func(t *testing.T) {
			var events []domain.Recorded
			for i, event := range append(c.before, person.Employed{Person: ben, Basis: c.basis}) {
				events = append(events, domain.Recorded{Time: at, Revision: uint64(i), Position: domain.Position{Commit: uint64(i + 1), Prepare: uint64(i + 1)}, Event: event})
			}
			found, admitted := whyview.Of(events)
			require.True(t, admitted)
			require.Equal(t, c.want, texts.German.WhySentence(questions.Grounds{Grounds: found, Names: names}))
		})
	}
}
