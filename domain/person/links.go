package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// CheckInvitation reports why the numbered invitation cannot be redeemed.
func (s State) CheckInvitation(now time.Time, number int) error {
	if number < 1 || number > len(s.Invitations) {
		return errNoLink()
	}
	invitation := s.Invitations[number-1]
	switch {
	case invitation.Status == StatusRedeemed:
		return errLinkUsed()
	case invitation.Status == StatusSuperseded:
		return errLinkSuperseded()
	case invitation.Status == StatusRevoked, invitation.Status == StatusCorrected:
		return domain.Refuse(domain.LinkRevoked, "this invitation was taken back; you can ask for a new one")
	case invitation.Status == StatusDeclined:
		return domain.Refuse(domain.LinkDeclined, "this invitation was declined; you can ask for a new one")
	case invitation.Status == StatusExpired || !now.Before(invitation.ExpiresAt):
		return errLinkExpired()
	}
	return nil
}

// CheckProof reports why the numbered registration cannot be proved.
func (s State) CheckProof(now time.Time, number int) error {
	if number < 1 || number > len(s.Registrations) {
		return errNoLink()
	}
	registration := s.Registrations[number-1]
	switch {
	case registration.Status == Superseded:
		return errLinkSuperseded()
	case registration.Status == Rejected:
		return domain.Refuse(domain.LinkRevoked, "this registration was not approved")
	case registration.Status != AwaitingProof:
		return errLinkUsed()
	case !now.Before(registration.ProveBy):
		return errLinkExpired()
	}
	return nil
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
		return errLinkExpired()
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

func errLinkExpired() error {
	return domain.Refuse(domain.LinkExpired, "this link has expired; ask for a new one")
}
