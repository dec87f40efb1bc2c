package activity

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
)

// Entry is something that happened in the account.
type Entry struct {
	ID string `json:"id"`
	// Kind is the event's name on the wire, or InvitationsSent.
	Kind Kind      `json:"kind"`
	At   time.Time `json:"at"`
	// Actor is who did it; zero where somebody joined and nobody let him in.
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
	// Position is where in the log the entry began.
	Position domain.Position `json:"position"`
}

// Kind is an event type, or a summary's name.
type Kind string

// InvitationsSent is one bulk invitation.
const InvitationsSent Kind = "invitations_sent"

// maxPeople bounds how many of those invited an entry names.
const maxPeople = 20

// View is the read model.
func View() projections.View {
	return projections.Definition[Entry]{
		ViewName:    "activity",
		ViewVersion: 2,
		Facets:      []string{"kind"},
		Keys:        keys,
		Row:         row,
		Index:       index,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	id := event.ID.String()
	if sent, ok := invitationIn(event.Event); ok {
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

// entryOf is the entry of an event that is shown by itself; false for others.
func entryOf(event domain.Recorded) (Entry, bool) {
	if joining, ok := projections.JoiningIn(event); ok {
		return joined(joining), true
	}
	entry := Entry{Kind: Kind(event.Event.Type()), Actor: event.Metadata.Actor}
	switch e := event.Event.(type) {
	case structure.DepartmentCreated:
		entry.About = e.Name
	case structure.WorkgroupCreated:
		entry.About = e.Name
	case person.Moved, person.JobTitleChanged:
		entry.People = []domain.PersonID{projections.PersonOf(event.Event)}
	case person.MadeAdministrator:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.Person}
	case person.MadeAuditor:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.Person}
	case person.MadeEmployee:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.Person}
	case person.Dismissed:
		entry.Actor, entry.People = by(e.By), []domain.PersonID{e.Person}
	case account.RegistrationModeChanged:
		entry.About = string(e.Mode)
	case account.PlanChanged:
		entry.About = string(e.Plan)
	case account.InvitingOpenedToEveryone, account.InvitingLimitedToAdministrators, account.DomainRulesChanged,
		account.GreetingChanged, account.InvitedPeopleModerated, account.InvitedPeopleTrusted,
		account.PasswordPolicyChanged, account.JoinLinkRotated, account.JoinLinkDisabled, account.JoinLinkEnabled:
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

func index(_ projections.Key, e *Entry) projections.Index {
	return projections.Index{Sort: projections.InLogOrder(e.Position), At: e.At, Facets: []string{string(e.Kind)}}
}
