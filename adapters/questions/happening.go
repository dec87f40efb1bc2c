package questions

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
	chatview "github.com/usher-engine/usher/projections/chat"
	employeesview "github.com/usher-engine/usher/projections/employees"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// Happening is an entry of the Activity Stream, in one sentence.
type Happening struct {
	activityview.Entry
	Text string
	// Telling is what the sentence is made of, for those who say it in other words.
	Telling activityview.Telling
	// ActorName is what who did it is called; zero where nobody did, or nobody knows.
	ActorName projections.Name
}

// Activity asks what happened, the latest first.
func Activity() Question[activityview.Query, projections.Page[Happening]] {
	return Question[activityview.Query, projections.Page[Happening]]{
		Entry{"activity", commands.SeeColleagues, []projections.View{activityview.View(), employeesview.View(), structureview.View()}},
		func(ctx context.Context, asker Asker, query activityview.Query) (projections.Page[Happening], error) {
			query.Account = asker.Account
			if err := OneOf(string(query.Kind), "kind", Kinds(asker.from.Events)...); err != nil {
				return projections.Page[Happening]{}, err
			}
			found, err := activityview.List(ctx, asker.rows, query)
			if err != nil {
				return projections.Page[Happening]{}, err
			}
			told, err := asker.Tell(ctx, found.Items)
			return projections.Page[Happening]{Items: told, Next: found.Next, Position: found.Position, Total: found.Total}, err
		},
	}
}

// ActivityStream returns the question what happens from now on. It has no end, and so is
// not asked by Ask: whoever answers judges by Permit, again and again, and waits by
// Await.
func ActivityStream() Entry {
	return Entry{"activity-stream", commands.SeeColleagues, []projections.View{activityview.View()}}
}

// Tell puts entries into sentences, with the names of the people and places that
// they mention.
func (a Asker) Tell(ctx context.Context, entries []activityview.Entry) ([]Happening, error) {
	people, err := employeesview.Chronicle(ctx, a.rows, a.Account, activityview.Mentions(entries)...)
	if err != nil {
		return nil, err
	}
	departments, workgroups := activityview.MentionedPlaces(entries)
	places, err := structureview.Names(ctx, a.rows, a.Account, departments, workgroups)
	if err != nil {
		return nil, err
	}
	told := make([]Happening, len(entries))
	for i, one := range entries {
		telling := activityview.Tell(one, people, places)
		told[i] = Happening{one, telling.Text(), telling, people.At(one.Position)[one.Actor.Person]}
	}
	return told, nil
}

// Announcement is an entry of the General chat, in one sentence.
type Announcement struct {
	chatview.Announcement
	Text string
	// Names is what the people were called then whom the sentence names.
	Names  projections.Names
	ByName projections.Name // zero where nobody let the person in, or nobody knows
}

// Chat asks who joined, the latest first.
func Chat() Question[projections.Paging, projections.Page[Announcement]] {
	return Question[projections.Paging, projections.Page[Announcement]]{
		Entry{"chat", commands.SeeColleagues, []projections.View{chatview.View(), employeesview.View()}},
		func(ctx context.Context, asker Asker, paging projections.Paging) (projections.Page[Announcement], error) {
			found, err := chatview.List(ctx, asker.rows, chatview.Query{Account: asker.Account, Paging: paging})
			if err != nil {
				return projections.Page[Announcement]{}, err
			}
			people, err := employeesview.Chronicle(ctx, asker.rows, asker.Account, chatview.Mentions(found.Items)...)
			return projections.Each(found, func(one chatview.Announcement) Announcement {
				names := people.At(one.Position)
				return Announcement{one, chatview.Text(one, names), names, names[one.By]}
			}), err
		},
	}
}
