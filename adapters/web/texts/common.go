package texts

// Common is what stands on every page, or on many.
type Common interface {
	Numbers

	// Language returns the language's tag, for lang="".
	Language() string

	SkipToContent() string
	Activity() string
	People() string
	Structure() string
	History() string
	Settings() string
	Me() string
	Navigation() string

	SignOut() string
	Save() string
	Saved() string
	Cancel() string
	Close() string
	Back() string
	Search() string
	LoadMore(n int) string
	DownloadCSV() string
	Show() string
	ShowPassword() string
	Optional() string

	// DemoBar stands on every page of a demo, DemoPlain where its cookies are not
	// protected, because it is reached by http.
	DemoBar() string
	DemoPlain() string
	SignInAs(role string) string
	Role(role string) string

	CatchingUp() string
	NotLive() string
	Reload() string
	CopyDone() string
	CopyByHand() string
	ShowNews() string

	ProblemTitle() string
	ErrorPrefix() string
	TryAgain() string
	NothingChanged() string
	RequestNumber(id string) string
	NotFoundTitle() string
	NotFoundText() string
	NotPermittedTitle() string
	TroubleTitle() string
	CrossOriginTitle() string
	CrossOriginText() string
	SentBeforeTitle() string
	SentBeforeText() string
	ToStart() string
	StartingTitle() string
	StartingText() string
}

func (english) Language() string        { return "en" }
func (english) SkipToContent() string   { return "Skip to content" }
func (english) Activity() string        { return "Activity" }
func (english) People() string          { return "Employees" }
func (english) Structure() string       { return "Structure" }
func (english) History() string         { return "History" }
func (english) Settings() string        { return "Settings" }
func (english) Me() string              { return "My account" }
func (english) Navigation() string      { return "Main" }
func (english) SignOut() string         { return "Sign out" }
func (english) Save() string            { return "Save" }
func (english) Saved() string           { return "Saved." }
func (english) Cancel() string          { return "Cancel" }
func (english) Close() string           { return "Close" }
func (english) Back() string            { return "Back" }
func (english) Search() string          { return "Search" }
func (t english) LoadMore(n int) string { return "Load " + t.Number(n) + " more" }
func (english) DownloadCSV() string     { return "Download CSV" }
func (english) Show() string            { return "Show" }
func (english) ShowPassword() string    { return "Show password" }
func (english) Optional() string        { return "optional" }
func (english) DemoBar() string         { return "Demo company. Messages go to the outbox." }

func (english) DemoPlain() string {
	return "This page came over plain http, so that others in this network can read what you type."
}
func (t english) SignInAs(role string) string { return "Sign in as " + t.Role(role) }

func (english) Role(role string) string {
	switch role {
	case "administrator":
		return "Administrator"
	case "auditor":
		return "Auditor"
	}
	return "Employee"
}

func (english) CatchingUp() string { return "Saved. The list is catching up." }
func (english) NotLive() string    { return "Not live." }
func (english) Reload() string     { return "Reload" }
func (english) CopyDone() string   { return "Copied." }
func (english) CopyByHand() string { return "Selected. Copy it with your keyboard or menu." }
func (english) ShowNews() string   { return "Show what is new" }

func (english) ProblemTitle() string           { return "There is a problem" }
func (english) ErrorPrefix() string            { return "Error: " }
func (english) TryAgain() string               { return "Try again" }
func (english) NothingChanged() string         { return "We could not save this; nothing was changed." }
func (english) RequestNumber(id string) string { return "Request " + id }
func (english) NotFoundTitle() string          { return "There is nothing here" }

func (english) NotFoundText() string {
	return "Check that the address was copied whole, or go back to the start."
}
func (english) NotPermittedTitle() string { return "You may not see this" }
func (english) TroubleTitle() string      { return "Something went wrong" }
func (english) CrossOriginTitle() string  { return "This came from another site" }

func (english) CrossOriginText() string {
	return "Your browser sent this form from another address than this site has, so nothing was changed. Open the page again and send it from there."
}
func (english) SentBeforeTitle() string { return "This form was sent before" }

