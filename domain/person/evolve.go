package person

import "github.com/usher-engine/usher/domain"

// Evolve returns the person after one more event; each subject says what its own
// events change.
func Evolve(s State, event Event) State {
	if endsReset(event) {
		s.Reset.Open = false
	}
	if endsTokens(event) {
		s.Tokens = nil
	}
	switch e := event.(type) {
	case InvitedBySMS:
		return s.invitedBySMS(e)
	case InvitedByEmail:
		return s.invitedByEmail(e)
	case InvitationOpened:
		return s.opened(e)
	case InvitationRedeemed:
		return s.redeemed(e)
	case InvitationSuperseded:
		return s.endInvitation(e.Invitation, StatusSuperseded)
	case InvitationExpired:
		return s.endInvitation(e.Invitation, StatusExpired)
	case InvitationRevoked:
		return s.revoked(e)
	case InvitationDeclined:
		return s.endInvitation(e.Invitation, StatusDeclined)
	case NewInvitationAsked:
		return s.askedAgain(e)
	case ContactCorrected:
		return s.corrected(e)
	case CorrectionRefused:
		return s.correctionRefused(e)
	case Registered:
		return s.registered(e)
	case AddressProved:
		return s.proved(e)
	case ProofSentAgain:
		return s.proofSentAgain(e)
	case RegistrationApproved:
		return s.approved(e)
	case RegistrationRejected:
		return s.endRegistration(e.Registration, Rejected)
	case RegistrationSuperseded:
		return s.endRegistration(e.Registration, Superseded)
	case RegisteredDirectly:
		return s.registeredDirectly(e)
	case FounderRegistered:
		return s.founderRegistered(e)
	case SeatForfeited:
		return s.forfeited(e)
	case Employed:
		return s.employed(e)
	case Moved:
		return s.moved(e)
	case JobTitleChanged:
		return s.retitled(e)
	case NameChanged:
		return s.renamed(e)
	case PreferencesChanged:
		return s.preferring(e)
	case MadeAdministrator:
		return s.madeAdministrator(e)
	case MadeAuditor:
		return s.made(domain.RoleAuditor)
	case MadeEmployee:
		return s.made(domain.RoleEmployee)
	case WorkgroupJoined:
		return s.joinedWorkgroup(e.Workgroup)
	case WorkgroupLeft:
		return s.leftWorkgroup(e.Workgroup)
	case Dismissed:
		return s.dismissed(e)
	case Rehired:
		return s.rehired()
	case PasswordSet:
		return s.passwordChosen(e.Credential)
	case PasswordChanged:
		return s.passwordChosen(e.Credential)
	case PasswordGenerated:
		return s.passwordGenerated(e)
	case PasswordLinkIssued:
		return s.passwordLinkIssued(e)
	case PasswordResetAsked:
		return s.resetAsked(e)
	case PasswordReset:
		return s.passwordReset(e)
	case FirstLogin:
		return s.loggedIn()
	case SessionsEnded:
		return s.sessionsEnded(e)
	case APITokenMade:
		return s.tokenMade(e)
	case APITokenRevoked:
		return s.tokenRevoked(e)
	case LoginClaimed:
		return s.claimed(e)
	case LoginReleased:
		return s.released(e)
	case LoginChanged:
		return s.loginChanged(e)
	case LoginChangeAbandoned:
		return s.loginChangeAbandoned(e)
	}
	return s
}
