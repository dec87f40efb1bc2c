package texts

// InvitingLists is the words of inviting by SMS and by e-mail, and of what became of it.
type InvitingLists interface {
	InvitePhones() string
	InvitePhonesHint() string
	InviteEmails() string
	InviteEmailsHint() string
	InviteMessage() string
	InvitePlaces() string
	InviteWhatIsSent() string
	InviteMessageHint() string
	// InviteFixedText says why the text cannot be edited: of an SMS, or by the company's plan.
	InviteFixedText(sms bool) string
	InviteLasts(days int) string
	// InviteFound counts what was found in a text, and what of it would not be invited.
	InviteFound(n, wrong, twice, known, limited int) string
	InviteFoundUnchecked(n int) string
	InviteOnLine(n int, contact string) string
	InviteCheckFirst() string
	// InviteSend says how many, where that is known.
	InviteSend(n int) string
	InviteGoesOnLater() string

	// InviteResult says what became of a list.
	InviteResult(invited, refused int) string
	InviteNotInvitedHint() string
	InviteContactField(n int) string
	InviteTryAgainWith(n int) string
	InviteSettled() string
	InviteInvited(n int) string
	InviteSeeInvited() string
	InviteMore() string
	InviteSendAgain() string
	InviteSentAgain(fixedText bool) string
	InviteLetIn() string
}

func (english) InvitePhones() string { return "Phone numbers" }

func (english) InvitePhonesHint() string {
	return "Paste them as you have them: one a line, or a column of a spreadsheet. Numbers without a country's prefix are taken to be from your company's country."
}
func (english) InviteEmails() string { return "E-mail addresses" }

func (english) InviteEmailsHint() string {
	return "Paste them as you have them: one a line, with or without names, or a column of a spreadsheet."
}
func (english) InviteMessage() string    { return "Message" }
func (english) InvitePlaces() string     { return "Department and workgroups" }
func (english) InviteWhatIsSent() string { return "What they will be sent" }

func (english) InviteMessageHint() string {
	return "{link} stands where the link will be. At most 2,000 characters, without other links."
}

func (english) InviteFixedText(sms bool) string {
	if sms {
		return "This text is sent. It is fixed, so that nobody can write other texts in the company's name."
	}
	return "This text is sent. It can be edited on the plans CRM+, Project+, Standard and Professional."
}

func (t english) InviteLasts(days int) string {
	return counted(days, t.Number(days), "The link works for 1 day.", "The link works for {n} days.")
}

func (t english) InviteFound(n, wrong, twice, known, limited int) string {
	return listed(t.Number(n)+" found",
		unlessNone(wrong, t.Number(wrong), "1 looks wrong", "{n} look wrong"), unlessNone(twice, t.Number(twice), "1 is in it twice", "{n} are in it twice"),
		unlessNone(known, t.Number(known), "1 is known already", "{n} are known already"), unlessNone(limited, t.Number(limited), "1 is over a limit", "{n} are over a limit"))
}

func (t english) InviteFoundUnchecked(n int) string {
	return t.Number(n) + " found. They are checked one by one when you send them."
}

func (t english) InviteOnLine(n int, contact string) string {
	return "Line " + t.Number(n) + ": " + contact
}
func (english) InviteCheckFirst() string { return "Check first" }

func (t english) InviteSend(n int) string {
	if n == 0 {
		return "Send invitations"
	}
	return counted(n, t.Number(n), "Send 1 invitation", "Send {n} invitations")
}

func (english) InviteGoesOnLater() string {
	return "More than 200 go on by themselves: you see how far it is, and can leave the page."
}

func (t english) InviteResult(invited, refused int) string {
	if refused == 0 {
		return counted(invited, t.Number(invited), "1 person is invited.", "All {n} are invited.")
	}
	return t.Number(invited) + " invited, " + t.Number(refused) + " not"
}

func (english) InviteNotInvitedHint() string {
	return "Correct what is wrong, or empty the field to leave one out."
}
func (t english) InviteContactField(n int) string { return "Contact " + t.Number(n) }

