package texts

import (
	"time"

	"github.com/usher-engine/usher/domain/person"
)

// Approvals is the words of who registered and waits.
type Approvals interface {
	ApprovalsNobody() string
	ApprovalsFinal() string
	ApprovalsHow() string
	ApprovalsProof() string
	ApprovalsAt() string
	ApprovalsByLink(generation uint64) string
	ApprovalsByInvitation(of string) string
	ApprovalsRule(rule string) string
	ApprovalsConcern(concern person.Concern) string
	ApprovalsProved() string
	ApprovalsUnproved() string
	ApprovalsProveBy(at time.Time) string
	ApprovalsOther() string
	ApprovalsLetIn() string
	ApprovalsKeepOut() string
	ApprovalsSendProof() string
	ApprovalsLetPickedIn() string
	ApprovalsKeepPickedOut() string
	ApprovalsDone(n int) string
	ApprovalsKeptOut(n int) string
	ApprovalsProofSent() string
	ApprovalsKeepOutTitle(n int, name string) string
	ApprovalsKeepOutText() string
	ApprovalsReason() string
	ApprovalsReasonHint() string
	ApprovalsOne() string
	ApprovalsSortedBy(sort string) string
}

func (english) ApprovalsNobody() string        { return "Nobody waits." }
func (english) ApprovalsHow() string           { return "How they came" }
func (english) ApprovalsProof() string         { return "Address" }
func (english) ApprovalsAt() string            { return "Registered" }
func (english) ApprovalsRule(r string) string  { return "The address meets the domain rule " + r + "." }
func (english) ApprovalsProved() string        { return "Proved" }
func (english) ApprovalsUnproved() string      { return "Not proved" }
func (english) ApprovalsLetIn() string         { return "Let in" }
func (english) ApprovalsKeepOut() string       { return "Do not let in" }
func (english) ApprovalsSendProof() string     { return "Send the proof link" }
func (english) ApprovalsLetPickedIn() string   { return "Let in those selected" }
func (english) ApprovalsKeepPickedOut() string { return "Do not let in those selected" }
func (english) ApprovalsReason() string        { return "Reason" }
func (english) ApprovalsOne() string           { return "A registration" }

func (english) ApprovalsFinal() string {
	return "Neither can be undone: whoever is in can only be dismissed, and whoever is not let in can only be invited again."
}

func (english) ApprovalsOther() string {
	return "An earlier registration with the same contact, perhaps by somebody else"
}

func (t english) ApprovalsByLink(generation uint64) string {
	return "By join link " + t.Number(int(generation)) //nolint:gosec // links are made one by one
}

func (english) ApprovalsByInvitation(of string) string {
	if of == "" {
		return "By an invitation"
	}
	return "By an invitation of " + of
}

func (english) ApprovalsConcern(concern person.Concern) string {
	switch concern {
	case person.LinkModerated:
		return "Whoever comes by the join link waits."
	case person.InvitedWait:
		return "Invited people wait, too."
	case person.InviterGone:
		return "The inviter has no access any more."
	case person.RejectedBefore:
		return "Was not let in before."
	case person.DismissedBefore:
		return "Had access before, and was dismissed."
	case person.NoConcern:
	}
	return ""
}

func (t english) ApprovalsProveBy(at time.Time) string {
	return "The proof link is good until " + t.Moment(at) + "."
}

func (t english) ApprovalsDone(n int) string {
	return counted(n, t.Number(n), "1 person is in.", "{n} people are in.")
}

func (t english) ApprovalsKeptOut(n int) string {
	return counted(n, t.Number(n), "1 person was not let in, and is told so politely.", "{n} people were not let in, and are told so politely.")
}

func (english) ApprovalsProofSent() string { return "The link that proves the address is on its way." }

func (t english) ApprovalsKeepOutTitle(n int, name string) string {
	return counted(n, t.Number(n), "Do not let in "+name+"?", "Do not let in {n} people?")
}

func (english) ApprovalsKeepOutText() string {
	return "They are told politely that they were not let in. This cannot be undone; they can be invited again."
}

