package httpapi

import (
	"cmp"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	historyview "github.com/usher-engine/usher/projections/history"
)

type event struct {
	ID         uuid.UUID         `json:"id"`
	Position   string            `json:"position" example:"42"`
	Stream     domain.StreamName `json:"stream" example:"person-6d3f5c0e-7a51-8d6c-9f0b-3f6a5b2c1d0e"`
	Revision   uint64            `json:"revision" doc:"The place in the stream, from 0."`
	Type       domain.EventType  `json:"type" doc:"The event's name on the wire." example:"person.invited_by_sms"`
	At         time.Time         `json:"at"`
	Actor      actor             `json:"actor"`
	Person     domain.PersonID   `json:"person,omitzero" doc:"Whom the event is about."`
	PersonName string            `json:"person_name,omitzero" doc:"What that person is called." example:"Ben Miller"`
	Data       payload           `json:"data" doc:"What happened; its personal part is in clear, or {\"erased\":true}."`
	Metadata   eventMetadata     `json:"metadata"`
}

type eventMetadata struct {
	Correlation uuid.UUID        `json:"correlation" doc:"Joins what belongs to one request."`
	Causation   domain.CommandID `json:"causation" doc:"The command that caused the event."`
	Schema      int              `json:"schema"`
	Judged      *judged          `json:"judged,omitempty" doc:"On which revisions, each plus one, the permission was judged."`
}

type judged struct {
	Account uint64 `json:"account,omitzero"`
	Actor   uint64 `json:"actor,omitzero"`
}

// payload is an object as the codec wrote it.
type payload struct{ jsontext.Value }

// MarshalJSON returns the object itself.
func (p payload) MarshalJSON() ([]byte, error) { return p.Value, nil }

// Schema implements huma.SchemaProvider.
func (payload) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

type historyInput struct {
	InAccount
	Paged
	Period
	Person  string `query:"person" doc:"Only what is about this person."`
	Contact string `query:"contact" doc:"Only what is about this e-mail address or phone number." example:"+14155550100"`
	Actor   string `query:"actor" doc:"Only what this person did, by id; or those who are no persons: link, operator or policy."`
	Type    string `query:"type" doc:"Only events of this type." example:"person.employed"`
}

type eventInput struct {
	InAccount
	Reflecting
	Event string `path:"event" doc:"The event's id, or its position in the log."`
}

type oneEvent struct {
	Event     event      `json:"event"`
	InStream  neighbours `json:"in_stream" doc:"The events beside it in its stream."`
	InAccount neighbours `json:"in_account" doc:"The events beside it among all of the account."`
	Position  string     `json:"position" doc:"How much of the log the answer reflects." example:"42"`
}

type neighbours struct {
	Previous uuid.UUID `json:"previous,omitzero" doc:"Absent where it is the first."`
	Next     uuid.UUID `json:"next,omitzero" doc:"Absent where it is the last."`
}

func (a *api) historyRoutes() {
	ask[eventInput](a, route{
		id: "event", method: http.MethodGet, path: "/v1/accounts/{account}/history/{event}", tag: "History",
		summary: "One event as it was recorded", description: "With the ids of those before and behind it. For administrators and auditors.",
	}, questions.Event(), a.showOneEvent)
	ask[historyInput](a, route{
		id: "history", method: http.MethodGet, path: "/v1/accounts/{account}/history", tag: "History",
		summary: "Every event, in order", description: "The oldest first. For administrators and auditors.",
		codes: []domain.Code{domain.InvalidContact, domain.InvalidID},
	}, questions.History(), a.showHistory)
	a.documentValues("/v1/accounts/{account}/history", "type", questions.Types(a.History)...)
}

func (in *historyInput) Query() (questions.HistoryQuery, error) {
	who, err1 := optionalID[domain.PersonID](in.Person, "person")
	by, err2 := actorNamed(in.Actor)
	from, to, err3 := in.times()
	return questions.HistoryQuery{Contact: in.Contact, Query: historyview.Query{
		Person: who, Actor: by, Type: domain.EventType(in.Type), From: from, To: to, Paging: in.paging(),
	}}, cmp.Or(err1, err2, err3)
}

// actorNamed is a person by id, or those who are no persons by their kind.
func actorNamed(text string) (domain.Actor, error) {
	switch kind := domain.ActorKind(text); kind {
	case "", domain.ActorLink, domain.ActorOperator, domain.ActorPolicy:
		return domain.Actor{Kind: kind}, nil
	case domain.ActorPerson: // which does not say who
	}
	id, err := requiredID[domain.PersonID](text, "actor")
	if err != nil {
		err = domain.Refuse(domain.InvalidID, "write the id of a person, or link, operator or policy").In("actor")
	}
	return domain.Actor{Kind: domain.ActorPerson, Person: id}, err
}

// Query reads an id, or else a position. What is neither names nothing.
func (in *eventInput) Query() (query questions.EventQuery, err error) {
	if query.ID, err = uuid.Parse(in.Event); err == nil && query.ID.String() == in.Event {
		return query, nil
	}
	if query.Position, err = domain.ParsePosition(in.Event); err != nil {
		err = domain.Refuse(domain.NotFound, "there is no such event in this account")
	}
	return questions.EventQuery{Position: query.Position}, err
}

func (a *api) showOneEvent(found questions.OneEvent) (oneEvent, error) {
	shown, err := a.showEvents([]domain.Recorded{found.Recorded}, found.Names)
	if err != nil {
		return oneEvent{}, err
	}
	return oneEvent{Event: shown[0], InStream: neighbours(found.InStream), InAccount: neighbours(found.InAccount), Position: found.Reflected.String()}, nil
}

func (a *api) showHistory(found questions.Events) (page[event], error) {
	events, err := a.showEvents(found.Items, found.Names)
	return page[event]{Items: events, Next: found.Next, Total: found.Total, Position: found.Position.String()}, err
}

// showEvents is the events for people, their personal parts in clear.
func (a *api) showEvents(events []domain.Recorded, names projections.Names) ([]event, error) {
	shown := make([]event, len(events))
	for i, one := range events {
		data, err := a.History.Render(one)
		if err != nil {
			return nil, err
		}
		shown[i] = showEvent(one, names, payload{data})
	}
	return shown, nil
}

func showEvent(e domain.Recorded, names projections.Names, data payload) event {
	by := e.Metadata.Actor
	shown := event{
		ID: e.ID, Position: e.Position.String(), Stream: e.Stream, Revision: e.Revision, Type: e.Event.Type(), At: e.Time.UTC(),
		Actor:  actor{Kind: by.Kind, Person: by.Person, Name: names[by.Person].String()},
		Person: e.Event.About(), PersonName: names[e.Event.About()].String(), Data: data,
		Metadata: eventMetadata{Correlation: e.Metadata.Correlation, Causation: e.Metadata.Causation, Schema: e.Metadata.Schema},
	}
	if e.Metadata.Judged != (domain.Judged{}) {
		shown.Metadata.Judged = &judged{Account: e.Metadata.Judged.Account, Actor: e.Metadata.Judged.Actor}
	}
	return shown
}
