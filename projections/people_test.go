package projections_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
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
	t.Run("given a profile that is erased, which registrations wait is all that is left", func(t *testing.T) {
		nameless := after(registered(1, "Ann"), admitted(1), registered(2, "Ann")).Erased()
		require.Equal(t, projections.Profile{Forms: []projections.Form{{Registration: 2}}}, nameless)
		require.Equal(t, projections.Profile{}, nameless.After(admitted(2)))
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

func TestPeopleWithOneName(t *testing.T) {
	names := []projections.Name{{First: "Zoe", Last: "Adams"}, {First: "Plato"}, {First: "Ann", Last: "Plato"}, {First: "Sukarno"}, {First: "Bo", Last: "Tan"}, {First: "Ödön"}}
	slices.SortFunc(names, func(a, b projections.Name) int { return cmp.Compare(a.Sort(), b.Sort()) })
	var told []string
	for _, name := range names {
		told = append(told, name.String())
	}
	require.Equal(t, []string{"Zoe Adams", "Ödön", "Ann Plato", "Plato", "Sukarno", "Bo Tan"}, told)
}