func (english) SentBeforeText() string {
	return "It was sent with other words in it. Nothing more was changed; open the page again to send another."
}
func (english) ToStart() string { return "To the start" }

func (english) StartingTitle() string { return "Usher is starting" }

func (english) StartingText() string {
	return "This page looks again by itself. What you sent just now was not saved; send it again then."
}

func (german) Language() string        { return "de" }
func (german) SkipToContent() string   { return "Zum Inhalt" }
func (german) Activity() string        { return "Aktivität" }
func (german) People() string          { return "Mitarbeiter" }
func (german) Structure() string       { return "Struktur" }
func (german) History() string         { return "Verlauf" }
func (german) Settings() string        { return "Einstellungen" }
func (german) Me() string              { return "Mein Konto" }
func (german) Navigation() string      { return "Hauptmenü" }
func (german) SignOut() string         { return "Abmelden" }
func (german) Save() string            { return "Speichern" }
func (german) Saved() string           { return "Gespeichert." }
func (german) Cancel() string          { return "Abbrechen" }
func (german) Close() string           { return "Schließen" }
func (german) Back() string            { return "Zurück" }
func (german) Search() string          { return "Suchen" }
func (t german) LoadMore(n int) string { return t.Number(n) + " weitere laden" }
func (german) DownloadCSV() string     { return "CSV herunterladen" }
func (german) Show() string            { return "Zeigen" }
func (german) ShowPassword() string    { return "Passwort zeigen" }
func (german) Optional() string        { return "freiwillig" }
func (german) DemoBar() string         { return "Beispielfirma. Nachrichten kommen in den Postausgang." }

func (german) DemoPlain() string {
	return "Diese Seite kam über einfaches http: Andere in diesem Netz können mitlesen, was Sie eingeben."
}
func (t german) SignInAs(role string) string { return "Anmelden als " + t.Role(role) }

func (german) Role(role string) string {
	switch role {
	case "administrator":
		return "Verwaltung"
	case "auditor":
		return "Prüfung"
	}
	return "Mitarbeiter"
}

func (german) CatchingUp() string { return "Gespeichert. Die Liste zieht gleich nach." }
func (german) NotLive() string    { return "Nicht mehr auf dem Laufenden." }
func (german) Reload() string     { return "Neu laden" }
func (german) CopyDone() string   { return "Kopiert." }
func (german) CopyByHand() string { return "Markiert. Kopieren Sie mit Tastatur oder Menü." }
func (german) ShowNews() string   { return "Neues zeigen" }

func (german) ProblemTitle() string { return "Da stimmt etwas nicht" }
func (german) ErrorPrefix() string  { return "Fehler: " }
func (german) TryAgain() string     { return "Noch einmal versuchen" }

func (german) NothingChanged() string {
	return "Das ließ sich nicht speichern; es wurde nichts geändert."
}
func (german) RequestNumber(id string) string { return "Anfrage " + id }
func (german) NotFoundTitle() string          { return "Hier ist nichts" }

func (german) NotFoundText() string {
	return "Prüfen Sie, ob die Adresse ganz kopiert wurde, oder gehen Sie zum Anfang."
}
func (german) NotPermittedTitle() string { return "Das dürfen Sie nicht sehen" }
func (german) TroubleTitle() string      { return "Etwas ist schiefgegangen" }
func (german) CrossOriginTitle() string  { return "Das kam von einer anderen Seite" }

func (german) CrossOriginText() string {
	return "Ihr Browser hat dieses Formular von einer anderen Adresse aus gesendet; es wurde nichts geändert. Öffnen Sie die Seite neu und senden Sie es von dort."
}
func (german) SentBeforeTitle() string { return "Dieses Formular wurde schon gesendet" }

func (german) SentBeforeText() string {
	return "Es wurde mit anderem Inhalt gesendet. Sonst wurde nichts geändert; öffnen Sie die Seite neu, um noch eines zu senden."
}
func (german) ToStart() string       { return "Zum Anfang" }
func (german) StartingTitle() string { return "Usher startet gerade" }

func (german) StartingText() string {
	return "Diese Seite sieht von selbst wieder nach. Was Sie eben gesendet haben, wurde nicht gespeichert; senden Sie es dann noch einmal."
}