func (english) ApprovalsReasonHint() string {
	return "For your record. It is not sent to anybody."
}

func (english) ApprovalsSortedBy(sort string) string {
	switch sort {
	case "name":
		return "Name"
	case "login":
		return "Contact"
	case "-registered_at":
		return "Newest first"
	}
	return "Longest waiting first"
}

func (german) ApprovalsNobody() string { return "Niemand wartet." }
func (german) ApprovalsHow() string    { return "Wie gekommen" }
func (german) ApprovalsProof() string  { return "Adresse" }
func (german) ApprovalsAt() string     { return "Registriert" }
func (german) ApprovalsRule(r string) string {
	return "Die Adresse erfüllt die Domain-Regel " + r + "."
}
func (german) ApprovalsProved() string        { return "Bestätigt" }
func (german) ApprovalsUnproved() string      { return "Nicht bestätigt" }
func (german) ApprovalsLetIn() string         { return "Einlassen" }
func (german) ApprovalsKeepOut() string       { return "Nicht einlassen" }
func (german) ApprovalsSendProof() string     { return "Bestätigungslink senden" }
func (german) ApprovalsLetPickedIn() string   { return "Ausgewählte einlassen" }
func (german) ApprovalsKeepPickedOut() string { return "Ausgewählte nicht einlassen" }
func (german) ApprovalsReason() string        { return "Grund" }
func (german) ApprovalsOne() string           { return "Eine Registrierung" }

func (german) ApprovalsFinal() string {
	return "Beides lässt sich nicht rückgängig machen: Wer drin ist, kann nur noch ausscheiden; wer nicht eingelassen wird, kann nur neu eingeladen werden."
}

func (german) ApprovalsOther() string {
	return "Eine frühere Registrierung mit demselben Kontakt, vielleicht von jemand anderem"
}

func (t german) ApprovalsByLink(generation uint64) string {
	return "Über Registrierungslink " + t.Number(int(generation)) //nolint:gosec // links are made one by one
}

func (german) ApprovalsByInvitation(of string) string {
	if of == "" {
		return "Über eine Einladung"
	}
	return "Über eine Einladung von " + of
}

func (german) ApprovalsConcern(concern person.Concern) string {
	switch concern {
	case person.LinkModerated:
		return "Wer über den Registrierungslink kommt, wartet."
	case person.InvitedWait:
		return "Auch Eingeladene warten."
	case person.InviterGone:
		return "Wer eingeladen hat, hat keinen Zugang mehr."
	case person.RejectedBefore:
		return "Wurde früher nicht eingelassen."
	case person.DismissedBefore:
		return "Hatte früher Zugang und ist ausgeschieden."
	case person.NoConcern:
	}
	return ""
}

func (t german) ApprovalsProveBy(at time.Time) string {
	return "Der Bestätigungslink gilt bis " + t.Moment(at) + "."
}

func (t german) ApprovalsDone(n int) string {
	return counted(n, t.Number(n), "1 Person ist drin.", "{n} Personen sind drin.")
}

func (t german) ApprovalsKeptOut(n int) string {
	return counted(n, t.Number(n), "1 Person wurde nicht eingelassen und erfährt es höflich.", "{n} Personen wurden nicht eingelassen und erfahren es höflich.")
}

func (german) ApprovalsProofSent() string { return "Der Bestätigungslink ist unterwegs." }

func (t german) ApprovalsKeepOutTitle(n int, name string) string {
	return counted(n, t.Number(n), name+" nicht einlassen?", "{n} Personen nicht einlassen?")
}

func (german) ApprovalsKeepOutText() string {
	return "Sie erfahren höflich, dass sie nicht eingelassen wurden. Das lässt sich nicht rückgängig machen; eine neue Einladung ist möglich."
}

func (german) ApprovalsReasonHint() string {
	return "Für Ihre Unterlagen. Er wird niemandem geschickt."
}

func (german) ApprovalsSortedBy(sort string) string {
	switch sort {
	case "name":
		return "Name"
	case "login":
		return "Kontakt"
	case "-registered_at":
		return "Neueste zuerst"
	}
	return "Am längsten wartend zuerst"
}
