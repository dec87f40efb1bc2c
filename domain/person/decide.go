package person

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// maxWaiting bounds how many mailed proofs of one contact are open at once.
const maxWaiting = 20

// Decider is the person's two functions.
func Decider() domain.Decider[State, Command, Event] {
	return domain.Decider[State, Command, Event]{
		Initial: func() State { return State{} },
		Decide:  Decide,
		Evolve:  Evolve,
	}
}

// Decide answers a command with events or a refusal.
func Decide(now time.Time, state State, command Command) ([]Event, error) {
	if state.heldByAnother() && letsIn(command) {
		return nil, errContactHeld()
	}
	switch c := command.(type) {
	case Invite:
		return invite(now, state, c)
	case RegisterByJoinLink:
		return registerByJoinLink(now, state, c)
	case Redeem:
		return redeem(now, state, c)
	case Prove:
		return prove(now, state, c)
	case Approve:
		return approve(state, c)
	case Reject:
		return reject(state, c)
	case RegisterDirectly:
		return registerDirectly(state, c)
	case RegisterFounder:
		return registerFounder(state, c)
	case SetPassword:
		return setPassword(now, state, c)
	case ChangePassword:
		return changePassword(now, state, c)
	case AskPasswordReset:
		return askPasswordReset(state, c)
	case ResetPassword:
		return resetPassword(now, state, c)
	case MakeAPIToken:
		return makeAPIToken(now, state, c)
	case RevokeAPIToken:
		return revokeAPIToken(now, state, c)
	case JoinWorkgroup:
		return joinWorkgroup(state, c)
	case LeaveWorkgroup:
		return leaveWorkgroup(state, c)
	case ForfeitSeat:
		return forfeitSeat(state, c)
	case ProveAgain:
		return proveAgain(now, state, c)
	case Expire:
		return expire(now, state, c)
	case Resend:
		return resend(state, c)
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
	case ClaimLogin:
		return claimLogin(now, state, c)
	case ChangeLogin:
		return changeLogin(state, c)
	case AbandonLoginChange:
		return abandonLoginChange(state, c)
	case ReleaseLogin:
		return releaseLogin(state, c)
	case Move:
		return move(state, c)
	case ChangeJobTitle:
		return changeJobTitle(state, c)
	case ChangeRole:
		return changeRole(state, c)
	case EndSessions:
		return endSessions(state, c)
	case Dismiss:
		return dismiss(state, c)
	case Rehire:
		return rehire(state, c)
	}
	panic("person: unknown command")
}

// letsIn reports whether a command may bring somebody in by this contact.
func letsIn(command Command) bool {
	switch command.(type) {
	case Invite, Resend, RegisterByJoinLink, Redeem, Prove, Approve, RegisterDirectly, RegisterFounder, Rehire:
		return true
	case Reject, SetPassword, ChangePassword, ClaimLogin, ChangeLogin, AbandonLoginChange, ReleaseLogin,
		Move, ChangeJobTitle, ChangeRole, Dismiss, EndSessions, AskPasswordReset, ResetPassword, MakeAPIToken, RevokeAPIToken, JoinWorkgroup, LeaveWorkgroup, ForfeitSeat, ProveAgain, Expire, Revoke, Decline, AskAgain, Correct, RefuseCorrection:
	}
	return false
}

func invite(now time.Time, s State, c Invite) ([]Event, error) {
	live := s.LiveInvitation()
	switch {
	case s.Employment.Active:
		return nil, errAlreadyEmployed()
	case s.awaitsApproval():
		return nil, errAlreadyRegistered()
	case live != 0 && now.Before(s.Invitations[live-1].ExpiresAt):
		return nil, domain.Refuse(domain.AlreadyInvited, "this contact has an invitation that is still open")
	}
	person := s.PersonIn(c.Slot)
	events := s.supersedeRegistrations(0)
	if live != 0 {
		events = append(events, InvitationExpired{Person: person, Invitation: live})
	}
	return append(events, byChannel(InvitedByEmail{
		Person: person, Tenure: s.tenure(), Invitation: len(s.Invitations) + 1, Inviter: c.Inviter, Batch: c.Batch,
		Department: c.Department, Workgroups: c.Workgroups,
		ExpiresAt: c.ExpiresAt, Corrects: c.Corrects, By: c.By, Apart: c.Apart, Personal: Invitee{Contact: c.Contact},
	})), nil
}