func (t english) InviteTryAgainWith(n int) string {
	return counted(n, t.Number(n), "Try this one again", "Try these {n} again")
}
func (english) InviteSettled() string { return "No need to try these again" }

func (t english) InviteInvited(n int) string {
	return counted(n, t.Number(n), "1 invited", "{n} invited")
}
func (english) InviteSeeInvited() string { return "See who is invited" }
func (english) InviteMore() string       { return "Invite more" }
func (english) InviteSendAgain() string  { return "Send again" }

func (english) InviteSentAgain(fixedText bool) string {
	if fixedText {
		return "Sent again, with the fixed text: your plan does not allow the edited one any more. The older link is dead."
	}
	return "Sent again. The older link is dead."
}
func (english) InviteLetIn() string { return "Let in" }

func (german) InvitePhones() string { return "Telefonnummern" }

func (german) InvitePhonesHint() string {
	return "Fügen Sie sie ein, wie Sie sie haben: eine je Zeile oder eine Spalte aus einer Tabelle. Nummern ohne Landesvorwahl gelten als aus dem Land Ihrer Firma."
}
func (german) InviteEmails() string { return "E-Mail-Adressen" }

func (german) InviteEmailsHint() string {
	return "Fügen Sie sie ein, wie Sie sie haben: eine je Zeile, mit oder ohne Namen, oder eine Spalte aus einer Tabelle."
}
func (german) InviteMessage() string    { return "Nachricht" }
func (german) InvitePlaces() string     { return "Abteilung und Arbeitsgruppen" }
func (german) InviteWhatIsSent() string { return "Was gesendet wird" }

func (german) InviteMessageHint() string {
	return "{link} steht, wo der Link sein wird. Höchstens 2.000 Zeichen, ohne andere Links."
}

func (german) InviteFixedText(sms bool) string {
	if sms {
		return "Dieser Text wird gesendet. Er ist fest, damit niemand im Namen der Firma anderes schreibt."
	}
	return "Dieser Text wird gesendet. In den Tarifen CRM+, Project+, Standard und Professional lässt er sich ändern."
}

func (t german) InviteLasts(days int) string {
	return counted(days, t.Number(days), "Der Link gilt 1 Tag.", "Der Link gilt {n} Tage.")
}

func (t german) InviteFound(n, wrong, twice, known, limited int) string {
	return listed(t.Number(n)+" gefunden",
		unlessNone(wrong, t.Number(wrong), "1 sieht falsch aus", "{n} sehen falsch aus"), unlessNone(twice, t.Number(twice), "1 steht doppelt da", "{n} stehen doppelt da"),
		unlessNone(known, t.Number(known), "1 ist schon bekannt", "{n} sind schon bekannt"), unlessNone(limited, t.Number(limited), "1 ist über einer Grenze", "{n} sind über einer Grenze"))
}

func (t german) InviteFoundUnchecked(n int) string {
	return t.Number(n) + " gefunden. Sie werden beim Senden einzeln geprüft."
}

func (t german) InviteOnLine(n int, contact string) string {
	return "Zeile " + t.Number(n) + ": " + contact
}
func (german) InviteCheckFirst() string { return "Zuerst prüfen" }

func (t german) InviteSend(n int) string {
	if n == 0 {
		return "Einladungen senden"
	}
	return counted(n, t.Number(n), "1 Einladung senden", "{n} Einladungen senden")
}

func (german) InviteGoesOnLater() string {
	return "Mehr als 200 laufen von selbst weiter: Sie sehen, wie weit es ist, und können die Seite verlassen."
}

func (t german) InviteResult(invited, refused int) string {
	if refused == 0 {
		return counted(invited, t.Number(invited), "1 Person ist eingeladen.", "Alle {n} sind eingeladen.")
	}
	return t.Number(invited) + " eingeladen, " + t.Number(refused) + " nicht"
}

func (german) InviteNotInvitedHint() string {
	return "Berichtigen Sie, was falsch ist, oder leeren Sie das Feld, um jemanden auszulassen."
}
func (t german) InviteContactField(n int) string { return "Kontakt " + t.Number(n) }

