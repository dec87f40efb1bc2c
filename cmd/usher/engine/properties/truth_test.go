package properties_test

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// truth is what the events of a log say, and nothing else; it shares no code with
// the deciders. What must not be is a fault, with the event at which it was seen.
type truth struct {
	companies map[domain.AccountID]*company
	streams   map[domain.StreamName]domain.AccountID
	faults    []string
}

type company struct {
	founder   domain.Slot
	mode      account.Mode
	domains   []string
	everyone  bool // may invite
	moderated bool // those who are invited, too
	closed    bool // the join link
	link      uint64
	counted   map[domain.PersonID]bool
	people    map[domain.StreamName]*somebody
	batches   map[domain.BatchID]*sending
	opened    []domain.BatchID
}

type sending struct {
	channel batch.Channel
	inviter domain.PersonID
	revoked bool
}

// somebody is a contact of an account, and whoever comes by it.
type somebody struct {
	id            domain.PersonID
	access, ended bool // has it; had it, and was dismissed
	rejected      bool // at least once
	role          domain.Role
	epoch         int
	invitations   []invitation
	registrations []registration
	login         domain.StreamName // where the contact is by which the person signs in
	took          domain.ClaimID    // by which that became so; zero where it is the person's own
	claim         domain.ClaimID    // on this contact, open; zero for none
	claimer       domain.StreamName
	claimersEpoch int
	claimEnds     time.Time
	// what the last append has said so far
	cause domain.CommandID
	said  []domain.Event
}

type invitation struct {
	open    bool
	kind    person.BasisKind
	inviter domain.PersonID
	sender  domain.PersonID // who sent it again, or corrected the contact, and stands for it too
	batch   domain.BatchID
	expires time.Time
	apart   bool // sent again after its batch was revoked, of which it is no part any more
}

type registration struct {
	person.Registered
	open     bool
	approval bool // is waited for
	public   bool // by the account's mode when it came
}

func newTruth() *truth {
	return &truth{companies: map[domain.AccountID]*company{}, streams: map[domain.StreamName]domain.AccountID{}}
}

func (t *truth) fault(event domain.Recorded, format string, about ...any) {
	t.faults = append(t.faults, fmt.Sprintf("%s in %s: ", event.Event.Type(), event.Stream)+fmt.Sprintf(format, about...))
}

// learn takes in one more event.
func (t *truth) learn(event domain.Recorded) {
	in := event.Metadata.Account
	if known, ok := t.streams[event.Stream]; ok && known != in {
		t.fault(event, "the stream belongs to another account")
	}
	t.streams[event.Stream] = in
	if t.companies[in] == nil {
		t.companies[in] = &company{
			mode: account.Moderated, link: 1, counted: map[domain.PersonID]bool{},
			people: map[domain.StreamName]*somebody{}, batches: map[domain.BatchID]*sending{},
		}
	}
	c := t.companies[in]
	t.checkActor(c, event)
	switch e := event.Event.(type) {
	case account.Event:
		c.learn(e)
	case batch.Opened:
		c.batches[e.Batch] = &sending{channel: e.Channel, inviter: e.Inviter}
		c.opened = append(c.opened, e.Batch)
	case batch.Revoked:
		c.batches[e.Batch].revoked = true
	case person.Event:
		s := c.somebody(event.Stream)
		if event.Metadata.Causation != s.cause {
			s.cause, s.said = event.Metadata.Causation, nil
		}
		t.checkPerson(c, s, event)
		s.learn(e, event.Stream, c)
		s.said = append(s.said, e)
	}
}

func (c *company) learn(event account.Event) {
	switch e := event.(type) {
	case account.Founded:
		c.founder = e.Administrator.Slot
		c.counted[e.Administrator.Person] = true
	case account.InvitingOpenedToEveryone:
		c.everyone = true
	case account.InvitingLimitedToAdministrators:
		c.everyone = false
	case account.RegistrationModeChanged:
		c.mode = e.Mode
	case account.DomainRulesChanged:
		c.domains = e.Domains
	case account.InvitedPeopleModerated:
		c.moderated = true
	case account.InvitedPeopleTrusted:
		c.moderated = false
	case account.JoinLinkRotated:
		c.link = e.Generation
	case account.JoinLinkDisabled:
		c.closed = true
	case account.JoinLinkEnabled:
		c.closed = false
	case account.AdministratorCounted:
		c.counted[e.Person] = true
	case account.AdministratorUncounted:
		delete(c.counted, e.Person)
	}
}

func (c *company) somebody(stream domain.StreamName) *somebody {
	if c.people[stream] == nil {
		c.people[stream] = &somebody{login: stream}
	}
	return c.people[stream]
}

// named is the person of an id; nobody where there is none.
func (c *company) named(id domain.PersonID) *somebody {
	for _, s := range c.people {
		if s.id == id && !id.IsZero() {
			return s
		}
	}
	return &somebody{}
}

func (s *somebody) invited(id domain.PersonID, one invitation) {
	s.id, one.open = id, true
	s.invitations = append(s.invitations, one)
}

// opens reports whether somebody can come by a link that invites.
func (c *company) opens(s *somebody, number int, now time.Time) bool {
	one := s.invitations[number-1]
	return one.open && now.Before(one.expires) && (one.apart || !c.batches[one.batch].revoked)
}

