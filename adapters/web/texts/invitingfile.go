package texts

import "time"

// InvitingFile is the words of inviting or registering the people of a file.
type InvitingFile interface {
	FileField() string
	FileHint() string
	FileWhatFor() string
	FileToInvite() string
	FileToInviteFollows() string
	FileToRegister() string
	FileToRegisterFollows() string
	FileAtOnce() string
	FileCheck() string
	FileAnother() string
	FileNothingDoneYet() string
	// FileForeseen counts what would become of a file's rows.
	FileForeseen(register bool, good, refused int) string
	// FileBecame counts what became of them.
	FileBecame(register bool, good, refused, waiting int) string
	FileColumns() string
	FileColumnUnused(name string) string
	// FileColumnMeans says what a column was read as, by the name of its meaning.
	FileColumnMeans(name, meaning string) string
	FileRows() string
	FileLine() string
	FileContact() string
	FileName() string
	FileWhatFollows() string
	FileWouldGo(register bool) string
	FileWent(register bool) string
	FileGoesOn() string
	FileAndMore(n int) string
	FileRowUnused(meaning string) string
	FileSend(register bool, n int) string
}

func meaningsInEnglish() map[string]string {
	return map[string]string{
		"email": "e-mail", "phone": "phone", "contact": "e-mail or phone", "first_name": "first name", "last_name": "last name", "full_name": "whole name",
		"job_title": "position", "department": "department", "workgroups": "workgroups", "one_name": "that there is one name only", "confirmed": "that the row is right",
	}
}

func (english) FileField() string { return "File" }

func (english) FileHint() string {
	return "A CSV as spreadsheets save it (\"CSV UTF-8\"), up to 10,000 rows and 4 MB. Its first line names the columns: e-mail or phone, first name, last name, position, department, workgroups."
}
func (english) FileWhatFor() string  { return "What becomes of the people" }
func (english) FileToInvite() string { return "Invite" }

func (english) FileToInviteFollows() string {
	return "Each gets a link by e-mail or SMS, and registers. Department and workgroups count for e-mail; names and positions are not used."
}
func (english) FileToRegister() string { return "Register directly" }

func (english) FileToRegisterFollows() string {
	return "Each is an employee at once. Each row needs an e-mail, first name, last name and position."
}

func (english) FileAtOnce() string {
	return "Without confirmation: whom the file registers gets a generated password by e-mail, and otherwise a link for choosing one"
}
func (english) FileCheck() string          { return "Check the file" }
func (english) FileAnother() string        { return "Choose another file" }
func (english) FileNothingDoneYet() string { return "Nothing has been done yet." }

func (t english) FileForeseen(register bool, good, refused int) string {
	verb := "invited"
	if register {
		verb = "registered"
	}
	return t.Number(good) + " would be " + verb + ", " + t.Number(refused) + " not"
}

func (t english) FileBecame(register bool, good, refused, waiting int) string {
	verb := "{n} invited"
	if register {
		verb = "{n} registered"
	}
	return listed(unlessNone(good, t.Number(good), "1"+verb[3:], verb), unlessNone(waiting, t.Number(waiting), "1 goes on by itself", "{n} go on by themselves"),
		unlessNone(refused, t.Number(refused), "1 not", "{n} not"))
}
func (english) FileColumns() string                 { return "Columns" }
func (english) FileColumnUnused(name string) string { return name + ": not used" }
func (english) FileColumnMeans(name, meaning string) string {
	return name + ": " + meaningsInEnglish()[meaning]
}
func (english) FileRows() string        { return "Rows" }
func (english) FileLine() string        { return "Line" }
func (english) FileContact() string     { return "Contact" }
func (english) FileName() string        { return "Name" }
func (english) FileWhatFollows() string { return "What becomes of it" }

func (english) FileWouldGo(register bool) string {
	if register {
		return "Would be registered"
	}
	return "Would be invited"
}

func (english) FileWent(register bool) string {
	if register {
		return "Registered"
	}
	return "Invited"
}
func (english) FileGoesOn() string         { return "Goes on by itself" }
func (t english) FileAndMore(n int) string { return "And " + t.Number(n) + " more." }
func (english) FileRowUnused(meaning string) string {
	return "Not used here: " + meaningsInEnglish()[meaning] + "."
}

