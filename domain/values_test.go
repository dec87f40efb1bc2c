package domain_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
)

func TestPositions(t *testing.T) {
	t.Run("what is written is read as the same position", rapid.MakeCheck(func(t *rapid.T) {
		position := anyPosition(t)
		read, err := domain.ParsePosition(position.String())
		require.NoError(t, err)
		require.Equal(t, position, read)
	}))
	t.Run("every text is refused or written back as it was read", rapid.MakeCheck(func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[0-9]{0,22}(\.[0-9]{0,22}){0,2}`), rapid.String()).Draw(t, "text")
		read, err := domain.ParsePosition(text)
		if err != nil {
			require.Equal(t, domain.InvalidPosition, domain.CodeOf(err))
			return
		}
		require.Equal(t, text, read.String())
	}))
	for _, text := range []string{"", " 1", "1 ", "+1", "-1", "01", "1.", ".1", "1.1", "1.2.3", "0x1", "1e3", "18446744073709551616", "١"} {
		t.Run(fmt.Sprintf("%q is refused", text), func(t *testing.T) {
			_, err := domain.ParsePosition(text)
			require.Equal(t, domain.InvalidPosition, domain.CodeOf(err))
		})
	}
	t.Run("they are ordered by their first part and then by their second", rapid.MakeCheck(func(t *rapid.T) {
		a, b := anyPosition(t), anyPosition(t)
		require.Equal(t, a.Compare(b), -b.Compare(a))
		require.Equal(t, a.Compare(b) > 0, a.After(b))
		require.Equal(t, a == b, a.Compare(b) == 0)
		if a.Commit != b.Commit {
			require.Equal(t, a.Commit > b.Commit, a.After(b))
		}
		require.False(t, domain.Position{}.After(a))
		require.Equal(t, a == domain.Position{}, a.IsZero())
	}))
}

func anyPosition(t *rapid.T) domain.Position {
	part := rapid.OneOf(rapid.Uint64Range(0, 3), rapid.Uint64(), rapid.Just(uint64(math.MaxUint64)))
	return domain.Position{Commit: part.Draw(t, "commit"), Prepare: part.Draw(t, "prepare")}
}

func TestIDs(t *testing.T) {
	const canonical = "0b8f7c1e-6a1d-5c2b-9d3e-0123456789ab"
	t.Run("the canonical form is read and written back", func(t *testing.T) {
		var id domain.PersonID
		require.NoError(t, id.UnmarshalText([]byte(canonical)))
		text, err := id.MarshalText()
		require.NoError(t, err)
		require.Equal(t, canonical, string(text))
		require.Equal(t, canonical, id.String())
		require.False(t, id.IsZero())
		require.True(t, domain.PersonID{}.IsZero())
	})
	for _, text := range []string{
		"", "x", canonical[1:], canonical + "0", "0B8F7C1E-6A1D-5C2B-9D3E-0123456789AB", "{" + canonical + "}",
		"urn:uuid:" + canonical, "0b8f7c1e6a1d5c2b9d3e0123456789ab", " " + canonical,
	} {
		t.Run(fmt.Sprintf("%q is refused, and the id stays as it was", text), func(t *testing.T) {
			id := domain.PersonID{1}
			require.Equal(t, domain.InvalidID, domain.CodeOf(id.UnmarshalText([]byte(text))))
			require.Equal(t, domain.PersonID{1}, id)
		})
	}
}

func TestDerivedIDsStayWhatTheyAre(t *testing.T) {
	account := domain.AccountIDFor(uuid.UUID{1}, "acme")
	slot, command := domain.Slot{2}, domain.CommandID{3}
	batch := domain.BatchFor(command)
	// The log holds such ids: another value here would find none of what was stored.
	for what, pair := range map[string][2]string{
		"account":         {account.String(), "2a57a388-360f-544e-acd3-c4943f5a5849"},
		"root department": {domain.RootDepartment(account).String(), "b43645ff-18e8-5201-837c-a69638ab09e4"},
		"first tenure":    {domain.PersonIDFor(slot, 1).String(), "e70512da-0405-5f8f-9629-41d8243bb9ba"},
		"second tenure":   {domain.PersonIDFor(slot, 2).String(), "febfbb26-0e0b-59f7-8e2a-ffcd790c19d0"},
		"credential":      {domain.CredentialFor(command).String(), "e30389e2-5b32-5bfe-87d9-664aff8347b8"},
		"batch":           {batch.String(), "2c010a8e-3878-59b4-974d-365e70c25f01"},
		"row of a batch":  {domain.RowCommand(batch, slot).String(), "62e6d9ce-c4b2-5bbb-9e7b-d9db1db8e0c8"},
		"event":           {domain.EventID(command, domain.PersonStream(slot), 0).String(), "a99cd735-7c42-5209-88c0-4146a31b2d17"},
		"next event":      {domain.EventID(command, domain.PersonStream(slot), 1).String(), "08525927-1f09-5411-94e1-abfdccae3605"},
		"follow-up":       {domain.FollowUp(uuid.UUID{4}, "found").String(), "c090afc3-8ac2-5a20-877f-71f986831184"},
	} {
		t.Run(what, func(t *testing.T) { require.Equal(t, pair[1], pair[0]) })
	}
}

func TestStreamsAreNamedAfterTheirAggregate(t *testing.T) {
	const zeros = "01000000-0000-0000-0000-000000000000"
	require.Equal(t, domain.StreamName("account-"+zeros), domain.AccountStream(domain.AccountID{1}))
	require.Equal(t, domain.StreamName("structure-"+zeros), domain.StructureStream(domain.AccountID{1}))
	require.Equal(t, domain.StreamName("person-"+zeros), domain.PersonStream(domain.Slot{1}))
	require.Equal(t, domain.StreamName("batch-"+zeros), domain.BatchStream(domain.BatchID{1}))
}

func TestContactsKnowTheirDomain(t *testing.T) {
	for contact, want := range map[domain.Contact]string{
		{Kind: domain.ContactEmail, Address: "anna@example.com"}:         "example.com",
		{Kind: domain.ContactEmail, Address: `"a@evil.org"@example.com`}: "example.com",
		{Kind: domain.ContactPhone, Address: "+441632960000"}:            "",
		{}: "",
	} {
		require.Equal(t, want, contact.Domain(), "of %+v", contact)
		require.Equal(t, contact.Address == "", contact.IsZero())
	}
}

func TestRefusals(t *testing.T) {
	refusal := domain.Refuse(domain.NameTaken, "choose another")
	wrapped := fmt.Errorf("create: %w", refusal.In("name"))

	t.Run("the code is found however deep the refusal is wrapped", func(t *testing.T) {
		require.Equal(t, domain.NameTaken, domain.CodeOf(wrapped))
		require.ErrorIs(t, wrapped, refusal)
		require.NotErrorIs(t, wrapped, domain.Refuse(domain.NotFound, ""))
		require.NotErrorIs(t, wrapped, errors.New("name_taken: choose another"))
	})
	t.Run("naming the input does not change the refusal itself", func(t *testing.T) {
		require.Empty(t, refusal.Field)
		require.Equal(t, "name", refusal.In("name").Field)
		require.Equal(t, "name_taken: choose another", refusal.Error())
	})
	t.Run("no error has no code, and an error that is no refusal is internal", func(t *testing.T) {
		require.Equal(t, domain.Code(""), domain.CodeOf(nil))
		require.Equal(t, domain.Internal, domain.CodeOf(errors.New("broken")))
	})
}

func TestExpectationsSayWhatTheyExpect(t *testing.T) {
	conflict := &domain.Conflict{Stream: "person-1", Expected: domain.Revision(3), Actual: domain.NoStream{}}
	require.EqualError(t, conflict, "stream person-1: expected revision 3, found no stream")
	require.Equal(t, "any", domain.Any{}.String())
	require.Equal(t, "stream exists", domain.StreamExists{}.String())
}

func TestFoldingIsOneEventAfterTheOther(t *testing.T) {
	words := domain.Decider[string, string, string]{
		Initial: func() string { return "" },
		Decide:  func(_ time.Time, _, command string) ([]string, error) { return []string{command}, nil },
		Evolve:  func(state, event string) string { return state + event },
	}
	require.Equal(t, "abc", words.Fold("a", "b", "c"))
	require.Equal(t, "a", words.Fold("a"))
}

func TestSlotOf(t *testing.T) {
	slot := domain.Slot{1, 2, 3}
	require.Equal(t, slot, domain.SlotOf(domain.PersonStream(slot)))
	for _, stream := range []domain.StreamName{"", "person-", "person-nobody", "account-" + domain.StreamName(slot.String())} {
		require.Zero(t, domain.SlotOf(stream), stream)
	}
}