func (t german) InviteTryAgainWith(n int) string {
	return counted(n, t.Number(n), "Diese Person noch einmal versuchen", "Diese {n} noch einmal versuchen")
}
func (german) InviteSettled() string { return "Diese brauchen keinen neuen Versuch" }

func (t german) InviteInvited(n int) string {
	return counted(n, t.Number(n), "1 eingeladen", "{n} eingeladen")
}
func (german) InviteSeeInvited() string { return "Zeigen, wer eingeladen ist" }
func (german) InviteMore() string       { return "Weitere einladen" }
func (german) InviteSendAgain() string  { return "Noch einmal senden" }

func (german) InviteSentAgain(fixedText bool) string {
	if fixedText {
		return "Noch einmal gesendet, mit dem festen Text: Ihr Tarif erlaubt den geänderten nicht mehr. Der ältere Link gilt nicht mehr."
	}
	return "Noch einmal gesendet. Der ältere Link gilt nicht mehr."
}
func (german) InviteLetIn() string { return "Einlassen" }

// InvitingColleague is the words of registering somebody oneself.
type InvitingColleague interface {
	ColleagueLead() string
	ColleagueEmail() string
	ColleagueFirstName() string
	ColleagueLastName() string
	ColleagueOneName() string
	ColleagueJobTitle() string
	ColleagueAtOnce() string
	// ColleagueAtOnceFollows says what the person will receive then, and otherwise.
	ColleagueAtOnceFollows() string
	ColleagueChooses() string
	ColleagueRegister() string
	ColleagueRegistered(name string) string
	ColleagueAnother() string
}

func (english) ColleagueLead() string {
	return "The person is an employee at once, and stands in the company's structure; nothing has to be accepted."
}
func (english) ColleagueEmail() string     { return "E-mail" }
func (english) ColleagueFirstName() string { return "First name" }
func (english) ColleagueLastName() string  { return "Last name" }
func (english) ColleagueOneName() string   { return "The person has one name only" }
func (english) ColleagueJobTitle() string  { return "Position" }
func (english) ColleagueAtOnce() string    { return "Without confirmation" }

func (english) ColleagueAtOnceFollows() string {
	return "On: the person gets an e-mail with a generated password, which works for 7 days and is changed at the first log-in. Off: the e-mail has a link to the registration form, and the person chooses the password."
}

func (english) ColleagueChooses() string {
	return "The person gets an e-mail with a link to the registration form, and chooses the password. Your company mails no passwords."
}
func (english) ColleagueRegister() string { return "Register" }

func (english) ColleagueRegistered(name string) string {
	return name + " is registered, and gets an e-mail with the way in."
}
func (english) ColleagueAnother() string { return "Register another" }

func (german) ColleagueLead() string {
	return "Die Person gehört sofort dazu und steht in der Struktur der Firma; anzunehmen ist nichts."
}
func (german) ColleagueEmail() string     { return "E-Mail" }
func (german) ColleagueFirstName() string { return "Vorname" }
func (german) ColleagueLastName() string  { return "Nachname" }
func (german) ColleagueOneName() string   { return "Die Person hat nur einen Namen" }
func (german) ColleagueJobTitle() string  { return "Position" }
func (german) ColleagueAtOnce() string    { return "Ohne Bestätigung" }

func (german) ColleagueAtOnceFollows() string {
	return "An: Die Person bekommt per E-Mail ein erzeugtes Passwort, das 7 Tage gilt und bei der ersten Anmeldung geändert wird. Aus: Die E-Mail enthält einen Link zum Formular, und die Person wählt ihr Passwort selbst."
}

func (german) ColleagueChooses() string {
	return "Die Person bekommt per E-Mail einen Link zum Formular und wählt ihr Passwort selbst. Ihre Firma sendet keine Passwörter."
}
func (german) ColleagueRegister() string { return "Registrieren" }

func (german) ColleagueRegistered(name string) string {
	return name + " ist registriert und bekommt per E-Mail den Zugang."
}
func (german) ColleagueAnother() string { return "Noch jemanden registrieren" }
