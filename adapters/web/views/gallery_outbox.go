package views

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
)

func outboxExamples() []Example {
	page := func(state string, data OutboxData) Example {
		return Example{Page: "outbox", State: state, Title: texts.Texts.BoxTitle, Content: func(f Frame) templ.Component { return Outbox(f, data) }}
	}
	link := "https://usher.example/join/AQEfExampleExampleExampleExampleExampleExampleExampleExample"
	sms := Letter{
		Message: commands.Message{To: domain.Contact{Kind: domain.ContactPhone, Address: "+14155550101"}, At: galleryNow},
		Filled:  commands.Filled{Text: "Sunrise Bakery invites you: " + link, Link: link},
	}
	mail := Letter{
		Message: commands.Message{To: domain.Contact{Kind: domain.ContactEmail, Address: "ben@mill.example"}, Subject: "Sunrise Bakery invites you", At: galleryNow},
		Filled:  commands.Filled{Text: "Hello,\n\nSunrise Bakery invites you. Register here:\n" + link + "\n\nمرحبا بكم\n", Link: link},
	}
	long := mail
	long.To.Address, long.Subject = strings.Repeat("a", 60)+"@"+strings.Repeat("mill", 15)+".example", "مخبز الشروق "+strings.Repeat("Wolfeschlegelsteinhausenbergerdorff", 3)
	reset := Letter{
		Message: commands.Message{To: mail.To, Subject: "A new password", At: galleryNow, Link: commands.LinkTo(links.Reset, 1)},
		Filled:  commands.Filled{Text: "Choose a new password here:\n{link}"},
	}
	return []Example{
		page("empty", OutboxData{}), page("one", OutboxData{Letters: []Letter{sms}}),
		page("many", OutboxData{Letters: []Letter{sms, mail, long, reset}, Next: "next"}),
	}
}
