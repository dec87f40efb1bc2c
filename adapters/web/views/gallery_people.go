package views

import (
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	invitedview "github.com/usher-engine/usher/projections/invited"
)

// galleryPerson is the id of somebody in the examples.
func galleryPerson(n byte) domain.PersonID { return domain.PersonID{15: n} }

func galleryNames() []projections.Name {
	return []projections.Name{
		{First: "Ada", Last: "Baker"}, {First: "نور", Last: "الهدى"}, {First: "Anna-Maria", Last: "Wolfeschlegelsteinhausen" + strings.Repeat("berger", 10)}, {First: "Björk"},
	}
}

func galleryTabs(at string, invited, waiting int) PeopleTabs {
	return PeopleTabs{At: at, Invited: &invited, Waiting: &waiting}
}

func galleryPlaces() []Place {
	return []Place{{domain.DepartmentID{1}, "Sunrise Bakery", 0}, {domain.DepartmentID{2}, "Kitchen", 1}, {domain.DepartmentID{3}, "Pastry", 2}}
}

func galleryList(f Frame, rows int, asked url.Values, path ...string) Listing {
	return Listing{Path: f.At(path...), Asked: asked, Total: &rows, Count: f.PeopleCount, CSV: f.At(path...) + ".csv"}
}

func galleryColleagues() []questions.Colleague {
	places := projections.Places{Departments: map[domain.DepartmentID]string{{1}: "Sunrise Bakery", {2}: "Kitchen"}, Workgroups: map[domain.WorkgroupID]string{{1}: "Early shift"}}
	access := []employeesview.Access{employeesview.Ready, employeesview.PasswordPending, employeesview.PasswordLapsed, employeesview.NoAccess}
	logins := []string{"ada@sunrise.example", "+1 415-555-0101", "a-very-long-address-of-somebody@" + strings.Repeat("long", 12) + ".example", "bjork@mill.example"}
	var all []questions.Colleague
	for i, name := range galleryNames() {
		one := questions.Colleague{Stands: domain.DepartmentID{byte(i%2 + 1)}, Places: places, Access: access[i]}
		one.Person, one.Name, one.Login, one.Role, one.Status, one.JoinedAt = galleryPerson(byte(i+1)), name, logins[i], domain.RoleEmployee, employeesview.Active, galleryNow.AddDate(0, -i, 0)
		one.Basis.Kind = person.EmailInvitation
		all = append(all, one)
	}
	all[0].Role, all[0].Basis.Kind, all[1].JobTitle, all[1].Workgroups = domain.RoleAdministrator, person.Founding, "Head baker", []domain.WorkgroupID{{1}}
	all[3].Status, all[3].DismissedAt, all[3].DismissedBy, all[3].Names = employeesview.Dismissed, galleryNow, galleryPerson(1), projections.Names{galleryPerson(1): galleryNames()[0]}
	return all
}

func peopleExamples() []Example {
	of := func(state string, rows int, asked url.Values, next string, faults Faults) Example {
		return Example{Page: "people", State: state, Title: texts.Texts.People, Content: func(f Frame) templ.Component {
			data := PeopleData{
				Tabs: galleryTabs("", 12, 3), List: galleryList(f, rows, asked, "people"), Items: galleryColleagues()[:min(rows, 4)], Places: galleryPlaces(), Me: galleryPerson(1),
				Faults: faults,
			}
			data.List.Next = next
			return People(f, data)
		}}
	}
	return []Example{
		of("one", 1, nil, "", nil), of("many", 1240, nil, "next", nil), of("none-matches", 0, url.Values{"search": {"Zoe"}, "role": {"auditor"}}, "", nil),
		of("error", 0, url.Values{"department": {"?"}}, "", Faults{{Field: "department", Code: domain.InvalidID, Text: "This is not an id."}}),
	}
}

