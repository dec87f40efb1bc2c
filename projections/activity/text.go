package activity

import (
	"fmt"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Mentions returns whose names the entries' texts need.
func Mentions(entries []Entry) []domain.PersonID {
	var people []domain.PersonID
	for _, entry := range entries {
		people = append(people, entry.Actor.Person)
		if entry.Kind != InvitationsSent {
			people = append(people, entry.People...)
		}
	}
	return people
}

// Telling is an entry with the names of its time, and so all that a sentence says of it.
type Telling struct {
	Entry
	Names  projections.Names
	Places projections.Places
}

// Tell returns an entry with the names of its time. A change of a name tells of both.
func Tell(entry Entry, people projections.Chronicle, places projections.Places) Telling {
	if entry.Kind != Kind(person.NameChangedType) || len(entry.People) != 1 {
		return Telling{entry, people.At(entry.Position), places}
	}
	entry.About = people.At(entry.Position)[entry.People[0]].String()
	return Telling{entry, people.Before(entry.Position), places}
}

// Text returns it in one sentence.
func (t Telling) Text() string { return Text(t.Entry, t.Names, t.Places) }

// Text returns the entry in one sentence.
func Text(entry Entry, names projections.Names, places projections.Places) string {
	switch {
	case entry.Kind == InvitationsSent:
		return invited(entry, names)
	case entry.Kind == InvitationsRevoked:
		return names.Beginning(entry.Actor.Person) + " took back " + counted(entry.Count, "invitation", "invitations")
	case entry.Basis != "" && len(entry.People) == 1:
		return admitted(entry, names, places)
	}
	return doer(entry.Actor, names) + " " + deed(entry, names, places)
}

func admitted(entry Entry, names projections.Names, places projections.Places) string {
	text := projections.Joining{
		Kind: domain.EventType(entry.Kind), Person: entry.People[0], Basis: entry.Basis, By: entry.Actor.Person,
	}.Text(names)
	if gone := entry.Unplaced.Text(places); gone != "" {
		text += "; " + gone
	}
	return text
}

func counted(count int, one, many string) string {
	if count == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", count, many)
}

func invited(entry Entry, names projections.Names) string {
	people := counted(entry.Count, "person", "people")
	channel := "e-mail"
	if entry.Channel == batch.SMS {
		channel = "SMS"
	}
	return fmt.Sprintf("%s invited %s by %s", names.Beginning(entry.Actor.Person), people, channel)
}

// deedTo is what was done to an employee; empty for all other entries.
func deedTo(entry Entry, names projections.Names, places projections.Places) string {
	if len(entry.People) != 1 {
		return ""
	}
	if entry.People[0] == entry.Actor.Person {
		return deedToOneself(entry, places)
	}
	whom := names.Of(entry.People[0])
	switch domain.EventType(entry.Kind) {
	case person.JobTitleChangedType:
		return "changed " + whom + "'s job title"
	case person.NameChangedType:
		return "changed " + whom + "'s name" + to(entry.About)
	case person.MadeAdministratorType:
		return "made " + whom + " an administrator"
	case person.MadeAuditorType:
		return "made " + whom + " an auditor"
	case person.MadeEmployeeType:
		return "made " + whom + " a plain employee"
	case person.DismissedType:
		return "dismissed " + whom
	case person.ContactCorrectedType:
		return "corrected the contact of an invitation"
	}
	return placement(entry, whom, places)
}

func deedToOneself(entry Entry, places projections.Places) string {
	switch domain.EventType(entry.Kind) {
	case person.JobTitleChangedType:
		return "changed their own job title"
	case person.NameChangedType:
		return "changed their own name" + to(entry.About)
	case person.MadeAuditorType:
		return "stepped down from administrator to auditor"
	case person.MadeEmployeeType:
		return "stepped down from administrator"
	case person.LoginChangedType:
		return "changed how they sign in"
	}
	return ownPlacement(entry, places)
}

// to says what something was changed to, where that is known.
func to(what string) string {
	if what == "" {
		return ""
	}
	return " to " + what
}

func doer(actor domain.Actor, names projections.Names) string {
	switch actor.Kind {
	case domain.ActorOperator:
		return "The operator"
	case domain.ActorPolicy:
		return "Usher"
	case domain.ActorPerson, domain.ActorLink:
	}
	return names.Beginning(actor.Person)
}

func deed(entry Entry, names projections.Names, places projections.Places) string {
	if about := rearrangement(entry, names, places); about != "" {
		return about
	}
	if about := deedTo(entry, names, places); about != "" {
		return about
	}
	switch domain.EventType(entry.Kind) {
	case batch.RevokedType:
		return "took back a bulk invitation"
	case batch.StoppedType:
		return "stopped a bulk invitation"
	case account.InvitingOpenedToEveryoneType:
		return "allowed everyone to invite new users"
	case account.InvitingLimitedToAdministratorsType:
		return "limited inviting to administrators"
	case account.RegistrationModeChangedType:
		return "changed the registration type to " + entry.About
	case account.DomainRulesChangedType:
		return "changed the e-mail domains that need no approval"
	case account.GreetingChangedType:
		return "changed the registration greeting"
	case account.InvitedPeopleModeratedType:
		return "made invited people wait for an approval"
	case account.InvitedPeopleTrustedType:
		return "let invited people in without an approval"
	case account.PasswordPolicyChangedType:
		return "changed what is asked of passwords"
	case account.InvitationPolicyChangedType:
		return "let invitations last " + entry.About + " days from now on"
	case account.LimitsChangedType:
		return "changed how much the account sends at most"
	case account.JoinLinkLimitedType:
		return "changed how long and how often the join link can be used"
	case account.PlanChangedType:
		return "changed the plan to " + entry.About
	case account.RenamedType:
		return "changed the company's name to " + entry.About
	case account.CountryChangedType:
		return "changed the company's country to " + entry.About
	case account.LanguageChangedType:
		return "changed the language of messages to " + entry.About
	case account.TimeZoneChangedType:
		return "changed the company's time zone to " + entry.About
	case account.ClosedType:
		return "closed the account"
	case account.OpenedType:
		return "opened the account again"
	case account.JoinLinkRotatedType:
		return "replaced the join link"
	case account.JoinLinkDisabledType:
		return "closed the join link"
	case account.JoinLinkEnabledType:
		return "opened the join link"
	}
	return "changed a setting"
}
