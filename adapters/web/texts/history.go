package texts

import "github.com/usher-engine/usher/domain"

// Chronicle is the words of history.
type Chronicle interface {
	HistoryEmpty() string
	HistoryNone() string
	HistoryClear() string
	HistoryContact() string
	HistoryType() string
	HistoryAnyType() string
	// HistoryTypes returns what types are grouped by: the first word of their names.
	HistoryTypes(of string) string
	HistoryFrom() string
	HistoryTo() string
	HistoryActor() string
	HistoryAnyActor() string
	HistoryAbout(name string) string
	HistoryBy(name string) string
	// HistoryActorKind returns who acted and is no person.
	HistoryActorKind(kind domain.ActorKind) string
	HistoryWithContact(contact string) string
	HistoryOnly(what string) string
	HistoryDays(from, to string) string
	HistoryShown() string

	EventOne() string
	EventType() string
	EventAt() string
	EventAbout() string
	EventActor() string
	EventPosition() string
	EventStream() string
	EventRevision() string
	EventID() string
	EventData() string
	EventMetadata() string
	EventErased() string
	EventPrevious() string
	EventNext() string
	EventInStream() string
	EventInAccount() string
	EventReference() string
	EventCopy() string
}

func (english) HistoryEmpty() string               { return "Nothing is recorded yet." }
func (english) HistoryNone() string                { return "Nothing matches." }
func (english) HistoryClear() string               { return "Clear" }
func (english) HistoryContact() string             { return "E-mail or phone" }
func (english) HistoryType() string                { return "What happened" }
func (english) HistoryAnyType() string             { return "Everything" }
func (english) HistoryFrom() string                { return "From" }
func (english) HistoryTo() string                  { return "Until and with" }
func (english) HistoryActor() string               { return "Done by" }
func (english) HistoryAnyActor() string            { return "Anybody" }
func (english) HistoryAbout(name string) string    { return "about " + name }
func (english) HistoryBy(name string) string       { return "done by " + name }
func (english) HistoryWithContact(c string) string { return "about the contact " + c }
func (english) HistoryOnly(what string) string     { return "only: " + what }
func (english) HistoryShown() string               { return "You see what is recorded" }

func (english) HistoryTypes(of string) string {
	switch of {
	case "account":
		return "Account and settings"
	case "batch":
		return "Bulk invitations"
	case "operations":
		return "Operation"
	case "structure":
		return "Company structure"
	}
	return "People"
}

func (english) HistoryActorKind(kind domain.ActorKind) string {
	switch kind {
	case domain.ActorLink:
		return "Whoever held the link"
	case domain.ActorOperator:
		return "The operator"
	case domain.ActorPolicy:
		return "Usher itself"
	case domain.ActorPerson:
	}
	return "Somebody"
}

func (english) HistoryDays(from, to string) string {
	switch {
	case to == "":
		return "from " + from + " on"
	case from == "":
		return "up to and with " + to
	case from == to:
		return "on " + from
	}
	return "from " + from + " up to and with " + to
}

func (english) EventOne() string       { return "Event as recorded" }
func (english) EventType() string      { return "Type" }
func (english) EventAt() string        { return "Time" }
func (english) EventAbout() string     { return "About" }
func (english) EventActor() string     { return "Done by" }
func (english) EventPosition() string  { return "Position in the log" }
func (english) EventStream() string    { return "Stream" }
func (english) EventRevision() string  { return "Place in the stream" }
func (english) EventID() string        { return "Id" }
func (english) EventData() string      { return "Data" }
func (english) EventMetadata() string  { return "Metadata" }
func (english) EventErased() string    { return "The personal part of this event was erased." }
func (english) EventPrevious() string  { return "Previous" }
func (english) EventNext() string      { return "Next" }
func (english) EventInStream() string  { return "In its stream" }
func (english) EventInAccount() string { return "In the whole history" }
func (english) EventReference() string { return "Reference" }
func (english) EventCopy() string      { return "Copy reference" }

func (german) HistoryEmpty() string               { return "Noch ist nichts aufgezeichnet." }
func (german) HistoryNone() string                { return "Nichts passt dazu." }
func (german) HistoryClear() string               { return "Zurücksetzen" }
func (german) HistoryContact() string             { return "E-Mail oder Telefon" }
func (german) HistoryType() string                { return "Was geschah" }
func (german) HistoryAnyType() string             { return "Alles" }
func (german) HistoryFrom() string                { return "Von" }
func (german) HistoryTo() string                  { return "Bis einschließlich" }
func (german) HistoryActor() string               { return "Durch" }
func (german) HistoryAnyActor() string            { return "Alle" }
func (german) HistoryAbout(name string) string    { return "über " + name }
func (german) HistoryBy(name string) string       { return "durch " + name }
func (german) HistoryWithContact(c string) string { return "zum Kontakt " + c }
func (german) HistoryOnly(what string) string     { return "nur: " + what }
func (german) HistoryShown() string               { return "Sie sehen, was aufgezeichnet ist" }

func (german) HistoryTypes(of string) string {
	switch of {
	case "account":
		return "Konto und Einstellungen"
	case "batch":
		return "Sammeleinladungen"
	case "operations":
		return "Betrieb"
	case "structure":
		return "Firmenstruktur"
	}
	return "Personen"
}

func (german) HistoryActorKind(kind domain.ActorKind) string {
	switch kind {
	case domain.ActorLink:
		return "Wer den Link hatte"
	case domain.ActorOperator:
		return "Der Betrieb"
	case domain.ActorPolicy:
		return "Usher selbst"
	case domain.ActorPerson:
	}
	return "Jemand"
}

func (german) HistoryDays(from, to string) string {
	switch {
	case to == "":
		return "ab " + from
	case from == "":
		return "bis einschließlich " + to
	case from == to:
		return "am " + from
	}
	return "von " + from + " bis einschließlich " + to
}

func (german) EventOne() string      { return "Ereignis, wie aufgezeichnet" }
func (german) EventType() string     { return "Typ" }
func (german) EventAt() string       { return "Zeit" }
func (german) EventAbout() string    { return "Über" }
func (german) EventActor() string    { return "Durch" }
func (german) EventPosition() string { return "Position im Protokoll" }
func (german) EventStream() string   { return "Strom" }
func (german) EventRevision() string { return "Platz im Strom" }
func (german) EventID() string       { return "Kennung" }
func (german) EventData() string     { return "Daten" }
func (german) EventMetadata() string { return "Metadaten" }
func (german) EventErased() string {
	return "Der persönliche Teil dieses Ereignisses wurde gelöscht."
}
func (german) EventPrevious() string  { return "Vorheriges" }
func (german) EventNext() string      { return "Nächstes" }
func (german) EventInStream() string  { return "In seinem Strom" }
func (german) EventInAccount() string { return "Im ganzen Verlauf" }
func (german) EventReference() string { return "Verweis" }
func (german) EventCopy() string      { return "Verweis kopieren" }
