package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/operations"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/activity"
)

// unknown is what is said of an entry that has no text of its own.
const unknown = "changed a setting"

// TestActivityTellsOfEveryEvent is where a new event is either given a text in
// the Activity Stream or put on the list of those that need none.
func TestActivityTellsOfEveryEvent(t *testing.T) {
	none := quietEvents()
	registry, err := codec.NewRegistry(codec.Events())
	require.NoError(t, err)
	for _, kind := range registry.Types() {
		t.Run(string(kind), func(t *testing.T) {
			event := domain.Recorded{Event: registry.Prototype(kind), Metadata: domain.Metadata{Account: domain.AccountID{1}}}
			keys := activity.View().Touches(event)
			if reason, quiet := none[kind]; quiet {
				require.NotEmpty(t, reason)
				require.Empty(t, keys, "it is on the list of those that need no text, and has one")
				return
			}
			require.Len(t, keys, 1, "it has no entry: give it one, or put it on the list of those that need none")
			told, ok := activity.View().Fold(keys[0], nil, event).(*activity.Entry)
			require.True(t, ok)
			if kind == person.EmployedType {
				told.Basis = person.PublicLink
			}
			toOneself := activity.Text(*told, nil, projections.Places{})
			told.Actor.Person = domain.PersonID{1}
			toOthers := activity.Text(*told, nil, projections.Places{})
			require.False(t, strings.Contains(toOneself, unknown) && strings.Contains(toOthers, unknown), "it has an entry, and no text")
		})
	}
	for kind := range none {
		require.Contains(t, registry.Types(), kind, "it is on the list, and there is no such event")
	}
}

// quietEvents is the events of which the Activity Stream says nothing, and why.
func quietEvents() map[domain.EventType]string {
	const (
		joining  = "the admission that follows or came before tells it"
		invited  = "Invited shows it, with the contact, which not everybody may see"
		approval = "Approvals shows it, which not everybody may see"
		own      = "a matter between a person and Usher"
		counting = "bookkeeping, beside an event that is told"
	)
	return map[domain.EventType]string{
		person.InvitationRedeemedType: joining, person.RegisteredDirectlyType: joining,
		person.FounderRegisteredType: joining, person.RehiredType: joining,

		person.InvitationSupersededType: invited, person.InvitationExpiredType: invited, person.InvitationDeclinedType: invited, person.InvitationOpenedType: invited,
		person.NewInvitationAskedType: invited, person.CorrectionRefusedType: invited,

		person.RegisteredType: approval, person.AddressProvedType: approval, person.RegistrationApprovedType: approval,
		person.RegistrationRejectedType: approval, person.RegistrationSupersededType: approval, person.ProofSentAgainType: approval,

		person.PasswordSetType: own, person.PasswordChangedType: own, person.PasswordGeneratedType: own, person.PasswordLinkIssuedType: own,
		person.PasswordResetAskedType: own, person.PasswordResetType: own,
		person.FirstLoginType: own, person.PreferencesChangedType: own, person.SessionsEndedType: own, person.APITokenMadeType: own, person.APITokenRevokedType: own,
		person.LoginClaimedType: own, person.LoginChangeAbandonedType: own, person.LoginReleasedType: own,

		account.AdministratorCountedType: counting, account.AdministratorUncountedType: counting,
		account.JoinSeatTakenType: counting, account.JoinSeatReturnedType: counting, person.SeatForfeitedType: counting,
		batch.OpenedType: counting, batch.ClosedType: counting,

		account.ApprovalsNoticedType: approval,

		operations.EventSkippedType: "operators see it, and it is of no account",
	}
}
