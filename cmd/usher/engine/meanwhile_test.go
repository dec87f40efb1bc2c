package engine_test

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// preceded is an event store that lets something happen before an event is appended,
// when all that was asked about it has been answered.
type preceded struct {
	commands.EventStore
	is   func(domain.Event) bool
	with func()
}

func (p *preceded) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	for _, event := range events {
		if p.is(event.Event) {
			p.with()
		}
	}
	return p.EventStore.Append(ctx, stream, expected, events)
}

// before gives an App whose first event of a kind comes only after something else.
func before[E domain.Event](t *testing.T, usher *enginetest.Usher, with func()) *commands.App {
	t.Helper()
	usher.Settle(t) // so that nothing else comes in between
	return usher.Another(t, func(base *composition.Base) {
		base.Store = &preceded{EventStore: base.Store, with: sync.OnceFunc(with), is: func(event domain.Event) bool {
			_, is := event.(E)
			return is
		}}
	})
}

func annAt(t *testing.T, usher *enginetest.Usher) commands.Request {
	t.Helper()
	in, err := usher.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "ann@example.com", Password: adminPassword})
	require.NoError(t, err)
	caller, err := usher.App.Authenticate(t.Context(), in.Token)
	require.NoError(t, err)
	return commands.Request{Caller: caller, Account: caller.Account}
}

func anew(usher *enginetest.Usher, request commands.Request) commands.Request {
	request.Command = usher.App.NewCommand()
	return request
}

func slotOf(t *testing.T, usher *enginetest.Usher, ann commands.Request, email string) domain.Slot {
	t.Helper()
	contact, err := usher.App.Contact(email, "")
	require.NoError(t, err)
	slot, err := usher.App.SlotOf(t.Context(), ann.Account, contact)
	require.NoError(t, err)
	return slot
}

// recorded is the last event of a kind in a stream.
func recorded[E domain.Event](t *testing.T, usher *enginetest.Usher, stream domain.StreamName) (last domain.Recorded, event E) {
	t.Helper()
	for one, err := range usher.Base.Store.Read(t.Context(), stream, 0) {
		require.NoError(t, err)
		if found, ok := one.Event.(E); ok {
			last, event = one, found
		}
	}
	require.False(t, last.Position.IsZero())
	return last, event
}

// TestACorrectionRefusedLate finds the right contact employed by the time of the
// second append: that is on record, and nobody is invited, then or later.
func TestACorrectionRefusedLate(t *testing.T) {
	enginetest.OnEachLog(t, func(t *testing.T, usher *enginetest.Usher) {
		t.Helper()
		admin := signUp(t, usher, "acme")
		ann := annAt(t, usher)
		invited, err := usher.App.InviteByEmail(t.Context(), anew(usher, ann), commands.InviteByEmail{Emails: []string{"typo@mill.example"}})
		require.NoError(t, err)
		var right commands.Registered
		app := before[person.ContactCorrected](t, usher, func() {
			right, err = usher.App.RegisterDirectly(t.Context(), anew(usher, ann), commands.RegisterDirectly{Email: "right@mill.example", FirstName: "Rita", LastName: "Right", JobTitle: "Baker"})
			require.NoError(t, err)
		})
		typo := commands.InvitationOf{Person: invited.Rows[0].Person}
		_, err = app.Correct(t.Context(), anew(usher, ann), commands.CorrectContact{InvitationOf: typo, Contact: "right@mill.example"})
		require.NoError(t, err, "the older link is dead, whatever becomes of the new one")

		refused := admin.items("/history?type=person.correction_refused")
		require.Len(t, refused, 1)
		require.Equal(t, map[string]any{"person": typo.Person.String(), "invitation": 1.0, "code": "already_employed"}, refused[0]["data"])

		_, err = usher.App.Dismiss(t.Context(), anew(usher, ann), right.Person)
		require.NoError(t, err)
		slot := slotOf(t, usher, ann, "typo@mill.example")
		event, corrected := recorded[person.ContactCorrected](t, usher, domain.PersonStream(slot))
		_, err = usher.App.InviteCorrected(t.Context(), ann.Account, event.Stream, event.ID, corrected)
		require.NoError(t, err)
		require.Len(t, admin.items("/history?type=person.invited_by_email"), 1, "a policy that repeats itself invites nobody who was dismissed")
	})
}

