package texts

import (
	"strings"
	"time"
)

// Inviting is the words of the five ways of inviting, and of what they have in common.
type Inviting interface {
	InvitingLink
	InvitingLists
	InvitingColleague
	InvitingFile
	Batches

	// InviteWays names the list of ways, InviteWay each of them by the last part of its path.
	InviteWays() string
	InviteWay(name string) string
	// InviteWayTitle returns the title of the page of a way.
	InviteWayTitle(name string) string

	// InviteMayNot is said to who may not invite; Auditor whether they never may.
	InviteMayNot(auditor bool) string
	InviteWhoMayAllow() string

	InviteDepartment() string
	InviteNoDepartment() string
	InviteWorkgroups() string
	InviteYesRight() string
	InviteDidYouMean(contact string) string
	InviteMeantInstead(contact string) string
	InviteUnsure() string
}

// waysInEnglish returns each way as a tab, and as a title.
func waysInEnglish() map[string][2]string {
	return map[string][2]string{
		"link":     {"Quick registration", "Invite by a link"},
		"sms":      {"SMS", "Invite using SMS"},
		"email":    {"E-mail", "Invite using e-mail"},
		"register": {"Register yourself", "Register a user yourself"},
		"file":     {"File", "Invite the people of a file"},
	}
}

func (english) InviteWays() string                { return "Ways to invite" }
func (english) InviteWay(name string) string      { return waysInEnglish()[name][0] }
func (english) InviteWayTitle(name string) string { return waysInEnglish()[name][1] }

func (english) InviteMayNot(auditor bool) string {
	if auditor {
		return "Auditors read, and do not invite. Ask an administrator to invite for you."
	}
	return "Only administrators invite new users here. Ask one to invite for you, or to allow everyone to invite in the settings."
}
func (english) InviteWhoMayAllow() string  { return "Administrators" }
func (english) InviteDepartment() string   { return "Department" }
func (english) InviteNoDepartment() string { return "None: the top of the company" }
func (english) InviteWorkgroups() string   { return "Workgroups" }
func (english) InviteYesRight() string     { return "Yes, this is right" }

func (english) InviteDidYouMean(contact string) string   { return "Did you mean " + contact + "?" }
func (english) InviteMeantInstead(contact string) string { return "I mean " + contact }

func (english) InviteUnsure() string {
	return "We cannot tell whether this was saved. Try again: nothing is done twice."
}

func waysInGerman() map[string][2]string {
	return map[string][2]string{
		"link":     {"Schnellregistrierung", "Mit einem Link einladen"},
		"sms":      {"SMS", "Per SMS einladen"},
		"email":    {"E-Mail", "Per E-Mail einladen"},
		"register": {"Selbst registrieren", "Jemanden selbst registrieren"},
		"file":     {"Datei", "Personen aus einer Datei einladen"},
	}
}

func (german) InviteWays() string                { return "Wege, einzuladen" }
func (german) InviteWay(name string) string      { return waysInGerman()[name][0] }
func (german) InviteWayTitle(name string) string { return waysInGerman()[name][1] }

func (german) InviteMayNot(auditor bool) string {
	if auditor {
		return "Wer prüft, liest nur und lädt nicht ein. Bitten Sie jemanden von der Verwaltung, für Sie einzuladen."
	}
	return "Hier lädt nur die Verwaltung ein. Bitten Sie sie, für Sie einzuladen oder es in den Einstellungen allen zu erlauben."
}
func (german) InviteWhoMayAllow() string  { return "Verwaltung" }
func (german) InviteDepartment() string   { return "Abteilung" }
func (german) InviteNoDepartment() string { return "Keine: oberste Ebene der Firma" }
func (german) InviteWorkgroups() string   { return "Arbeitsgruppen" }
func (german) InviteYesRight() string     { return "Ja, das stimmt so" }

func (german) InviteDidYouMean(contact string) string   { return "Meinten Sie " + contact + "?" }
func (german) InviteMeantInstead(contact string) string { return "Ich meine " + contact }

func (german) InviteUnsure() string {
	return "Ob das gespeichert wurde, ist unklar. Versuchen Sie es noch einmal: Nichts geschieht doppelt."
}

