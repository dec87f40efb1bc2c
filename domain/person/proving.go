package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

type (
	// Prove is a registrant using the link mailed to their address.
	Prove struct {
		Registration int
		Concern      Concern             // as in Redeem, where the registration redeems an invitation
		Credential   domain.CredentialID // of a password that replaces the registrant's; zero for none
		Missing      Missing
	}

	// ProveAgain sends the link that proves an address once more, with a new term; or
	// for the first time, where an approval is awaited and the address not proved.
	// Registration zero means the latest of these.
	ProveAgain struct {
		Registration int
		ProveBy      time.Time
	}
)

const (
	AddressProvedType  domain.EventType = "person.address_proved"
	ProofSentAgainType domain.EventType = "person.proof_sent_again"
)

type (
	// AddressProved says that the registrant used the link mailed to the address.
	AddressProved struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
		Awaits       Awaits          `json:"awaits,omitzero"`  // approval, where the proof alone does not admit
		Concern      Concern         `json:"concern,omitzero"` // where an approval is awaited

		Credential domain.CredentialID `json:"credential,omitzero"` // of a password that replaces the registrant's
	}

	// ProofSentAgain gives a registrant more time to prove the address.
	ProofSentAgain struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
		ProveBy      time.Time       `json:"prove_by"`
	}
)

func (AddressProved) Type() domain.EventType  { return AddressProvedType }
func (ProofSentAgain) Type() domain.EventType { return ProofSentAgainType }

func (e AddressProved) About() domain.PersonID  { return e.Person }
func (e ProofSentAgain) About() domain.PersonID { return e.Person }

func (AddressProved) personEvent()  {}
func (ProofSentAgain) personEvent() {}

func (Prove) personCommand()      {}
func (ProveAgain) personCommand() {}

func prove(now time.Time, s State, c Prove) ([]Event, error) {
	if err := s.CheckProof(now, c.Registration); err != nil {
		return nil, err
	}
	registration := s.Registrations[c.Registration-1]
	proved := AddressProved{Person: s.Person, Registration: c.Registration, Credential: c.Credential}
	events := s.supersedeRegistrations(c.Registration)
	if registration.Status == AwaitingApproval {
		proved.Awaits, proved.Concern = Approval, registration.Concern
		return append(events, proved), nil
	}
	live := s.LiveInvitation()
	if live != 0 && now.Before(s.Invitations[live-1].ExpiresAt) {
		redeemed := InvitationRedeemed{Person: s.Person, Invitation: live, Registration: c.Registration}
		if c.Concern != NoConcern {
			proved.Awaits, proved.Concern = Approval, c.Concern
			return append(events, proved, redeemed), nil
		}
		return append(events, proved, redeemed, s.employInvited(live, c.Registration, c.Missing)), nil
	}
	if live != 0 {
		events = append(events, InvitationExpired{Person: s.Person, Invitation: live})
	}
	basis := Basis{Registration: c.Registration, Generation: registration.Generation}
	switch {
	case s.concern() != NoConcern:
		proved.Awaits, proved.Concern = Approval, s.concern()
		return append(events, proved), nil
	case registration.InForce.Mode == "public":
		basis.Kind = PublicLink
	case registration.InForce.Rule != "":
		basis.Kind, basis.Rule = DomainRule, registration.InForce.Rule
	default:
		proved.Awaits, proved.Concern = Approval, LinkModerated
		return append(events, proved), nil
	}
	return append(events, proved, s.employ(s.Person, basis).placed(registration.Department, nil, c.Missing)), nil
}

func proveAgain(now time.Time, s State, c ProveAgain) ([]Event, error) {
	if c.Registration == 0 {
		c.Registration = s.latestUnproved()
		if c.Registration == 0 {
			return nil, domain.Refuse(domain.NothingToApprove, "no registration of this person waits for its proof")
		}
	}
	if c.Registration < 1 || c.Registration > len(s.Registrations) {
		return nil, errNoLink()
	}
	unproved := s.Registrations[c.Registration-1]
	switch {
	case !unproved.isUnproved():
		return nil, s.CheckProof(now, c.Registration)
	case s.Employment.Active, s.awaitsApproval() && unproved.Status == AwaitingProof:
		return nil, errLinkUsed()
	case unproved.ProveBy.Equal(c.ProveBy):
		return nil, nil
	}
	return []Event{ProofSentAgain{Person: s.Person, Registration: c.Registration, ProveBy: c.ProveBy}}, nil
}

func (s State) latestUnproved() int {
	for number := len(s.Registrations); number > 0; number-- {
		if s.Registrations[number-1].isUnproved() {
			return number
		}
	}
	return 0
}

// openProofs is how many registrations can still be proved.
func (s State) openProofs(now time.Time) int {
	open := 0
	for _, registration := range s.Registrations {
		if registration.Status == AwaitingProof && now.Before(registration.ProveBy) {
			open++
		}
	}
	return open
}

// CheckProof returns why the numbered registration cannot be proved: not_found,
// link_superseded, link_revoked, link_used, or link_expired, which offers to send the
// link again; nil where it can.
func (s State) CheckProof(now time.Time, number int) error {
	if number < 1 || number > len(s.Registrations) {
		return errNoLink()
	}
	registration := s.Registrations[number-1]
	switch {
	case registration.Status == Superseded && (s.Employment.Active || s.awaitsApproval()):
		return domain.Refuse(domain.LinkSuperseded, "somebody else has registered with this address and shown that it is theirs: sign in, or ask the company where that was not you")
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

func (s State) proved(e AddressProved) State {
	s = s.turnRegistration(e.Registration, func(r *Registration) {
		r.Proved, r.Status = true, statusOf(e.Awaits)
		if !e.Credential.IsZero() {
			r.Credential = e.Credential
		}
	})
	return s.takeDetails(e.Registration)
}

func (s State) proofSentAgain(e ProofSentAgain) State {
	return s.turnRegistration(e.Registration, func(r *Registration) { r.ProveBy = e.ProveBy })
}
