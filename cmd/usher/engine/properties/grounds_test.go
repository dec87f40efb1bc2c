package properties_test

import (
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// checkActor holds each event that somebody caused to what that one could do in
// the account at that moment.
func (t *truth) checkActor(c *company, event domain.Recorded) {
	if event.Metadata.Actor.Kind != domain.ActorPerson {
		return
	}
	actor := c.named(event.Metadata.Actor.Person)
	if !actor.access {
		t.fault(event, "whoever caused it has no access")
	}
	switch event.Event.(type) {
	case person.InvitedBySMS, person.InvitedByEmail, person.InvitationRevoked, person.ContactCorrected, person.RegisteredDirectly, batch.Event:
		if !c.mayInvite(actor) {
			t.fault(event, "whoever caused it may not invite")
		}
	case account.Event, person.RegistrationApproved, person.RegistrationRejected, person.MadeAdministrator, person.MadeAuditor,
		person.MadeEmployee, person.Dismissed, person.Rehired, person.Moved, person.JobTitleChanged, person.ProofSentAgain:
		if actor.role != domain.RoleAdministrator {
			t.fault(event, "whoever caused it is no administrator")
		}
	}
}

func (c *company) mayInvite(s *somebody) bool {
	return s.access && (s.role == domain.RoleAdministrator || c.everyone && s.role == domain.RoleEmployee)
}

// checkPerson holds an event about somebody to what was before it.
func (t *truth) checkPerson(c *company, s *somebody, event domain.Recorded) {
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		t.checkInvited(c, s, event, e.Batch, e.Corrects, e.Apart)
	case person.InvitedByEmail:
		t.checkInvited(c, s, event, e.Batch, e.Corrects, e.Apart)
	case person.Registered:
		t.checkJudged(c, event, e)
	case person.Employed:
		if s.access {
			t.fault(event, "has access already")
		}
		if e.Epoch <= s.epoch {
			t.fault(event, "sessions of an earlier time would be good again")
		}
		if (e.Role == domain.RoleAdministrator) != (e.Basis.Kind == person.Founding) || e.Role == domain.RoleAuditor {
			t.fault(event, "begins as %s", e.Role)
		}
		if why := c.lacks(s, event, e.Basis); why != "" {
			t.fault(event, "has access by %s: %s", e.Basis.Kind, why)
		}
	case person.InvitationExpired:
		if event.Time.Before(s.invitations[e.Invitation-1].expires) {
			t.fault(event, "before its time")
		}
	case person.RegistrationSuperseded:
		t.checkSuperseded(c, s.registrations[e.Registration-1], event)
	case person.LoginClaimed:
		if c.holds(s, e.Slot) || s.openInvitations() > 0 || s.awaitsApproval() {
			t.fault(event, "the contact is not vacant")
		}
	case person.LoginChanged:
		held := c.somebody(domain.PersonStream(e.Slot))
		if held.claim != e.Claim || held.claimer != event.Stream || !s.access || held.claimersEpoch != s.epoch {
			t.fault(event, "the contact is not claimed for this person, who has had access since")
		}
	case person.LoginReleased:
		if claimer := c.somebody(s.claimer); claimer.access && claimer.took == e.Claim {
			t.fault(event, "somebody signs in by this contact")
		}
	}
}

// checkSuperseded lets what waits for an administrator be taken out of his hands by
// another administrator, and by whoever proves an address that nobody had proved.
func (t *truth) checkSuperseded(c *company, was registration, event domain.Recorded) {
	by := event.Metadata.Actor
	proves := by.Kind == domain.ActorLink && !was.Proved
	if was.approval && !proves && c.named(by.Person).role != domain.RoleAdministrator {
		t.fault(event, "waits for an administrator")
	}
}

// holds reports whether the contact is more than nothing to its own person, who is
// not the one that comes back to it.
func (c *company) holds(s *somebody, by domain.Slot) bool {
	return (s.access || s.ended) && s != c.people[domain.PersonStream(by)]
}

func (t *truth) checkInvited(c *company, s *somebody, event domain.Recorded, in domain.BatchID, corrects domain.PersonID, apart bool) {
	sent := c.batches[in]
	switch {
	case s.access:
		t.fault(event, "has access")
	case s.awaitsApproval():
		t.fault(event, "waits for approval")
	case sent == nil:
		t.fault(event, "in no batch of this account")
	case sent.revoked != apart:
		t.fault(event, "in a batch that was revoked, or apart from one that was not")
	case event.Metadata.Actor.Kind != domain.ActorPerson && corrects.IsZero():
		t.fault(event, "by nobody")
	case !s.claim.IsZero() && c.somebody(s.claimer) != s:
		t.fault(event, "while the contact is held for another")
	}
}