func galleryInvited() []InvitedRow {
	statuses := []invitedview.Status{invitedview.Pending, invitedview.Expired, invitedview.Declined, invitedview.Asked, invitedview.Refused, invitedview.Pending}
	var rows []InvitedRow
	for i, status := range statuses {
		row := InvitedRow{Shown: "+1 415-555-010" + number(i), Mine: i != 5}
		row.Person, row.Invitation, row.InvitedBy, row.InvitedByName = galleryPerson(byte(i+1)), 1, galleryPerson(1), galleryNames()[i%4]
		row.InvitedAt, row.ExpiresAt, row.Status = galleryNow.AddDate(0, 0, -i), galleryNow.AddDate(0, 0, 14-i), status
		rows = append(rows, row)
	}
	rows[0].Shown, rows[3].AskedAt, rows[4].Why = "somebody-with-a-long-address@"+strings.Repeat("long", 12)+".example", galleryNow, "Whoever has this contact is employed already."
	rows[2].Department, rows[2].Places = domain.DepartmentID{2}, projections.Places{Departments: map[domain.DepartmentID]string{{2}: "Kitchen"}}
	return rows
}

func invitedExamples() []Example {
	of := func(state string, rows int, next string, outcome *InvitedOutcome, faults Faults) Example {
		return Example{Page: "invited", State: state, Title: texts.Texts.PeopleInvited, Content: func(f Frame) templ.Component {
			data := InvitedData{
				Tabs: galleryTabs("invited", rows, 3), List: galleryList(f, rows, nil, "people", "invited"), Items: galleryInvited()[:min(rows, 6)], Outcome: outcome, Faults: faults,
			}
			data.List.Next, data.List.Count = next, f.InvitedCount
			return Invited(f, data)
		}}
	}
	correct := func(state string, form CorrectForm) Example {
		return Example{Page: "correct", State: state, Title: texts.Texts.InvitedCorrectTitle, Content: func(f Frame) templ.Component { return Correct(f, form) }}
	}
	return []Example{
		of("empty", 0, "", nil, nil), of("one", 1, "", nil, nil), of("many", 310, "next", nil, nil),
		of("taken-back", 6, "", &InvitedOutcome{TakenBack: 2, Again: []string{"channel=sms&contact=%2B14155550101"}}, nil),
		of("refused", 6, "", &InvitedOutcome{Sent: 28, Refused: []RefusedRow{{"+1 415-555-0101", "This contact was invited three times today. Try again at 3 March 2026, 09:00 UTC."}}, More: true}, nil),
		of("error", 6, "", nil, Faults{{Text: "Select at least one row first."}}),
		correct("empty", CorrectForm{Person: galleryPerson(1), Invitation: 1, Contact: "ben@gmail.con", Right: "ben@gmail.con"}),
		correct("asked-back", CorrectForm{Person: galleryPerson(1), Invitation: 1, Contact: "ben@gmial.con", Right: "ben@gmail.con", Confirm: true, Faults: Faults{{
			Field: "contact", Code: domain.ConfirmContact, Text: "This looks like a mistyped address.", DidYouMean: "ben@gmail.com",
		}}}),
	}
}

func galleryWaiting() []WaitingRow {
	var rows []WaitingRow
	for i, name := range galleryNames() {
		row := WaitingRow{Person: galleryPerson(byte(i + 1)), Shown: "somebody" + number(i) + "@mill.example", Other: i == 3}
		row.Number, row.Name, row.RegisteredAt, row.Route, row.Generation, row.Proved = 1, name, galleryNow.Add(-time.Duration(i)*time.Hour), person.ByJoinLink, 3, i == 0
		row.Concern = []person.Concern{person.LinkModerated, person.RejectedBefore, person.NoConcern, person.DismissedBefore}[i]
		rows = append(rows, row)
	}
	rows[1].Route, rows[1].Inviter, rows[2].Rule, rows[2].ProveBy = person.ByInvitation, galleryPerson(1), "mill.example", galleryNow.Add(24*time.Hour)
	return rows
}

