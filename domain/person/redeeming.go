package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// Redeem is somebody filling in the form behind a personal link.
type Redeem struct {
	Invitation int
	InForce    InForce
	Concern    Concern // why somebody invited waits for approval
	Missing    Missing
	Credential domain.CredentialID
	Confirmed  []domain.Doubt // why a name looks wrong
	FirstName  string
	LastName   string
}

const InvitationRedeemedType domain.EventType = "person.invitation_redeemed"

// InvitationRedeemed says that the invitation brought its person to register.
type InvitationRedeemed struct {
	Person       domain.PersonID `json:"person"`
	Invitation   int             `json:"invitation"`
	Registration int             `json:"registration"`
}

func (InvitationRedeemed) Type() domain.EventType { return InvitationRedeemedType }

func (e InvitationRedeemed) About() domain.PersonID { return e.Person }

func (InvitationRedeemed) personEvent() {}

func (Redeem) personCommand() {}

func redeem(now time.Time, s State, c Redeem) ([]Event, error) {
	if err := s.CheckInvitation(now, c.Invitation); err != nil {
		return nil, err
	}
	number := len(s.Registrations) + 1
	registered := Registered{
		Person: s.Person, Tenure: s.tenure(), Registration: number,
		Route: ByInvitation, Invitation: c.Invitation, Inviter: s.Invitations[c.Invitation-1].Inviter, Proved: true, InForce: c.InForce, Credential: c.Credential,
		Confirmed: c.Confirmed, Personal: Registrant{Contact: s.Contact, FirstName: c.FirstName, LastName: c.LastName},
	}
	if c.Concern != NoConcern {
		registered.Awaits, registered.Concern = Approval, c.Concern
	}
	events := append(s.supersedeRegistrations(0), registered,
		InvitationRedeemed{Person: s.Person, Invitation: c.Invitation, Registration: number})
	if registered.Awaits == Approval {
		return events, nil
	}
	return append(events, s.employInvited(c.Invitation, number, c.Missing)), nil
}

func (s State) employInvited(number, registration int, gone Missing) Employed {
	invitation := s.Invitations[number-1]
	kind := EmailInvitation
	if invitation.Channel == domain.ContactPhone {
		kind = SMSInvitation
	}
	return s.employ(s.Person, Basis{
		Kind: kind, Registration: registration, Invitation: number, Batch: invitation.Batch, Inviter: invitation.Inviter,
	}).placed(invitation.Department, invitation.Workgroups, gone)
}

// CheckInvitation returns why the numbered invitation cannot be redeemed: not_found,
// link_used, link_superseded, link_revoked, link_declined or link_expired, and whether
// its holder can ask for a new one; nil where it can.
func (s State) CheckInvitation(now time.Time, number int) error {
	if number < 1 || number > len(s.Invitations) {
		return errNoLink()
	}
	var dead *domain.Refusal
	switch invitation := s.Invitations[number-1]; {
	case invitation.Status == StatusRedeemed:
		return errLinkUsed()
	case invitation.Status == StatusSuperseded:
		dead = domain.Refuse(domain.LinkSuperseded, "a newer link took this one's place")
	case invitation.Status == StatusRevoked, invitation.Status == StatusCorrected:
		dead = domain.Refuse(domain.LinkRevoked, "this invitation was taken back")
	case invitation.Status == StatusDeclined:
		dead = domain.Refuse(domain.LinkDeclined, "this invitation was declined")
	case invitation.Status == StatusExpired || !now.Before(invitation.ExpiresAt):
		dead = domain.Refuse(domain.LinkExpired, "this invitation has expired")
	default:
		return nil
	}
	err := s.CheckAsking(now, number)
	switch {
	case err == nil:
		dead.Message += "; you can ask for a new one"
		return dead.Offering(domain.NewInvitation)
	case domain.CodeOf(err) == domain.AlreadyInvited:
		dead.Message += "; use the latest message"
	default:
		dead.Message += ", and is not needed any more"
	}
	return dead
}

func (s State) redeemed(e InvitationRedeemed) State {
	s = s.endInvitation(e.Invitation, StatusRedeemed)
	return s.turnRegistration(e.Registration, func(r *Registration) { r.Invitation = e.Invitation })
}
