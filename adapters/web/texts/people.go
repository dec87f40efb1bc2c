package texts

import employeesview "github.com/usher-engine/usher/projections/employees"

// People is the words of who has access, and of the tabs beside.
type People interface {
	PeopleInvited() string
	PeopleApprovals() string
	PeopleTabs() string
	PeopleSearch() string
	PeopleSearchHint() string
	PeopleFilter() string
	PeopleAccess() string
	PeopleAnyAccess() string
	PeopleStatus(status employeesview.Status) string
	PeopleRole() string
	PeopleAnyRole() string
	PeopleDepartment() string
	PeopleAnyDepartment() string
	PeopleSort() string
	PeopleSortedBy(sort string) string
	PeopleApply() string
	PeopleNone() string
	PeopleShowAll() string
	PeopleName() string
	PeopleLogin() string
	PeopleJobTitle() string
	PeopleSince() string
	PeopleState(access employeesview.Access) string
	PeopleCount(n int) string
	PeopleSomebody() string
	PeopleFirstPage() string
	PeopleHistoryMissing() string
	PeopleYou() string
}

func (english) PeopleInvited() string       { return "Invited" }
func (english) PeopleApprovals() string     { return "Approvals" }
func (english) PeopleTabs() string          { return "Lists of people" }
func (english) PeopleSearch() string        { return "Find somebody" }
func (english) PeopleSearchHint() string    { return "Name, login or job title" }
func (english) PeopleFilter() string        { return "Filter" }
func (english) PeopleAccess() string        { return "Access" }
func (english) PeopleAnyAccess() string     { return "With and without" }
func (english) PeopleRole() string          { return "Role" }
func (english) PeopleAnyRole() string       { return "All roles" }
func (english) PeopleDepartment() string    { return "Department" }
func (english) PeopleAnyDepartment() string { return "All departments" }
func (english) PeopleSort() string          { return "Order" }
func (english) PeopleApply() string         { return "Apply" }
func (english) PeopleNone() string          { return "Nobody matches." }
func (english) PeopleShowAll() string       { return "Show everyone" }
func (english) PeopleName() string          { return "Name" }
func (english) PeopleLogin() string         { return "Login" }
func (english) PeopleJobTitle() string      { return "Job title" }
func (english) PeopleSince() string         { return "Since" }
func (english) PeopleSomebody() string      { return "Somebody" }
func (english) PeopleFirstPage() string     { return "Back to the beginning of the list" }
func (english) PeopleYou() string           { return "you" }

func (english) PeopleHistoryMissing() string {
	return "A part of this person's record is missing. What you see is how it was before, and nothing can be changed."
}

func (english) PeopleStatus(status employeesview.Status) string {
	if status == employeesview.Dismissed {
		return "Dismissed"
	}
	return "Have access"
}

func (english) PeopleSortedBy(sort string) string {
	switch sort {
	case "-name":
		return "Name, from Z"
	case "joined_at":
		return "Longest here first"
	case "-joined_at":
		return "Newest first"
	case "role":
		return "Role"
	}
	return "Name"
}

func (english) PeopleState(access employeesview.Access) string {
	switch access {
	case employeesview.PasswordPending:
		return "Has not chosen a password"
	case employeesview.PasswordLapsed:
		return "Password or link has run out"
	case employeesview.NoAccess:
		return "Dismissed"
	case employeesview.Ready:
	}
	return "Has access"
}

func (t english) PeopleCount(n int) string {
	return counted(n, t.Number(n), "1 person", "{n} people")
}

func (german) PeopleInvited() string       { return "Eingeladen" }
func (german) PeopleApprovals() string     { return "Einlass" }
func (german) PeopleTabs() string          { return "Personenlisten" }
func (german) PeopleSearch() string        { return "Jemanden finden" }
func (german) PeopleSearchHint() string    { return "Name, Anmeldung oder Position" }
func (german) PeopleFilter() string        { return "Filter" }
func (german) PeopleAccess() string        { return "Zugang" }
func (german) PeopleAnyAccess() string     { return "Mit und ohne" }
func (german) PeopleRole() string          { return "Rolle" }
func (german) PeopleAnyRole() string       { return "Alle Rollen" }
func (german) PeopleDepartment() string    { return "Abteilung" }
func (german) PeopleAnyDepartment() string { return "Alle Abteilungen" }
func (german) PeopleSort() string          { return "Reihenfolge" }
func (german) PeopleApply() string         { return "Anwenden" }
func (german) PeopleNone() string          { return "Niemand passt dazu." }
func (german) PeopleShowAll() string       { return "Alle zeigen" }
func (german) PeopleName() string          { return "Name" }
func (german) PeopleLogin() string         { return "Anmeldung" }
func (german) PeopleJobTitle() string      { return "Position" }
func (german) PeopleSince() string         { return "Seit" }
func (german) PeopleSomebody() string      { return "Jemand" }
func (german) PeopleFirstPage() string     { return "Zurück zum Anfang der Liste" }
func (german) PeopleYou() string           { return "Sie" }

func (german) PeopleHistoryMissing() string {
	return "Ein Teil der Aufzeichnungen zu dieser Person fehlt. Sie sehen den Stand davor; ändern lässt sich nichts."
}

func (german) PeopleStatus(status employeesview.Status) string {
	if status == employeesview.Dismissed {
		return "Ausgeschieden"
	}
	return "Mit Zugang"
}

func (german) PeopleSortedBy(sort string) string {
	switch sort {
	case "-name":
		return "Name, von Z an"
	case "joined_at":
		return "Am längsten dabei zuerst"
	case "-joined_at":
		return "Neueste zuerst"
	case "role":
		return "Rolle"
	}
	return "Name"
}

func (german) PeopleState(access employeesview.Access) string {
	switch access {
	case employeesview.PasswordPending:
		return "Hat noch kein Passwort gewählt"
	case employeesview.PasswordLapsed:
		return "Passwort oder Link ist abgelaufen"
	case employeesview.NoAccess:
		return "Ausgeschieden"
	case employeesview.Ready:
	}
	return "Hat Zugang"
}

func (t german) PeopleCount(n int) string {
	return counted(n, t.Number(n), "1 Person", "{n} Personen")
}
