package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// CheckInvitation reports why the numbered invitation cannot be redeemed, and
// whether its holder can ask for a new one.
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

// CheckAsking reports why the holder of the numbered invitation, which is dead,
// cannot ask for a new one.
func (s State) CheckAsking(now time.Time, number int) error {
	live := s.LiveInvitation()
	switch {
	case number < 1 || number > len(s.Invitations):
		return errNoLink()
	case s.Employment.Active, s.awaitsApproval(), s.Invitations[len(s.Invitations)-1].Status == StatusRedeemed:
		return errLinkUsed()
	case live != 0 && now.Before(s.Invitations[live-1].ExpiresAt):
		return domain.Refuse(domain.AlreadyInvited, "there is an invitation that is still open; use the latest message")
	}
	return nil
}

// CheckProof reports why the numbered registration cannot be proved, and whether
// its holder can have the link sent again.
func (s State) CheckProof(now time.Time, number int) error {
	if number < 1 || number > len(s.Registrations) {
		return errNoLink()
	}
	registration := s.Registrations[number-1]
	switch {
	case registration.Status == Superseded && (s.Employment.Active || s.awaitsApproval()):
		return domain.Refuse(domain.LinkSuperseded, "somebody else has registered with this address and shown that it is his: sign in, or ask the company where that was not you")
	case registration.Status == Superseded:
		return errLinkSuperseded()
	case registration.Status == Rejected:
		return domain.Refuse(domain.LinkRevoked, "this registration was not approved")
	case !registration.canBeProved():
		return errLinkUsed()
	case !now.Before(registration.ProveBy):
		return domain.Refuse(domain.LinkExpired, "this link has expired; you can have it sent again").Offering(domain.NewProof)
	}
	return nil
}

// canBeProved reports whether a link that proves the address was sent, and has
// something left to prove.
func (r Registration) canBeProved() bool {
	return r.isUnproved() && !r.ProveBy.IsZero()
}

// CheckPasswordLink reports why no password can be chosen by the numbered link.
func (s State) CheckPasswordLink(now time.Time, counter int) error {
	switch {
	case counter < 1 || counter > s.Credential.Counter:
		return errNoLink()
	case s.Employment.Dismissed:
		return domain.Refuse(domain.LinkRevoked, "this link does not work any more; ask the company")
	case counter < s.Credential.Counter:
		return errLinkSuperseded()
	case s.Credential.Kind != LinkPending:
		return errLinkUsed()
	case !now.Before(s.Credential.ExpiresAt):
		return errLinkExpired("ask the company for a new one")
	}
	return nil
}

func errNoLink() error {
	return domain.Refuse(domain.NotFound, "this link is not one of ours; check that it was copied whole")
}

func errLinkUsed() error {
	return domain.Refuse(domain.LinkUsed, "this link has been used: sign in, or ask the company where you cannot")
}

func errLinkSuperseded() error {
	return domain.Refuse(domain.LinkSuperseded, "a newer link took this one's place; use the latest message")
}

func errLinkExpired(instead string) error {
	return domain.Refuse(domain.LinkExpired, "this link has expired; "+instead)
}
