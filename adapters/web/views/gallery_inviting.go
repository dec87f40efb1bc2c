package views

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/projections"
)

func invitingExamples() []Example {
	return append(append(append(linkExamples(), listExamples()...), colleagueExamples()...), append(fileExamples(), batchExamples()...)...)
}

func wayExample(way, state string, content func(Frame) templ.Component) Example {
	return Example{Page: "invite-" + way, State: state, Title: func(t texts.Texts) string { return t.InviteWayTitle(way) }, Content: content}
}

// placingExample is a company with some departments and workgroups, one with a long name.
func placingExample() Placing {
	return Placing{
		Departments: []Choice{{"1", "Kitchen"}, {"2", "Kitchen / Pastry"}, {"3", "Sales / North / " + strings.Repeat("Bereichsleitung", 6)}, {"4", "المبيعات"}},
		Workgroups:  []Choice{{"5", "Health and safety"}, {"6", "Summer party"}, {"7", "فريق"}},
		Department:  "2", Chosen: []string{"6"},
	}
}

func termsExample(edits bool) commands.InvitationTerms {
	return commands.InvitationTerms{
		SMS: "Sunrise Bakery invites you to join: {link}", Email: "Hello,\n\nyou are invited to join Sunrise Bakery. Register here:\n\n{link}",
		MayEditMessage: edits, Days: 14, MailsPasswords: true,
	}
}

const joinLinkExample = "https://usher.example.com/join/AQEf3m0vQ2xkq7n1yLZb8vTtq6cS4wHj2aKd9uR5eXg"

func linkExamples() []Example {
	of := func(state string, link InviteLink) Example {
		link.URL, link.Now = joinLinkExample, galleryNow
		return wayExample("link", state, func(f Frame) templ.Component { return InviteByLink(f, link) })
	}
	settings := func(open bool) *LinkSettings {
		return &LinkSettings{
			Mode: account.Moderated, Domains: "sunrise.example\n*.sunrise.example", Greeting: "Welcome to Sunrise Bakery!\nTell us who you are.",
			MaxUses: "30", Until: "2026-03-31", Placing: Placing{Departments: placingExample().Departments}, Open: open,
		}
	}
	faults := func(f Frame) Faults {
		said := "anybody can have an address at gmail.com, and would need no approval: leave it out, or confirm it"
		return Faults{{Field: "domains", Code: domain.PublicMailProvider, Text: f.Refusal(domain.PublicMailProvider, said)}}
	}
	wrong := wayExample("link", "error", func(f Frame) templ.Component {
		return InviteByLink(f, InviteLink{URL: joinLinkExample, Now: galleryNow, Enabled: true, Uses: 12, Settings: settings(true), Faults: faults(f)})
	})
	return []Example{
		of("empty", InviteLink{Enabled: true}), of("one", InviteLink{Enabled: true, Uses: 1, Settings: settings(false)}),
		of("many", InviteLink{Enabled: true, Uses: 1234, MaxUses: 2000, Left: 766, ExpiresAt: galleryNow.Add(9 * 24 * time.Hour), Settings: settings(true), Saved: "registration"}),
		of("closed", InviteLink{Uses: 12, Settings: settings(false), Saved: "closed"}),
		of("expired", InviteLink{Enabled: true, Uses: 12, ExpiresAt: galleryNow.Add(-time.Hour)}),
		of("full", InviteLink{Enabled: true, Uses: 30, MaxUses: 30}), wrong,
		wayExample("link", "qr", func(f Frame) templ.Component {
			return JoinLinkQR(f, joinLinkExample)
		}),
		wayExample("link", "not-permitted", func(f Frame) templ.Component {
			return MayNotInvite(f, []Administrator{{projections.Name{First: "Ada", Last: "Baker"}, f.At("people", "1")}, {projections.Name{First: "نور", Last: "الهدى"}, f.At("people", "2")}})
		}),
	}
}

