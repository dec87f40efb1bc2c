package person_test

import (
	"slices"
	"testing"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

// What the scenarios are about: Anna comes, Boris invites, Carla administers.
// A scenario's time is that of domaintest.Now; what ends at open is alive
// then, and what ends at over is not.
var (
	slot    = domain.Slot{1}
	anna    = domain.PersonIDFor(slot, 1)
	boris   = domain.PersonID{2}
	carla   = domain.PersonID{3}
	mailing = domain.BatchID{4}
	sales   = domain.DepartmentID{5}
	chess   = domain.WorkgroupID{6}
	choir   = domain.WorkgroupID{7}
	phone   = domain.Contact{Kind: domain.ContactPhone, Address: "+441632960000"}
	email   = domain.Contact{Kind: domain.ContactEmail, Address: "anna@acme.example"}

	over = domaintest.Now()
	open = over.Add(time.Second)
	week = over.Add(7 * 24 * time.Hour)
)

const rule = "acme.example"

func given(t *testing.T, events ...person.Event) domaintest.Scenario[person.State, person.Command, person.Event] {
	t.Helper()
	return domaintest.Given(t, person.Decider(), events...)
}

func after(events ...person.Event) person.State {
	return person.Decider().Fold(person.State{}, events...)
}

// with joins stories.
func with(stories ...[]person.Event) []person.Event { return slices.Concat(stories...) }

func one(events ...person.Event) []person.Event { return events }

func credential(registration int) domain.CredentialID {
	return domain.CredentialID{0xc, byte(registration)}
}

// registrant is what the registration of this number says; each says something else.
func registrant(registration int) person.Registrant {
	last := []string{"", "Archer", "Baker", "Cooper", "Dyer"}[registration]
	return person.Registrant{Contact: email, FirstName: "Anna", LastName: last}
}

func invitedBySMS(number int, expires time.Time) person.Event {
	return person.InvitedBySMS{
		Person: anna, Tenure: 1, Invitation: number, Inviter: boris, Batch: mailing, ExpiresAt: expires,
		Personal: person.Invitee{Contact: phone},
	}
}

func invitedByEmail(number int, expires time.Time) person.Event {
	return person.InvitedByEmail{
		Person: anna, Tenure: 1, Invitation: number, Inviter: boris, Batch: mailing, ExpiresAt: expires,
		Department: sales, Workgroups: []domain.WorkgroupID{chess, choir}, Personal: person.Invitee{Contact: email},
	}
}

func invite(contact domain.Contact) person.Command {
	invite := person.Invite{Slot: slot, Contact: contact, Inviter: boris, Batch: mailing, ExpiresAt: week}
	if contact.Kind == domain.ContactEmail {
		invite.Department, invite.Workgroups = sales, []domain.WorkgroupID{chess, choir}
	}
	return invite
}

func invitationExpired(number int) person.Event {
	return person.InvitationExpired{Person: anna, Invitation: number}
}

func invitationSuperseded(number int) person.Event {
	return person.InvitationSuperseded{Person: anna, Invitation: number}
}

func invitationRedeemed(number, registration int) person.Event {
	return person.InvitationRedeemed{Person: anna, Invitation: number, Registration: registration}
}

// Settings that a registration is judged under.
var (
	moderated = person.InForce{Mode: "moderated"}
	ruled     = person.InForce{Mode: "moderated", Rule: rule}
	public    = person.InForce{Mode: "public"}
)

// joined is a registration by the join link.
func joined(number int, awaits person.Awaits, judged person.InForce) person.Registered {
	registered := person.Registered{
		Person: anna, Tenure: 1, Registration: number, Again: number > 1, Route: person.ByJoinLink, Generation: 8,
		Awaits: awaits, InForce: judged, Credential: credential(number), Personal: registrant(number),
	}
	switch awaits {
	case person.Proof:
		registered.ProveBy = open
	case person.Approval:
		registered.Concern = person.LinkModerated
	case person.Nothing:
	}
	return registered
}

// because is a registration that waits for an approval for another reason.
func because(concern person.Concern, registered person.Registered) person.Event {
	registered.Concern = concern
	return registered
}

// joinedWhileInvited is one that will redeem an invitation once it is proved.
func joinedWhileInvited(number, invitation int, judged person.InForce) person.Registered {
	registered := joined(number, person.Proof, judged)
	registered.Invitation, registered.Inviter = invitation, boris
	return registered
}

// join is the command that leads to joined of the same number.
func join(number int, judged person.InForce) person.Command {
	return person.RegisterByJoinLink{
		Slot: slot, Generation: 8, InForce: judged, ProveBy: open, Credential: credential(number), Details: registrant(number),
	}
}

// cameByInvitation is a registration by a personal link.
func cameByInvitation(number, invitation int, contact domain.Contact, awaits person.Awaits) person.Event {
	who := registrant(number)
	who.Contact = contact
	registered := person.Registered{
		Person: anna, Tenure: 1, Registration: number, Route: person.ByInvitation, Invitation: invitation, Inviter: boris, Proved: true,
		Awaits: awaits, InForce: moderated, Credential: credential(number), Personal: who,
	}
	if awaits == person.Approval {
		registered.Concern = person.InvitedWait
	}
	return registered
}

// redeem is the command that leads to cameByInvitation of the same number.
func redeem(invitation, number int) person.Redeem {
	return person.Redeem{
		Invitation: invitation, InForce: moderated, Credential: credential(number),
		FirstName: registrant(number).FirstName, LastName: registrant(number).LastName,
	}
}

func redeemModerated(invitation, number int) person.Command {
	command := redeem(invitation, number)
	command.Concern = person.InvitedWait
	return command
}

func proved(registration int, concern person.Concern) person.Event {
	event := person.AddressProved{Person: anna, Registration: registration, Concern: concern}
	if concern != person.NoConcern {
		event.Awaits = person.Approval
	}
	return event
}

func prove(registration int) person.Command { return person.Prove{Registration: registration} }

func superseded(registration int) person.Event {
	return person.RegistrationSuperseded{Person: anna, Registration: registration}
}

func approved(registration int) person.Event {
	return person.RegistrationApproved{Person: anna, Registration: registration, By: carla}
}

func approve(registration int) person.Command {
	return person.Approve{Registration: registration, By: carla}
}

func rejected(registration int) person.Event {
	return person.RegistrationRejected{
		Person: anna, Registration: registration, By: carla, Personal: person.Rejection{Reason: "not known here"},
	}
}

func reject(registration int) person.Command {
	return person.Reject{Registration: registration, By: carla, Reason: "not known here"}
}

func employed(basis person.Basis) person.Employed {
	return person.Employed{Person: anna, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee, Basis: basis}
}

// employedInSales is employed with the placement of invitedByEmail.
func employedInSales(basis person.Basis) person.Event {
	employed := employed(basis)
	employed.Department, employed.Workgroups = sales, []domain.WorkgroupID{chess, choir}
	return employed
}

// The bases of employment, each for the numbers that the scenarios need.
func throughSMS(invitation, registration int) person.Basis {
	return person.Basis{Kind: person.SMSInvitation, Registration: registration, Invitation: invitation, Batch: mailing, Inviter: boris}
}

func throughEmail(invitation, registration int) person.Basis {
	return person.Basis{Kind: person.EmailInvitation, Registration: registration, Invitation: invitation, Batch: mailing, Inviter: boris}
}

func throughPublicLink(registration int) person.Basis {
	return person.Basis{Kind: person.PublicLink, Registration: registration, Generation: 8}
}

func throughRule(registration int) person.Basis {
	return person.Basis{Kind: person.DomainRule, Registration: registration, Generation: 8, Rule: rule}
}

func throughApproval(registration int) person.Basis {
	return person.Basis{Kind: person.ApprovedByAdmin, Registration: registration, Generation: 8, Approver: carla}
}

// throughApprovalOfInvited is the approval of a registration that an invitation led to.
func throughApprovalOfInvited(invitation, registration int) person.Basis {
	return person.Basis{
		Kind: person.ApprovedByAdmin, Registration: registration, Approver: carla,
		Invitation: invitation, Inviter: boris, Batch: mailing,
	}
}

var colleague = person.Colleague{Contact: email, FirstName: "Anna", LastName: "Dyer", JobTitle: "Clerk"}

func registerDirectly(withoutConfirmation bool) person.RegisterDirectly {
	return person.RegisterDirectly{
		MayApprove: true,
		Slot:       slot, Inviter: boris, WithoutConfirmation: withoutConfirmation,
		PasswordExpiresAt: open, LinkExpiresAt: week, Details: colleague,
	}
}

func registeredDirectly(withoutConfirmation bool) []person.Event {
	return []person.Event{
		person.RegisteredDirectly{
			Person: anna, Tenure: 1, Inviter: boris, WithoutConfirmation: withoutConfirmation, Personal: colleague,
		},
		employed(person.Basis{Kind: person.DirectRegistration, Inviter: boris}),
	}
}

func generatedPassword() []person.Event {
	return with(registeredDirectly(true), one(person.PasswordGenerated{Person: anna, Counter: 1, ExpiresAt: open}))
}

func passwordLink() []person.Event {
	return with(registeredDirectly(false), one(person.PasswordLinkIssued{Person: anna, Counter: 1, ExpiresAt: week}))
}

func passwordSet(number int) person.Event {
	return person.PasswordSet{Person: anna, Credential: credential(number)}
}

func passwordChanged(number int) person.Event {
	return person.PasswordChanged{Person: anna, Credential: credential(number)}
}

// Stories that several tests begin with.
func employedByPublicLink() []person.Event {
	return one(joined(1, person.Nothing, public), employed(throughPublicLink(1)))
}

func employedBySMS() []person.Event {
	return one(invitedBySMS(1, open), cameByInvitation(1, 1, phone, person.Nothing), invitationRedeemed(1, 1), employed(throughSMS(1, 1)))
}

func founder() []person.Event {
	employed := employed(person.Basis{Kind: person.Founding})
	employed.Role = domain.RoleAdministrator
	return one(person.FounderRegistered{Person: anna, Tenure: 1, Personal: registrant(1)}, employed, passwordSet(1))
}
