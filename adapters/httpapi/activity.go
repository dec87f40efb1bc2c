package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
	chatview "github.com/usher-engine/usher/projections/chat"
	employeesview "github.com/usher-engine/usher/projections/employees"
	structureview "github.com/usher-engine/usher/projections/structure"
)

type entry struct {
	ID     string            `json:"id"`
	Kind   string            `json:"kind" doc:"The event's name on the wire, or invitations_sent for a bulk invitation and invitations_revoked for invitations taken back together." example:"person.employed"`
	At     time.Time         `json:"at"`
	Actor  actor             `json:"actor" doc:"Who did it; of kind link where somebody joined and nobody let him in."`
	People []domain.PersonID `json:"people" doc:"Whom it is about; of a bulk invitation, the first of those invited."`
	Count  int               `json:"count,omitzero" doc:"How many invitations were sent, or taken back, together."`
	Text   string            `json:"text" doc:"In one sentence." example:"Ben Miller joined by the join link"`
}

type actor struct {
	Kind   domain.ActorKind `json:"kind" enum:"person,link,operator,policy"`
	Person domain.PersonID  `json:"person,omitzero"`
}

type activityInput struct {
	InAccount
	Paged
	Kind string    `query:"kind" doc:"Only entries of this kind." example:"person.employed"`
	From time.Time `query:"from" doc:"Not before this time (RFC 3339)."`
	To   time.Time `query:"to" doc:"Before this time (RFC 3339)."`
}

func (a *api) activityRoutes() {
	const tag, path = "Activity", "/v1/accounts/{account}"
	list(a, route{
		id: "activity", method: http.MethodGet, path: path + "/activity", tag: tag,
		summary: "The Activity Stream", description: "What happened, the latest first. For everybody of the account.",
	}, commands.SeeColleagues, []projections.View{activityview.View(), employeesview.View(), structureview.View()}, a.activity)
	list(a, route{
		id: "chat", method: http.MethodGet, path: path + "/chat", tag: tag,
		summary: "The General chat", description: "Who joined, the latest first. For everybody of the account.",
	}, commands.SeeColleagues, []projections.View{chatview.View(), employeesview.View()}, a.chat)
	a.activityStreamRoute(route{
		id: "activity-stream", method: http.MethodGet, path: path + "/activity/stream", tag: tag,
		summary: "The Activity Stream as it happens",
		description: "Server-sent events, one for each new entry, the oldest first; the data is an item of the list. " +
			"Last-Event-ID resumes behind an entry; without it, the stream begins now. " +
			"A bulk invitation is sent when it begins, and its count can still grow.",
	})
}

func (a *api) activity(ctx context.Context, id domain.AccountID, in *activityInput) (page[entry], error) {
	found, err := activityview.List(ctx, a.Reader, activityview.Query{
		Account: id, Kind: activityview.Kind(in.Kind), From: in.From, To: in.To, Paging: in.paging(),
	})
	if err != nil {
		return page[entry]{}, err
	}
	names, places, err := a.mentioned(ctx, id, found.Items)
	return shown(found, showEntry(names, places)), err
}

// mentioned is what entries name by id: people and places.
func (a *api) mentioned(ctx context.Context, id domain.AccountID, entries []activityview.Entry) (projections.Names, projections.Places, error) {
	names, err := employeesview.People(ctx, a.Reader, id, activityview.Mentions(entries)...)
	if err != nil {
		return nil, projections.Places{}, err
	}
	departments, workgroups := activityview.MentionedPlaces(entries)
	places, err := structureview.Names(ctx, a.Reader, id, departments, workgroups)
	return names, places, err
}

func showEntry(names projections.Names, places projections.Places) func(activityview.Entry) entry {
	return func(e activityview.Entry) entry {
		return entry{
			ID: e.ID, Kind: string(e.Kind), At: e.At.UTC(), Actor: showActor(e.Actor, string(e.Kind)), People: e.People, Count: e.Count,
			Text: activityview.Text(e, names, places),
		}
	}
}

// showActor says who did something: a person, or else who it must have been.
func showActor(who domain.Actor, kind string) actor {
	switch {
	case who.Kind != "":
		return actor{Kind: who.Kind, Person: who.Person}
	case kind == string(account.FoundedType):
		return actor{Kind: domain.ActorOperator}
	}
	return actor{Kind: domain.ActorLink}
}

func (a *api) chat(ctx context.Context, id domain.AccountID, in *struct {
	InAccount
	Paged
},
) (page[entry], error) {
	found, err := chatview.List(ctx, a.Reader, chatview.Query{Account: id, Paging: in.paging()})
	if err != nil {
		return page[entry]{}, err
	}
	names, err := employeesview.People(ctx, a.Reader, id, chatview.Mentions(found.Items)...)
	if err != nil {
		return page[entry]{}, err
	}
	return shown(found, func(c chatview.Announcement) entry {
		var by domain.Actor
		if !c.By.IsZero() {
			by = domain.Actor{Kind: domain.ActorPerson, Person: c.By}
		}
		return entry{
			ID: c.ID, Kind: string(c.Kind), At: c.At.UTC(), Actor: showActor(by, string(c.Kind)),
			People: []domain.PersonID{c.Person}, Text: chatview.Text(c, names),
		}
	}), nil
}