func approvalsExamples() []Example {
	of := func(state string, rows int, decides bool, outcome *ApprovalsOutcome, faults Faults) Example {
		return Example{Page: "approvals", State: state, Title: texts.Texts.PeopleApprovals, Content: func(f Frame) templ.Component {
			return Approvals(f, ApprovalsData{
				Tabs: galleryTabs("approvals", 12, rows), List: galleryList(f, rows, nil, "people", "approvals"), Items: galleryWaiting()[:rows], Decides: decides,
				Names: projections.Names{galleryPerson(1): galleryNames()[0]}, Outcome: outcome, Faults: faults,
			})
		}}
	}
	keepOut := func(state string, rows int, faults Faults) Example {
		return Example{Page: "keep-out", State: state, Title: texts.Texts.ApprovalsKeepOut, Content: func(f Frame) templ.Component {
			return KeepOut(f, KeepOutForm{Rows: galleryWaiting()[:rows], Faults: faults})
		}}
	}
	return []Example{
		of("empty", 0, true, nil, nil), of("one", 1, true, nil, nil), of("many", 4, true, nil, nil), of("auditor", 4, false, nil, nil),
		of("done", 2, true, &ApprovalsOutcome{In: 2, Refused: []RefusedRow{{"Björk", "Somebody else has decided meanwhile."}}}, nil),
		of("error", 4, true, nil, Faults{{Text: "Select at least one row first."}}),
		keepOut("one", 1, nil), keepOut("many", 4, nil), keepOut("error", 2, Faults{{Field: "reason", Code: domain.InvalidReason, Text: "The reason is too long."}}),
	}
}

func galleryEvents() []domain.Recorded {
	who, by := galleryPerson(2), domain.Actor{Kind: domain.ActorPerson, Person: galleryPerson(1)}
	events := []domain.Event{
		person.Employed{Person: who, Basis: person.Basis{Kind: person.ApprovedByAdmin}},
		person.RegistrationApproved{Person: who},
		person.Registered{Person: who},
		person.InvitedBySMS{Person: galleryPerson(9), Personal: person.Invitee{Contact: domain.Contact{Address: "+14155550101"}}},
	}
	var all []domain.Recorded
	for i, event := range events {
		one := domain.Recorded{ID: uuid.UUID{15: byte(i + 1)}, Stream: "person-1", Revision: uint64(9 - i), Position: domain.Position{Commit: uint64(90 - i), Prepare: uint64(90 - i)}, Event: event}
		one.Time, one.Metadata.Actor = galleryNow.Add(-time.Duration(i)*9*time.Hour), by
		all = append(all, one)
	}
	all[2].Metadata.Actor = domain.Actor{Kind: domain.ActorLink}
	return all
}

func historyExamples() []Example {
	names := projections.Names{galleryPerson(1): galleryNames()[0], galleryPerson(2): galleryNames()[2]}
	types := []domain.EventType{person.EmployedType, person.RegisteredType, "account.founded", "structure.department_created"}
	of := func(state string, data HistoryData, asked url.Values, next string) Example {
		return Example{Page: "history", State: state, Title: texts.Texts.History, Content: func(f Frame) templ.Component {
			data.List, data.Names, data.Types = galleryList(f, 0, asked, "history"), names, types
			data.List.Next = next
			return History(f, data)
		}}
	}
	event := func(state string, erased bool) Example {
		return Example{Page: "event", State: state, Title: func(t texts.Texts) string { return t.EventName(person.EmployedType) }, Content: func(f Frame) templ.Component {
			data := EventData{Payload: "{\n\t\"person\": \"…\",\n\t\"role\": \"employee\"\n}", Grounds: "{\n\t\"schema\": 1\n}", Reference: "https://usher.example/at/sunrise/history/1"}
			data.Recorded, data.Names = galleryEvents()[0], names
			data.Erased, data.InAccount.Previous, data.InAccount.Next, data.InStream.Previous = erased, uuid.UUID{1}, uuid.UUID{2}, uuid.UUID{1}
			return OneEvent(f, data)
		}}
	}
	return []Example{
		of("empty", HistoryData{}, nil, ""), of("many", HistoryData{Items: galleryEvents()}, nil, "next"),
		of("filtered", HistoryData{Items: galleryEvents()[:1], Person: galleryPerson(2), From: galleryNow}, url.Values{"person": {galleryPerson(2).String()}, "type": {"person.employed"}, "from": {"2026-03-02"}}, ""),
		of("none-matches", HistoryData{}, url.Values{"contact": {"nobody@mill.example"}}, ""),
		of("error", HistoryData{Faults: Faults{{Field: "contact", Code: domain.InvalidContact, Text: "This is neither an e-mail address nor a phone number."}}}, url.Values{"contact": {"?"}}, ""),
		event("recorded", false), event("erased", true),
	}
}

