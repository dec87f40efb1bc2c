package commands_test

import (
	"context"
	"encoding/base64"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// shown is what a link shows, which changes nothing.
func shown(w *commandstest.World, token string) (link commands.Link) {
	w.T.Helper()
	w.As(commands.LinkHolder()).When(func(app *commands.App, _ commands.Request) (err error) {
		link, err = app.ShowLink(context.Background(), token)
		return err
	}).ThenNothing()
	return link
}

func notShown(w *commandstest.World, token string) commandstest.Outcome {
	w.T.Helper()
	return w.As(commands.LinkHolder()).When(func(app *commands.App, _ commands.Request) error {
		_, err := app.ShowLink(context.Background(), token)
		return err
	})
}

func TestEachKindOfLinkShowsWhatItIsFor(t *testing.T) {
	for kind, c := range map[commands.LinkKind]struct {
		given func(t *testing.T) (w *commandstest.World, token string)
		want  commands.Link
	}{
		commands.LinkJoin: {func(t *testing.T) (*commandstest.World, string) {
			t.Helper()
			w := commandstest.New(t)
			return w, w.JoinToken()
		}, commands.Link{}},
		commands.LinkEmail: {func(t *testing.T) (*commandstest.World, string) {
			t.Helper()
			w := commandstest.New(t)
			return w, w.Token(w.Invited("ben@mill.example")[0])
		}, commands.Link{Login: "ben@mill.example"}},
		commands.LinkSMS: {func(t *testing.T) (*commandstest.World, string) {
			t.Helper()
			w := commandstest.New(t)
			_, err := w.App.InviteBySMS(t.Context(), w.Request(w.Founder), commands.InviteBySMS{Phones: []string{phone}})
			require.NoError(t, err)
			return w, w.Token(w.Someone(phone))
		}, commands.Link{Login: phone}},
		commands.LinkSetPassword: {func(t *testing.T) (*commandstest.World, string) {
			t.Helper()
			w, _, token := colleague(t)
			return w, token
		}, commands.Link{Login: "cleo@mill.example"}},
		commands.LinkProof: {func(t *testing.T) (*commandstest.World, string) {
			t.Helper()
			w, _, token := toProve(t)
			return w, token
		}, commands.Link{Login: "nora@mill.example", Registrant: "Nora New"}},
		commands.LinkLogin: {func(t *testing.T) (*commandstest.World, string) {
			t.Helper()
			w, _, _, contact, _ := held(t)
			return w, w.Token(contact)
		}, commands.Link{Login: "new@mill.example"}},
		commands.LinkReset: {func(t *testing.T) (*commandstest.World, string) {
			t.Helper()
			w, _, token := forgetful(t)
			return w, token
		}, commands.Link{Login: "eve@acme.example"}},
	} {
		t.Run(string(kind), func(t *testing.T) {
			w, token := c.given(t)
			w.Given(domain.AccountStream(w.Acme), account.GreetingChanged{Greeting: "Welcome!"})
			c.want.Kind, c.want.Slug, c.want.Name, c.want.Greeting = kind, "acme", "Acme", "Welcome!"
			c.want.PasswordLength = 12
			require.Equal(t, c.want, shown(w, token))
		})
	}
}

func TestAFullJoinLinkIsShownToNobody(t *testing.T) {
	w := limitedTo(t, 1)
	shown(w, w.JoinToken())
	w.Joined("nora@mill.example")
	notShown(w, w.JoinToken()).ThenRefused(domain.LinkFull)
}

func TestADeadLinkSaysWhoseItWas(t *testing.T) {
	w := limitedTo(t, 1)
	w.Joined("nora@mill.example")
	link, err := w.App.ShowLink(t.Context(), w.JoinToken())
	require.Equal(t, domain.LinkFull, domain.CodeOf(err))
	require.Equal(t, commands.Link{Kind: commands.LinkJoin, Slug: "acme", Name: "Acme"}, link)
	forged, err := w.App.ShowLink(t.Context(), links.Keys{1: make([]byte, 32)}.Token(links.Link{Purpose: links.Join, Subject: uuid.UUID(w.Acme), Counter: 1}, links.Owner{Account: w.Acme}))
	require.Equal(t, domain.NotFound, domain.CodeOf(err))
	require.Equal(t, commands.Link{}, forged)
}

func TestALinkThatIsNoneOpensNothing(t *testing.T) {
	w, _, token := toProve(t)
	raw, err := base64.RawURLEncoding.DecodeString(token)
	require.NoError(t, err)
	changed := func(at int) string {
		other := append([]byte(nil), raw...)
		other[at] ^= 1
		return base64.RawURLEncoding.EncodeToString(other)
	}
	keys, err := w.Vault.LinkKeys(t.Context())
	require.NoError(t, err)
	ours := links.Keys(keys)
	for name, token := range map[string]string{
		"nonsense":                         "nonsense",
		"one cut short":                    token[:len(token)-1],
		"one of a key that there is not":   changed(0),
		"one for another purpose":          changed(1),
		"one of somebody else":             changed(2),
		"one of another number":            changed(18),
		"a forged one":                     changed(len(raw) - 1),
		"a join link of no account":        ours.Token(links.Link{Purpose: links.Join, Subject: uuid.UUID{9}, Counter: 1}, links.Owner{Account: domain.AccountID{9}}),
		"one of a number never given out":  ours.Token(links.Link{Purpose: links.Proof, Subject: uuid.UUID(w.Someone("nora@mill.example").Slot), Counter: 7}, links.Owner{Account: w.Acme, Tenure: 1}),
		"one of a tenure that was another": ours.Token(links.Link{Purpose: links.Proof, Subject: uuid.UUID(w.Someone("nora@mill.example").Slot), Counter: 1}, links.Owner{Account: w.Acme, Tenure: 2}),
	} {
		t.Run(name, func(*testing.T) {
			notShown(w, token).ThenRefused(domain.NotFound)
			var used commands.LinkUsed
			form := commandstest.Form(token)
			form.Email = "nico@mill.example"
			w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(domain.NotFound)
		})
	}
}
