package commands

import (
	"context"
	"strconv"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// notingTakes is how long somebody who logs in waits at most for that to be on record.
const notingTakes = 500 * time.Millisecond

// noteLogin puts a first log-in on record. Where that cannot be, whoever logs in is
// signed in all the same, and it is said at the next time.
func (a *App) noteLogin(ctx context.Context, session Session) {
	ctx, cancel := context.WithTimeout(ctx, notingTakes)
	defer cancel()
	command := domain.CommandID(session.Person.Derive("first login in epoch " + strconv.Itoa(session.Epoch))) // which is one event, whoever says it
	request := Request{Command: command, Caller: Caller{Kind: domain.ActorPerson, Session: session}, Account: session.Account}
	_, _ = a.people.Execute(ctx, personCall{
		Name: "person.note_login", Stream: domain.PersonStream(session.Slot), Request: request, Authorise: a.guard.Authorise(request, SeeOneself),
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.NoteLogin{Epoch: session.Epoch}, nil
		},
	})
}
