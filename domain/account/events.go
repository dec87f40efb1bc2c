package account

import "github.com/usher-engine/usher/domain"

// Event is what can happen to an account.
//
//sumtype:decl
type Event interface {
	domain.Event
	accountEvent()
}

const (
	FoundedType                         domain.EventType = "account.founded"
	InvitingOpenedToEveryoneType        domain.EventType = "account.inviting_opened_to_everyone"
	InvitingLimitedToAdministratorsType domain.EventType = "account.inviting_limited_to_administrators"
	RegistrationModeChangedType         domain.EventType = "account.registration_mode_changed"
	DomainRulesChangedType              domain.EventType = "account.domain_rules_changed"
	GreetingChangedType                 domain.EventType = "account.greeting_changed"
	InvitedPeopleModeratedType          domain.EventType = "account.invited_people_moderated"
	InvitedPeopleTrustedType            domain.EventType = "account.invited_people_trusted"
	PasswordPolicyChangedType           domain.EventType = "account.password_policy_changed"
	InvitationPolicyChangedType         domain.EventType = "account.invitation_policy_changed"
	PlanChangedType                     domain.EventType = "account.plan_changed"
	JoinLinkRotatedType                 domain.EventType = "account.join_link_rotated"
	JoinLinkDisabledType                domain.EventType = "account.join_link_disabled"
	JoinLinkEnabledType                 domain.EventType = "account.join_link_enabled"
)

type (
	// Founded begins an account; it decides who its first administrator is.
	Founded struct {
		Account       domain.AccountID `json:"account"`
		Slug          string           `json:"slug"`
		Name          string           `json:"name"`
		Country       string           `json:"country,omitzero"` // ISO 3166-1 alpha-2, for reading phone numbers
		Language      string           `json:"language"`
		Administrator Founder          `json:"administrator"`
		Confirmed     []domain.Doubt   `json:"confirmed,omitzero"` // why the contact or a name looked wrong, which was meant all the same
		Personal      FounderDetails   `json:"personal"`
	}

	// InvitingOpenedToEveryone lets every user of the account invite.
	InvitingOpenedToEveryone struct{}

	// InvitingLimitedToAdministrators lets only administrators invite.
	InvitingLimitedToAdministrators struct{}

	// RegistrationModeChanged says how later registrations by the join link are judged.
	RegistrationModeChanged struct {
		Mode Mode `json:"mode"`
	}

	// DomainRulesChanged replaces the e-mail domains that need no approval.
	DomainRulesChanged struct {
		Domains   []string       `json:"domains"`
		Confirmed []domain.Doubt `json:"confirmed,omitzero"` // why some looked wrong, which were meant all the same
	}

	// GreetingChanged replaces the text shown on the registration page.
	GreetingChanged struct {
		Greeting string `json:"greeting"`
	}

	// InvitedPeopleModerated makes invited people, too, wait for an approval.
	InvitedPeopleModerated struct{}

	// InvitedPeopleTrusted makes a personal invitation its own approval again.
	InvitedPeopleTrusted struct{}

	// PasswordPolicyChanged says how short passwords may be and whether generated ones are mailed.
	PasswordPolicyChanged struct {
		MinimumLength   int  `json:"minimum_length"`
		MailedPasswords bool `json:"mailed_passwords"`
	}

	// InvitationPolicyChanged says for how many days later invitations last.
	InvitationPolicyChanged struct {
		Days int `json:"days"`
	}

	// PlanChanged records what the company subscribes to.
	PlanChanged struct {
		Plan Plan `json:"plan"`
	}

	// JoinLinkRotated replaces the join link; the one before is dead at once.
	JoinLinkRotated struct {
		Generation uint64 `json:"generation"`
	}

	// JoinLinkDisabled closes the join link.
	JoinLinkDisabled struct{}

	// JoinLinkEnabled opens the join link again.
	JoinLinkEnabled struct{}
)

// Founder is the first administrator, whose own stream follows.
type Founder struct {
	Person     domain.PersonID     `json:"person"`
	Slot       domain.Slot         `json:"slot"`
	Credential domain.CredentialID `json:"credential"`
}

// FounderDetails is what founders say of themselves.
type FounderDetails struct {
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

func (e Founded) Subject() domain.PersonID { return e.Administrator.Person }

func (Founded) Type() domain.EventType                  { return FoundedType }
func (InvitingOpenedToEveryone) Type() domain.EventType { return InvitingOpenedToEveryoneType }
func (InvitingLimitedToAdministrators) Type() domain.EventType {
	return InvitingLimitedToAdministratorsType
}
func (RegistrationModeChanged) Type() domain.EventType { return RegistrationModeChangedType }
func (DomainRulesChanged) Type() domain.EventType      { return DomainRulesChangedType }
func (GreetingChanged) Type() domain.EventType         { return GreetingChangedType }
func (InvitedPeopleModerated) Type() domain.EventType  { return InvitedPeopleModeratedType }
func (InvitedPeopleTrusted) Type() domain.EventType    { return InvitedPeopleTrustedType }
func (PasswordPolicyChanged) Type() domain.EventType   { return PasswordPolicyChangedType }
func (InvitationPolicyChanged) Type() domain.EventType { return InvitationPolicyChangedType }
func (PlanChanged) Type() domain.EventType             { return PlanChangedType }
func (JoinLinkRotated) Type() domain.EventType         { return JoinLinkRotatedType }
func (JoinLinkDisabled) Type() domain.EventType        { return JoinLinkDisabledType }
func (JoinLinkEnabled) Type() domain.EventType         { return JoinLinkEnabledType }

func (e Founded) About() domain.PersonID                       { return e.Administrator.Person }
func (InvitingOpenedToEveryone) About() domain.PersonID        { return domain.Nobody() }
func (InvitingLimitedToAdministrators) About() domain.PersonID { return domain.Nobody() }
func (RegistrationModeChanged) About() domain.PersonID         { return domain.Nobody() }
func (DomainRulesChanged) About() domain.PersonID              { return domain.Nobody() }
func (GreetingChanged) About() domain.PersonID                 { return domain.Nobody() }
func (InvitedPeopleModerated) About() domain.PersonID          { return domain.Nobody() }
func (InvitedPeopleTrusted) About() domain.PersonID            { return domain.Nobody() }
func (PasswordPolicyChanged) About() domain.PersonID           { return domain.Nobody() }
func (InvitationPolicyChanged) About() domain.PersonID         { return domain.Nobody() }
func (PlanChanged) About() domain.PersonID                     { return domain.Nobody() }
func (JoinLinkRotated) About() domain.PersonID                 { return domain.Nobody() }
func (JoinLinkDisabled) About() domain.PersonID                { return domain.Nobody() }
func (JoinLinkEnabled) About() domain.PersonID                 { return domain.Nobody() }

func (Founded) accountEvent()                         {}
func (InvitingOpenedToEveryone) accountEvent()        {}
func (InvitingLimitedToAdministrators) accountEvent() {}
func (RegistrationModeChanged) accountEvent()         {}
func (DomainRulesChanged) accountEvent()              {}
func (GreetingChanged) accountEvent()                 {}
func (InvitedPeopleModerated) accountEvent()          {}
func (InvitedPeopleTrusted) accountEvent()            {}
func (PasswordPolicyChanged) accountEvent()           {}
func (InvitationPolicyChanged) accountEvent()         {}
func (PlanChanged) accountEvent()                     {}
func (JoinLinkRotated) accountEvent()                 {}
func (JoinLinkDisabled) accountEvent()                {}
func (JoinLinkEnabled) accountEvent()                 {}