func (t english) FileSend(register bool, n int) string {
	if n == 0 {
		return "Send what is confirmed"
	}
	if register {
		return counted(n, t.Number(n), "Register 1 person", "Register {n} people")
	}
	return counted(n, t.Number(n), "Invite 1 person", "Invite {n} people")
}

func meaningsInGerman() map[string]string {
	return map[string]string{
		"email": "E-Mail", "phone": "Telefon", "contact": "E-Mail oder Telefon", "first_name": "Vorname", "last_name": "Nachname", "full_name": "ganzer Name",
		"job_title": "Position", "department": "Abteilung", "workgroups": "Arbeitsgruppen", "one_name": "dass es nur einen Namen gibt", "confirmed": "dass die Zeile stimmt",
	}
}

func (german) FileField() string { return "Datei" }

func (german) FileHint() string {
	return "Eine CSV, wie Tabellenprogramme sie speichern („CSV UTF-8“), bis 10.000 Zeilen und 4 MB. Die erste Zeile nennt die Spalten: E-Mail oder Telefon, Vorname, Nachname, Position, Abteilung, Arbeitsgruppen."
}
func (german) FileWhatFor() string  { return "Was mit den Personen geschieht" }
func (german) FileToInvite() string { return "Einladen" }

func (german) FileToInviteFollows() string {
	return "Jede bekommt einen Link per E-Mail oder SMS und registriert sich. Abteilung und Arbeitsgruppen zählen bei E-Mail; Namen und Positionen werden nicht gebraucht."
}
func (german) FileToRegister() string { return "Direkt registrieren" }

func (german) FileToRegisterFollows() string {
	return "Jede gehört sofort dazu. Jede Zeile braucht E-Mail, Vorname, Nachname und Position."
}

func (german) FileAtOnce() string {
	return "Ohne Bestätigung: Wer durch die Datei registriert wird, bekommt per E-Mail ein erzeugtes Passwort, sonst einen Link, um eines zu wählen"
}
func (german) FileCheck() string          { return "Datei prüfen" }
func (german) FileAnother() string        { return "Andere Datei wählen" }
func (german) FileNothingDoneYet() string { return "Noch ist nichts geschehen." }

func (t german) FileForeseen(register bool, good, refused int) string {
	verb := "eingeladen"
	if register {
		verb = "registriert"
	}
	return t.Number(good) + " würden " + verb + ", " + t.Number(refused) + " nicht"
}

func (t german) FileBecame(register bool, good, refused, waiting int) string {
	verb := "eingeladen"
	if register {
		verb = "registriert"
	}
	return listed(unlessNone(good, t.Number(good), "1 "+verb, "{n} "+verb), unlessNone(waiting, t.Number(waiting), "1 läuft von selbst weiter", "{n} laufen von selbst weiter"),
		unlessNone(refused, t.Number(refused), "1 nicht", "{n} nicht"))
}
func (german) FileColumns() string                 { return "Spalten" }
func (german) FileColumnUnused(name string) string { return name + ": nicht gebraucht" }
func (german) FileColumnMeans(name, meaning string) string {
	return name + ": " + meaningsInGerman()[meaning]
}
func (german) FileRows() string        { return "Zeilen" }
func (german) FileLine() string        { return "Zeile" }
func (german) FileContact() string     { return "Kontakt" }
func (german) FileName() string        { return "Name" }
func (german) FileWhatFollows() string { return "Was daraus wird" }

func (german) FileWouldGo(register bool) string {
	if register {
		return "Würde registriert"
	}
	return "Würde eingeladen"
}

func (german) FileWent(register bool) string {
	if register {
		return "Registriert"
	}
	return "Eingeladen"
}
func (german) FileGoesOn() string         { return "Läuft von selbst weiter" }
func (t german) FileAndMore(n int) string { return "Und " + t.Number(n) + " weitere." }

func (german) FileRowUnused(meaning string) string {
	return "Hier nicht gebraucht: " + meaningsInGerman()[meaning] + "."
}

func (t german) FileSend(register bool, n int) string {
	if n == 0 {
		return "Bestätigtes senden"
	}
	if register {
		return counted(n, t.Number(n), "1 Person registrieren", "{n} Personen registrieren")
	}
	return counted(n, t.Number(n), "1 Person einladen", "{n} Personen einladen")
}

