package texts

import (
	"time"

	invitedview "github.com/usher-engine/usher/projections/invited"
)

// Invited is the words of who was asked and has not come.
type Invited interface {
	InvitedNobody() string
	InvitedSearchHint() string
	InvitedStatus() string
	InvitedAnyStatus() string
	InvitedState(status invitedview.Status) string
	InvitedSortedBy(sort string) string
	InvitedContact() string
	InvitedBy() string
	InvitedAt() string
	InvitedUntil() string
	// InvitedRan is that an invitation was good until then.
	InvitedRan() string
	InvitedPlaced(places string) string
	InvitedAskedAt(at time.Time) string
	InvitedCorrectionRefused(why string) string
	InvitedSendAgain() string
	InvitedTakeBack() string
	InvitedCorrect() string
	InvitedAgain() string
	InvitedPick(contact string) string
	InvitedPickAll() string
	InvitedPicked() string
	InvitedSendPicked() string
	InvitedTakePickedBack() string
	InvitedAllThatMatch(n int) string
	InvitedEveryMatch() string
	InvitedCount(n int) string
	InvitedSent(n int) string
	InvitedTakenBack(n int) string
	InvitedRefused(n int) string
	InvitedMore() string
	InvitedPickNone() string
	InvitedOne() string
	InvitedCorrectTitle() string
	InvitedCorrectText(contact string) string
	InvitedCorrectField() string
	InvitedCorrectSend() string
	InvitedConfirm() string
	InvitedConfirmHint() string
	InvitedMeant(contact string) string
}

func (english) InvitedNobody() string         { return "Everybody has come in." }
func (english) InvitedSearchHint() string     { return "A part of an e-mail address or phone number" }
func (english) InvitedStatus() string         { return "State" }
func (english) InvitedAnyStatus() string      { return "All states" }
func (english) InvitedContact() string        { return "Contact" }
func (english) InvitedBy() string             { return "Invited by" }
func (english) InvitedAt() string             { return "Invited" }
func (english) InvitedUntil() string          { return "Good until" }
func (english) InvitedRan() string            { return "Was good until" }
func (english) InvitedPlaced(p string) string { return "For " + p }
func (english) InvitedSendAgain() string      { return "Send again" }
func (english) InvitedTakeBack() string       { return "Take back" }
func (english) InvitedCorrect() string        { return "Correct" }
func (english) InvitedAgain() string          { return "Invite again" }
func (english) InvitedPick(c string) string   { return "Select " + c }
func (english) InvitedPickAll() string        { return "All shown" }
func (english) InvitedPicked() string         { return "With those selected" }
func (english) InvitedSendPicked() string     { return "Send again to those selected" }
func (english) InvitedTakePickedBack() string { return "Take back those selected" }
func (english) InvitedEveryMatch() string     { return "All that match, also on the pages that follow" }
func (english) InvitedPickNone() string       { return "Select at least one row first." }
func (english) InvitedOne() string            { return "An invitation" }
func (english) InvitedCorrectTitle() string   { return "Correct the contact" }
func (english) InvitedCorrectField() string   { return "The right contact" }
func (english) InvitedCorrectSend() string    { return "Correct and send" }
func (english) InvitedConfirm() string        { return "Yes, this is right" }
func (english) InvitedConfirmHint() string    { return "It looks wrong. Tick this where it is meant." }
func (english) InvitedMeant(c string) string  { return "Did you mean " + c + "?" }

func (english) InvitedMore() string {
	return "These are as many as are done at once. Send the form again for the others."
}

func (english) InvitedCorrectText(contact string) string {
	return "The link sent to " + contact + " dies at once, and the right contact is invited with the same department and text."
}

func (t english) InvitedAskedAt(at time.Time) string { return "Asked for a new link on " + t.Date(at) }

func (english) InvitedCorrectionRefused(why string) string {
	return "The corrected contact was not invited: " + why
}

func (english) InvitedState(status invitedview.Status) string {
	switch status {
	case invitedview.Expired:
		return "Expired"
	case invitedview.Declined:
		return "Declined"
	case invitedview.Asked:
		return "Asks for a new link"
	case invitedview.Refused:
		return "Correction failed"
	case invitedview.Pending:
	}
	return "Pending"
}

func (english) InvitedSortedBy(sort string) string {
	switch sort {
	case "invited_at":
		return "Longest waiting first"
	case "contact":
		return "Contact"
	case "expires_at":
		return "Ends first"
	case "channel":
		return "E-mail before SMS"
	}
	return "Newest first"
}

func (t english) InvitedAllThatMatch(n int) string {
	return counted(n, t.Number(n), "The one that matches", "All {n} that match, also on the pages that follow")
}

func (t english) InvitedCount(n int) string {
	return counted(n, t.Number(n), "1 invitation", "{n} invitations")
}

func (t english) InvitedSent(n int) string {
	return counted(n, t.Number(n), "1 invitation sent again.", "{n} invitations sent again.")
}

