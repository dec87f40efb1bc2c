package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// Event is what can happen to a person.
//
//sumtype:decl
type Event interface {
	domain.Event
	personEvent()
}

const (
	InvitedBySMSType           domain.EventType = "person.invited_by_sms"
	InvitedByEmailType         domain.EventType = "person.invited_by_email"
	InvitationRedeemedType     domain.EventType = "person.invitation_redeemed"
	InvitationSupersededType   domain.EventType = "person.invitation_superseded"
	InvitationExpiredType      domain.EventType = "person.invitation_expired"
	RegisteredType             domain.EventType = "person.registered"
	AddressProvedType          domain.EventType = "person.address_proved"
	RegistrationApprovedType   domain.EventType = "person.registration_approved"
	RegistrationRejectedType   domain.EventType = "person.registration_rejected"
	RegistrationSupersededType domain.EventType = "person.registration_superseded"
	RegisteredDirectlyType     domain.EventType = "person.registered_directly"
	FounderRegisteredType      domain.EventType = "person.founder_registered"
	EmployedType               domain.EventType = "person.employed"
	PasswordSetType            domain.EventType = "person.password_set"
	PasswordChangedType        domain.EventType = "person.password_changed"
	PasswordGeneratedType      domain.EventType = "person.password_generated"
	PasswordLinkIssuedType     domain.EventType = "person.password_link_issued"
)

