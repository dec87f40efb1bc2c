package projections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
)

func registered(number int, firstName string) domain.Recorded {
	return domain.Recorded{Event: person.Registered{Registration: number, Personal: person.Registrant{
		Contact: domain.Contact{Kind: domain.ContactEmail, Address: firstName + "@example.com"}, FirstName: firstName, LastName: "Smith",
	}}}
}

func admitted(number int) domain.Recorded {
	return domain.Recorded{Event: person.Employed{Basis: person.Basis{Registration: number}}}
}

func after(events ...domain.Recorded) projections.Profile {
	var profile projections.Profile
	for _, event := range events {
		profile = profile.After(event)
	}
	return profile
}

func TestProfile(t *testing.T) {
	t.Run("given two registrations that wait, the one admitted names the person", func(t *testing.T) {
		require.Equal(t, projections.Profile{Login: "Ann@example.com", Name: projections.Name{First: "Ann", Last: "Smith"}},
			after(registered(1, "Ann"), registered(2, "Mallory"), admitted(1)))
	})
	t.Run("given registrations that wait, the latest is what the person is called meanwhile", func(t *testing.T) {
		require.Equal(t, "Anna Smith", after(registered(1, "Ann"), registered(2, "Anna")).Called().String())
	})
	t.Run("given the only registration was rejected or superseded, nothing is kept of it", func(t *testing.T) {
		require.True(t, after(registered(1, "Ann"), domain.Recorded{Event: person.RegistrationRejected{Registration: 1}}).IsEmpty())
		require.True(t, after(registered(1, "Ann"), domain.Recorded{Event: person.RegistrationSuperseded{Registration: 1}}).IsEmpty())
	})
	t.Run("given an event whose personal data is erased, what was known before goes with it", func(t *testing.T) {
		erased := registered(2, "")
		erased.Event = person.Registered{Registration: 2}
		erased.Erased = true
		require.Equal(t, projections.Profile{}, after(registered(1, "Ann"), erased, admitted(1)))
		direct := domain.Recorded{Event: person.RegisteredDirectly{}, Erased: true}
		require.Equal(t, projections.Profile{}, after(registered(1, "Ann"), admitted(1), direct))
	})
}

func TestNames(t *testing.T) {
	id := domain.PersonIDFor(domain.Slot{1}, 1)
	names := projections.Names{id: {First: "Anna", Last: "Smith"}}
	require.Equal(t, "Anna Smith", names.Of(id))
	require.Equal(t, "Anna Smith", names.Beginning(id))
	require.Equal(t, "somebody", names.Of(domain.PersonID{}))
	require.Equal(t, "Somebody", projections.Names(nil).Beginning(id))
	require.Equal(t, "Anna", projections.Name{First: "Anna"}.String())
}

func TestPersonOf(t *testing.T) {
	id := domain.PersonIDFor(domain.Slot{1}, 1)
	for _, event := range []domain.Event{
		person.InvitedBySMS{Person: id},
		person.InvitedByEmail{Person: id},
		person.InvitationRedeemed{Person: id},
		person.InvitationSuperseded{Person: id},
		person.InvitationExpired{Person: id},
		person.Registered{Person: id},
		person.AddressProved{Person: id},
		person.RegistrationApproved{Person: id},
		person.RegistrationRejected{Person: id},
		person.RegistrationSuperseded{Person: id},
		person.RegisteredDirectly{Person: id},
		person.FounderRegistered{Person: id},
		person.Employed{Person: id},
		person.PasswordSet{Person: id},
		person.PasswordChanged{Person: id},
		person.PasswordGenerated{Person: id},
		person.PasswordLinkIssued{Person: id},
	} {
		require.Equal(t, id, projections.PersonOf(event), event.Type())
	}
	require.Zero(t, projections.PersonOf(structure.WorkgroupCreated{}))
	require.Zero(t, projections.PersonOf(nil))
}