// lacks says what somebody's access is not founded on; empty where it is.
func (c *company) lacks(s *somebody, event domain.Recorded, basis person.Basis) string {
	if !s.claim.IsZero() && c.somebody(s.claimer) != s && basis.Kind != person.Founding {
		return "the contact is held for another"
	}
	switch basis.Kind {
	case person.Founding:
		if domain.PersonStream(c.founder) != event.Stream || s.ended {
			return "somebody else founded the account"
		}
	case person.SMSInvitation, person.EmailInvitation:
		return c.lacksInvitation(s, event, basis)
	case person.PublicLink, person.DomainRule:
		return c.lacksJoinLink(s, event, basis)
	case person.ApprovedByAdmin:
		approved, ok := said[person.RegistrationApproved](s)
		if !ok || approved.Registration != basis.Registration || approved.By != basis.Approver || event.Metadata.Actor.Person != basis.Approver {
			return "nobody approved this registration"
		}
	case person.DirectRegistration:
		direct, ok := said[person.RegisteredDirectly](s)
		if !ok || direct.Inviter != basis.Inviter || event.Metadata.Actor.Person != basis.Inviter {
			return "nobody registered this person"
		}
	case person.Rehiring:
		if rehired, ok := said[person.Rehired](s); !ok || !s.ended || rehired.By != event.Metadata.Actor.Person {
			return "nobody rehired this person"
		}
	default:
		return "there is no such reason"
	}
	return ""
}

func (c *company) lacksInvitation(s *somebody, event domain.Recorded, basis person.Basis) string {
	if basis.Invitation < 1 || basis.Invitation > len(s.invitations) {
		return "there is no such invitation"
	}
	by := s.invitations[basis.Invitation-1]
	redeemed, ok := said[person.InvitationRedeemed](s)
	switch {
	case !ok || redeemed.Invitation != basis.Invitation || redeemed.Registration != basis.Registration:
		return "the invitation is not redeemed"
	case by.kind != basis.Kind || by.inviter != basis.Inviter || by.batch != basis.Batch:
		return "the invitation is another one"
	case !event.Time.Before(by.expires):
		return "the invitation's time was out"
	case c.batches[by.batch].revoked && !by.apart:
		return "the batch was revoked"
	case c.moderated:
		return "invited people wait for approval, too"
	case !c.named(by.inviter).access && !c.named(by.sender).access:
		return "the inviter has no access any more"
	case !s.registrations[basis.Registration-1].Proved && !provedNow(s, basis.Registration):
		return "the address is not proved"
	}
	return ""
}

func (c *company) lacksJoinLink(s *somebody, event domain.Recorded, basis person.Basis) string {
	if basis.Registration < 1 || basis.Registration > len(s.registrations) {
		return "there is no such registration"
	}
	form := s.registrations[basis.Registration-1]
	proved := provedNow(s, basis.Registration)
	switch {
	case form.Route != person.ByJoinLink || form.Generation != basis.Generation:
		return "the registration did not come by this link"
	case s.ended || s.rejected:
		return "an administrator has said no before"
	case basis.Kind == person.PublicLink && (form.InForce.Mode != string(account.Public) || !form.public):
		return "the link was not public"
	case basis.Kind == person.DomainRule && (basis.Rule != form.InForce.Rule || basis.Rule == "" || !proved || !fits(basis.Rule, form.Personal.Contact)):
		return "the address is not proved, or of another domain"
	case !proved && (c.closed || c.link != basis.Generation):
		return "the link was closed, or replaced"
	case proved && !event.Time.Before(form.ProveBy):
		return "the proof's time was out"
	}
	return ""
}

func provedNow(s *somebody, number int) bool {
	proved, ok := said[person.AddressProved](s)
	return ok && proved.Registration == number
}

// fits reports whether an address is of a domain, or of one below "*.domain".
func fits(rule string, contact domain.Contact) bool {
	if below, wildcard := strings.CutPrefix(rule, "*"); wildcard {
		return strings.HasSuffix(contact.Domain(), below)
	}
	return contact.Domain() == rule
}

// checkJudged holds what a registration was judged under to the account's settings.
func (t *truth) checkJudged(c *company, event domain.Recorded, e person.Registered) {
	if e.InForce.Mode != string(c.mode) {
		t.fault(event, "judged under %s", e.InForce.Mode)
	}
	if e.InForce.Rule != "" && (!slices.Contains(c.domains, e.InForce.Rule) || !fits(e.InForce.Rule, e.Personal.Contact)) {
		t.fault(event, "judged under the rule %s", e.InForce.Rule)
	}
	if e.Route == person.ByJoinLink && (c.closed || c.link != e.Generation) {
		t.fault(event, "by a link that was closed or replaced")
	}
}
