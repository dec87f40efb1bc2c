package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	historyview "github.com/usher-engine/usher/projections/history"
)

type event struct {
	ID       uuid.UUID         `json:"id"`
	Position string            `json:"position" example:"42"`
	Stream   domain.StreamName `json:"stream" example:"person-6d3f5c0e-7a51-8d6c-9f0b-3f6a5b2c1d0e"`
	Revision uint64            `json:"revision" doc:"The place in the stream, from 0."`
	Type     domain.EventType  `json:"type" doc:"The event's name on the wire." example:"person.invited_by_sms"`
	At       time.Time         `json:"at"`
	Actor    actor             `json:"actor"`
	Person   domain.PersonID   `json:"person,omitzero" doc:"Whom the event is about."`
	Data     payload           `json:"data" doc:"What happened; its personal part is in clear, or {\"erased\":true}."`
	Metadata eventMetadata     `json:"metadata"`
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

// MarshalJSON is the object itself.
func (p payload) MarshalJSON() ([]byte, error) { return p.Value, nil }

// Schema implements huma.SchemaProvider.
func (payload) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

type historyInput struct {
	InAccount
	Paged
	Person  string    `query:"person" doc:"Only what is about this person."`
	Contact string    `query:"contact" doc:"Only what is about this e-mail address or phone number." example:"+14155550100"`
	Type    string    `query:"type" doc:"Only events of this type." example:"person.employed"`
	From    time.Time `query:"from" doc:"Not before this time (RFC 3339)."`
	To      time.Time `query:"to" doc:"Before this time (RFC 3339)."`
}

func (a *api) historyRoutes() {
	list(a, route{
		id: "history", method: http.MethodGet, path: "/v1/accounts/{account}/history", tag: "History",
		summary: "Every event, in order", description: "The oldest first. For administrators and auditors.",
		codes: []domain.Code{domain.InvalidContact, domain.InvalidID},
	}, commands.SeeHistory, []projections.View{historyview.View()}, a.history)
}

func (a *api) history(ctx context.Context, id domain.AccountID, in *historyInput) (page[event], error) {
	who, err := optionalID[domain.PersonID](in.Person, "person")
	if err != nil {
		return page[event]{}, err
	}
	slot, err := a.slotOf(ctx, id, in.Contact)
	if err != nil {
		return page[event]{}, err
	}
	found, err := historyview.List(ctx, a.Reader, historyview.Query{
		Account: id, Person: who, Slot: slot, Type: domain.EventType(in.Type), From: in.From, To: in.To, Paging: in.paging(),
	})
	if err != nil {
		return page[event]{}, err
	}
	decoded, err := a.decode(ctx, found.Items)
	if err != nil {
		return page[event]{}, err
	}
	events, err := a.showDecoded(decoded)
	return page[event]{Items: events, Next: found.Next, Position: found.Position.String()}, err
}

// slotOf is where a contact lives; zero where none is asked for.
func (a *api) slotOf(ctx context.Context, id domain.AccountID, text string) (domain.Slot, error) {
	if text == "" {
		return domain.Slot{}, nil
	}
	contact, err := a.contact(ctx, id, text)
	if err != nil {
		return domain.Slot{}, domain.Refuse(domain.InvalidContact, "this is neither an e-mail address nor a phone number").In("contact")
	}
	return a.App.SlotOf(ctx, id, contact)
}

func (a *api) contact(ctx context.Context, id domain.AccountID, text string) (domain.Contact, error) {
	if strings.Contains(text, "@") {
		return a.App.Texts.Email(text)
	}
	settings, err := a.App.Settings(ctx, exchangeOf(ctx).caller, id)
	if err != nil {
		return domain.Contact{}, err
	}
	return a.App.Texts.Phone(text, settings.Country)
}

// decode is the events as the domain knows them.
func (a *api) decode(ctx context.Context, events []historyview.Event) ([]domain.Recorded, error) {
	records := make([]journal.Record, len(events))
	for i, e := range events {
		metadata, err := marshal(e.Metadata)
		if err != nil {
			return nil, fmt.Errorf("metadata of event %s: %w", e.ID, err)
		}
		records[i] = journal.Record{
			Proposed: journal.Proposed{ID: e.ID, Type: string(e.Type), JSON: true, Data: e.Data, Metadata: metadata},
			Stream:   string(e.Stream), Revision: e.Revision, Position: e.Position, Time: e.Time,
		}
	}
	decoded, err := a.History.Decode(ctx, records)
	if err != nil {
		return nil, fmt.Errorf("decode history: %w", err)
	}
	return decoded, nil
}

// showDecoded is the events for people, their personal parts in clear.
func (a *api) showDecoded(events []domain.Recorded) ([]event, error) {
	shown := make([]event, len(events))
	for i, one := range events {
		data, err := a.History.Render(one)
		if err != nil {
			return nil, err
		}
		shown[i] = showEvent(one, payload{data})
	}
	return shown, nil
}

func showEvent(e domain.Recorded, data payload) event {
	shown := event{
		ID: e.ID, Position: e.Position.String(), Stream: e.Stream, Revision: e.Revision, Type: e.Event.Type(), At: e.Time.UTC(),
		Actor: actor{Kind: e.Metadata.Actor.Kind, Person: e.Metadata.Actor.Person}, Person: historyview.About(e), Data: data,
		Metadata: eventMetadata{Correlation: e.Metadata.Correlation, Causation: e.Metadata.Causation, Schema: e.Metadata.Schema},
	}
	if e.Metadata.Judged != (domain.Judged{}) {
		shown.Metadata.Judged = &judged{Account: e.Metadata.Judged.Account, Actor: e.Metadata.Judged.Actor}
	}
	return shown
}