// TestWhoIsDismissedLeadsNothing though he was made head at the same moment, and
// has come back before anybody noticed.
func TestWhoIsDismissedLeadsNothing(t *testing.T) {
	enginetest.OnEachLog(t, func(t *testing.T, usher *enginetest.Usher) {
		t.Helper()
		admin := signUp(t, usher, "acme")
		ann := annAt(t, usher)
		ben, err := usher.App.RegisterDirectly(t.Context(), anew(usher, ann), commands.RegisterDirectly{Email: "ben@mill.example", FirstName: "Ben", LastName: "Miller", JobTitle: "Baker"})
		require.NoError(t, err)
		root := domain.RootDepartment(ann.Account)
		app := before[structure.DepartmentHeadChanged](t, usher, func() {
			_, err := usher.App.Dismiss(t.Context(), anew(usher, ann), ben.Person)
			require.NoError(t, err)
			_, err = usher.App.Rehire(t.Context(), anew(usher, ann), ben.Person, domain.DepartmentID{})
			require.NoError(t, err)
		})
		_, err = app.ChangeHead(t.Context(), anew(usher, ann), root, ben.Person)
		require.NoError(t, err)
		head := func() any {
			usher.Settle(t)
			status, answer := admin.do(http.MethodGet, "/structure", "")
			require.Equal(t, http.StatusOK, status)
			var structure struct{ Root struct{ Head any } }
			require.NoError(t, json.Unmarshal(answer, &structure))
			return structure.Root.Head
		}
		require.Nil(t, head())

		_, err = usher.App.ChangeHead(t.Context(), anew(usher, ann), root, ben.Person)
		require.NoError(t, err)
		slot := slotOf(t, usher, ann, "ben@mill.example")
		event, dismissed := recorded[person.Dismissed](t, usher, domain.PersonStream(slot))
		_, err = usher.App.VacateHeads(t.Context(), event, dismissed.Person)
		require.NoError(t, err)
		require.Equal(t, ben.Person.String(), head(), "who was chosen after his return stays, however late a policy is")
	})
}

// hashing is passwords of which something happens while one is hashed.
type hashing struct {
	commands.Passwords
	meanwhile func()
}

func (h hashing) Hash(ctx context.Context, who commands.HashFor, password string) (string, error) {
	h.meanwhile()
	return h.Passwords.Hash(ctx, who, password)
}

// TestALinkThatIsClosedWhileAPasswordIsHashed lets nobody in any more; and a command
// that came before is answered as it was.
func TestALinkThatIsClosedWhileAPasswordIsHashed(t *testing.T) {
	usher := enginetest.Start(t)
	admin := signUp(t, usher, "acme")
	admin.put("/settings/registration", `{"mode":"public"}`)
	ann, token := annAt(t, usher), admin.joinToken()
	form := commands.UseLink{Token: token, FirstName: "Ben", LastName: "Miller", Password: "a passphrase of his", Email: "ben@mill.example"}
	came := commands.Request{Command: usher.App.NewCommand()}
	first, err := usher.App.UseLink(t.Context(), came, form)
	require.NoError(t, err)

	another := usher.Another(t, func(base *composition.Base) {
		base.Passwords = hashing{Passwords: base.Passwords, meanwhile: func() {
			_, err := usher.App.DisableJoinLink(t.Context(), anew(usher, ann))
			require.NoError(t, err)
		}}
	})
	late := form
	late.Email = "late@mill.example"
	_, err = another.UseLink(t.Context(), commands.Request{Command: usher.App.NewCommand()}, late)
	require.Equal(t, domain.LinkDisabled, domain.CodeOf(err))
	require.Empty(t, admin.items("/employees?search=late"))

	again, err := usher.App.UseLink(t.Context(), came, form)
	require.NoError(t, err)
	require.Equal(t, first, again)
}
