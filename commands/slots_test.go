package commands_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
)

func TestAContactHasOneSlotInEachAccount(t *testing.T) {
	w := commandstest.New(t)
	slot := func(id domain.AccountID, typed string) domain.Slot {
		contact, err := w.App.Contact(typed, "US")
		require.NoError(t, err)
		found, err := w.App.SlotOf(t.Context(), id, contact)
		require.NoError(t, err)
		return found
	}
	require.Equal(t, w.Founder.Slot, slot(w.Acme, "ANN@acme.example"))
	require.Equal(t, slot(w.Acme, "+14155550100"), slot(w.Acme, "(415) 555-0100"))
	require.NotEqual(t, w.Founder.Slot, slot(domain.AccountID{9}, "ann@acme.example"))
	require.NotEqual(t, w.Founder.Slot, slot(w.Acme, "bob@acme.example"))
	id := uuid.UUID(w.Founder.Slot)
	require.Equal(t, uuid.Version(8), id.Version())
	require.Equal(t, uuid.RFC4122, id.Variant())
	w.Vault.Fails = commandstest.ErrCrash
	_, err := w.App.SlotOf(t.Context(), w.Acme, w.Founder.Contact)
	require.ErrorIs(t, err, commandstest.ErrCrash)
}

func TestWhatIsTypedIsAnAddressOrANumber(t *testing.T) {
	w := commandstest.New(t)
	for typed, want := range map[string]domain.ContactKind{"ann@acme.example": domain.ContactEmail, "(415) 555-0100": domain.ContactPhone} {
		contact, err := w.App.Contact(typed, "US")
		require.NoError(t, err)
		require.Equal(t, want, contact.Kind)
	}
	_, err := w.App.Contact("no@address", "US")
	require.Equal(t, domain.InvalidEmail, domain.CodeOf(err))
	_, err = w.App.Contact("no number", "US")
	require.Equal(t, domain.InvalidPhone, domain.CodeOf(err))
}

func TestCountriesAreThoseThatAnAccountMayHave(t *testing.T) {
	w := commandstest.New(t)
	countries := w.App.Countries()
	require.Contains(t, countries, "DE")
	require.True(t, slices.IsSorted(countries))
}

func TestAContactIsSpacedAsItsCountryDoes(t *testing.T) {
	w := commandstest.New(t)
	require.Equal(t, "+1 415-555-0100", w.App.Spaced("+14155550100"))
	require.Equal(t, "ann@acme.example", w.App.Spaced("ann@acme.example"))
}

func TestAShortNameNamesOneAccount(t *testing.T) {
	w := commandstest.New(t)
	named, err := w.App.AccountNamed(t.Context(), "acme")
	require.NoError(t, err)
	require.Equal(t, w.Acme, named)
	other, err := w.App.AccountNamed(t.Context(), "nowhere")
	require.NoError(t, err)
	require.NotEqual(t, w.Acme, other)
	w.Vault.Fails = commandstest.ErrCrash
	_, err = w.App.AccountNamed(t.Context(), "acme")
	require.ErrorIs(t, err, commandstest.ErrCrash)
}