// Batches is the words of a bulk invitation that goes on by itself.
type Batches interface {
	BatchTitle() string
	// BatchBegan says by which way, and when.
	BatchBegan(sms bool, at time.Time) string
	BatchRuns(tried, size int) string
	BatchLeave() string
	BatchDone(invited, refused int) string
	BatchStopped(invited, refused, untried int) string
	BatchRevoked(at time.Time) string
	BatchStop() string
	BatchStopFollows() string
	BatchTakeBack() string
	BatchTakeBackFollows() string
	BatchRefused() string
	BatchRefusedGone() string
	BatchRow() string
	BatchReason() string
	BatchMoreRefused() string
	BatchSeeInvited() string
}

func (english) BatchTitle() string { return "Bulk invitation" }

func (t english) BatchBegan(sms bool, at time.Time) string {
	if sms {
		return "By SMS, begun at " + t.Moment(at) + "."
	}
	return "By e-mail, begun at " + t.Moment(at) + "."
}

func (t english) BatchRuns(tried, size int) string {
	return t.Number(tried) + " of " + t.Number(size) + " done"
}

func (english) BatchLeave() string {
	return "It goes on by itself. You may leave this page, and come back to it."
}

func (t english) BatchDone(invited, refused int) string {
	return t.Number(invited) + " invited, " + t.Number(refused) + " not. It is done."
}

func (t english) BatchStopped(invited, refused, untried int) string {
	return "It was stopped: " + t.Number(invited) + " invited, " + t.Number(refused) + " not, " + t.Number(untried) + " left untried."
}

func (t english) BatchRevoked(at time.Time) string {
	return "Taken back at " + t.Moment(at) + ": none of its links work any more."
}
func (english) BatchStop() string        { return "Stop" }
func (english) BatchStopFollows() string { return "Nobody further is invited. Whoever was, stays so." }
func (english) BatchTakeBack() string    { return "Take back the whole batch" }

func (english) BatchTakeBackFollows() string {
	return "All links of this batch that were not used yet are dead at once. Who has registered stays. You can invite the others again."
}
func (english) BatchRefused() string     { return "Not invited" }
func (english) BatchRefusedGone() string { return "Which rows these were is kept for seven days." }
func (english) BatchRow() string         { return "Row" }
func (english) BatchReason() string      { return "Reason" }
func (english) BatchMoreRefused() string { return "Show more" }
func (english) BatchSeeInvited() string  { return "See who is invited" }

func (german) BatchTitle() string { return "Sammeleinladung" }

func (t german) BatchBegan(sms bool, at time.Time) string {
	if sms {
		return "Per SMS, begonnen am " + t.Moment(at) + "."
	}
	return "Per E-Mail, begonnen am " + t.Moment(at) + "."
}

func (t german) BatchRuns(tried, size int) string {
	return t.Number(tried) + " von " + t.Number(size) + " erledigt"
}

func (german) BatchLeave() string {
	return "Es läuft von selbst weiter. Sie können die Seite verlassen und wiederkommen."
}

func (t german) BatchDone(invited, refused int) string {
	return t.Number(invited) + " eingeladen, " + t.Number(refused) + " nicht. Alles ist erledigt."
}

func (t german) BatchStopped(invited, refused, untried int) string {
	return "Angehalten: " + t.Number(invited) + " eingeladen, " + t.Number(refused) + " nicht, " + t.Number(untried) + " unversucht."
}

func (t german) BatchRevoked(at time.Time) string {
	return "Zurückgenommen am " + t.Moment(at) + ": Keiner ihrer Links gilt mehr."
}
func (german) BatchStop() string { return "Anhalten" }

func (german) BatchStopFollows() string {
	return "Niemand wird mehr eingeladen. Wer es schon ist, bleibt es."
}
func (german) BatchTakeBack() string { return "Die ganze Einladung zurücknehmen" }

func (german) BatchTakeBackFollows() string {
	return "Alle noch nicht benutzten Links dieser Einladung gelten sofort nicht mehr. Wer registriert ist, bleibt. Die anderen können Sie wieder einladen."
}
func (german) BatchRefused() string { return "Nicht eingeladen" }

func (german) BatchRefusedGone() string {
	return "Welche Zeilen das waren, wird sieben Tage aufgehoben."
}
func (german) BatchRow() string         { return "Zeile" }
func (german) BatchReason() string      { return "Grund" }
func (german) BatchMoreRefused() string { return "Mehr zeigen" }
func (german) BatchSeeInvited() string  { return "Zeigen, wer eingeladen ist" }
