package views

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
	chatview "github.com/usher-engine/usher/projections/chat"
)

func homeExamples() []Example {
	of := func(state string, data HomeData) Example {
		return Example{Page: "home", State: state, Title: texts.Texts.ActivityTitle, Content: func(f Frame) templ.Component { return Home(f, data) }}
	}
	ada, people := domain.PersonID{1}, []projections.Name{
		{First: "Chloe", Last: "Jones"},
		{First: "نور", Last: "الهدى"},
		{First: "Wolfeschlegelsteinhausen" + strings.Repeat("berger", 8), Last: "Senior"},
	}
	var full HomeData
	for i, name := range people {
		id, at := domain.PersonID{2, byte(i)}, galleryNow.Add(-time.Duration(i)*time.Hour)
		names := projections.Names{ada: {First: "Ada", Last: "Baker"}, id: name}
		joining := projections.Joining{Kind: person.EmployedType, Person: id, Basis: person.EmailInvitation, By: ada}
		entry := activityview.Entry{At: at, Kind: activityview.Kind(joining.Kind), Basis: joining.Basis, Actor: domain.Actor{Kind: domain.ActorPerson, Person: ada}, People: []domain.PersonID{id}}
		full.Activity.Items = append(full.Activity.Items, questions.Happening{Entry: entry, Telling: activityview.Telling{Entry: entry, Names: names}})
		full.Chat = append(full.Chat, questions.Announcement{Announcement: chatview.Announcement{At: at, Joining: joining}, Names: names})
	}
	full.Waiting, full.Activity.Next = 3, "next"
	one := HomeData{Activity: projections.Page[questions.Happening]{Items: full.Activity.Items[:1]}}
	return []Example{of("empty", HomeData{}), of("one", one), of("many", full)}
}
