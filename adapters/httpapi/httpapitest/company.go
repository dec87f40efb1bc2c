package httpapitest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Password is everybody's, where a test does not say otherwise.
const Password = "an unlikely passphrase of tests"

// Company is an account with its first administrator signed in.
type Company struct {
	*Usher
	Slug  string
	Path  string // /v1/accounts/{slug}
	Admin Client // below Path
}

// Found founds an account; its administrator is admin@<slug>.example.
func (u *Usher) Found(t testing.TB, slug string) Company {
	t.Helper()
	u.Client(OperatorToken).Post(t, "/v1/accounts", Founding(slug)).Must(t, http.StatusCreated)
	return u.Again(t, slug)
}

// Again returns a company that was founded before, with its administrator signed in.
func (u *Usher) Again(t testing.TB, slug string) Company {
	t.Helper()
	c := Company{Usher: u, Slug: slug, Path: "/v1/accounts/" + slug}
	c.Admin = c.SignIn(t, "admin@"+slug+".example", Password)
	return c
}

// Founding returns the body that founds an account.
func Founding(slug string) string {
	return fmt.Sprintf(`{"slug":%q,"name":"The Company","administrator":{"email":%q,"first_name":"Ada","last_name":"Archer","password":%q}}`,
		slug, "admin@"+slug+".example", Password)
}

// SignIn returns somebody of the company signed in.
func (c Company) SignIn(t testing.TB, login, password string) Client {
	t.Helper()
	answer := c.Client("").Post(t, c.Path+"/sessions", fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)).Must(t, http.StatusCreated)
	return c.Client(answer.Text(t, "token")).At(c.Path)
}

// JoinToken returns the token of the company's join link.
func (c Company) JoinToken(t testing.TB) string {
	t.Helper()
	return tokenOf(t, c.Admin.Get(t, "/join-link").Must(t, http.StatusOK).Text(t, "link"))
}

// Join registers by the join link.
func (c Company) Join(t testing.TB, email string) Answer {
	t.Helper()
	return c.Client("").Post(t, "/v1/join/"+c.JoinToken(t), Form(email))
}

// Form returns the form behind a link.
func Form(email string) string {
	return fmt.Sprintf(`{"first_name":"Joe","last_name":"Joiner","password":%q,"email":%q}`, Password, email)
}

// Employee returns somebody who joined by the join link, signed in.
func (c Company) Employee(t testing.TB, email string) Client {
	t.Helper()
	person := c.Join(t, email).Must(t, http.StatusCreated).Text(t, "person")
	c.Admin.Post(t, "/approvals/"+person+"/approve", "").Must(t, http.StatusOK)
	return c.SignIn(t, email, Password)
}

// Message returns the newest message to a contact.
func (c Company) Message(t testing.TB, to string) map[string]any {
	t.Helper()
	c.Settled(t)
	for _, message := range c.Admin.Get(t, "/outbox?limit=1000").Must(t, http.StatusOK).Items(t) {
		if message["to"] == to {
			return message
		}
	}
	require.Failf(t, "no message", "to %s", to)
	return nil
}

// TokenSentTo returns the token of the link in the newest message to a contact.
func (c Company) TokenSentTo(t testing.TB, to string) string {
	t.Helper()
	link, _ := c.Message(t, to)["link"].(string)
	return tokenOf(t, link)
}

func tokenOf(t testing.TB, link string) string {
	t.Helper()
	token, ours := strings.CutPrefix(link, PublicURL+"/join/")
	require.True(t, ours, "%q is not a link of ours", link)
	return token
}

// Hire puts somebody with a role into the log, whichever way one comes to it,
// and signs them in.
func (c Company) Hire(t testing.TB, email string, role domain.Role) Client {
	t.Helper()
	ctx := t.Context()
	id, err := c.App.AccountNamed(ctx, c.Slug)
	require.NoError(t, err)
	contact, err := c.App.Contact(email, "")
	require.NoError(t, err)
	slot, err := c.App.SlotOf(ctx, id, contact)
	require.NoError(t, err)
	who, credential := domain.PersonIDFor(slot, 1), domain.CredentialID(uuid.New())
	hash, err := c.Base.Passwords.Hash(ctx, commands.HashFor{}, Password)
	require.NoError(t, err)
	require.NoError(t, c.Base.Vault.SaveCredential(ctx, credential, hash, c.Now()))
	require.NoError(t, c.Base.Vault.EnsureDataKeys(ctx, []domain.PersonID{who}))
	events := []person.Event{
		person.Registered{
			Person: who, Tenure: 1, Registration: 1, Route: person.ByJoinLink, Generation: 1, Awaits: person.Approval, Credential: credential,
			Personal: person.Registrant{Contact: contact, FirstName: "Hilda", LastName: "Hired"},
		},
		person.Employed{
			Person: who, Tenure: 1, Epoch: 1, Role: role, Basis: person.Basis{Kind: person.ApprovedByAdmin, Registration: 1},
		},
		person.PasswordSet{Person: who, Credential: credential},
	}
	var uncommitted []commands.Uncommitted
	for _, event := range events {
		uncommitted = append(uncommitted, commands.Uncommitted{ID: uuid.New(), Event: event, Metadata: domain.Metadata{
			Correlation: uuid.New(), Causation: domain.CommandID(uuid.New()), Account: id, Schema: 1, Actor: domain.Actor{Kind: domain.ActorPolicy},
		}})
	}
	_, err = c.Base.Store.Append(ctx, domain.PersonStream(slot), domain.NoStream{}, uncommitted)
	require.NoError(t, err)
	return c.SignIn(t, email, Password)
}
