package person

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// State is a person as decisions see it.
type State struct {
	Tenure    int // zero before the first event
	Person    domain.PersonID
	Contact   domain.Contact
	FirstName string
	LastName  string
	JobTitle  string

	Invitations   []Invitation   // number n is at index n-1; only the last can be live
	Registrations []Registration // number n is at index n-1
	Employment    Employment
	Credential    Credential
	Reset         Reset
	Tokens        []Token // that were made and neither revoked nor made void
	Forfeited     []int   // seats of the join link that bring nobody in any more
	Login         Login   // by which the person signs in
	Claim         Claim   // somebody else's, on this contact
	Appointments  int     // how often the person has been made an administrator
}

// Invitation is one personal link.
type Invitation struct {
	Status     InvitationStatus
	Channel    domain.ContactKind
	Contact    domain.Contact
	Inviter    domain.PersonID
	Batch      domain.BatchID
	Department domain.DepartmentID
	Workgroups []domain.WorkgroupID
	ExpiresAt  time.Time
	Resent     int             // the number of the invitation that it repeats
	By         domain.PersonID // who sent it again, or corrected the contact
	Apart      bool            // from its batch, which was revoked before
	Asked      bool            // the holder of its dead link asked for a new one
	Wanted     bool            // the holder had asked when the contact was corrected
	Corrected  domain.PersonID // who was invited instead
	Refused    domain.Code     // why that one was not
}

// InvitationStatus is live, or why an invitation ended.
type InvitationStatus string

const (
	Live             InvitationStatus = "live"
	StatusRedeemed   InvitationStatus = "redeemed"
	StatusSuperseded InvitationStatus = "superseded"
	StatusExpired    InvitationStatus = "expired"
	StatusRevoked    InvitationStatus = "revoked"
	StatusDeclined   InvitationStatus = "declined"

	StatusCorrected InvitationStatus = "corrected"
)

// Registration is one form filled in by a registrant.
type Registration struct {
	Status     RegistrationStatus
	Route      Route
	Generation uint64
	Seat       int // of a limited join link; zero for none
	Department domain.DepartmentID
	Invitation int
	Proved     bool
	ProveBy    time.Time
	Judged     Judged
	Concern    Concern
	Credential domain.CredentialID
	Contact    domain.Contact
	FirstName  string
	LastName   string
}

// Name is what the registrant is called, by his own word.
func (r Registration) Name() string { return r.FirstName + " " + r.LastName }

// RegistrationStatus is one of the constants below.
type RegistrationStatus string

const (
	AwaitingProof    RegistrationStatus = "awaiting_proof"
	AwaitingApproval RegistrationStatus = "awaiting_approval"
	Admitted         RegistrationStatus = "admitted"
	Rejected         RegistrationStatus = "rejected"
	Superseded       RegistrationStatus = "superseded"
)

// Employment is whether the person has access to the account: never had, has,
// or has no more.
type Employment struct {
	Active     bool
	Dismissed  bool
	Epoch      int
	Began      int // the epoch in which the person came, or came back
	Role       domain.Role
	Department domain.DepartmentID // as chosen; none means the root
	Workgroups []domain.WorkgroupID
}

// Since is the epoch from which on the person is employed, without a break; or in
// which he is not.
func (e Employment) Since() int {
	if e.Active {
		return e.Began
	}
	return e.Epoch
}

// Credential is with what the person signs in.
type Credential struct {
	Kind      CredentialKind
	ID        domain.CredentialID // of a chosen password
	Counter   int                 // of the last generated password or link
	ExpiresAt time.Time
}

// CredentialKind is one of the constants below.
type CredentialKind string

const (
	NoCredential        CredentialKind = ""
	LinkPending         CredentialKind = "pending"
	GeneratedCredential CredentialKind = "generated"
	ChosenCredential    CredentialKind = "set"
)

// works reports whether somebody can sign in with it.
func (c Credential) works(now time.Time) bool {
	switch c.Kind {
	case ChosenCredential:
		return true
	case GeneratedCredential:
		return now.Before(c.ExpiresAt)
	case NoCredential, LinkPending:
	}
	return false
}

// LiveInvitation is the number of the invitation that can still be redeemed,
// and zero where there is none. Its time may have run out.
func (s State) LiveInvitation() int {
	last := len(s.Invitations)
	if last == 0 || s.Invitations[last-1].Status != Live {
		return 0
	}
	return last
}

// Waiting is the numbers of the registrations that wait, the latest last.
func (s State) Waiting() []int {
	var waiting []int
	for i, registration := range s.Registrations {
		if registration.Status == AwaitingProof || registration.Status == AwaitingApproval {
			waiting = append(waiting, i+1)
		}
	}
	return waiting
}

func (s State) awaitsApproval() bool {
	return slices.ContainsFunc(s.Registrations, func(r Registration) bool { return r.Status == AwaitingApproval })
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

// wasRejected reports whether an administrator has ever said no to this person,
// who then does not come in by the join link alone.
func (s State) wasRejected() bool {
	return slices.ContainsFunc(s.Registrations, func(r Registration) bool { return r.Status == Rejected })
}

func (s State) tenure() int { return max(s.Tenure, 1) }

// PersonIn is the id of the slot's present person, who may be still to come.
func (s State) PersonIn(slot domain.Slot) domain.PersonID {
	return domain.PersonIDFor(slot, s.tenure())
}
