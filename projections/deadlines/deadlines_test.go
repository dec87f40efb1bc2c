package deadlines_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/deadlines"
	"github.com/usher-engine/usher/projections/projectionstest"
)

// due is the slots of what is due at a time.
func due(t *testing.T, reader projections.Reader, at time.Time) (slots []domain.Slot) {
	t.Helper()
	found, err := deadlines.Due(t.Context(), reader, at, 10)
	require.NoError(t, err)
	for _, one := range found {
		slots = append(slots, one.Slot)
	}
	return slots
}

func TestOpenInvitationsRunOut(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.InviteBySMS("anna", domain.BatchID{1}))
	company.Pass(24 * time.Hour)
	require.NoError(t, company.InviteBySMS("boris", domain.BatchID{1}))
	require.NoError(t, company.InviteBySMS("clara", domain.BatchID{1}))
	require.NoError(t, company.Do("clara", person.Decline{Invitation: 1}))
	other := projectionstest.Found(company.Log, "other")
	require.NoError(t, other.InviteBySMS("dora", domain.BatchID{2}))
	reader := projectionstest.Reader(t, company.Events, deadlines.View())
	require.Empty(t, due(t, reader, company.Now.AddDate(0, 0, 12)))
	require.Equal(t, []domain.Slot{company.Slot("anna")}, due(t, reader, company.Now.AddDate(0, 0, 13)))
	require.ElementsMatch(t, []domain.Slot{company.Slot("anna"), company.Slot("boris"), other.Slot("dora")}, due(t, reader, company.Now.AddDate(0, 0, 20)))
}

func TestClaimsRunOut(t *testing.T) {
	claimed, claim := domain.Slot{1}, domain.ClaimID{7}
	for name, c := range map[string]struct {
		events []person.Event // after the claim
		due    bool
	}{
		"a claim that nobody proves":                {nil, true},
		"a claim that was given up and still holds": {[]person.Event{person.LoginChangeAbandoned{Claim: claim, Slot: claimed}}, true},
		"a claim that is free again":                {[]person.Event{person.LoginReleased{Claim: claim}}, false},
		"a claim that became a login":               {[]person.Event{person.LoginChanged{Claim: claim, Slot: claimed}}, false},
		"another claim that became a login":         {[]person.Event{person.LoginChanged{Claim: domain.ClaimID{8}, Slot: claimed}}, true},
		"an invitation that ended":                  {[]person.Event{person.InvitedBySMS{Invitation: 1}, person.InvitationRevoked{Invitation: 1}}, true},
		"a claim that was proved while its person asked again": {[]person.Event{
			person.LoginChanged{Claim: claim, Slot: claimed}, person.LoginClaimed{Claim: claim, Number: 2},
		}, false},
		"a login that was given up, and the contact claimed again": {[]person.Event{
			person.LoginChanged{Claim: claim, Slot: claimed}, person.LoginReleased{Claim: claim}, person.LoginClaimed{Claim: domain.ClaimID{8}},
		}, true},
	} {
		t.Run("given "+name, func(t *testing.T) {
			log := projectionstest.NewLog()
			ends := log.Now.Add(24 * time.Hour)
			for _, event := range append([]person.Event{person.LoginClaimed{Claim: claim, Number: 1, ExpiresAt: ends}}, c.events...) {
				slot := claimed
				switch e := event.(type) {
				case person.LoginChanged, person.LoginChangeAbandoned:
					slot = domain.Slot{2} // of the person who claims
				case person.LoginClaimed:
					e.ExpiresAt = ends
					event = e
				}
				log.Append(domain.AccountID{1}, domain.PersonStream(slot), domain.Actor{}, event)
			}
			reader := projectionstest.Reader(t, log.Events, deadlines.View())
			require.Empty(t, due(t, reader, ends.Add(-1)))
			want := []domain.Slot{claimed}
			if !c.due {
				want = nil
			}
			require.Equal(t, want, due(t, reader, ends))
		})
	}
}