func (s *somebody) learn(event person.Event, stream domain.StreamName, c *company) {
	switch e := event.(type) {
	case person.InvitedBySMS:
		s.invited(e.Person, invitation{kind: person.SMSInvitation, inviter: e.Inviter, sender: e.By, batch: e.Batch, expires: e.ExpiresAt, apart: e.Apart})
	case person.InvitedByEmail:
		s.invited(e.Person, invitation{kind: person.EmailInvitation, inviter: e.Inviter, sender: e.By, batch: e.Batch, expires: e.ExpiresAt, apart: e.Apart})
	case person.InvitationRedeemed:
		s.closeInvitation(e.Invitation)
	case person.InvitationSuperseded:
		s.closeInvitation(e.Invitation)
	case person.InvitationExpired:
		s.closeInvitation(e.Invitation)
	case person.InvitationRevoked:
		s.closeInvitation(e.Invitation)
	case person.InvitationDeclined:
		s.closeInvitation(e.Invitation)
	case person.ContactCorrected:
		s.closeInvitation(e.Invitation)
	case person.Registered:
		s.id = e.Person
		s.registrations = append(s.registrations, registration{
			Registered: e, open: e.Awaits != person.Nothing, approval: e.Awaits == person.Approval, public: c.mode == account.Public,
		})
	case person.ProofSentAgain:
		s.registrations[e.Registration-1].ProveBy = e.ProveBy
	case person.AddressProved:
		s.registrations[e.Registration-1].open = e.Awaits == person.Approval
		s.registrations[e.Registration-1].approval = e.Awaits == person.Approval
		s.registrations[e.Registration-1].Proved = true
	case person.RegistrationApproved:
		s.closeRegistration(e.Registration)
	case person.RegistrationRejected:
		s.closeRegistration(e.Registration)
		s.rejected = true
	case person.RegistrationSuperseded:
		s.closeRegistration(e.Registration)
	case person.RegisteredDirectly:
		s.id = e.Person
	case person.FounderRegistered:
		s.id = e.Person
	case person.Employed:
		s.access, s.role, s.epoch = true, e.Role, e.Epoch
		if e.Basis.Kind != person.Rehiring {
			s.login, s.took = stream, domain.ClaimID{}
		}
	case person.MadeAdministrator:
		s.role = domain.RoleAdministrator
	case person.MadeAuditor:
		s.role = domain.RoleAuditor
	case person.MadeEmployee:
		s.role = domain.RoleEmployee
	case person.Dismissed:
		s.access, s.ended, s.epoch = false, true, e.Epoch
	case person.SessionsEnded:
		s.epoch = e.Epoch
	case person.LoginClaimed:
		s.claim, s.claimer, s.claimersEpoch, s.claimEnds = e.Claim, domain.PersonStream(e.Slot), e.Epoch, e.ExpiresAt
	case person.LoginReleased:
		s.claim = domain.ClaimID{}
	case person.LoginChanged:
		s.login, s.took = domain.PersonStream(e.Slot), e.Claim
	}
}

func (s *somebody) closeInvitation(number int)   { s.invitations[number-1].open = false }
func (s *somebody) closeRegistration(number int) { s.registrations[number-1].open = false }

func (s *somebody) openInvitations() int {
	open := 0
	for _, one := range s.invitations {
		if one.open {
			open++
		}
	}
	return open
}

func (s *somebody) awaitsApproval() bool {
	return slices.ContainsFunc(s.registrations, func(r registration) bool { return r.open && r.approval })
}

func (s *somebody) awaits() bool {
	return slices.ContainsFunc(s.registrations, func(r registration) bool { return r.open })
}

// said is the event of a type among what the append has said so far.
func said[E any](s *somebody) (found E, ok bool) {
	for _, event := range s.said {
		if found, ok = event.(E); ok {
			return found, true
		}
	}
	return found, false
}

// stands says what must not be between two commands, even where a crash ended
// the one before.
func (t *truth) stands() []string {
	var wrong []string
	for _, c := range t.companies {
		administrators, founded := 0, false
		holders := map[domain.StreamName]int{} // of each contact
		for stream, s := range c.people {
			if stream == domain.PersonStream(c.founder) && (s.access || s.ended) {
				founded = true
			}
			open := s.openInvitations()
			if open > 1 {
				wrong = append(wrong, fmt.Sprintf("%s has %d open invitations", stream, open))
			}
			if !s.access {
				continue
			}
			if open > 0 || s.awaits() {
				wrong = append(wrong, fmt.Sprintf("%s has access, and is invited or waits", stream))
			}
			if s.role == domain.RoleAdministrator {
				administrators++
			}
			holders[stream]++
			if s.login != stream {
				holders[s.login]++
			}
		}
		for _, contact := range slices.Sorted(maps.Keys(holders)) {
			if holders[contact] > 1 {
				wrong = append(wrong, fmt.Sprintf("the contact of %s belongs to %d employees", contact, holders[contact]))
			}
			if s := c.people[contact]; !s.access && (s.openInvitations() > 0 || s.awaitsApproval()) {
				wrong = append(wrong, fmt.Sprintf("%s is somebody's login, and is invited or waits", contact))
			}
		}
		if founded && administrators == 0 {
			wrong = append(wrong, "there is no administrator")
		}
		if len(c.counted) == 0 && !c.founder.IsZero() {
			wrong = append(wrong, "no administrator is counted")
		}
		for id := range c.counted {
			if s := c.named(id); founded && (!s.access || s.role != domain.RoleAdministrator) {
				wrong = append(wrong, "somebody is counted who is no administrator")
			}
		}
	}
	slices.Sort(wrong)
	return append(slices.Clone(t.faults), wrong...)
}
