package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// Command is what can be asked of a person's stream.
//
//sumtype:decl
type Command interface{ personCommand() }

type (
	// Invite sends a personal link to the contact.
	Invite struct {
		Slot       domain.Slot
		Contact    domain.Contact
		Inviter    domain.PersonID
		Batch      domain.BatchID
		Department domain.DepartmentID
		Workgroups []domain.WorkgroupID
		ExpiresAt  time.Time
		Corrects   domain.PersonID // whose contact was mistyped; zero for nobody's
		By         domain.PersonID // who corrected it
		Apart      bool            // the batch was revoked, which does not concern this one
	}

	// RegisterByJoinLink is somebody filling in the form behind the shared link.
	RegisterByJoinLink struct {
		Slot       domain.Slot
		Generation uint64
		Seat       int // of a limited join link; zero for none
		Department domain.DepartmentID
		Gone       Gone
		Judged     Judged
		ProveBy    time.Time // until when a proof, if one is asked, can be given
		Credential domain.CredentialID
		Details    Registrant
	}

	// Redeem is somebody filling in the form behind a personal link.
	Redeem struct {
		Invitation int
		Judged     Judged
		Concern    Concern // why somebody invited waits for approval
		Gone       Gone
		Credential domain.CredentialID
		FirstName  string
		LastName   string
	}

	// Prove is a registrant using the link mailed to his address.
	Prove struct {
		Registration int
		Concern      Concern             // as in Redeem, where the registration redeems an invitation
		Credential   domain.CredentialID // of a password that replaces the registrant's; zero for none
		Gone         Gone
	}

	// Approve is an administrator letting a registrant in. Registration zero
	// means the one that waits now; where several wait, one must be named.
	Approve struct {
		Registration int
		By           domain.PersonID
		Gone         Gone
	}

	// Reject is an administrator not letting a registrant in. Registration zero
	// means all that wait now.
	Reject struct {
		Registration int
		By           domain.PersonID
		Reason       string
	}

	// RegisterDirectly is an inviter registering somebody himself.
	RegisterDirectly struct {
		Slot    domain.Slot
		Inviter domain.PersonID
		// MayApprove says that the inviter may let in who awaits approval.
		MayApprove bool
		// WithoutConfirmation mails a generated password; otherwise a link.
		WithoutConfirmation bool
		PasswordExpiresAt   time.Time
		LinkExpiresAt       time.Time
		Details             Colleague
	}

	// RegisterFounder follows the founding of an account.
	RegisterFounder struct {
		Slot       domain.Slot
		Credential domain.CredentialID
		Details    Registrant
	}

	// SetPassword is somebody choosing a first password by the mailed link.
	SetPassword struct {
		Counter    int
		Credential domain.CredentialID
	}

	// ChangePassword replaces the password of somebody who knew the old one.
	ChangePassword struct {
		Credential domain.CredentialID
	}
)

func (Invite) personCommand()             {}
func (RegisterByJoinLink) personCommand() {}
func (Redeem) personCommand()             {}
func (Prove) personCommand()              {}
func (Approve) personCommand()            {}
func (Reject) personCommand()             {}
func (RegisterDirectly) personCommand()   {}
func (RegisterFounder) personCommand()    {}
func (SetPassword) personCommand()        {}
func (ChangePassword) personCommand()     {}
