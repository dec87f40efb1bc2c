package why

import (
	"fmt"
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Grounds is why somebody was let in.
type Grounds struct {
	Person domain.PersonID
	At     time.Time
	Basis  person.Basis
	// InForce is the settings in force when the person registered; nil where no
	// registration was judged.
	InForce *person.InForce
	// Unplaced is what was chosen for the person and was there no more.
	Unplaced projections.Unplaced
	// Events is what led to the admission, in order, which is the last.
	Events []domain.Recorded

	invited    []sending // the invitation, and whenever it was sent again
	registered time.Time
	proved     bool
	concern    person.Concern // why it needed an approval, where it did
}

// sending is an invitation on its way.
type sending struct {
	at time.Time
	by domain.PersonID // who sent it again, or corrected the contact; zero for the inviter
}

// Unproved reports whether somebody was let in of whom nobody knew whether the
// contact was their own.
func (g Grounds) Unproved() bool { return g.InForce != nil && !g.proved }

// Of returns the grounds of the latest admission among a person's events, in the
// order of the log; false where there is none.
func Of(events []domain.Recorded) (Grounds, bool) {
	last := -1
	for i, event := range events {
		if _, admits := event.Event.(person.Employed); admits {
			last = i
		}
	}
	if last < 0 {
		return Grounds{}, false
	}
	employed, _ := events[last].Event.(person.Employed)
	grounds := Grounds{Person: employed.Person, At: events[last].Time, Basis: employed.Basis, Unplaced: projections.UnplacedOf(employed)}
	sent := repeated(events[:last], employed.Basis.Invitation)
	for _, event := range events[:last+1] {
		if grounds.restOn(event, events[last], sent) {
			grounds.take(event)
		}
	}
	return grounds, true
}

// repeated is the numbers of an invitation and of those that it repeats.
func repeated(events []domain.Recorded, invitation int) map[int]bool {
	repeats := map[int]int{}
	for _, event := range events {
		switch e := event.Event.(type) {
		case person.InvitedBySMS:
			repeats[e.Invitation] = e.Resent
		case person.InvitedByEmail:
			repeats[e.Invitation] = e.Resent
		}
	}
	sent := map[int]bool{}
	for number := invitation; number != 0 && !sent[number]; number = repeats[number] {
		sent[number] = true
	}
	return sent
}

// restOn reports whether the admission would not be without the event; sent is
// the numbers of its invitation.
func (g *Grounds) restOn(event, admission domain.Recorded, sent map[int]bool) bool {
	registration, invitation := g.Basis.Registration, g.Basis.Invitation
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		return sent[e.Invitation]
	case person.InvitedByEmail:
		return sent[e.Invitation]
	case person.InvitationRedeemed:
		return invitation != 0 && e.Invitation == invitation
	case person.Registered:
		return registration != 0 && e.Registration == registration
	case person.AddressProved:
		return registration != 0 && e.Registration == registration
	case person.RegistrationApproved:
		return registration != 0 && e.Registration == registration
	case person.RegisteredDirectly, person.FounderRegistered, person.Rehired:
		return event.Revision+1 == admission.Revision
	case person.Employed:
		return event.Position == admission.Position
	}
	return false
}

func (g *Grounds) take(event domain.Recorded) {
	g.Events = append(g.Events, event)
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		g.invited = append(g.invited, sending{event.Time, e.By})
	case person.InvitedByEmail:
		g.invited = append(g.invited, sending{event.Time, e.By})
	case person.Registered:
		g.registered, g.InForce, g.proved, g.concern = event.Time, &e.InForce, e.Proved, e.Concern
	case person.AddressProved:
		g.proved, g.concern = true, e.Concern
	}
}

// People returns whom the sentence names.
func (g Grounds) People() []domain.PersonID {
	people := []domain.PersonID{g.Person, g.Basis.Inviter, g.Basis.Approver}
	for _, sent := range g.invited {
		people = append(people, sent.by)
	}
	return people
}

// Sentence says it for people.
func (g Grounds) Sentence(names projections.Names, places projections.Places) string {
	if gone := g.Unplaced.Text(places); gone != "" {
		return strings.TrimSuffix(g.admission(names), ".") + "; " + gone + "."
	}
	return g.admission(names)
}

func (g Grounds) admission(names projections.Names) string {
	who := names.Beginning(g.Person)
	switch g.Basis.Kind {
	case person.Founding:
		return fmt.Sprintf("%s founded the account on %s.", who, day(g.At))
	case person.PublicLink:
		return fmt.Sprintf("%s registered by join link %d on %s%s, while registration was public.", who, g.Basis.Generation, day(g.At), g.unproved())
	case person.DomainRule:
		return fmt.Sprintf("%s registered by join link %d on %s and proved the address on %s, which the domain rule %s lets in.",
			who, g.Basis.Generation, day(g.registered), day(g.At), g.Basis.Rule)
	case person.ApprovedByAdmin:
		return fmt.Sprintf("%s %s on %s%s%s, and was approved by %s on %s.",
			who, g.route(names), day(g.registered), g.unproved(), concerns(g.concern), names.Of(g.Basis.Approver), day(g.At))
	case person.SMSInvitation, person.EmailInvitation:
		return fmt.Sprintf("%s was %s and registered on %s.", who, g.invitedBy(names), day(g.At))
	case person.DirectRegistration:
		return fmt.Sprintf("%s was registered by %s on %s.", who, names.Of(g.Basis.Inviter), day(g.At))
	case person.Rehiring:
		return fmt.Sprintf("%s was rehired by %s on %s.", who, names.Of(g.Basis.Approver), day(g.At))
	}
	return fmt.Sprintf("%s was let in on %s (%s).", who, day(g.At), g.Basis.Kind)
}

// route is how somebody who was approved had come.
func (g Grounds) route(names projections.Names) string {
	if g.Basis.Invitation != 0 {
		return "was " + g.invitedBy(names) + ", registered"
	}
	return fmt.Sprintf("registered by join link %d", g.Basis.Generation)
}

// unproved says where nobody knew whether the address was the registrant's own.
func (g Grounds) unproved() string {
	if g.Unproved() {
		return " without proving the address"
	}
	return ""
}

// concerns is why an approval was needed, as the sentence goes on.
func concerns(concern person.Concern) string {
	switch concern {
	case person.LinkModerated:
		return ", while registration was moderated"
	case person.InvitedWait:
		return ", while invited people were moderated"
	case person.InviterGone:
		return ", when the inviter had no access any more"
	case person.RejectedBefore:
		return ", after an earlier rejection"
	case person.DismissedBefore:
		return ", after an earlier dismissal"
	case person.NoConcern:
	}
	return ""
}

func (g Grounds) invitedBy(names projections.Names) string {
	channel := "by e-mail"
	for _, event := range g.Events {
		if _, sms := event.Event.(person.InvitedBySMS); sms {
			channel = "by SMS"
		}
	}
	said := fmt.Sprintf("invited %s by %s", channel, names.Of(g.Basis.Inviter))
	for i, sent := range g.invited {
		switch {
		case i > 0:
			said += ", again by " + names.Of(sent.by)
		case !sent.by.IsZero():
			said += ", with the contact corrected by " + names.Of(sent.by)
		}
		said += " on " + day(sent.at)
	}
	return said
}

func day(at time.Time) string { return at.UTC().Format("2 January 2006") }
