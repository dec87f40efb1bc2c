package person

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

// Evolve is the person after one more event.
func Evolve(s State, event Event) State {
	if endsReset(event) {
		s.Reset.Open = false
	}
	if endsTokens(event) {
		s.Tokens = nil
	}
	switch e := event.(type) {
	case InvitedBySMS:
		s.Tenure, s.Person, s.Contact = e.Tenure, e.Person, e.Personal.Contact
		s.Invitations = append(slices.Clone(s.Invitations), Invitation{
			Status: Live, Channel: domain.ContactPhone, Contact: e.Personal.Contact, Inviter: e.Inviter, Batch: e.Batch, ExpiresAt: e.ExpiresAt, Resent: e.Resent, By: e.By, Apart: e.Apart,
		})
	case InvitedByEmail:
		s.Tenure, s.Person, s.Contact = e.Tenure, e.Person, e.Personal.Contact
		s.Invitations = append(slices.Clone(s.Invitations), Invitation{
			Status: Live, Channel: domain.ContactEmail, Contact: e.Personal.Contact, Inviter: e.Inviter, Batch: e.Batch,
			Department: e.Department, Workgroups: e.Workgroups, ExpiresAt: e.ExpiresAt, Resent: e.Resent, By: e.By, Apart: e.Apart,
		})
	case InvitationRedeemed:
		s = s.endInvitation(e.Invitation, StatusRedeemed)
		s = s.turnRegistration(e.Registration, func(r *Registration) { r.Invitation = e.Invitation })
	case InvitationSuperseded:
		s = s.endInvitation(e.Invitation, StatusSuperseded)
	case InvitationExpired:
		s = s.endInvitation(e.Invitation, StatusExpired)
	case WorkgroupJoined:
		s = s.joinedWorkgroup(e.Workgroup)
	case WorkgroupLeft:
		s = s.leftWorkgroup(e.Workgroup)
	case PasswordResetAsked:
		s.Reset = Reset{Number: e.Number, By: e.By, ExpiresAt: e.ExpiresAt, Open: true}
	case PasswordReset:
		s = s.passwordReset(e)
	case APITokenMade:
		s = s.tokenMade(e)
	case APITokenRevoked:
		s = s.tokenRevoked(e)
	case SeatForfeited:
		s.Forfeited = append(slices.Clip(s.Forfeited), e.Seat)
	case ProofSentAgain:
		s = s.turnRegistration(e.Registration, func(r *Registration) { r.ProveBy = e.ProveBy })
	case InvitationRevoked:
		s = s.turnInvitation(e.Invitation, func(i *Invitation) { i.Status, i.Asked = StatusRevoked, false })
	case InvitationDeclined:
		s = s.endInvitation(e.Invitation, StatusDeclined)
	case NewInvitationAsked:
		s = s.turnInvitation(e.Invitation, func(i *Invitation) { i.Asked = true })
	case ContactCorrected:
		s = s.turnInvitation(e.Invitation, func(i *Invitation) {
			i.Status, i.Corrected, i.Refused, i.Asked, i.Wanted = StatusCorrected, e.To, "", false, i.Asked
		})
	case CorrectionRefused:
		s = s.turnInvitation(e.Invitation, func(i *Invitation) { i.Refused = domain.Code(e.Code) })
	case Registered:
		s = s.register(e)
	case AddressProved:
		s = s.turnRegistration(e.Registration, func(r *Registration) {
			r.Proved, r.Status = true, statusOf(e.Awaits)
			if !e.Credential.IsZero() {
				r.Credential = e.Credential
			}
		})
		s = s.takeDetails(e.Registration)
	case RegistrationApproved:
		s = s.turnRegistration(e.Registration, func(r *Registration) { r.Status = Admitted })
		s = s.takeDetails(e.Registration)
	case RegistrationRejected:
		s = s.turnRegistration(e.Registration, func(r *Registration) { r.Status = Rejected })
	case RegistrationSuperseded:
		s = s.turnRegistration(e.Registration, func(r *Registration) { r.Status = Superseded })
	case RegisteredDirectly:
		s.Tenure, s.Person, s.Contact = e.Tenure, e.Person, e.Personal.Contact
		s.FirstName, s.LastName, s.JobTitle = e.Personal.FirstName, e.Personal.LastName, e.Personal.JobTitle
	case FounderRegistered:
		s.Tenure, s.Person, s.Contact = e.Tenure, e.Person, e.Personal.Contact
		s.FirstName, s.LastName = e.Personal.FirstName, e.Personal.LastName
	case Employed:
		s.Employment = Employment{Active: true, Epoch: e.Epoch, Began: e.Epoch, Role: e.Role, Department: e.Department, Workgroups: e.Workgroups}
		if e.Role == domain.RoleAdministrator {
			s.Appointments++ // a founder's
		}
		if e.Basis.Kind != Rehiring {
			s.Login = s.Login.own()
		}
		if n := e.Basis.Registration; n > 0 && n <= len(s.Registrations) {
			s.Credential.Kind, s.Credential.ID = ChosenCredential, s.Registrations[n-1].Credential
		}
	case PasswordSet:
		s.Credential.Kind, s.Credential.ID = ChosenCredential, e.Credential
	case PasswordChanged:
		s.Credential.Kind, s.Credential.ID = ChosenCredential, e.Credential
	case PasswordGenerated:
		s.Credential = Credential{Kind: GeneratedCredential, Counter: e.Counter, ExpiresAt: e.ExpiresAt}
	case PasswordLinkIssued:
		s.Credential = Credential{Kind: LinkPending, Counter: e.Counter, ExpiresAt: e.ExpiresAt}
	case LoginClaimed:
		s = s.claimed(e)
	case LoginReleased:
		s = s.released(e)
	case LoginChanged:
		s = s.loginChanged(e)
	case LoginChangeAbandoned:
		s.Login = s.Login.end(e.Slot, e.Claim)
	case Moved:
		s.Employment.Department = e.Department
	case JobTitleChanged:
		s.JobTitle = e.Personal.JobTitle
	case MadeAdministrator:
		s.Employment.Role, s.Appointments = domain.RoleAdministrator, e.N
	case MadeAuditor:
		s.Employment.Role = domain.RoleAuditor
	case MadeEmployee:
		s.Employment.Role = domain.RoleEmployee
	case SessionsEnded:
		s.Employment.Epoch = e.Epoch
	case Dismissed:
		s = s.dismissed(e)
	case Rehired:
		if !s.Login.Claim.IsZero() { // whatever was tried by the other contact since
			s.Contact = s.Login.Contact
		}
	}
	return s
}

