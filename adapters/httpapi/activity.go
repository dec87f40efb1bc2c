package httpapi

import (
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
)

type entry struct {
	ID     string            `json:"id"`
	Kind   string            `json:"kind" doc:"The event's name on the wire, or invitations_sent for a bulk invitation and invitations_revoked for invitations taken back together." example:"person.employed"`
	At     time.Time         `json:"at"`
	Actor  actor             `json:"actor" doc:"Who did it; of kind link where somebody joined and nobody let them in."`
	People []domain.PersonID `json:"people" doc:"Whom it is about; of a bulk invitation, the first of those invited."`
	Count  int               `json:"count,omitzero" doc:"How many invitations were sent, or taken back, together."`
	Text   string            `json:"text" doc:"In one sentence." example:"Ben Miller joined by the join link"`
}

type actor struct {
	Kind   domain.ActorKind `json:"kind" enum:"person,link,operator,policy"`
	Person domain.PersonID  `json:"person,omitzero"`
	Name   string           `json:"name,omitzero" doc:"What that person is called." example:"Ada King"`
}

type activityInput struct {
	InAccount
	Paged
	Period
	Kind string `query:"kind" doc:"Only entries of this kind." example:"person.employed"`
}

type chatInput struct {
	InAccount
	Paged
}

func (a *api) activityRoutes() {
	const tag, path = "Activity", "/v1/accounts/{account}"
	ask[activityInput](a, route{
		id: "activity", method: http.MethodGet, path: path + "/activity", tag: tag,
		summary: "The Activity Stream", description: "What happened, the latest first. For everybody of the account.",
	}, questions.Activity(), shown(showHappening))
	a.documentValues(path+"/activity", "kind", questions.Kinds(a.History)...)
	ask[chatInput](a, route{
		id: "chat", method: http.MethodGet, path: path + "/chat", tag: tag,
		summary: "The General chat", description: "Who joined, the latest first. For everybody of the account.",
	}, questions.Chat(), shown(showAnnouncement))
	a.activityStreamRoute(route{
		id: "activity-stream", method: http.MethodGet, path: path + "/activity/stream", tag: tag,
		summary: "The Activity Stream as it happens",
		description: "Server-sent events, one for each new entry, the oldest first; the data is an item of the list. " +
			"Last-Event-ID resumes behind an entry; without it, the stream begins now. " +
			"A bulk invitation is sent when it begins, and its count can still grow.",
	})
}

func (in *activityInput) Query() (activityview.Query, error) {
	from, to, err := in.times()
	return activityview.Query{Kind: activityview.Kind(in.Kind), From: from, To: to, Paging: in.paging()}, err
}

func (in *chatInput) Query() (projections.Paging, error) { return in.paging(), nil }

func showHappening(e questions.Happening) entry {
	return entry{
		ID: e.ID, Kind: string(e.Kind), At: e.At.UTC(), Actor: showActor(e.Actor, e.ActorName, string(e.Kind)), People: e.People, Count: e.Count, Text: e.Text,
	}
}

func showAnnouncement(c questions.Announcement) entry {
	var by domain.Actor
	if !c.By.IsZero() {
		by = domain.Actor{Kind: domain.ActorPerson, Person: c.By}
	}
	return entry{
		ID: c.ID, Kind: string(c.Kind), At: c.At.UTC(), Actor: showActor(by, c.ByName, string(c.Kind)), People: []domain.PersonID{c.Person}, Text: c.Text,
	}
}

// showActor says who did something: a person, or else who it must have been.
func showActor(who domain.Actor, name projections.Name, kind string) actor {
	switch {
	case who.Kind != "":
		return actor{Kind: who.Kind, Person: who.Person, Name: name.String()}
	case kind == string(account.FoundedType):
		return actor{Kind: domain.ActorOperator}
	}
	return actor{Kind: domain.ActorLink}
}
