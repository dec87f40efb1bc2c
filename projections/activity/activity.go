package activity

import (
	"slices"
	"strconv"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Entry is something that happened in the account.
type Entry struct {
	ID string `json:"id"`
	// Kind is the event's name on the wire, or InvitationsSent.
	Kind Kind      `json:"kind"`
	At   time.Time `json:"at"`
	// Actor is who did it; zero where somebody joined and nobody let them in.
	Actor domain.Actor `json:"actor,omitzero"`
	// People is who joined, or the first of those invited.
	People []domain.PersonID `json:"people,omitempty"`
	// Count is how many were invited, and Channel how.
	Count   int           `json:"count,omitzero"`
	Channel batch.Channel `json:"channel,omitzero"`
	// Basis is why somebody joined.
	Basis person.BasisKind `json:"basis,omitzero"`
	// About is the name of what was made, or the value that was chosen.
	About string `json:"about,omitzero"`
	// Department, Parent and Workgroup are which ones it is about.
	Department domain.DepartmentID `json:"department,omitzero"`
	Parent     domain.DepartmentID `json:"parent,omitzero"`
	Workgroup  domain.WorkgroupID  `json:"workgroup,omitzero"`
	// Unplaced is what was chosen for somebody who joined and was there no more.
	Unplaced projections.Unplaced `json:"gone,omitzero"`
	// Position is where in the log the entry began.
	Position domain.Position `json:"position"`
}

// Kind is an event type, or a summary's name.
type Kind string

const (
	// InvitationsSent is one bulk invitation.
	InvitationsSent Kind = "invitations_sent"
	// InvitationsRevoked is invitations that were taken back together.
	InvitationsRevoked Kind = "invitations_revoked"
)

// maxPeople bounds how many of those invited an entry names.
const maxPeople = 20

// View returns the read model.
func View() projections.View {
	return projections.Definition[Entry]{
		ViewName:    "activity",
		ViewVersion: 3,
		Facets:      []string{"kind"},
		Keys:        keys,
		Row:         row,
		Index:       index,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	id := event.ID.String()
	if revoked, ok := event.Event.(person.InvitationRevoked); ok && revoked.Why != person.BatchRevoked {
		id = "revoked/" + event.Metadata.Correlation.String()
	} else if sent, ok := invitationIn(event.Event); ok {
		if !sent.batch.IsZero() {
			id = "batch/" + sent.batch.String()
		}
	} else if _, ok := entryOf(event); !ok {
		return nil
	}
	if event.Metadata.Account.IsZero() {
		return nil
	}
	return []projections.Key{{Account: event.Metadata.Account, ID: id}}
}

func row(key projections.Key, before *Entry, event domain.Recorded) *Entry {
	if sent, ok := invitationIn(event.Event); ok {
		return count(key, before, event, sent)
	}
	if revoked, ok := event.Event.(person.InvitationRevoked); ok {
		return countRevoked(key, before, event, revoked)
	}
	after, ok := entryOf(event)
	if !ok {
		return before
	}
	after.ID, after.At, after.Position = key.ID, event.Time, event.Position
	return &after
}

// invitation is what the two ways of inviting have in common.
type invitation struct {
	batch   domain.BatchID
	person  domain.PersonID
	inviter domain.PersonID
	channel batch.Channel
}

func invitationIn(event domain.Event) (invitation, bool) {
	switch e := event.(type) {
	case person.InvitedBySMS:
		return invitation{batch: e.Batch, person: e.Person, inviter: e.Inviter, channel: batch.SMS}, e.Resent == 0 && e.Corrects.IsZero()
	case person.InvitedByEmail:
		return invitation{batch: e.Batch, person: e.Person, inviter: e.Inviter, channel: batch.Email}, e.Resent == 0 && e.Corrects.IsZero()
	}
	return invitation{}, false
}

func count(key projections.Key, before *Entry, event domain.Recorded, sent invitation) *Entry {
	after := Entry{
		ID: key.ID, Kind: InvitationsSent, At: event.Time, Position: event.Position,
		Actor: domain.Actor{Kind: domain.ActorPerson, Person: sent.inviter}, Channel: sent.channel,
	}
	if before != nil {
		after = *before
	}
	after.Count++
	if len(after.People) < maxPeople {
		after.People = append(slices.Clone(after.People), sent.person)
	}
	return &after
}

// countRevoked makes one entry of all invitations that were taken back together.
func countRevoked(key projections.Key, before *Entry, event domain.Recorded, revoked person.InvitationRevoked) *Entry {
	after := Entry{ID: key.ID, Kind: InvitationsRevoked, At: event.Time, Position: event.Position, Actor: by(revoked.By)}
	if before != nil {
		after = *before
	}
	after.Count++
	return &after
}

// entryOf is the entry of an event that is shown by itself; false for others.
func entryOf(event domain.Recorded) (Entry, bool) {
	if joining, ok := projections.JoiningIn(event); ok {
		entry := joined(joining)
		if employed, ok := event.Event.(person.Employed); ok {
			entry.Unplaced = projections.UnplacedOf(employed)
		}
		return entry, true
	}
	entry := Entry{Kind: Kind(event.Event.Type()), Actor: event.Metadata.Actor}
	if entry, ok := rearranged(entry, event.Event); ok {
		return entry, true
	}
	if entry, ok := employed(entry, event); ok {
		return entry, true
	}
	return configured(entry, event.Event)
}

// employed is the entry of a change to an employee or an invitee; false for other
// events.
func employed(entry Entry, event domain.Recorded) (Entry, bool) {
	entry.People = []domain.PersonID{event.Event.About()}
	switch e := event.Event.(type) {
	case person.Moved:
		entry.Department = e.Department
		if entry.Department.IsZero() {
			entry.Department = domain.RootDepartment(event.Metadata.Account)
		}
	case person.WorkgroupJoined:
		entry.Workgroup = e.Workgroup
	case person.WorkgroupLeft:
		entry.Workgroup = e.Workgroup
	case person.JobTitleChanged, person.NameChanged:
	case person.LoginChanged: // by the link that proved the new one
		entry.Actor = by(e.Person)
	case batch.Revoked:
		entry.Actor, entry.People = by(e.By), nil
	case batch.Stopped:
		entry.Actor, entry.People = by(e.By), nil
	case person.ContactCorrected:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.To}
	case person.MadeAdministrator:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.Person}
	case person.MadeAuditor:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.Person}
	case person.MadeEmployee:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.Person}
	case person.Dismissed:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.Person}
	default:
		return Entry{}, false
	}
	return entry, true
}