func personExamples() []Example {
	events := galleryEvents()[:3]
	names := projections.Names{galleryPerson(1): galleryNames()[0], galleryPerson(2): galleryNames()[1]}
	grounds := questions.Grounds{Sentence: "نور الهدى registered by join link 3 on 1 March 2026, while registration was moderated, and was approved by Ada Baker on 2 March 2026.", Names: names}
	grounds.Person, grounds.At, grounds.Events, grounds.InForce = galleryPerson(2), galleryNow, events, &person.InForce{Mode: "moderated"}
	grounds.Basis = person.Basis{Kind: person.ApprovedByAdmin, Generation: 3, Approver: galleryPerson(1)}
	admission := questions.Admission{Name: galleryNames()[0]}
	admission.Person, admission.At, admission.Basis.Kind = galleryPerson(1), galleryNow, person.Founding
	record := PersonRecord{Why: &grounds, Chain: []questions.Admission{admission}, LetIn: projections.Page[questions.Admission]{Items: []questions.Admission{admission}}, Story: events, Names: names}
	of := func(state string, which int, change func(*PersonData)) Example {
		return Example{Page: "person", State: state, Title: func(texts.Texts) string { return galleryColleagues()[which].Name.String() }, Content: func(f Frame) templ.Component {
			data := PersonData{Colleague: galleryColleagues()[which], IsIn: true, Places: galleryPlaces()}
			data.Shown = data.Login
			change(&data)
			return Person(f, data)
		}}
	}
	return []Example{
		of("colleague", 1, func(*PersonData) {}),
		of("administrator", 1, func(d *PersonData) { d.Changes, d.Reads, d.Record = true, true, record }),
		of("long-name", 2, func(d *PersonData) { d.Changes, d.Reads, d.Record = true, true, record }),
		of("auditor", 1, func(d *PersonData) { d.Reads, d.Record = true, record }),
		of("moved", 1, func(d *PersonData) { d.Changes, d.Done, d.MovedFrom = true, "department", domain.DepartmentID{1} }),
		of("asked-back", 1, func(d *PersonData) {
			d.Changes, d.Form = true, PersonForm{Of: "name", First: "http", Last: "Baker", Confirm: true, Faults: Faults{{Field: "first_name", Code: domain.ConfirmName, Text: "This looks wrong for a name."}}}
		}),
		of("dismissed", 3, func(d *PersonData) { d.Changes, d.OpenInvitations = true, 2 }),
		of("never-in", 1, func(d *PersonData) {
			d.IsIn, d.Reads, d.Record = false, true, PersonRecord{Story: events, Names: names}
		}),
		of("history-missing", 1, func(d *PersonData) { d.Changes, d.HistoryMissing = true, true }),
		{Page: "dismiss", State: "asked", Title: func(t texts.Texts) string { return t.PersonDismissTitle("Björk") }, Content: func(f Frame) templ.Component {
			return Dismiss(f, DismissData{Person: galleryPerson(4), Name: "Björk"})
		}},
		{Page: "dismiss", State: "error", Title: func(t texts.Texts) string { return t.PersonDismissTitle("Ada Baker") }, Content: func(f Frame) templ.Component {
			return Dismiss(f, DismissData{Person: galleryPerson(1), Name: "Ada Baker", Faults: Faults{{Code: domain.LastAdministrator, Text: "Make somebody else an administrator first."}}})
		}},
	}
}