// registerByJoinLink lets an unproved address consume nothing and supersede
// nobody: several may wait for their proofs, and the first proof wins.
func registerByJoinLink(now time.Time, s State, c RegisterByJoinLink) ([]Event, error) {
	switch {
	case s.Employment.Active:
		return nil, errAlreadyEmployed()
	case s.awaitsApproval():
		return nil, errAlreadyRegistered()
	case c.Seat != 0 && slices.Contains(s.Forfeited, c.Seat):
		return nil, domain.Refuse(domain.Contended, "this took too long; try again")
	case s.openProofs(now) >= maxWaiting:
		return nil, domain.Refuse(domain.AlreadyRegistered, "this address has too many registrations that wait for their proof; use the link of one of the mails")
	}
	registered := Registered{
		Person: s.PersonIn(c.Slot), Tenure: s.tenure(), Registration: len(s.Registrations) + 1,
		Route: ByJoinLink, Generation: c.Generation, Seat: c.Seat, Department: c.Department, Judged: c.Judged, Credential: c.Credential, Personal: c.Details,
	}
	registered.Again = slices.ContainsFunc(s.Registrations, func(r Registration) bool { return r.Route == ByJoinLink && r.Generation == c.Generation })
	live := s.LiveInvitation()
	invited := live != 0 && now.Before(s.Invitations[live-1].ExpiresAt)
	switch {
	case invited:
		registered.Awaits, registered.ProveBy = Proof, c.ProveBy
		registered.Invitation, registered.Inviter = live, s.Invitations[live-1].Inviter
	case s.concern() != NoConcern:
		registered.Awaits, registered.Concern = Approval, s.concern()
	case c.Judged.Mode == "public":
	case c.Judged.Rule != "":
		registered.Awaits, registered.ProveBy = Proof, c.ProveBy
	default:
		registered.Awaits, registered.Concern = Approval, LinkModerated
	}
	if registered.Awaits != Nothing {
		return append(s.supersedeLapsed(now), registered), nil
	}
	events := s.supersedeRegistrations(0)
	if live != 0 {
		events = append(events, InvitationExpired{Person: registered.Person, Invitation: live})
	}
	employed := s.employ(registered.Person, Basis{Kind: PublicLink, Registration: registered.Registration, Generation: c.Generation})
	return append(events, registered, employed.placed(c.Department, nil, c.Gone)), nil
}

func redeem(now time.Time, s State, c Redeem) ([]Event, error) {
	if err := s.CheckInvitation(now, c.Invitation); err != nil {
		return nil, err
	}
	number := len(s.Registrations) + 1
	registered := Registered{
		Person: s.Person, Tenure: s.tenure(), Registration: number,
		Route: ByInvitation, Invitation: c.Invitation, Inviter: s.Invitations[c.Invitation-1].Inviter, Proved: true, Judged: c.Judged, Credential: c.Credential,
		Personal: Registrant{Contact: s.Contact, FirstName: c.FirstName, LastName: c.LastName},
	}
	if c.Concern != NoConcern {
		registered.Awaits, registered.Concern = Approval, c.Concern
	}
	events := append(s.supersedeRegistrations(0), registered,
		InvitationRedeemed{Person: s.Person, Invitation: c.Invitation, Registration: number})
	if registered.Awaits == Approval {
		return events, nil
	}
	return append(events, s.employInvited(c.Invitation, number, c.Gone)), nil
}

func prove(now time.Time, s State, c Prove) ([]Event, error) {
	if err := s.CheckProof(now, c.Registration); err != nil {
		return nil, err
	}
	registration := s.Registrations[c.Registration-1]
	proved := AddressProved{Person: s.Person, Registration: c.Registration, Credential: c.Credential}
	events := s.supersedeRegistrations(c.Registration)
	if registration.Status == AwaitingApproval {
		proved.Awaits, proved.Concern = Approval, registration.Concern
		return append(events, proved), nil
	}
	live := s.LiveInvitation()
	if live != 0 && now.Before(s.Invitations[live-1].ExpiresAt) {
		redeemed := InvitationRedeemed{Person: s.Person, Invitation: live, Registration: c.Registration}
		if c.Concern != NoConcern {
			proved.Awaits, proved.Concern = Approval, c.Concern
			return append(events, proved, redeemed), nil
		}
		return append(events, proved, redeemed, s.employInvited(live, c.Registration, c.Gone)), nil
	}
	if live != 0 {
		events = append(events, InvitationExpired{Person: s.Person, Invitation: live})
	}
	basis := Basis{Registration: c.Registration, Generation: registration.Generation}
	switch {
	case s.concern() != NoConcern:
		proved.Awaits, proved.Concern = Approval, s.concern()
		return append(events, proved), nil
	case registration.Judged.Mode == "public":
		basis.Kind = PublicLink
	case registration.Judged.Rule != "":
		basis.Kind, basis.Rule = DomainRule, registration.Judged.Rule
	default:
		proved.Awaits, proved.Concern = Approval, LinkModerated
		return append(events, proved), nil
	}
	return append(events, proved, s.employ(s.Person, basis).placed(registration.Department, nil, c.Gone)), nil
}

func approve(s State, c Approve) ([]Event, error) {
	number, err := s.decided(c.Registration, Admitted)
	if number == 0 {
		return nil, err
	}
	events := s.supersedeRegistrations(number)
	basis := Basis{Kind: ApprovedByAdmin, Registration: number, Approver: c.By}
	registration := s.Registrations[number-1]
	basis.Generation = registration.Generation
	placement := Invitation{Department: registration.Department}
	if n := registration.Invitation; n > 0 && n <= len(s.Invitations) && s.Invitations[n-1].stands() {
		placement = s.Invitations[n-1]
		basis.Invitation, basis.Inviter, basis.Batch = registration.Invitation, placement.Inviter, placement.Batch
	}
	if live := s.LiveInvitation(); live != 0 {
		events = append(events, InvitationSuperseded{Person: s.Person, Invitation: live})
	}
	employed := s.employ(s.Person, basis).placed(placement.Department, placement.Workgroups, c.Gone)
	return append(events, RegistrationApproved{Person: s.Person, Registration: number, By: c.By}, employed), nil
}

