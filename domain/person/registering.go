package person

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// RegisterByJoinLink is somebody filling in the form behind the shared link.
type RegisterByJoinLink struct {
	Slot       domain.Slot
	Generation uint64
	Seat       int // of a limited join link; zero for none
	Department domain.DepartmentID
	Missing    Missing
	InForce    InForce
	ProveBy    time.Time // until when a proof, if one is asked, can be given
	Credential domain.CredentialID
	Confirmed  []domain.Doubt // why the contact or a name looks wrong
	Details    Registrant
}

const RegisteredType domain.EventType = "person.registered"

// Registered says that somebody filled in the form behind a link.
type Registered struct {
	Person       domain.PersonID     `json:"person"`
	Tenure       int                 `json:"tenure"`
	Registration int                 `json:"registration"`   // rises for the life of the stream
	Again        bool                `json:"again,omitzero"` // by the same join link as an earlier one
	Route        Route               `json:"route"`
	Generation   uint64              `json:"generation,omitzero"` // of the join link
	Seat         int                 `json:"seat,omitzero"`       // of a limited join link
	Department   domain.DepartmentID `json:"department,omitzero"` // of the join link
	Invitation   int                 `json:"invitation,omitzero"` // that this registration redeems or, once proved, will redeem
	Inviter      domain.PersonID     `json:"inviter,omitzero"`    // whose invitation that is
	Proved       bool                `json:"proved"`              // the contact is known to be the registrant's own
	Awaits       Awaits              `json:"awaits,omitzero"`
	Concern      Concern             `json:"concern,omitzero"` // where an approval is awaited
	ProveBy      time.Time           `json:"prove_by,omitzero"`
	InForce      InForce             `json:"judged"`
	Credential   domain.CredentialID `json:"credential"`
	Confirmed    []domain.Doubt      `json:"confirmed,omitzero"` // why the contact or a name looked wrong, which was meant all the same
	Personal     Registrant          `json:"personal"`
}

// maxWaiting bounds how many mailed proofs of one contact are open at once.
const maxWaiting = 20

// Route is how a registration came in.
type Route string

const (
	ByJoinLink   Route = "join_link"
	ByInvitation Route = "invitation"
)

// Awaits is what still separates a registrant from access.
type Awaits string

const (
	Nothing  Awaits = ""
	Proof    Awaits = "proof"
	Approval Awaits = "approval"
)

// Concern is why a registration needs an administrator's approval.
type Concern string

const (
	NoConcern       Concern = ""
	LinkModerated   Concern = "moderated"        // who comes by the join link waits, by the account's settings
	InvitedWait     Concern = "moderate_invited" // invited people wait, too, by the account's settings
	InviterGone     Concern = "inviter_gone"     // the inviter has no access any more
	RejectedBefore  Concern = "rejected_before"  // an administrator has said no before
	DismissedBefore Concern = "dismissed_before" // the person had access once
)

// InForce is the settings that a registration was judged under.
type InForce struct {
	Mode            string `json:"mode"`
	Rule            string `json:"rule,omitzero"`             // the domain rule that the address meets
	ModerateInvited bool   `json:"moderate_invited,omitzero"` // invited people wait for an approval, too
}

func (Registered) Type() domain.EventType { return RegisteredType }

func (e Registered) About() domain.PersonID { return e.Person }

func (e Registered) Subject() domain.PersonID { return e.Person }

func (Registered) personEvent() {}

func (RegisterByJoinLink) personCommand() {}

// registerByJoinLink lets an unproved address consume nothing and supersede
// nobody: several may wait for their proofs, and the first proof wins.
func registerByJoinLink(now time.Time, s State, c RegisterByJoinLink) ([]Event, error) {
	switch {
	case s.Employment.Active:
		return nil, errAlreadyEmployed()
	case s.awaitsApproval():
		return nil, errAlreadyRegistered()
	case c.Seat != 0 && slices.Contains(s.Forfeited, c.Seat):
		return nil, domain.Refuse(domain.Contended, "this took too long; try again")
	case s.openProofs(now) >= maxWaiting:
		return nil, domain.Refuse(domain.AlreadyRegistered, "this address has too many registrations that wait for their proof; use the link of one of the mails")
	}
	registered := Registered{
		Person: s.PersonIn(c.Slot), Tenure: s.tenure(), Registration: len(s.Registrations) + 1,
		Route: ByJoinLink, Generation: c.Generation, Seat: c.Seat, Department: c.Department, InForce: c.InForce, Credential: c.Credential,
		Confirmed: c.Confirmed, Personal: c.Details,
	}
	registered.Again = slices.ContainsFunc(s.Registrations, func(r Registration) bool { return r.Route == ByJoinLink && r.Generation == c.Generation })
	live := s.LiveInvitation()
	invited := live != 0 && now.Before(s.Invitations[live-1].ExpiresAt)
	switch {
	case invited:
		registered.Awaits, registered.ProveBy = Proof, c.ProveBy
		registered.Invitation, registered.Inviter = live, s.Invitations[live-1].Inviter
	case s.concern() != NoConcern:
		registered.Awaits, registered.Concern = Approval, s.concern()
	case c.InForce.Mode == "public":
	case c.InForce.Rule != "":
		registered.Awaits, registered.ProveBy = Proof, c.ProveBy
	default:
		registered.Awaits, registered.Concern = Approval, LinkModerated
	}
	if registered.Awaits != Nothing {
		return append(s.supersedeLapsed(now), registered), nil
	}
	events := s.supersedeRegistrations(0)
	if live != 0 {
		events = append(events, InvitationExpired{Person: registered.Person, Invitation: live})
	}
	employed := s.employ(registered.Person, Basis{Kind: PublicLink, Registration: registered.Registration, Generation: c.Generation})
	return append(events, registered, employed.placed(c.Department, nil, c.Missing)), nil
}

// concern is why the person does not come in by the join link alone, whatever the
// account's settings: an administrator has said no before.
func (s State) concern() Concern {
	switch {
	case s.Employment.Dismissed:
		return DismissedBefore
	case s.wasRejected():
		return RejectedBefore
	}
	return NoConcern
}

func (s State) registered(e Registered) State {
	s.Tenure, s.Person = e.Tenure, e.Person
	if e.Proved || e.Invitation == 0 { // until it is proved, an invited contact stays as the inviter wrote it
		s.Contact = e.Personal.Contact
	}
	s.Registrations = append(slices.Clone(s.Registrations), Registration{
		Status: statusOf(e.Awaits), Route: e.Route, Generation: e.Generation, Seat: e.Seat, Department: e.Department, Invitation: e.Invitation,
		Proved: e.Proved, ProveBy: e.ProveBy, InForce: e.InForce, Concern: e.Concern, Credential: e.Credential,
		Contact: e.Personal.Contact, FirstName: e.Personal.FirstName, LastName: e.Personal.LastName,
	})
	if e.Awaits == Nothing {
		s.FirstName, s.LastName = e.Personal.FirstName, e.Personal.LastName
	}
	return s
}