func (s State) register(e Registered) State {
	s.Tenure, s.Person = e.Tenure, e.Person
	if e.Proved || e.Invitation == 0 { // until it is proved, an invited contact stays as the inviter wrote it
		s.Contact = e.Personal.Contact
	}
	s.Registrations = append(slices.Clone(s.Registrations), Registration{
		Status: statusOf(e.Awaits), Route: e.Route, Generation: e.Generation, Seat: e.Seat, Department: e.Department, Invitation: e.Invitation,
		Proved: e.Proved, ProveBy: e.ProveBy, Judged: e.Judged, Concern: e.Concern, Credential: e.Credential,
		Contact: e.Personal.Contact, FirstName: e.Personal.FirstName, LastName: e.Personal.LastName,
	})
	if e.Awaits == Nothing {
		s.FirstName, s.LastName = e.Personal.FirstName, e.Personal.LastName
	}
	return s
}

func statusOf(awaits Awaits) RegistrationStatus {
	switch awaits {
	case Proof:
		return AwaitingProof
	case Approval:
		return AwaitingApproval
	case Nothing:
	}
	return Admitted
}

func (s State) endInvitation(number int, status InvitationStatus) State {
	return s.turnInvitation(number, func(i *Invitation) { i.Status = status })
}

func (s State) turnRegistration(number int, turn func(*Registration)) State {
	if number < 1 || number > len(s.Registrations) {
		return s
	}
	s.Registrations = slices.Clone(s.Registrations)
	turn(&s.Registrations[number-1])
	return s
}

// takeDetails makes what the numbered registration says of its person the
// person's own.
func (s State) takeDetails(number int) State {
	if number < 1 || number > len(s.Registrations) {
		return s
	}
	admitted := s.Registrations[number-1]
	s.Contact, s.FirstName, s.LastName = admitted.Contact, admitted.FirstName, admitted.LastName
	return s
}