// configured is the entry of a change to the account's settings; false for other
// events.
func configured(entry Entry, event domain.Event) (Entry, bool) {
	switch e := event.(type) {
	case account.RegistrationModeChanged:
		entry.About = string(e.Mode)
	case account.PlanChanged:
		entry.About = string(e.Plan)
	case account.Renamed:
		entry.About = e.Name
	case account.CountryChanged:
		entry.About = e.Country
	case account.LanguageChanged:
		entry.About = e.Language
	case account.TimeZoneChanged:
		entry.About = e.TimeZone
	case account.InvitationPolicyChanged:
		entry.About = strconv.Itoa(e.Days)
	case account.InvitingOpenedToEveryone, account.InvitingLimitedToAdministrators, account.DomainRulesChanged,
		account.GreetingChanged, account.InvitedPeopleModerated, account.InvitedPeopleTrusted,
		account.PasswordPolicyChanged, account.JoinLinkRotated, account.JoinLinkDisabled, account.JoinLinkEnabled,
		account.JoinLinkLimited, account.LimitsChanged, account.Closed, account.Opened:
		// these say enough by their names
	default:
		return Entry{}, false
	}
	return entry, true
}

// by is who decided, though a policy may have finished it.
func by(id domain.PersonID) domain.Actor {
	return domain.Actor{Kind: domain.ActorPerson, Person: id}
}

func joined(joining projections.Joining) Entry {
	entry := Entry{Kind: Kind(joining.Kind), People: []domain.PersonID{joining.Person}, Basis: joining.Basis}
	switch {
	case joining.Basis == person.Founding:
		entry.Actor = domain.Actor{Kind: domain.ActorPerson, Person: joining.Person}
	case !joining.By.IsZero():
		entry.Actor = domain.Actor{Kind: domain.ActorPerson, Person: joining.By}
	}
	return entry
}

// Kinds returns the kinds of the entries that these events make, in their order.
func Kinds(events []domain.Event) []Kind {
	var kinds []Kind
	for _, event := range events {
		entry, shown := entryOf(domain.Recorded{Event: event})
		if _, sent := invitationIn(event); sent {
			entry.Kind, shown = InvitationsSent, true
		}
		if _, revoked := event.(person.InvitationRevoked); revoked {
			entry.Kind, shown = InvitationsRevoked, true
		}
		if shown && !slices.Contains(kinds, entry.Kind) {
			kinds = append(kinds, entry.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func index(_ projections.Key, e *Entry) projections.Index {
	return projections.Index{Sort: projections.InLogOrder(e.Position), At: e.At, Facets: []string{string(e.Kind)}}
}