// InvitingLink is the words of the link of quick registration.
type InvitingLink interface {
	JoinLinkLead() string
	JoinLinkField() string
	JoinLinkCopy() string
	JoinLinkShowQR() string
	JoinLinkQROf(company string) string
	JoinLinkFullScreen() string
	JoinLinkUses(n int) string
	JoinLinkSeats(left, most int) string
	JoinLinkUntil(at time.Time) string
	JoinLinkForever() string
	JoinLinkClosed() string
	JoinLinkExpired() string
	JoinLinkFull() string

	JoinLinkClose() string
	JoinLinkOpen() string
	JoinLinkNew() string
	JoinLinkNewWarning() string
	JoinLinkMakeNew() string

	JoinLinkSettings() string
	JoinLinkType() string
	JoinLinkPublic() string
	JoinLinkPublicFollows() string
	JoinLinkModerated() string
	JoinLinkModeratedFollows() string
	JoinLinkDomains() string
	JoinLinkDomainsHint() string
	JoinLinkConfirmPublic() string
	JoinLinkGreeting() string
	JoinLinkGreetingHint() string
	JoinLinkPreview() string
	JoinLinkNoGreeting() string
	JoinLinkLimits() string
	JoinLinkMostUses() string
	JoinLinkMostUsesHint() string
	JoinLinkUntilDay() string
	JoinLinkUntilDayHint() string
	JoinLinkDepartmentHint() string
	// JoinLinkSaved says what holds from now on, after a change.
	JoinLinkSaved(what string) string
}

func (english) JoinLinkLead() string {
	return "Whoever has this link can register. Copy it and send it yourself: nothing is sent from here."
}
func (english) JoinLinkField() string              { return "Link to register by" }
func (english) JoinLinkCopy() string               { return "Copy link" }
func (english) JoinLinkShowQR() string             { return "Show QR code" }
func (english) JoinLinkQROf(company string) string { return "QR code of the link to join " + company }
func (english) JoinLinkFullScreen() string         { return "Show it on the full screen" }

func (t english) JoinLinkUses(n int) string {
	if n == 0 {
		return "Nobody has registered by it yet."
	}
	return counted(n, t.Number(n), "1 person has registered by it.", "{n} people have registered by it.")
}

func (t english) JoinLinkSeats(left, most int) string {
	return t.Number(left) + " of " + t.Number(most) + " places are left."
}

func (t english) JoinLinkUntil(at time.Time) string { return "It works until " + t.Moment(at) + "." }
func (english) JoinLinkForever() string             { return "It does not expire." }
func (english) JoinLinkClosed() string              { return "The link is closed: nobody can register by it." }

func (english) JoinLinkExpired() string {
	return "The link has expired: nobody can register by it any more."
}

func (english) JoinLinkFull() string  { return "The link is used up: as many have registered as may." }
func (english) JoinLinkClose() string { return "Close the link" }
func (english) JoinLinkOpen() string  { return "Open the link again" }
func (english) JoinLinkNew() string   { return "Make a new link" }

func (english) JoinLinkNewWarning() string {
	return "The old link is dead at once, wherever it was sent or printed. There is no undo."
}
func (english) JoinLinkMakeNew() string  { return "Make a new link, and end the old one" }
func (english) JoinLinkSettings() string { return "Additional settings" }
func (english) JoinLinkType() string     { return "Registration type" }
func (english) JoinLinkPublic() string   { return "Public" }

func (english) JoinLinkPublicFollows() string {
	return "Whoever registers has access at once. The Activity Stream and the General chat say who joined."
}
func (english) JoinLinkModerated() string { return "Moderated" }

func (english) JoinLinkModeratedFollows() string {
	return "Whoever registers waits until an administrator lets them in."
}
func (english) JoinLinkDomains() string { return "Do not require confirmation for domains" }

func (english) JoinLinkDomainsHint() string {
	return "One e-mail domain a line, such as example.com; *.example.com means all below it. Who proves an address there is in without approval. It counts where the type is Moderated."
}

func (english) JoinLinkConfirmPublic() string {
	return "Yes: everybody with an address at these public mail providers may come in without approval"
}
func (english) JoinLinkGreeting() string { return "Registration greeting text" }

func (english) JoinLinkGreetingHint() string {
	return "Shown above the registration form. At most 2,000 characters, without links."
}
func (english) JoinLinkPreview() string      { return "As people will see it" }
func (english) JoinLinkNoGreeting() string   { return "No greeting." }
func (english) JoinLinkLimits() string       { return "Limits of the link" }
func (english) JoinLinkMostUses() string     { return "How many may register" }
func (english) JoinLinkMostUsesHint() string { return "Empty: as many as like. From 1 to 10,000." }
func (english) JoinLinkUntilDay() string     { return "Last day" }
func (english) JoinLinkUntilDayHint() string { return "Empty: the link does not expire." }
func (english) JoinLinkDepartmentHint() string {
	return "Where people who come by the link will stand."
}

func (english) JoinLinkSaved(what string) string {
	switch what {
	case "registration":
		return "Saved. This holds for whoever registers from now on; nobody is judged again."
	case "limits":
		return "Saved. The link has these limits from now on."
	case "new":
		return "This is the new link. The old one is dead."
	case "closed":
		return "The link is closed."
	case "open":
		return "The link is open again."
	}
	return ""
}