func (t english) InvitedTakenBack(n int) string {
	return counted(n, t.Number(n), "1 invitation taken back. Its link is dead.", "{n} invitations taken back. Their links are dead.")
}

func (t english) InvitedRefused(n int) string {
	return counted(n, t.Number(n), "1 was not done:", "{n} were not done:")
}

func (german) InvitedNobody() string         { return "Alle sind da." }
func (german) InvitedSearchHint() string     { return "Teil einer E-Mail-Adresse oder Telefonnummer" }
func (german) InvitedStatus() string         { return "Stand" }
func (german) InvitedAnyStatus() string      { return "Jeder Stand" }
func (german) InvitedContact() string        { return "Kontakt" }
func (german) InvitedBy() string             { return "Eingeladen von" }
func (german) InvitedAt() string             { return "Eingeladen" }
func (german) InvitedUntil() string          { return "Gültig bis" }
func (german) InvitedRan() string            { return "War gültig bis" }
func (german) InvitedPlaced(p string) string { return "Für " + p }
func (german) InvitedSendAgain() string      { return "Erneut senden" }
func (german) InvitedTakeBack() string       { return "Zurücknehmen" }
func (german) InvitedCorrect() string        { return "Berichtigen" }
func (german) InvitedAgain() string          { return "Wieder einladen" }
func (german) InvitedPick(c string) string   { return c + " auswählen" }
func (german) InvitedPickAll() string        { return "Alle gezeigten" }
func (german) InvitedPicked() string         { return "Mit den ausgewählten" }
func (german) InvitedSendPicked() string     { return "Ausgewählten erneut senden" }
func (german) InvitedTakePickedBack() string { return "Ausgewählte zurücknehmen" }
func (german) InvitedEveryMatch() string     { return "Alle, die passen, auch auf den folgenden Seiten" }

func (german) InvitedPickNone() string     { return "Wählen Sie zuerst mindestens eine Zeile aus." }
func (german) InvitedOne() string          { return "Eine Einladung" }
func (german) InvitedCorrectTitle() string { return "Kontakt berichtigen" }
func (german) InvitedCorrectField() string { return "Der richtige Kontakt" }
func (german) InvitedCorrectSend() string  { return "Berichtigen und senden" }
func (german) InvitedConfirm() string      { return "Ja, das stimmt so" }

func (german) InvitedConfirmHint() string {
	return "Das sieht falsch aus. Kreuzen Sie an, wenn es so gemeint ist."
}
func (german) InvitedMeant(c string) string { return "Meinten Sie " + c + "?" }

func (german) InvitedMore() string {
	return "Mehr geht nicht auf einmal. Senden Sie das Formular noch einmal für die übrigen."
}

func (german) InvitedCorrectText(contact string) string {
	return "Der Link an " + contact + " gilt sofort nicht mehr; der richtige Kontakt wird mit derselben Abteilung und demselben Text eingeladen."
}

func (t german) InvitedAskedAt(at time.Time) string {
	return "Hat am " + t.Date(at) + " um einen neuen Link gebeten"
}

func (german) InvitedCorrectionRefused(why string) string {
	return "Der berichtigte Kontakt wurde nicht eingeladen: " + why
}

func (german) InvitedState(status invitedview.Status) string {
	switch status {
	case invitedview.Expired:
		return "Abgelaufen"
	case invitedview.Declined:
		return "Abgelehnt"
	case invitedview.Asked:
		return "Bittet um neuen Link"
	case invitedview.Refused:
		return "Berichtigung misslungen"
	case invitedview.Pending:
	}
	return "Offen"
}

func (german) InvitedSortedBy(sort string) string {
	switch sort {
	case "invited_at":
		return "Am längsten offen zuerst"
	case "contact":
		return "Kontakt"
	case "expires_at":
		return "Endet zuerst"
	case "channel":
		return "E-Mail vor SMS"
	}
	return "Neueste zuerst"
}

func (t german) InvitedAllThatMatch(n int) string {
	return counted(n, t.Number(n), "Die eine, die passt", "Alle {n}, die passen, auch auf den folgenden Seiten")
}

func (t german) InvitedCount(n int) string {
	return counted(n, t.Number(n), "1 Einladung", "{n} Einladungen")
}

func (t german) InvitedSent(n int) string {
	return counted(n, t.Number(n), "1 Einladung erneut gesendet.", "{n} Einladungen erneut gesendet.")
}

func (t german) InvitedTakenBack(n int) string {
	return counted(n, t.Number(n), "1 Einladung zurückgenommen. Ihr Link gilt nicht mehr.", "{n} Einladungen zurückgenommen. Ihre Links gelten nicht mehr.")
}

func (t german) InvitedRefused(n int) string {
	return counted(n, t.Number(n), "1 wurde nicht ausgeführt:", "{n} wurden nicht ausgeführt:")
}
