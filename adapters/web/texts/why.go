package texts

import (
	"strings"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Why is why somebody has access, in one sentence.
type Why interface {
	WhySentence(grounds questions.Grounds) string
}

func (english) WhySentence(grounds questions.Grounds) string { return grounds.Sentence }

// WhySentence tells the same as the engine's own sentence, of what it rests on. What was
// chosen for somebody and was there no more is among the events.
func (t german) WhySentence(grounds questions.Grounds) string {
	who, on, basis := t.named(grounds, grounds.Person), " am "+t.Date(grounds.At), grounds.Basis
	switch basis.Kind {
	case person.Founding:
		return who + " hat das Konto" + on + " gegründet."
	case person.PublicLink:
		return who + " hat sich" + on + " über Registrierungslink " + t.Number(int(basis.Generation)) + t.unproved(grounds) + " registriert, als die Registrierung öffentlich war." //nolint:gosec // links are made one by one
	case person.DomainRule:
		return who + " hat sich über Registrierungslink " + t.Number(int(basis.Generation)) + " registriert und" + on + " die Adresse bestätigt, die nach der Domain-Regel " + basis.Rule + " keine Freigabe braucht." //nolint:gosec // links are made one by one
	case person.ApprovedByAdmin:
		return who + " " + t.came(grounds) + t.unproved(grounds) + " registriert und wurde" + on + " von " + t.named(grounds, basis.Approver) + " eingelassen" + t.concern(grounds) + "."
	case person.SMSInvitation, person.EmailInvitation:
		return who + " wurde " + t.invited(grounds) + " und hat sich" + on + " registriert."
	case person.DirectRegistration:
		return who + " wurde" + on + " von " + t.named(grounds, basis.Inviter) + " registriert."
	case person.Rehiring:
		return who + " wurde" + on + " von " + t.named(grounds, basis.Approver) + " wieder aufgenommen."
	}
	return who + " wurde" + on + " eingelassen (" + string(basis.Kind) + ")."
}

func (german) named(grounds questions.Grounds, id domain.PersonID) string {
	if name := grounds.Names[id]; !name.IsZero() {
		return name.String()
	}
	if id == grounds.Person {
		return "Jemand"
	}
	return "jemandem"
}

func (german) unproved(grounds questions.Grounds) string {
	if grounds.Unproved() {
		return ", ohne die Adresse zu bestätigen,"
	}
	return ""
}

// came is how somebody came who then registered and was let in.
func (t german) came(grounds questions.Grounds) string {
	for _, event := range grounds.Events {
		if _, registered := event.Event.(person.Registered); registered && grounds.Basis.Invitation == 0 {
			return "hat sich am " + t.Date(event.Time) + " über Registrierungslink " + t.Number(int(grounds.Basis.Generation)) //nolint:gosec // links are made one by one
		}
	}
	return "wurde " + t.invited(grounds) + ", hat sich"
}

// invited is by whom, by which way and when somebody was invited, each time.
func (t german) invited(grounds questions.Grounds) string {
	channel, days := "per E-Mail", []string(nil)
	for _, event := range grounds.Events {
		switch event.Event.(type) {
		case person.InvitedBySMS:
			channel = "per SMS"
		case person.InvitedByEmail:
		default:
			continue
		}
		days = append(days, "am "+t.Date(event.Time))
	}
	return strings.Join(days, " und wieder ") + " von " + t.named(grounds, grounds.Basis.Inviter) + " " + channel + " eingeladen"
}

// concern is why an approval was needed.
func (t german) concern(grounds questions.Grounds) string {
	concern := person.NoConcern
	for _, event := range grounds.Events {
		switch e := event.Event.(type) {
		case person.Registered:
			concern = e.Concern
		case person.AddressProved:
			concern = e.Concern
		}
	}
	switch concern {
	case person.LinkModerated:
		return ", während die Registrierung moderiert war"
	case person.InvitedWait:
		return ", während auch Eingeladene warteten"
	case person.InviterGone:
		return ", weil der Zugang der einladenden Person schon beendet war"
	case person.RejectedBefore:
		return ", nach einer früheren Ablehnung"
	case person.DismissedBefore:
		return ", nach einem früheren Ausscheiden"
	case person.NoConcern:
	}
	return ""
}