func (german) JoinLinkLead() string {
	return "Wer diesen Link hat, kann sich registrieren. Kopieren und senden Sie ihn selbst: Von hier wird nichts gesendet."
}
func (german) JoinLinkField() string              { return "Link zum Registrieren" }
func (german) JoinLinkCopy() string               { return "Link kopieren" }
func (german) JoinLinkShowQR() string             { return "QR-Code zeigen" }
func (german) JoinLinkQROf(company string) string { return "QR-Code des Links zu " + company }
func (german) JoinLinkFullScreen() string         { return "Groß zeigen" }

func (t german) JoinLinkUses(n int) string {
	if n == 0 {
		return "Noch hat sich niemand damit registriert."
	}
	return counted(n, t.Number(n), "1 Person hat sich damit registriert.", "{n} Personen haben sich damit registriert.")
}

func (t german) JoinLinkSeats(left, most int) string {
	return "Frei sind noch " + t.Number(left) + " von " + t.Number(most) + " Plätzen."
}
func (t german) JoinLinkUntil(at time.Time) string { return "Er gilt bis " + t.Moment(at) + "." }
func (german) JoinLinkForever() string             { return "Er läuft nicht ab." }
func (german) JoinLinkClosed() string {
	return "Der Link ist geschlossen: Niemand kann sich damit registrieren."
}

func (german) JoinLinkExpired() string {
	return "Der Link ist abgelaufen: Niemand kann sich mehr damit registrieren."
}

func (german) JoinLinkFull() string {
	return "Der Link ist aufgebraucht: Es haben sich so viele registriert, wie dürfen."
}
func (german) JoinLinkClose() string { return "Link schließen" }
func (german) JoinLinkOpen() string  { return "Link wieder öffnen" }
func (german) JoinLinkNew() string   { return "Neuen Link machen" }

func (german) JoinLinkNewWarning() string {
	return "Der alte Link gilt sofort nicht mehr, wohin er auch gesendet oder gedruckt wurde. Das lässt sich nicht rückgängig machen."
}
func (german) JoinLinkMakeNew() string  { return "Neuen Link machen, alten beenden" }
func (german) JoinLinkSettings() string { return "Weitere Einstellungen" }
func (german) JoinLinkType() string     { return "Art der Registrierung" }
func (german) JoinLinkPublic() string   { return "Öffentlich" }

func (german) JoinLinkPublicFollows() string {
	return "Wer sich registriert, hat sofort Zugang. Aktivitäten und Allgemeiner Chat sagen, wer dazukam."
}
func (german) JoinLinkModerated() string { return "Moderiert" }

func (german) JoinLinkModeratedFollows() string {
	return "Wer sich registriert, wartet, bis jemand von der Verwaltung Einlass gibt."
}
func (german) JoinLinkDomains() string { return "Domains ohne Bestätigung" }

func (german) JoinLinkDomainsHint() string {
	return "Eine E-Mail-Domain je Zeile, etwa example.com; *.example.com meint alle darunter. Wer dort eine Adresse nachweist, kommt ohne Zustimmung herein. Das zählt bei moderierter Registrierung."
}

func (german) JoinLinkConfirmPublic() string {
	return "Ja: Alle mit einer Adresse bei diesen öffentlichen Mail-Anbietern dürfen ohne Zustimmung herein"
}
func (german) JoinLinkGreeting() string { return "Begrüßung bei der Registrierung" }

func (german) JoinLinkGreetingHint() string {
	return "Steht über dem Formular der Registrierung. Höchstens 2.000 Zeichen, ohne Links."
}
func (german) JoinLinkPreview() string        { return "So wird es zu sehen sein" }
func (german) JoinLinkNoGreeting() string     { return "Keine Begrüßung." }
func (german) JoinLinkLimits() string         { return "Grenzen des Links" }
func (german) JoinLinkMostUses() string       { return "Wie viele sich registrieren dürfen" }
func (german) JoinLinkMostUsesHint() string   { return "Leer: beliebig viele. Sonst 1 bis 10.000." }
func (german) JoinLinkUntilDay() string       { return "Letzter Tag" }
func (german) JoinLinkUntilDayHint() string   { return "Leer: Der Link läuft nicht ab." }
func (german) JoinLinkDepartmentHint() string { return "Wo stehen wird, wer über den Link kommt." }

func (german) JoinLinkSaved(what string) string {
	switch what {
	case "registration":
		return "Gespeichert. Das gilt für alle, die sich von jetzt an registrieren; über niemanden wird neu entschieden."
	case "limits":
		return "Gespeichert. Der Link hat von jetzt an diese Grenzen."
	case "new":
		return "Das ist der neue Link. Der alte gilt nicht mehr."
	case "closed":
		return "Der Link ist geschlossen."
	case "open":
		return "Der Link ist wieder offen."
	}
	return ""
}

// listed is parts of a sentence as a list, without those that are empty.
func listed(parts ...string) string {
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, ", ")
}

// unlessNone is a text for a number, and empty for 0.
func unlessNone(n int, number, one, many string) string {
	if n == 0 {
		return ""
	}
	return counted(n, number, one, many)
}
