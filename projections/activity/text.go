package activity

import (
	"fmt"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
)

// Mentions is whose names the entries' texts need.
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

// Text is the entry in one sentence.
func Text(entry Entry, names projections.Names) string {
	if entry.Kind == InvitationsSent {
		return invited(entry, names)
	}
	if entry.Basis != "" && len(entry.People) == 1 {
		return projections.Joining{
			Kind: domain.EventType(entry.Kind), Person: entry.People[0], Basis: entry.Basis, By: entry.Actor.Person,
		}.Text(names)
	}
	return doer(entry.Actor, names) + " " + deed(entry, names)
}

func invited(entry Entry, names projections.Names) string {
	people := fmt.Sprintf("%d people", entry.Count)
	if entry.Count == 1 {
		people = "1 person"
	}
	channel := "e-mail"
	if entry.Channel == batch.SMS {
		channel = "SMS"
	}
	return fmt.Sprintf("%s invited %s by %s", names.Beginning(entry.Actor.Person), people, channel)
}

// deedTo is what was done to an employee; empty for all other entries.
func deedTo(entry Entry, names projections.Names) string {
	if len(entry.People) != 1 {
		return ""
	}
	if entry.People[0] == entry.Actor.Person {
		return deedToOneself(entry)
	}
	whom := names.Of(entry.People[0])
	switch domain.EventType(entry.Kind) {
	case person.MovedType:
		return "moved " + whom + " to another department"
	case person.JobTitleChangedType:
		return "changed " + whom + "'s job title"
	case person.MadeAdministratorType:
		return "made " + whom + " an administrator"
	case person.MadeAuditorType:
		return "made " + whom + " an auditor"
	case person.MadeEmployeeType:
		return "made " + whom + " a plain employee"
	case person.DismissedType:
		return "dismissed " + whom
	}
	return ""
}

func deedToOneself(entry Entry) string {
	switch domain.EventType(entry.Kind) {
	case person.MovedType:
		return "moved to another department"
	case person.JobTitleChangedType:
		return "changed their own job title"
	case person.MadeAuditorType:
		return "stepped down from administrator to auditor"
	case person.MadeEmployeeType:
		return "stepped down from administrator"
	}
	return ""
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

func deed(entry Entry, names projections.Names) string {
	if about := deedTo(entry, names); about != "" {
		return about
	}
	switch domain.EventType(entry.Kind) {
	case structure.DepartmentCreatedType:
		return "created the department " + entry.About
	case structure.WorkgroupCreatedType:
		return "created the workgroup " + entry.About
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
	case account.PlanChangedType:
		return "changed the plan to " + entry.About
	case account.JoinLinkRotatedType:
		return "replaced the join link"
	case account.JoinLinkDisabledType:
		return "closed the join link"
	case account.JoinLinkEnabledType:
		return "opened the join link"
	}
	return "changed a setting"
}
