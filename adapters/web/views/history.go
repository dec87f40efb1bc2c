package views

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// HistoryData is what is shown of what happened.
type HistoryData struct {
	List  Listing
	Items []domain.Recorded
	Names projections.Names
	Types []domain.EventType
	// Person and Actor are whom the filters name.
	Person domain.PersonID
	Actor  domain.Actor
	// From and To are the first and the last day shown.
	From, To time.Time
	Faults   Faults
}

// eventDay is what happened on a day.
type eventDay struct {
	day    time.Time
	events []domain.Recorded
}

// daysOf is events by day, in their order.
func daysOf(events []domain.Recorded, zone *time.Location) (days []eventDay) {
	for _, one := range events {
		at := one.Time.In(zone)
		if last := len(days) - 1; last >= 0 && days[last].day.Format(time.DateOnly) == at.Format(time.DateOnly) {
			days[last].events = append(days[last].events, one)
			continue
		}
		days = append(days, eventDay{at, []domain.Recorded{one}})
	}
	return days
}

// eventList is events as a list shows them.
type eventList struct {
	Events []domain.Recorded
	Names  projections.Names
	// Clock says that the day stands above, Numbered that the order matters.
	Clock, Numbered bool
	// Of is whom all of them are about; nobody where they are about several.
	Of domain.PersonID
}

// aboutWhom is whom an event is about: by name, or by the contact that was invited.
func (f Frame) aboutWhom(event domain.Recorded, names projections.Names) string {
	if name := names[event.Event.About()]; !name.IsZero() {
		return name.String()
	}
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		return cmp.Or(e.Personal.Contact.Address, f.PeopleSomebody())
	case person.InvitedByEmail:
		return cmp.Or(e.Personal.Contact.Address, f.PeopleSomebody())
	}
	return f.PeopleSomebody()
}

// actorWords is who acted, where that is nobody's page.
func (f Frame) actorWords(by domain.Actor, names projections.Names) string {
	if by.Kind == domain.ActorPerson {
		return f.nameOf(names[by.Person])
	}
	return f.HistoryActorKind(by.Kind)
}

// filterWords is the filters of history in words.
func (f Frame) filterWords(data HistoryData) string {
	var words []string
	asked := data.List.Asked
	if !data.Person.IsZero() {
		words = append(words, f.HistoryAbout(f.nameOf(data.Names[data.Person])))
	}
	if contact := asked.Get("contact"); contact != "" {
		words = append(words, f.HistoryWithContact(contact))
	}
	if data.Actor.Kind != "" {
		words = append(words, f.HistoryBy(f.actorWords(data.Actor, data.Names)))
	}
	if of := asked.Get("type"); of != "" {
		words = append(words, f.HistoryOnly(f.EventName(domain.EventType(of))))
	}
	if !data.From.IsZero() || !data.To.IsZero() {
		words = append(words, f.HistoryDays(f.dateOrNone(data.From), f.dateOrNone(data.To)))
	}
	return strings.Join(words, ", ")
}

func (f Frame) dateOrNone(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return f.Date(at)
}

// typeGroup is event types of one kind of stream, in the order of their words.
type typeGroup struct {
	name    string
	options []Option
}

func (f Frame) typeGroups(types []domain.EventType) (groups []typeGroup) {
	found := map[string][]Option{}
	for _, one := range types {
		kind, _, _ := strings.Cut(string(one), ".")
		found[kind] = append(found[kind], Option{string(one), f.EventName(one)})
	}
	for _, kind := range slices.SortedFunc(maps.Keys(found), func(a, b string) int { return cmp.Compare(f.HistoryTypes(a), f.HistoryTypes(b)) }) {
		slices.SortFunc(found[kind], func(a, b Option) int { return strings.Compare(a.Name, b.Name) })
		groups = append(groups, typeGroup{f.HistoryTypes(kind), found[kind]})
	}
	return groups
}

func (f Frame) actorOptions(data HistoryData) []Option {
	options := []Option{{"", f.HistoryAnyActor()}}
	if data.Actor.Kind == domain.ActorPerson {
		options = append(options, Option{data.Actor.Person.String(), f.nameOf(data.Names[data.Actor.Person])})
	}
	for _, kind := range []domain.ActorKind{domain.ActorLink, domain.ActorOperator, domain.ActorPolicy} {
		options = append(options, Option{string(kind), f.HistoryActorKind(kind)})
	}
	return options
}

// utc is a moment as it is recorded.
func utc(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.000 UTC") }

// EventData is an event as it was recorded.
type EventData struct {
	questions.OneEvent
	// Payload is its data and Grounds its metadata, in JSON with lines and spaces.
	Payload, Grounds string
	// Reference is the address of this page.
	Reference string
}

func shown(id uuid.UUID) bool { return id != uuid.Nil }
