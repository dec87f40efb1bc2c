package commandstest

import (
	"context"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// JoinToken returns the token of the company's join link.
func (w *World) JoinToken() string {
	w.T.Helper()
	link, err := w.App.JoinLink(context.Background(), w.Caller(w.Founder), w.Acme)
	require.NoError(w.T, err)
	return link.Token
}

// Form returns the form behind a link, filled in by Nora New, who chooses the Password.
func Form(token string) commands.UseLink {
	return commands.UseLink{Token: token, FirstName: "Nora", LastName: "New", Password: Password}
}

// JoinForm is Form for the join link, which asks for the address, too.
func (w *World) JoinForm(email string) commands.UseLink {
	w.T.Helper()
	form := Form(w.JoinToken())
	form.Email = email
	return form
}

// Joined returns somebody who has filled in the form behind the join link; what comes of
// that depends on the settings. As the company was founded, they wait for approval.
func (w *World) Joined(email string) Someone {
	w.T.Helper()
	_, err := w.App.UseLink(context.Background(), commands.Request{Command: w.App.NewCommand()}, w.JoinForm(email))
	require.NoError(w.T, err)
	return w.Someone(email)
}

// Waiting returns many who wait for approval, whose registrations are in the log.
func (w *World) Waiting(emails ...string) []Someone {
	w.T.Helper()
	people := make([]Someone, len(emails))
	for i, email := range emails {
		people[i] = w.Someone(email)
		w.Given(people[i].Stream(), person.Registered{
			Person: people[i].Person, Tenure: 1, Registration: 1, Route: person.ByJoinLink, Generation: 1, Awaits: person.Approval,
			Concern: person.LinkModerated, InForce: person.InForce{Mode: "moderated"},
			Credential: domain.CredentialFor(domain.CommandID(people[i].Slot.Derive("registration"))),
			Personal:   person.Registrant{Contact: people[i].Contact, FirstName: "Nora", LastName: "New"},
		})
	}
	return people
}

// Stranger returns the founder of another company, signed in there.
func (w *World) Stranger() commands.Caller {
	w.T.Helper()
	founded, err := w.App.FoundAccount(context.Background(), commands.Request{Command: w.App.NewCommand(), Caller: commands.Operator()}, commands.FoundAccount{
		Slug: "elsewhere", Name: "Elsewhere", Email: "zoe@elsewhere.example", FirstName: "Zoe", LastName: "Zander", Password: Password,
	})
	require.NoError(w.T, err)
	signedIn, err := w.App.LogIn(context.Background(), commands.LogIn{Slug: "elsewhere", Login: "zoe@elsewhere.example", Password: Password})
	require.NoError(w.T, err)
	require.Equal(w.T, founded.Person, signedIn.Person)
	caller, err := w.App.Authenticate(context.Background(), signedIn.Token)
	require.NoError(w.T, err)
	return caller
}

// Password returns the generated password that a contact was sent last.
func (w *World) Password(to Someone) string {
	w.T.Helper()
	return w.lastTo(to).Password
}