type (
	// InvitedBySMS sends a personal link to a phone number, which becomes the login.
	InvitedBySMS struct {
		Person     domain.PersonID `json:"person"`
		Tenure     int             `json:"tenure"`
		Invitation int             `json:"invitation"` // rises for the life of the stream
		Inviter    domain.PersonID `json:"inviter"`
		Batch      domain.BatchID  `json:"batch"`
		ExpiresAt  time.Time       `json:"expires_at"`
		Resent     int             `json:"resent,omitzero"`   // the invitation that it repeats
		By         domain.PersonID `json:"by,omitzero"`       // who sent it again, or corrected the contact
		Apart      bool            `json:"apart,omitzero"`    // sent after its batch was revoked, which does not end it
		Corrects   domain.PersonID `json:"corrects,omitzero"` // whose contact was mistyped
		Personal   Invitee         `json:"personal"`
	}

	// InvitedByEmail sends a personal link to an e-mail address, which becomes the login.
	InvitedByEmail struct {
		Person     domain.PersonID      `json:"person"`
		Tenure     int                  `json:"tenure"`
		Invitation int                  `json:"invitation"` // rises for the life of the stream
		Inviter    domain.PersonID      `json:"inviter"`
		Batch      domain.BatchID       `json:"batch"`
		Department domain.DepartmentID  `json:"department,omitzero"`
		Workgroups []domain.WorkgroupID `json:"workgroups,omitzero"`
		ExpiresAt  time.Time            `json:"expires_at"`
		Resent     int                  `json:"resent,omitzero"`   // the invitation that it repeats
		By         domain.PersonID      `json:"by,omitzero"`       // who sent it again, or corrected the contact
		Apart      bool                 `json:"apart,omitzero"`    // sent after its batch was revoked, which does not end it
		Corrects   domain.PersonID      `json:"corrects,omitzero"` // whose contact was mistyped
		Personal   Invitee              `json:"personal"`
	}

	// InvitationRedeemed says that the invitation brought its person to register.
	InvitationRedeemed struct {
		Person       domain.PersonID `json:"person"`
		Invitation   int             `json:"invitation"`
		Registration int             `json:"registration"`
	}

	// InvitationSuperseded ends an invitation because something newer replaced it.
	InvitationSuperseded struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
	}

	// InvitationExpired ends an invitation whose time had run out.
	InvitationExpired struct {
		Person     domain.PersonID `json:"person"`
		Invitation int             `json:"invitation"`
	}

	// Registered says that somebody filled in the form behind a link.
	Registered struct {
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
		Judged       Judged              `json:"judged"`
		Credential   domain.CredentialID `json:"credential"`
		Personal     Registrant          `json:"personal"`
	}

	// AddressProved says that the registrant used the link mailed to the address.
	AddressProved struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
		Awaits       Awaits          `json:"awaits,omitzero"`  // approval, where the proof alone does not admit
		Concern      Concern         `json:"concern,omitzero"` // where an approval is awaited

		Credential domain.CredentialID `json:"credential,omitzero"` // of a password that replaces the registrant's
	}

	// RegistrationApproved says that an administrator let the registrant in.
	RegistrationApproved struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
		By           domain.PersonID `json:"by"`
	}

	// RegistrationRejected says that an administrator did not.
	RegistrationRejected struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
		By           domain.PersonID `json:"by"`
		Personal     Rejection       `json:"personal"`
	}

	// RegistrationSuperseded ends a waiting registration because something
	// stronger replaced it; its password is void.
	RegistrationSuperseded struct {
		Person       domain.PersonID `json:"person"`
		Registration int             `json:"registration"`
	}

	// RegisteredDirectly says that an inviter registered the person himself.
	RegisteredDirectly struct {
		Person              domain.PersonID `json:"person"`
		Tenure              int             `json:"tenure"`
		Inviter             domain.PersonID `json:"inviter"`
		WithoutConfirmation bool            `json:"without_confirmation"`
		Personal            Colleague       `json:"personal"`
	}

	// FounderRegistered follows the founding of an account in its founder's stream.
	FounderRegistered struct {
		Person   domain.PersonID `json:"person"`
		Tenure   int             `json:"tenure"`
		Personal Registrant      `json:"personal"`
	}

	// Employed gives the person access to the account, and says on which basis.
	Employed struct {
		Person     domain.PersonID      `json:"person"`
		Tenure     int                  `json:"tenure"`
		Epoch      int                  `json:"epoch"` // sessions carry it; dismissal raises it
		Role       domain.Role          `json:"role"`
		Basis      Basis                `json:"basis"`
		Department domain.DepartmentID  `json:"department,omitzero"` // as chosen; none means the root
		Workgroups []domain.WorkgroupID `json:"workgroups,omitzero"`
		Instead    domain.DepartmentID  `json:"instead,omitzero"`  // the nearest above that lived, where the chosen one was deleted by then
		Archived   []domain.WorkgroupID `json:"archived,omitzero"` // chosen, and archived by then: the person is in none of them
	}

	// PasswordSet says that the person chose the first password.
	PasswordSet struct {
		Person     domain.PersonID     `json:"person"`
		Credential domain.CredentialID `json:"credential"`
	}

	// PasswordChanged says that the person replaced the password.
	PasswordChanged struct {
		Person     domain.PersonID     `json:"person"`
		Credential domain.CredentialID `json:"credential"`
	}

	// PasswordGenerated says that a random password is mailed, to be changed at the first login.
	PasswordGenerated struct {
		Person    domain.PersonID `json:"person"`
		Counter   int             `json:"counter"`
		ExpiresAt time.Time       `json:"expires_at"`
	}

	// PasswordLinkIssued says that a link is mailed with which the person chooses a password.
	PasswordLinkIssued struct {
		Person    domain.PersonID `json:"person"`
		Counter   int             `json:"counter"`
		ExpiresAt time.Time       `json:"expires_at"`
	}
)

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

// Judged is the settings that a registration was judged under.
type Judged struct {
	Mode            string `json:"mode"`
	Rule            string `json:"rule,omitzero"`             // the domain rule that the address meets
	ModerateInvited bool   `json:"moderate_invited,omitzero"` // invited people wait for an approval, too
}

// Basis is why somebody has access.
type Basis struct {
	Kind         BasisKind       `json:"kind"`
	Registration int             `json:"registration,omitzero"`
	Invitation   int             `json:"invitation,omitzero"`
	Batch        domain.BatchID  `json:"batch,omitzero"`
	Generation   uint64          `json:"generation,omitzero"` // of the join link
	Inviter      domain.PersonID `json:"inviter,omitzero"`
	Approver     domain.PersonID `json:"approver,omitzero"`
	Rule         string          `json:"rule,omitzero"`
}

