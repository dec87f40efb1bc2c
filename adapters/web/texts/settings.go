package texts

import (
	"strings"

	"github.com/usher-engine/usher/domain/account"
)

// Set is the words of the settings: of each, what it is called, what it asks, and what
// holds as it is set.
type Set interface {
	SetTitle() string
	SetIntro() string
	SetSaved() string
	SetReadOnly() string

	SetInviting() string
	SetInvitingHolds(everyone bool) string
	SetInvitingAdministrators() (name, follows string)
	SetInvitingEveryone() (name, follows string)

	SetMode() string
	SetModeHolds(mode account.Mode) string
	SetModeHint() string
	SetModePublic() (name, follows string)
	SetModeModerated() (name, follows string)

	SetDomains() string
	SetDomainsHolds(domains []string, mode account.Mode) string
	SetDomainsField() string
	SetDomainsHint() string
	SetDomainsPublic() string

	SetGreeting() string
	SetGreetingHolds(greeting string) string
	SetGreetingField() string
	SetGreetingHint() string
	SetPreview() string

	SetInvited() string
	SetInvitedHolds(moderated bool) string
	SetInvitedTrusted() (name, follows string)
	SetInvitedModerated() (name, follows string)

	SetDays() string
	SetDaysHolds(days int) string
	SetDaysField() string
	SetDaysHint() string

	SetPasswords() string
	SetPasswordsHolds(policy account.PasswordPolicy) string
	SetPasswordsField() string
	SetPasswordsHint() string
	SetPasswordsMailed() (name, follows string)

	SetLimits() string
	SetLimitsHolds(limits account.Limits) string
	SetLimitsHint() string
	SetLimit(field string) (name, hint string)

	SetCompany() string
	SetCompanyHolds(s account.State) string
	SetCompanyName() (name, hint string)
	SetCompanyCountry() (name, hint string)
	SetCompanyLanguage() (name, hint string)
	SetCompanyZone() (name, hint string)

	SetNotices() string
	SetNoticesHolds() string
	SetPlan() string
	SetPlanHolds(plan account.Plan) string

	// SetConfirm says what somebody ticks who was asked back and means it.
	SetConfirm() string
	// Countries returns countries by their names, in the order of those.
	Countries(codes []string) []Country
	Country(code string) string
	// LanguageName returns what a language is called, by its tag.
	LanguageName(tag string) string
}

// planName is what a plan is called, in every language.
func planName(plan account.Plan) string {
	name := string(plan)
	if plan == account.CRMPlus {
		return "CRM+"
	}
	return strings.ToUpper(name[:min(1, len(name))]) + name[min(1, len(name)):]
}

func (english) SetTitle() string    { return "Settings" }
func (english) SetIntro() string    { return "What holds now for this company." }
func (english) SetSaved() string    { return "Saved. From now on:" }
func (english) SetReadOnly() string { return "cannot be changed here" }

func (english) SetInviting() string { return "Who may invite" }
func (english) SetInvitingHolds(everyone bool) string {
	if everyone {
		return "Everyone may invite new users to this account."
	}
	return "Only administrators may invite new users."
}

func (english) SetInvitingAdministrators() (name, follows string) {
	return "Administrators only", "Nobody else sees the button “Invite users”."
}

func (english) SetInvitingEveryone() (name, follows string) {
	return "Allow everyone to invite new users to this account", "Who registers by the join link is still let in as “Registration” says, and only administrators decide on it."
}

func (english) SetMode() string { return "Registration" }
func (english) SetModeHolds(mode account.Mode) string {
	if mode == account.Public {
		return "Public: whoever registers by the join link is let in at once."
	}
	return "Moderated: whoever registers by the join link waits until an administrator lets them in."
}

func (english) SetModeHint() string {
	return "It counts for registrations sent from now on; those that wait already go on waiting."
}

func (english) SetModePublic() (name, follows string) {
	return "Public", "Whoever has the join link comes in at once, and is announced in the Activity Stream and the General chat."
}

func (english) SetModeModerated() (name, follows string) {
	return "Moderated", "Whoever registers by the join link waits in Approvals until an administrator lets them in."
}

func (english) SetDomains() string { return "E-mail domains without confirmation" }

func (t english) SetDomainsHolds(domains []string, mode account.Mode) string {
	switch {
	case len(domains) == 0:
		return "There are none: no e-mail domain makes a difference."
	case mode == account.Public:
		return "They make no difference while registration is Public: " + someOf(domains, "and others") + "."
	}
	return "Whoever proves an address at one of these is let in without approval: " + someOf(domains, "and others") + "."
}

func (english) SetDomainsField() string { return "Domains, one in a line" }

func (english) SetDomainsHint() string {
	return "example.com means that domain alone, *.example.com all below it. The address has to be proved by a mailed link."
}

func (english) SetDomainsPublic() string {
	return "Yes, anybody with an address there may come in without approval"
}

