package account

import "github.com/usher-engine/usher/domain"

// Command is what can be asked of an account.
//
//sumtype:decl
type Command interface{ accountCommand() }

type (
	// Found begins an account. The contact behind the slot, and all names, are
	// normalised.
	Found struct {
		Account       domain.AccountID
		Slug          string
		Name          string
		Country       string // empty: phone numbers are read in international form only
		Language      string // empty: English
		Administrator Founder
		Confirmed     []domain.Doubt // why the contact or a name looks wrong
		Details       FounderDetails
	}

	// ChangeInviting turns "allow everyone to invite" on or off.
	ChangeInviting struct {
		EveryoneMayInvite bool
	}

	// ChangeRegistration changes what is not nil of how registrations are judged.
	ChangeRegistration struct {
		Mode            *Mode
		Domains         *[]string      // normalised
		Confirmed       []domain.Doubt // why some of the domains look wrong
		Greeting        *string
		ModerateInvited *bool
	}

	// ChangePasswordPolicy changes what is not nil of it.
	ChangePasswordPolicy struct {
		MinimumLength   *int
		MailedPasswords *bool
	}

	// ChangeInvitationPolicy says for how many days personal invitations last.
	ChangeInvitationPolicy struct{ Days int }

	// ChangePlan records what the company subscribes to.
	ChangePlan struct{ Plan Plan }

	// RotateJoinLink makes a new join link and kills the old one.
	RotateJoinLink struct{}

	// DisableJoinLink closes the join link.
	DisableJoinLink struct{}

	// EnableJoinLink opens it again.
	EnableJoinLink struct{}
)

func (Found) accountCommand()                  {}
func (ChangeInviting) accountCommand()         {}
func (ChangeRegistration) accountCommand()     {}
func (ChangePasswordPolicy) accountCommand()   {}
func (ChangeInvitationPolicy) accountCommand() {}
func (ChangePlan) accountCommand()             {}
func (RotateJoinLink) accountCommand()         {}
func (DisableJoinLink) accountCommand()        {}
func (EnableJoinLink) accountCommand()         {}
