package account

import (
	"strings"

	"github.com/usher-engine/usher/domain"
)

// Mode says who is let in by the join link.
type Mode string

const (
	// Public lets everybody in who registers.
	Public Mode = "public"
	// Moderated lets in whom an administrator approves.
	Moderated Mode = "moderated"
)

// Plan is what a company subscribes to.
type Plan string

const (
	Free         Plan = "free"
	CRMPlus      Plan = "crm+"
	ProjectPlus  Plan = "project+"
	Standard     Plan = "standard"
	Professional Plan = "professional"
)

// Plans returns every plan there is.
func Plans() []Plan { return []Plan{Free, CRMPlus, ProjectPlus, Standard, Professional} }

// MayEditMessage reports whether subscribers write the invitation's text themselves.
func (p Plan) MayEditMessage() bool {
	return p == CRMPlus || p == ProjectPlus || p == Standard || p == Professional
}

// PasswordPolicy is what an account asks of passwords.
type PasswordPolicy struct {
	MinimumLength   int // in code points
	MailedPasswords bool
}

// State is an account as its decisions see it.
type State struct {
	Account           domain.AccountID
	Slug, Name        string
	Country, Language string
	TimeZone          string // of the IANA database
	Founder           Founder
	Closed            bool
	Plan              Plan
	Mode              Mode
	Domains           []string
	Greeting          string
	EveryoneMayInvite bool
	ModerateInvited   bool
	InvitationDays    int // how long personal invitations can be redeemed
	Passwords         PasswordPolicy
	JoinLink          JoinLink
	Limits            Limits
	Notice            Notice        // of approvals
	Appointments      []Appointment // each person's last, in the order of their changes
}

// Exists reports whether the account has been founded.
func (s State) Exists() bool { return !s.Account.IsZero() }

// RuleFor returns the domain rule that an e-mail domain meets, and empty where none
// does. "example.com" means that domain alone, "*.example.com" all below it; but
// for names below a public suffix there, which anybody registers.
func (s State) RuleFor(emailDomain, publicSuffix string) string {
	if emailDomain == "" {
		return ""
	}
	for _, rule := range s.Domains {
		parent, wildcard := strings.CutPrefix(rule, "*.")
		if rule == emailDomain || wildcard && len(parent) > len(publicSuffix) && strings.HasSuffix(emailDomain, "."+parent) {
			return rule
		}
	}
	return ""
}
