package web

import (
	"net/url"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	historyview "github.com/usher-engine/usher/projections/history"
)

// history is what happened, the latest first.
func (p *Pages) history(v *visit) error {
	data := views.HistoryData{List: v.listing(v.at("history"), "person", "contact", "actor", "type", "from", "to")}
	for _, one := range questions.Types(v.Sources.Events) {
		data.Types = append(data.Types, domain.EventType(one))
	}
	query, err := v.historyQuery(&data)
	var found questions.Events
	if err == nil {
		found, err = ask(v, questions.History(), query)
	}
	if data.Faults, err = v.wrong(err); err != nil {
		return err
	}
	data.Items, data.Names, data.List.Next = found.Items, found.Names, found.Next
	if err := v.nameFilters(&data); err != nil {
		return err
	}
	return v.formPage(v.t.History(), data.Faults, func(f views.Frame) component { return views.History(f, data) })
}

// historyQuery is what the filters ask for. The last day is shown, too.
func (v *visit) historyQuery(data *views.HistoryData) (query questions.HistoryQuery, err error) {
	asked := data.List.Asked
	if data.Person, err = idIf[domain.PersonID](asked.Get("person"), "person"); err != nil {
		return query, err
	}
	if data.Actor, err = actorNamed(asked.Get("actor")); err != nil {
		return query, err
	}
	if data.From, err = v.dayNamed(asked.Get("from"), "from"); err != nil {
		return query, err
	}
	if data.To, err = v.dayNamed(asked.Get("to"), "to"); err != nil {
		return query, err
	}
	query = questions.HistoryQuery{Contact: asked.Get("contact"), Query: historyview.Query{
		Person: data.Person, Actor: data.Actor, Type: domain.EventType(asked.Get("type")), From: data.From, LatestFirst: true,
		Paging: projections.Paging{Cursor: data.List.Cursor, Limit: views.PageRows},
	}}
	if !data.To.IsZero() {
		query.To = data.To.AddDate(0, 0, 1)
	}
	data.List.CSV = v.at("history.csv") + csvQuery(asked, query.From, query.To)
	return query, nil
}

// csvQuery is the same filters, with days as the moments at which they begin and end.
func csvQuery(asked url.Values, from, to time.Time) string {
	query := url.Values{}
	for name := range asked {
		if value := asked.Get(name); value != "" {
			query.Set(name, value)
		}
	}
	for name, at := range map[string]time.Time{"from": from, "to": to} {
		if !at.IsZero() {
			query.Set(name, at.UTC().Format(time.RFC3339))
		}
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// nameFilters finds what the people are called whom the filters name.
func (v *visit) nameFilters(data *views.HistoryData) error {
	names := projections.Names{}
	for id, name := range data.Names {
		names[id] = name
	}
	for _, id := range []domain.PersonID{data.Person, data.Actor.Person} {
		if id.IsZero() || !names[id].IsZero() {
			continue
		}
		found, err := ask(v, questions.Employee(), id)
		if err != nil && domain.CodeOf(err) != domain.NotFound { // who never came in has a name in no list
			return err
		}
		names[id] = found.Name
	}
	data.Names = names
	return nil
}

// actorNamed is a person by id, or those who are no persons by their kind.
func actorNamed(text string) (domain.Actor, error) {
	switch kind := domain.ActorKind(text); kind {
	case "", domain.ActorLink, domain.ActorOperator, domain.ActorPolicy:
		return domain.Actor{Kind: kind}, nil
	case domain.ActorPerson: // which does not say who
	}
	id, err := idIf[domain.PersonID](text, "actor")
	return domain.Actor{Kind: domain.ActorPerson, Person: id}, err
}

// dayNamed is when a day begins for whoever looks; zero where none is named.
func (v *visit) dayNamed(text, field string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, v.zone)
	if err != nil || day.Year() < 1971 {
		return time.Time{}, domain.Refuse(domain.InvalidRequest, "write a day as 2026-12-24").In(field)
	}
	return day, nil
}

// oneEvent is an event as it was recorded.
func (p *Pages) oneEvent(v *visit) error {
	query, err := eventNamed(v.PathValue("event"))
	if err != nil {
		return err
	}
	found, err := ask(v, questions.Event(), query)
	if err != nil {
		return err
	}
	payload, err := v.Sources.Events.Render(found.Recorded)
	if err != nil {
		return err
	}
	data := views.EventData{
		OneEvent: found, Payload: indented(payload), Grounds: indented(found.RawMetadata),
		Reference: v.PublicURL + v.at("history", found.ID.String()),
	}
	title := v.t.EventName(found.Event.Type())
	return v.page(title, views.OneEvent(v.frame(title), data))
}

// eventNamed is an event by its id, or else by its position.
func eventNamed(text string) (query questions.EventQuery, err error) {
	if query.ID, err = uuid.Parse(text); err == nil && query.ID.String() == text {
		return query, nil
	}
	position, err := domain.ParsePosition(text)
	if err != nil {
		err = domain.Refuse(domain.NotFound, "")
	}
	return questions.EventQuery{Position: position}, err
}

// indented is JSON for people to read.
func indented(text []byte) string {
	value := jsontext.Value(append([]byte(nil), text...))
	if err := value.Indent(); err != nil {
		return string(text)
	}
	return string(value)
}
