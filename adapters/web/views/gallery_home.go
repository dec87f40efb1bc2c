package views

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/projections"
	activityview "github.com/usher-engine/usher/projections/activity"
	chatview "github.com/usher-engine/usher/projections/chat"
)

func homeExamples() []Example {
	of := func(state string, data HomeData) Example {
		return Example{Page: "home", State: state, Title: texts.Texts.ActivityTitle, Content: func(f Frame) templ.Component { return Home(f, data) }}
	}
	long := "Wolfeschlegelsteinhausenbergerdorff" + strings.Repeat("berger", 10)
	said := []string{"Ada Baker invited 31 people by SMS", "Chloe Jones joined, invited by Ada Baker", "نور الهدى joined by the link", long + " joined by the link"}
	var full HomeData
	for i, text := range said {
		at := galleryNow.Add(-time.Duration(i) * time.Hour)
		full.Activity.Items = append(full.Activity.Items, questions.Happening{Entry: activityview.Entry{At: at}, Text: text})
		full.Chat = append(full.Chat, questions.Announcement{Announcement: chatview.Announcement{At: at}, Text: text})
	}
	full.Waiting, full.Activity.Next = 3, "next"
	one := HomeData{Activity: projections.Page[questions.Happening]{Items: full.Activity.Items[:1]}}
	return []Example{of("empty", HomeData{}), of("one", one), of("many", full)}
}