// BasisKind is one of the constants below.
type BasisKind string

const (
	Founding           BasisKind = "founding"
	PublicLink         BasisKind = "public_link"
	DomainRule         BasisKind = "domain_rule"
	ApprovedByAdmin    BasisKind = "approval"
	SMSInvitation      BasisKind = "sms_invitation"
	EmailInvitation    BasisKind = "email_invitation"
	DirectRegistration BasisKind = "direct_registration"
	Rehiring           BasisKind = "rehire"
)

type (
	// Invitee is all that is known of somebody invited.
	Invitee struct {
		Contact domain.Contact `json:"contact"`
	}

	// Registrant is what somebody says of himself.
	Registrant struct {
		Contact   domain.Contact `json:"contact"`
		FirstName string         `json:"first_name"`
		LastName  string         `json:"last_name"`
	}

	// Colleague is what an inviter says of somebody he registers.
	Colleague struct {
		Contact   domain.Contact `json:"contact"`
		FirstName string         `json:"first_name"`
		LastName  string         `json:"last_name"`
		JobTitle  string         `json:"job_title"`
	}

	// Rejection is why an administrator did not approve.
	Rejection struct {
		Reason string `json:"reason"`
	}
)

func (e InvitedBySMS) Subject() domain.PersonID         { return e.Person }
func (e InvitedByEmail) Subject() domain.PersonID       { return e.Person }
func (e Registered) Subject() domain.PersonID           { return e.Person }
func (e RegistrationRejected) Subject() domain.PersonID { return e.Person }
func (e RegisteredDirectly) Subject() domain.PersonID   { return e.Person }
func (e FounderRegistered) Subject() domain.PersonID    { return e.Person }

func (InvitedBySMS) Type() domain.EventType           { return InvitedBySMSType }
func (InvitedByEmail) Type() domain.EventType         { return InvitedByEmailType }
func (InvitationRedeemed) Type() domain.EventType     { return InvitationRedeemedType }
func (InvitationSuperseded) Type() domain.EventType   { return InvitationSupersededType }
func (InvitationExpired) Type() domain.EventType      { return InvitationExpiredType }
func (Registered) Type() domain.EventType             { return RegisteredType }
func (AddressProved) Type() domain.EventType          { return AddressProvedType }
func (RegistrationApproved) Type() domain.EventType   { return RegistrationApprovedType }
func (RegistrationRejected) Type() domain.EventType   { return RegistrationRejectedType }
func (RegistrationSuperseded) Type() domain.EventType { return RegistrationSupersededType }
func (RegisteredDirectly) Type() domain.EventType     { return RegisteredDirectlyType }
func (FounderRegistered) Type() domain.EventType      { return FounderRegisteredType }
func (Employed) Type() domain.EventType               { return EmployedType }
func (PasswordSet) Type() domain.EventType            { return PasswordSetType }
func (PasswordChanged) Type() domain.EventType        { return PasswordChangedType }
func (PasswordGenerated) Type() domain.EventType      { return PasswordGeneratedType }
func (PasswordLinkIssued) Type() domain.EventType     { return PasswordLinkIssuedType }

func (InvitedBySMS) personEvent()           {}
func (InvitedByEmail) personEvent()         {}
func (InvitationRedeemed) personEvent()     {}
func (InvitationSuperseded) personEvent()   {}
func (InvitationExpired) personEvent()      {}
func (Registered) personEvent()             {}
func (AddressProved) personEvent()          {}
func (RegistrationApproved) personEvent()   {}
func (RegistrationRejected) personEvent()   {}
func (RegistrationSuperseded) personEvent() {}
func (RegisteredDirectly) personEvent()     {}
func (FounderRegistered) personEvent()      {}
func (Employed) personEvent()               {}
func (PasswordSet) personEvent()            {}
func (PasswordChanged) personEvent()        {}
func (PasswordGenerated) personEvent()      {}
func (PasswordLinkIssued) personEvent()     {}
