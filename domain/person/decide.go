package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

// Command is what can be asked of a person's stream. Each is with its subject.
//
//sumtype:decl
type Command interface{ personCommand() }

// Event is what can happen to a person. Each is with its subject.
//
//sumtype:decl
type Event interface {
	domain.Event
	personEvent()
}

// Decider returns the person's two functions.
func Decider() domain.Decider[State, Command, Event] {
	return domain.Decider[State, Command, Event]{
		Initial: func() State { return State{} },
		Decide:  Decide,
		Evolve:  Evolve,
	}
}

// Decide returns what a command leads to, or a refusal: contact_held, whatever would
// let somebody in whose contact is another's login, or what the subject says.
func Decide(now time.Time, state State, command Command) ([]Event, error) {
	if state.heldByAnother() && letsIn(command) {
		return nil, errContactHeld()
	}
	switch c := command.(type) {
	case Invite:
		return invite(now, state, c)
	case Resend:
		return resend(state, c)
	case OpenInvitation:
		return openInvitation(now, state, c)
	case Expire:
		return expire(now, state, c)
	case Revoke:
		return revoke(state, c)
	case Decline:
		return decline(now, state, c)
	case AskAgain:
		return askAgain(now, state, c)
	case Correct:
		return correct(state, c)
	case RefuseCorrection:
		return refuseCorrection(state, c)
	case RegisterByJoinLink:
		return registerByJoinLink(now, state, c)
	case Redeem:
		return redeem(now, state, c)
	case Prove:
		return prove(now, state, c)
	case ProveAgain:
		return proveAgain(now, state, c)
	case Approve:
		return approve(state, c)
	case Reject:
		return reject(state, c)
	case RegisterDirectly:
		return registerDirectly(state, c)
	case RegisterFounder:
		return registerFounder(state, c)
	case ForfeitSeat:
		return forfeitSeat(state, c)
	case Move:
		return move(state, c)
	case JoinWorkgroup:
		return joinWorkgroup(state, c)
	case LeaveWorkgroup:
		return leaveWorkgroup(state, c)
	case ChangeJobTitle:
		return changeJobTitle(state, c)
	case ChangeName:
		return changeName(state, c)
	case ChangePreferences:
		return changePreferences(state, c)
	case ChangeRole:
		return changeRole(state, c)
	case Dismiss:
		return dismiss(state, c)
	case Rehire:
		return rehire(state, c)
	case SetPassword:
		return setPassword(now, state, c)
	case ChangePassword:
		return changePassword(now, state, c)
	case AskPasswordReset:
		return askPasswordReset(state, c)
	case ResetPassword:
		return resetPassword(now, state, c)
	case NoteLogin:
		return noteLogin(state, c)
	case EndSessions:
		return endSessions(state, c)
	case MakeAPIToken:
		return makeAPIToken(now, state, c)
	case RevokeAPIToken:
		return revokeAPIToken(now, state, c)
	case ClaimLogin:
		return claimLogin(now, state, c)
	case ChangeLogin:
		return changeLogin(state, c)
	case AbandonLoginChange:
		return abandonLoginChange(state, c)
	case ReleaseLogin:
		return releaseLogin(state, c)
	}
	panic("person: unknown command")
}

// letsIn reports whether a command may bring somebody in by this contact.
func letsIn(command Command) bool {
	switch command.(type) {
	case Invite, Resend, RegisterByJoinLink, Redeem, Prove, Approve, RegisterDirectly, RegisterFounder, Rehire:
		return true
	case OpenInvitation, Expire, Revoke, Decline, AskAgain, Correct, RefuseCorrection, ProveAgain, Reject, ForfeitSeat,
		Move, JoinWorkgroup, LeaveWorkgroup, ChangeJobTitle, ChangeName, ChangePreferences, ChangeRole, Dismiss,
		SetPassword, ChangePassword, AskPasswordReset, ResetPassword, NoteLogin, EndSessions, MakeAPIToken, RevokeAPIToken,
		ClaimLogin, ChangeLogin, AbandonLoginChange, ReleaseLogin:
	}
	return false
}