func listExamples() []Example {
	of := func(way, state string, list func(Frame) InviteList) Example {
		return wayExample(way, state, func(f Frame) templ.Component { return InviteByList(f, list(f)) })
	}
	email := InviteList{Terms: termsExample(true), Message: termsExample(true).Email, Placing: placingExample()}
	free := InviteList{Terms: termsExample(false), Placing: placingExample()}
	sms := InviteList{SMS: true, Terms: termsExample(false)}
	plainly := func(list InviteList) func(Frame) InviteList { return func(Frame) InviteList { return list } }
	many := email
	many.Typed = strings.Repeat("Ben Miller <ben@mill.example>\n", 31)
	many.Pasted = Pasted{Checked: true, All: 31, Good: 28, Wrong: 1, Twice: 2, Doubts: []PastedDoubt{{Line: 4, Contact: "ben@gmial.con", Text: "This domain is no known one.", DidYouMean: "ben@gmail.com"}}}
	huge := sms
	huge.Typed, huge.Pasted = "+1 415 555 0100\n", Pasted{All: 4200}
	return []Example{
		of("sms", "empty", plainly(sms)), of("sms", "many", plainly(huge)), of("email", "empty", plainly(free)), of("email", "many", plainly(many)),
		of("email", "error", func(f Frame) InviteList {
			list := email
			list.Faults = Faults{
				{Field: "contacts", Code: domain.NothingToInvite, Text: f.Refusal(domain.NothingToInvite, "name at least one contact to invite")},
				{Field: "message", Code: domain.InvalidMessage, Text: f.Refusal(domain.InvalidMessage, "say with {link} where the link belongs")},
			}
			return list
		}),
		wayExample("email", "done", func(f Frame) templ.Component { return WhatBecame(f, becameExample(f)) }),
		wayExample("sms", "done", func(f Frame) templ.Component {
			return WhatBecame(f, ListBecame{InviteList: sms, Invited: []string{"+14155550100"}})
		}),
		wayExample("email", "again", func(f Frame) templ.Component {
			return SentOneAgain(f, "1", 1, AgainSent{Said: f.InviteSentAgain(true)})
		}),
	}
}

func becameExample(f Frame) ListBecame {
	became := ListBecame{InviteList: InviteList{Terms: termsExample(true), Placing: placingExample()}}
	for i := range 28 {
		became.Invited = append(became.Invited, "colleague"+strconv.Itoa(i)+"@mill.example")
	}
	became.Refused = []RefusedContact{
		{Contact: "ben@gmail.con", Text: f.Refusal(domain.ConfirmContact, "nobody has an address there that Usher knows of"), DidYouMean: "ben@gmail.com", Confirms: true},
		{Contact: "chloe at mill", Text: f.Refusal(domain.InvalidEmail, "this is not an e-mail address")},
		{Contact: strings.Repeat("long", 40) + "@mill.example", Text: f.Refusal(domain.ConfirmContact, "this ending is not known"), Confirms: true},
	}
	became.Settled = []RefusedContact{
		{Contact: "dora@mill.example", Text: f.Refusal(domain.AlreadyInvited, "this contact has an invitation already"), Person: "1", Invitation: 1},
		{Contact: "eve@mill.example", Text: f.Refusal(domain.AlreadyEmployed, "this contact is an employee already"), Path: f.At("people", "2"), Link: f.Show()},
		{Contact: "نور@mill.example", Text: f.Refusal(domain.AlreadyRegistered, "this contact has registered and waits"), Path: f.At("people", "approvals"), Link: f.InviteLetIn()},
	}
	return became
}

func colleagueExamples() []Example {
	of := func(state string, form InviteColleague, faults func(Frame) Faults) Example {
		form.Placing = placingExample()
		return wayExample("register", state, func(f Frame) templ.Component {
			filled := form
			if faults != nil {
				filled.Faults = faults(f)
			}
			return InviteByHand(f, filled)
		})
	}
	return []Example{
		of("empty", InviteColleague{AtOnce: true, MailsPasswords: true}, nil), of("no-passwords", InviteColleague{}, nil),
		of("done", InviteColleague{AtOnce: true, MailsPasswords: true, Done: projections.Name{First: "نور", Last: "الهدى"}, Path: "/at/sunrise/people/1"}, nil),
		of("error", InviteColleague{Email: "dora@gmial.com", FirstName: "Dora", AtOnce: true, MailsPasswords: true}, func(f Frame) Faults {
			return Faults{
				{Field: "email", Code: domain.ConfirmContact, Text: f.Refusal(domain.ConfirmContact, "this looks like a mistyped provider"), DidYouMean: "dora@gmail.com"},
				{Field: "last_name", Code: domain.InvalidName, Text: f.Refusal(domain.InvalidName, "write the last name")},
				{Field: "job_title", Code: domain.InvalidJobTitle, Text: f.Refusal(domain.InvalidJobTitle, "say what the person is at work")},
			}
		}),
	}
}

