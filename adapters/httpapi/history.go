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
	Type    string `query:"type" doc:"Only events of this type." example:"person.employed"`
}

func (a *api) historyRoutes() {
	ask[historyInput](a, route{
		id: "history", method: http.MethodGet, path: "/v1/accounts/{account}/history", tag: "History",
		summary: "Every event, in order", description: "The oldest first. For administrators and auditors.",
		codes: []domain.Code{domain.InvalidContact, domain.InvalidID},
	}, questions.History(), a.showHistory)
	a.documentValues("/v1/accounts/{account}/history", "type", questions.Types(a.History)...)
}

func (in *historyInput) Query() (questions.HistoryQuery, error) {
	who, err1 := optionalID[domain.PersonID](in.Person, "person")
	from, to, err2 := in.times()
	return questions.HistoryQuery{Contact: in.Contact, Query: historyview.Query{
		Person: who, Type: domain.EventType(in.Type), From: from, To: to, Paging: in.paging(),
	}}, cmp.Or(err1, err2)
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