func (english) SetGreeting() string { return "Greeting" }
func (english) SetGreetingHolds(greeting string) string {
	if greeting == "" {
		return "The registration page has no greeting."
	}
	return "The registration page begins with your greeting."
}
func (english) SetGreetingField() string { return "Greeting on the registration page" }

func (english) SetGreetingHint() string {
	return "Up to 2,000 characters, without addresses of pages. Leave it empty for none."
}
func (english) SetPreview() string { return "Preview" }

func (english) SetInvited() string { return "People who were invited" }
func (english) SetInvitedHolds(moderated bool) string {
	if moderated {
		return "Invited people, too, wait until an administrator lets them in."
	}
	return "Invited people are let in as soon as they register."
}

func (english) SetInvitedTrusted() (name, follows string) {
	return "Let them in at once", "The invitation by somebody who may invite is approval enough."
}

func (english) SetInvitedModerated() (name, follows string) {
	return "Let them wait", "After registering they wait in Approvals until an administrator lets them in."
}

func (english) SetDays() string { return "Days of an invitation" }

func (t english) SetDaysHolds(days int) string {
	return counted(days, t.Number(days), "An invitation can be used for 1 day.", "An invitation can be used for {n} days.")
}
func (english) SetDaysField() string { return "Days" }

func (english) SetDaysHint() string {
	return "1 to 90. It counts for invitations sent from now on."
}

func (english) SetPasswords() string { return "Passwords" }

func (t english) SetPasswordsHolds(policy account.PasswordPolicy) string {
	text := "A password has at least " + t.Number(policy.MinimumLength) + " characters. "
	if policy.MailedPasswords {
		return text + "Whoever is registered by a colleague can be mailed a generated one."
	}
	return text + "Whoever is registered by a colleague is mailed a link to choose one."
}
func (english) SetPasswordsField() string { return "Fewest characters of a password" }

func (english) SetPasswordsHint() string {
	return "12 to 64. Passwords that people have already go on working."
}

func (english) SetPasswordsMailed() (name, follows string) {
	return "Mail generated passwords", "Without this, whoever is registered by a colleague gets a link to choose a password instead."
}

func (english) SetLimits() string { return "Limits" }

func (t english) SetLimitsHolds(limits account.Limits) string {
	text := "Within a day at most " + t.Number(limits.InvitationsPerInviter) + " invitations by one person, " + t.Number(limits.Emails) + " e-mails and " + t.Number(limits.SMS) + " SMS. "
	if len(limits.SMSCountries) == 0 {
		return text + "SMS may go to every country."
	}
	return text + "SMS may go to " + someOf(limits.SMSCountries, "and others") + "."
}

func (english) SetLimitsHint() string {
	return "Each is between 1 and 100,000. What was sent today already counts."
}

func (english) SetLimit(field string) (name, hint string) {
	switch field {
	case "invitations_per_inviter":
		return "Invitations by one person in a day", ""
	case "emails":
		return "E-mails in a day", ""
	case "sms":
		return "SMS in a day", ""
	case "sms_per_country_abroad":
		return "SMS to one country abroad in a day", "Abroad is every country but the company's own."
	case "sms_per_block_abroad":
		return "SMS to similar numbers abroad in an hour", "Similar are numbers with the same first seven digits."
	}
	return "Countries that SMS may go to", "Two letters each, such as DE, AT. Leave it empty for every country."
}

func (english) SetCompany() string { return "The company" }

func (t english) SetCompanyHolds(s account.State) string {
	if s.Country == "" { // as that of accounts founded before they needed one
		return s.Name + " – " + t.LanguageName(s.Language) + ", " + s.TimeZone
	}
	return s.Name + " – " + t.Country(s.Country) + ", " + t.LanguageName(s.Language) + ", " + s.TimeZone
}

func (english) SetCompanyName() (name, hint string) {
	return "Name", "It stands in all messages that follow, and at the top of the structure."
}

func (english) SetCompanyCountry() (name, hint string) {
	return "Country", "Phone numbers without a prefix are from there, and SMS to anywhere else go abroad."
}

func (english) SetCompanyLanguage() (name, hint string) {
	return "Language of messages", "Invitations and all other messages are written in it."
}

func (english) SetCompanyZone() (name, hint string) {
	return "Time zone", "Its name in the IANA database, such as Europe/Berlin or UTC."
}

func (english) SetNotices() string { return "Notices" }
func (english) SetNoticesHolds() string {
	return "Administrators are told by e-mail that people wait for approval, at most once an hour."
}
func (english) SetPlan() string { return "Plan" }
func (english) SetPlanHolds(plan account.Plan) string {
	if plan.MayEditMessage() {
		return planName(plan) + ": the text of e-mail invitations can be edited."
	}
	return planName(plan) + ": e-mail invitations have a fixed text."
}
func (english) SetConfirm() string { return "Yes, this is right" }