func fileExamples() []Example {
	columns := []commands.ImportedColumn{
		{Column: commands.Column{Name: "E-Mail", Meaning: commands.MeansEmail}, Used: true},
		{Column: commands.Column{Name: "Vorname", Meaning: commands.MeansFirstName}},
		{Column: commands.Column{Name: "Schuhgröße"}},
	}
	rows := []FileRow{
		{Line: 7, Contact: "ben@gmail.con", Text: "Nobody has an address there that Usher knows of.", DidYouMean: "ben@gmail.com", Refused: true, Confirms: true},
		{Line: 2, Contact: "dora@mill.example", Name: "Dora Evans"},
		{Line: 3, Contact: "نور@mill.example", Name: "نور الهدى", Unused: []string{"phone"}},
		{Line: 4, Contact: strings.Repeat("long", 20) + "@mill.example", Name: strings.Repeat("Wolfeschlegelstein", 5)},
	}
	of := func(state string, form InviteFile) Example {
		return wayExample("file", state, func(f Frame) templ.Component { return InviteByFile(f, form) })
	}
	return []Example{
		of("empty", InviteFile{AtOnce: true, MailsPasswords: true}),
		of("many", InviteFile{Text: "E-Mail\n", Columns: columns, Rows: rows, More: 9996, Good: 9999, Refused: 1}),
		of("register", InviteFile{Text: "E-Mail\n", Register: true, AtOnce: true, Columns: columns, Rows: rows[1:], Good: 3}),
		of("done", InviteFile{Done: true, Columns: columns, Rows: append(rows[:2:2], FileRow{Line: 3, Contact: "+14155550100", Waits: true}), Good: 1, Refused: 1, Waiting: 1, Batches: []string{"/at/sunrise/batches/1"}}),
		wayExample("file", "error", func(f Frame) templ.Component {
			said := "this is a workbook, not a list in text: save it as \"CSV UTF-8\", and send that"
			return InviteByFile(f, InviteFile{Faults: Faults{{Field: "file", Code: domain.InvalidFile, Text: f.Refusal(domain.InvalidFile, said)}}})
		}),
	}
}

func batchExamples() []Example {
	of := func(state string, change func(*BatchData)) Example {
		data := BatchData{MayEnd: true}
		data.Opened = batch.Opened{Channel: batch.Email, Size: 10000}
		data.OpenedAt, data.Invited, data.BatchReport.Refused = galleryNow.Add(-5*time.Minute), 4321, 2
		data.Refused = []BatchRow{{17, "ben@gmail.con", "Nobody has an address there that Usher knows of.", "ben@gmail.com"}, {18, "نور@mill.example", "This contact has an invitation already.", ""}}
		change(&data)
		return Example{Page: "batch", State: state, Title: texts.Texts.BatchTitle, Content: func(f Frame) templ.Component { return BatchPage(f, data) }}
	}
	return []Example{
		of("waiting", func(*BatchData) {}),
		of("many", func(d *BatchData) { d.Closed, d.Invited, d.Next = true, 9998, "50" }),
		of("one", func(d *BatchData) {
			d.Closed, d.Size, d.Invited, d.BatchReport.Refused, d.Refused, d.MayEnd = true, 201, 201, 0, nil, false
		}),
		of("stopped", func(d *BatchData) { d.Closed, d.Untried, d.StoppedAt = true, 5677, galleryNow }),
		of("taken-back", func(d *BatchData) { d.Closed, d.Invited, d.RevokedAt, d.Refused = true, 9998, galleryNow, nil }),
		of("error", func(d *BatchData) {
			d.Faults = Faults{{Code: domain.NotPermitted, Text: "Only an administrator ends what somebody else has begun."}}
		}),
	}
}
