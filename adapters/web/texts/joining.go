package texts

import (
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// Joining is the words of the public side of links.
type Joining interface {
	JoinCompany(company string) string
	YourFirstName() string
	YourLastName() string
	YourLastNameHint() string
	YourEmail() string
	YourEmailHint() string
	YourLogin() string
	NewPassword() string
	PasswordRule(length int) string
	ThisIsRight(typed string) string
	MeantOther(other string) string
	InAlready() string
	JoinSignedIn(name string) string
	DeclineQuestion() string
	DeclineText(company string) string
	DeclineInvitation() string

	ChoosePassword() string
	ChoosePasswordText(company string) string
	SavePassword() string
	ProofTitle() string
	ProofText(name, company, address string) string
	ProofWarning() string
	ProofButton() string
	ProofPassword() string
	ProofPasswordText() string
	LoginTitle() string
	LoginText(login, company string) string
	LoginButton() string
	ResetText(company string) string

	InTitle() string
	InText(login string) string
	PasswordSavedTitle() string
	LoginChangedTitle() string
	WaitTitle() string
	WaitText(contact string) string
	ProveTitle() string
	ProveText(contact string) string
	ProveNothingCame() string
	SendProofAgain() string
	ProofSentAgain() string
	AskedTitle() string
	AskedText(company string) string
	AskForNew() string

	OpenAgainTitle() string
	OpenAgainText() string
	// DeadTitle says that a link of a kind does not work, and DeadText what to do instead;
	// asks says that the page has a button for that.
	DeadTitle(code domain.Code, kind commands.LinkKind) string
	DeadText(code domain.Code, kind commands.LinkKind, asks bool) string
}

func (english) JoinCompany(company string) string { return "Join " + isolated(company) }
func (english) YourFirstName() string             { return "First name" }
func (english) YourLastName() string              { return "Last name" }
func (english) YourLastNameHint() string          { return "Leave it empty if you have one name only." }
func (english) YourEmail() string                 { return "E-mail address" }
func (english) YourEmailHint() string             { return "You sign in with it." }
func (english) YourLogin() string                 { return "You sign in with" }
func (english) NewPassword() string               { return "New password" }

func (t english) PasswordRule(length int) string {
	return "At least " + t.Number(length) + " characters. A few words that have nothing to do with each other make a good one."
}
func (english) ThisIsRight(typed string) string { return "Yes, this is right: " + typed }
func (english) MeantOther(other string) string  { return "Did you mean " + other + "?" }
func (english) InAlready() string               { return "In already? Sign in" }

func (english) JoinSignedIn(name string) string {
	return "You are signed in as " + isolated(name) + ". Sign out to join as somebody else."
}
func (english) DeclineQuestion() string { return "You do not want to join?" }

func (english) DeclineText(company string) string {
	return "Then say so: " + isolated(company) + " sees it, and this invitation ends."
}
func (english) DeclineInvitation() string { return "Decline the invitation" }
func (english) ChoosePassword() string    { return "Choose your password" }

func (english) ChoosePasswordText(company string) string {
	return isolated(company) + " has an account for you. Choose a password, and you are in."
}
func (english) SavePassword() string { return "Save password" }
func (english) ProofTitle() string   { return "Is this your address?" }

func (english) ProofText(name, company, address string) string {
	return isolated(name) + " wants to join " + isolated(company) + " and gave this address: " + address
}

func (english) ProofWarning() string {
	return "If that was not you, close this page: then nothing happens."
}
func (english) ProofButton() string   { return "Yes, that was me" }
func (english) ProofPassword() string { return "Choose another password" }

func (english) ProofPasswordText() string {
	return "It takes the place of the one that was typed into the form."
}
func (english) LoginTitle() string { return "Your new login" }

func (english) LoginText(login, company string) string {
	return "From now on you sign in to " + isolated(company) + " with " + login + "."
}
func (english) LoginButton() string { return "Change my login" }

func (english) ResetText(company string) string {
	return "Choose a new password for " + isolated(company) + ". You are signed out everywhere else."
}
func (english) InTitle() string            { return "You are in" }
func (english) InText(login string) string { return "Sign in with " + login + "." }
func (english) PasswordSavedTitle() string { return "Your password is saved" }
func (english) LoginChangedTitle() string  { return "Your login has changed" }
func (english) WaitTitle() string          { return "An administrator lets you in" }
func (english) WaitText(contact string) string {
	return "We tell you at " + contact + ". You can close this page."
}
func (english) ProveTitle() string     { return "Confirm your address" }
func (english) SendProofAgain() string { return "Send it again" }
func (english) ProofSentAgain() string { return "It was sent again. Use the newest message." }
func (english) AskedTitle() string     { return "We passed it on" }
func (english) AskForNew() string      { return "Ask for a new invitation" }
func (english) OpenAgainTitle() string { return "Open your link once more" }
func (english) ProveText(contact string) string {
	return "We sent a message to " + contact + ". Open the link in it within 24 hours."
}

func (english) ProveNothingCame() string {
	return "Nothing came? Look among the unwanted mail, or have it sent again."
}

func (english) AskedText(company string) string {
	return "The administrators of " + isolated(company) + " see that you ask for a new invitation. It comes to you as this one did."
}

func (english) OpenAgainText() string {
	return "This page belongs to a link in a message, and your browser does not have that link any more. Open it again from the message."
}

func (english) DeadTitle(code domain.Code, kind commands.LinkKind) string {
	switch {
	case code == domain.LinkExpired && isInvitation(kind):
		return "This invitation has expired"
	case code == domain.LinkExpired:
		return "This link has expired"
	case code == domain.LinkRevoked && isInvitation(kind):
		return "This invitation was taken back"
	case code == domain.LinkRevoked && kind == commands.LinkProof:
		return "This registration was not approved"
	case code == domain.LinkSuperseded:
		return "There is a newer link"
	case code == domain.LinkUsed:
		return "This link has been used"
	case code == domain.LinkDeclined:
		return "This invitation was declined"
	case code == domain.LinkDisabled:
		return "This link is closed"
	case code == domain.LinkFull:
		return "This link is full"
	case code == domain.AccountClosed:
		return "This company is closed"
	case code == domain.NotFound:
		return "This is no link of ours"
	}
	return "This link does not work any more"
}

func (english) DeadText(code domain.Code, kind commands.LinkKind, asks bool) string {
	switch {
	case code == domain.NotFound:
		return "Check that it was copied whole: in some messages links break at the end of a line."
	case code == domain.AccountClosed:
		return "Nobody can join or sign in at the moment. Ask somebody at the company."
	case code == domain.LinkUsed:
		return "If that was you, sign in. If it was somebody else, tell the company."
	case asks && kind == commands.LinkProof:
		return "You can have it sent again to the same address."
	case asks:
		return "You can ask for a new one: the administrators see that, and decide."
	case code == domain.LinkSuperseded && kind == commands.LinkJoin:
		return "Ask for it where you got this one."
	case code == domain.LinkSuperseded:
		return "Use the link in the newest message that you were sent."
	case isInvitation(kind):
		return "If you were sent a newer message, use the link in that. If you joined already, sign in."
	case code == domain.LinkExpired && kind == commands.LinkJoin:
		return "Ask for a new one where you got it."
	case kind == commands.LinkJoin:
		return "Ask an administrator of the company to let you in."
	case kind == commands.LinkLogin:
		return "Your login is as it was. Sign in with it, and ask for the new one again."
	case code == domain.LinkExpired && kind == commands.LinkReset:
		return "Your password is as it was. If you cannot sign in with it, ask for a new link."
	}
	return "Ask an administrator of the company."
}

// isInvitation reports whether links of a kind are personal invitations.
func isInvitation(kind commands.LinkKind) bool {
	return kind == commands.LinkSMS || kind == commands.LinkEmail
}
