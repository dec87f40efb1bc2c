package views

import (
	"slices"
	"strings"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// JoinForm is the form behind a link, and what was filled in.
type JoinForm struct {
	// Ref is what the link is called in the page's address.
	Ref  string
	Link commands.Link

	FirstName, LastName, Email string
	// Password is empty but where it is Shown.
	Password string
	Shown    bool
	// Confirmed is what looked wrong, and was said to be right.
	Confirmed []string
	Faults    Faults
}

func (j JoinForm) path(parts ...string) string {
	return "/join/" + strings.Join(append([]string{j.Ref}, parts...), "/")
}

func (j JoinForm) registers() bool {
	return j.Link.Kind == commands.LinkJoin || isInvitation(j.Link.Kind)
}

func isInvitation(kind commands.LinkKind) bool {
	return kind == commands.LinkSMS || kind == commands.LinkEmail
}

// doubt is the fault of a field that can be confirmed, and has not been.
func (j JoinForm) doubt(field, typed string) (Fault, bool) {
	for _, one := range j.Faults {
		asked := one.Code == domain.ConfirmContact || one.Code == domain.ConfirmName
		if one.Field == field && asked && !slices.Contains(j.Confirmed, typed) {
			return one, true
		}
	}
	return Fault{}, false
}

// whole is the name as it is confirmed.
func (j JoinForm) whole() string { return strings.TrimSpace(j.FirstName + " " + j.LastName) }

// Joined is where using a link has led.
type Joined struct {
	Ref           string
	Status        JoinedStatus
	Kind          commands.LinkKind
	Company, Slug string
	// Contact is what one signs in with, or is told at; empty where the page does not know.
	Contact string
	// Again says that a proof was sent again.
	Again  bool
	Faults Faults
}

// JoinedStatus is commands.LinkStatus, or what else a link was used for.
type JoinedStatus string

// JoinedAsked is of whoever asked for a new invitation.
const JoinedAsked JoinedStatus = "asked"

func (j Joined) is(status commands.LinkStatus) bool { return j.Status == JoinedStatus(status) }

func (j Joined) setsPassword() bool {
	return j.Kind == commands.LinkSetPassword || j.Kind == commands.LinkReset
}

// Title returns what the page is called.
func (j Joined) Title(f Frame) string {
	switch {
	case j.Status == JoinedAsked:
		return f.AskedTitle()
	case j.is(commands.NowAwaitingApproval):
		return f.WaitTitle()
	case j.is(commands.NowAwaitingProof):
		return f.ProveTitle()
	case j.is(commands.NowLogin):
		return f.LoginChangedTitle()
	case j.setsPassword():
		return f.PasswordSavedTitle()
	}
	return f.InTitle()
}

// DeadLink is a link that does not work, or not any more.
type DeadLink struct {
	Ref  string
	Code domain.Code
	Kind commands.LinkKind
	// Company and Slug are empty where the link is none.
	Company, Slug string
	Offer         domain.Offer
	Faults        Faults
}

// mayAsk reports whether the page has a button for what the link offers.
func (d DeadLink) mayAsk() bool { return d.Offer != "" && d.Ref != "" }

// signsIn reports whether signing in may be the way on.
func (d DeadLink) signsIn() bool {
	ended := d.Code == domain.LinkExpired || d.Code == domain.LinkRevoked
	return d.Code == domain.LinkUsed || ended && (isInvitation(d.Kind) || d.Kind == commands.LinkLogin)
}

// Title returns what the page is called.
func (j JoinForm) Title(f Frame) string {
	switch j.Link.Kind {
	case commands.LinkSetPassword, commands.LinkReset:
		return f.ChoosePassword()
	case commands.LinkProof:
		return f.ProofTitle()
	case commands.LinkLogin:
		return f.LoginTitle()
	case commands.LinkJoin, commands.LinkSMS, commands.LinkEmail:
	}
	return f.JoinCompany(j.Link.Name)
}
