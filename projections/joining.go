package projections

import (
	"fmt"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// Joining says that somebody joined: what Activity and General chat announce
// (S17, D12). It holds ids alone.
type Joining struct {
	// Kind is account.founded for a founder, and person.employed for others.
	Kind   domain.EventType `json:"kind"`
	Person domain.PersonID  `json:"person"`
	Basis  person.BasisKind `json:"basis"`
	// By is who approved, invited or registered the person; zero for nobody.
	By domain.PersonID `json:"by,omitzero"`
}

// JoiningIn returns the joining that an event tells of; false where it tells of none.
// A founder joins with the account, not with the events that follow it.
func JoiningIn(event domain.Recorded) (Joining, bool) {
	switch e := event.Event.(type) {
	case account.Founded:
		return Joining{Kind: e.Type(), Person: e.Administrator.Person, Basis: person.Founding}, true
	case person.Employed:
		if e.Basis.Kind == person.Founding {
			return Joining{}, false
		}
		by := e.Basis.Approver
		if by.IsZero() {
			by = e.Basis.Inviter
		}
		return Joining{Kind: e.Type(), Person: e.Person, Basis: e.Basis.Kind, By: by}, true
	}
	return Joining{}, false
}

// Text returns the joining in one sentence.
func (j Joining) Text(names Names) string {
	who, by := names.Beginning(j.Person), names.Of(j.By)
	switch j.Basis {
	case person.Founding:
		return who + " founded the account"
	case person.PublicLink:
		return who + " joined by the join link"
	case person.DomainRule:
		return who + " joined by the join link with an address of a trusted e-mail domain"
	case person.ApprovedByAdmin:
		return fmt.Sprintf("%s joined, approved by %s", who, by)
	case person.SMSInvitation:
		return fmt.Sprintf("%s joined, invited by SMS by %s", who, by)
	case person.EmailInvitation:
		return fmt.Sprintf("%s joined, invited by e-mail by %s", who, by)
	case person.DirectRegistration:
		return fmt.Sprintf("%s was registered by %s", who, by)
	case person.Rehiring:
		return fmt.Sprintf("%s came back, rehired by %s", who, by)
	}
	return who + " joined"
}