func reject(s State, c Reject) ([]Event, error) {
	var events []Event
	if waiting := s.Waiting(); c.Registration == 0 && len(waiting) > 1 { // one no is for all of them, and told once
		c.Registration = waiting[len(waiting)-1]
		events = s.supersedeRegistrations(c.Registration)
	}
	number, err := s.decided(c.Registration, Rejected)
	if number == 0 {
		return nil, err
	}
	return append(events, RegistrationRejected{
		Person: s.Person, Registration: number, By: c.By, Personal: Rejection{Reason: c.Reason},
	}), nil
}

// decided is the number of the waiting registration that an approval or a
// rejection means; zero and no error where it has been decided that way already.
func (s State) decided(number int, already RegistrationStatus) (int, error) {
	waiting := s.Waiting()
	switch {
	case number == 0 && len(waiting) == 0:
		return 0, domain.Refuse(domain.NothingToApprove, "no registration of this person waits for a decision")
	case number == 0 && len(waiting) == 1:
		return waiting[0], nil
	case number == 0:
		return 0, domain.Refuse(domain.RegistrationChanged, "several registrations of this contact wait; look at the list and name one").In("registration")
	case slices.Contains(waiting, number):
		return number, nil
	case number > 0 && number <= len(s.Registrations) && s.Registrations[number-1].Status == already:
		return 0, nil
	default:
		return 0, domain.Refuse(domain.RegistrationChanged, "this registration does not wait any more; look at the list again").In("registration")
	}
}

func registerDirectly(s State, c RegisterDirectly) ([]Event, error) {
	switch {
	case s.Employment.Active:
		return nil, errAlreadyEmployed()
	case s.awaitsApproval() && !c.MayApprove:
		return nil, errAlreadyRegistered()
	}
	person := s.PersonIn(c.Slot)
	events := append(s.supersedeEverything(),
		RegisteredDirectly{
			Person: person, Tenure: s.tenure(), Inviter: c.Inviter,
			WithoutConfirmation: c.WithoutConfirmation, Personal: c.Details,
		},
		s.employ(person, Basis{Kind: DirectRegistration, Inviter: c.Inviter}))
	counter := s.Credential.Counter + 1
	if c.WithoutConfirmation {
		return append(events, PasswordGenerated{Person: person, Counter: counter, ExpiresAt: c.PasswordExpiresAt}), nil
	}
	return append(events, PasswordLinkIssued{Person: person, Counter: counter, ExpiresAt: c.LinkExpiresAt}), nil
}

func registerFounder(s State, c RegisterFounder) ([]Event, error) {
	if s.Employment.Active || s.Employment.Dismissed {
		return nil, nil
	}
	person := s.PersonIn(c.Slot)
	employed := s.employ(person, Basis{Kind: Founding})
	employed.Role = domain.RoleAdministrator
	return append(s.supersedeEverything(),
		FounderRegistered{Person: person, Tenure: s.tenure(), Personal: c.Details},
		employed,
		PasswordSet{Person: person, Credential: c.Credential},
	), nil
}

func setPassword(now time.Time, s State, c SetPassword) ([]Event, error) {
	if err := s.CheckPasswordLink(now, c.Counter); err != nil {
		return nil, err
	}
	return []Event{PasswordSet{Person: s.Person, Credential: c.Credential}}, nil
}

func changePassword(now time.Time, s State, c ChangePassword) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, domain.Refuse(domain.NotEmployed, "only somebody with access has a password to change")
	case !s.Credential.works(now):
		return nil, domain.Refuse(domain.PasswordWrong, "there is no password to change yet, or its time has run out; use the link that was mailed").In("current")
	case s.Credential.Kind == ChosenCredential && s.Credential.ID == c.Credential:
		return nil, nil
	}
	return []Event{PasswordChanged{Person: s.Person, Credential: c.Credential}}, nil
}

func (s State) employ(person domain.PersonID, basis Basis) Employed {
	return Employed{
		Person: person, Tenure: s.tenure(), Epoch: s.Employment.Epoch + 1, Role: domain.RoleEmployee, Basis: basis,
	}
}

func (s State) employInvited(number, registration int, gone Gone) Employed {
	invitation := s.Invitations[number-1]
	kind := EmailInvitation
	if invitation.Channel == domain.ContactPhone {
		kind = SMSInvitation
	}
	return s.employ(s.Person, Basis{
		Kind: kind, Registration: registration, Invitation: number, Batch: invitation.Batch, Inviter: invitation.Inviter,
	}).placed(invitation.Department, invitation.Workgroups, gone)
}

func errAlreadyEmployed() error {
	return domain.Refuse(domain.AlreadyEmployed, "this contact belongs to an employee")
}

func errAlreadyRegistered() error {
	return domain.Refuse(domain.AlreadyRegistered, "this contact has registered and waits for approval")
}
