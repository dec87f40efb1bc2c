package texts

import (
	"strings"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/activity"
)

func (t german) Happened(told activity.Telling) string {
	who := germanDoer(told.Actor, told.Names)
	switch {
	case told.Kind == activity.InvitationsSent:
		return who + " hat " + counted(told.Count, t.Number(told.Count), "eine Person", "{n} Personen") + " per " + germanChannel(told.Channel) + " eingeladen"
	case told.Kind == activity.InvitationsRevoked:
		return who + " hat " + counted(told.Count, t.Number(told.Count), "eine Einladung", "{n} Einladungen") + " zurückgenommen"
	case told.Basis != "" && len(told.People) == 1:
		joining := projections.Joining{Kind: domain.EventType(told.Kind), Person: told.People[0], Basis: told.Basis, By: told.Actor.Person}
		return strings.Join(append([]string{t.Joined(joining, told.Names)}, germanUnplaced(told.Unplaced, told.Places)...), "; ")
	}
	for _, deed := range []func(activity.Telling) string{germanArrangement, germanDeed, germanSetting} {
		if done := deed(told); done != "" {
			return who + " " + done
		}
	}
	return who + " hat eine Einstellung geändert"
}

func (german) Joined(j projections.Joining, names projections.Names) string {
	who, by := germanName(names, j.Person, "Jemand"), germanName(names, j.By, "jemandem")
	switch j.Basis {
	case person.Founding:
		return who + " hat das Konto gegründet"
	case person.PublicLink:
		return who + " ist über den Beitrittslink dazugekommen"
	case person.DomainRule:
		return who + " ist über den Beitrittslink dazugekommen, mit einer Adresse einer vertrauten Domain"
	case person.ApprovedByAdmin:
		return who + " ist dazugekommen, eingelassen von " + by
	case person.SMSInvitation:
		return who + " ist dazugekommen, per SMS eingeladen von " + by
	case person.EmailInvitation:
		return who + " ist dazugekommen, per E-Mail eingeladen von " + by
	case person.DirectRegistration:
		return who + " wurde eingetragen von " + by
	case person.Rehiring:
		return who + " ist zurück, wieder aufgenommen von " + by
	}
	return who + " ist dazugekommen"
}

func germanName(names projections.Names, id domain.PersonID, otherwise string) string {
	if name := names[id]; !name.IsZero() {
		return name.String()
	}
	return otherwise
}

func germanDoer(actor domain.Actor, names projections.Names) string {
	switch actor.Kind {
	case domain.ActorOperator:
		return "Der Betreiber"
	case domain.ActorPolicy:
		return "Usher"
	case domain.ActorPerson, domain.ActorLink:
	}
	return germanName(names, actor.Person, "Jemand")
}

func germanChannel(channel batch.Channel) string {
	if channel == batch.SMS {
		return "SMS"
	}
	return "E-Mail"
}

// germanPlace is a department or workgroup, and what goes before it in each case: "die
// Abteilung Küche", "in der Abteilung Küche".
func germanDepartment(places projections.Places, id domain.DepartmentID, before string) string {
	switch name := places.Departments[id]; {
	case id == places.Root:
		return before + " Unternehmensspitze"
	case name != "":
		return before + " Abteilung " + name
	}
	return before + " Abteilung, die es nicht mehr gibt"
}

func germanWorkgroup(places projections.Places, id domain.WorkgroupID, before string) string {
	if name := places.Workgroups[id]; name != "" {
		return before + " Arbeitsgruppe " + name
	}
	return before + " Arbeitsgruppe, die es nicht mehr gibt"
}

func germanUnplaced(gone projections.Unplaced, places projections.Places) (reasons []string) {
	if !gone.Instead.IsZero() {
		reasons = append(reasons, "steht in "+germanDepartment(places, gone.Instead, "der")+", weil "+germanDepartment(places, gone.Department, "die")+" gelöscht wurde")
	}
	for _, id := range gone.Workgroups {
		reasons = append(reasons, "nicht in "+germanWorkgroup(places, id, "der")+", weil sie archiviert wurde")
	}
	return reasons
}

// germanArrangement is what was done to the structure; empty for all other entries.
func germanArrangement(told activity.Telling) string {
	places := told.Places
	switch domain.EventType(told.Kind) {
	case structure.DepartmentCreatedType:
		return "hat die Abteilung " + told.About + " angelegt"
	case structure.DepartmentRenamedType:
		return "hat eine Abteilung umbenannt in " + told.About
	case structure.DepartmentMovedType:
		return "hat " + germanDepartment(places, told.Department, "die") + " unter " + germanDepartment(places, told.Parent, "die") + " gestellt"
	case structure.DepartmentHeadChangedType:
		if len(told.People) == 0 {
			return "hat " + germanDepartment(places, told.Department, "die") + " ohne Leitung gelassen"
		}
		return "hat " + germanName(told.Names, told.People[0], "jemandem") + " die Leitung gegeben: " + germanDepartment(places, told.Department, "die")
	case structure.DepartmentDeletedType:
		return "hat " + germanDepartment(places, told.Department, "die") + " gelöscht"
	case structure.WorkgroupCreatedType:
		return "hat die Arbeitsgruppe " + told.About + " angelegt"
	case structure.WorkgroupRenamedType:
		return "hat eine Arbeitsgruppe umbenannt in " + told.About
	case structure.WorkgroupArchivedType:
		return "hat " + germanWorkgroup(places, told.Workgroup, "die") + " archiviert"
	case structure.WorkgroupRestoredType:
		return "hat " + germanWorkgroup(places, told.Workgroup, "die") + " wieder aufgenommen"
	}
	return ""
}

// germanDeed is what was done to an employee; empty for all other entries.
func germanDeed(told activity.Telling) string {
	if len(told.People) != 1 {
		return ""
	}
	if told.People[0] == told.Actor.Person {
		return germanOwnDeed(told)
	}
	whom := germanName(told.Names, told.People[0], "jemanden")
	switch domain.EventType(told.Kind) {
	case person.JobTitleChangedType:
		return "hat die Position von " + germanName(told.Names, told.People[0], "jemandem") + " geändert"
	case person.NameChangedType:
		return "hat den Namen von " + germanName(told.Names, told.People[0], "jemandem") + " geändert" + germanTo(told.About)
	case person.MadeAdministratorType:
		return "hat " + whom + " in die Verwaltung aufgenommen"
	case person.MadeAuditorType:
		return "hat " + whom + " zur Prüfung bestellt"
	case person.MadeEmployeeType:
		return "hat " + whom + " die Sonderrechte genommen"
	case person.DismissedType:
		return "hat " + whom + " entlassen"
	case person.ContactCorrectedType:
		return "hat die Adresse einer Einladung berichtigt"
	case person.MovedType:
		return "hat " + whom + " versetzt: in " + germanDepartment(told.Places, told.Department, "die")
	case person.WorkgroupJoinedType:
		return "hat " + whom + " aufgenommen in " + germanWorkgroup(told.Places, told.Workgroup, "die")
	case person.WorkgroupLeftType:
		return "hat " + whom + " herausgenommen aus " + germanWorkgroup(told.Places, told.Workgroup, "der")
	}
	return ""
}

func germanOwnDeed(told activity.Telling) string {
	switch domain.EventType(told.Kind) {
	case person.JobTitleChangedType:
		return "hat die eigene Position geändert"
	case person.NameChangedType:
		return "hat den eigenen Namen geändert" + germanTo(told.About)
	case person.MadeAuditorType:
		return "ist von der Verwaltung in die Prüfung gewechselt"
	case person.MadeEmployeeType:
		return "hat die Verwaltung abgegeben"
	case person.LoginChangedType:
		return "hat die eigene Anmeldung geändert"
	case person.MovedType:
		return "ist gewechselt in " + germanDepartment(told.Places, told.Department, "die")
	case person.WorkgroupJoinedType:
		return "ist beigetreten: " + germanWorkgroup(told.Places, told.Workgroup, "der")
	case person.WorkgroupLeftType:
		return "hat verlassen: " + germanWorkgroup(told.Places, told.Workgroup, "die")
	}
	return ""
}

func germanTo(what string) string {
	if what == "" {
		return ""
	}
	return " in " + what
}

// germanSetting is what was set; empty for all other entries.
func germanSetting(told activity.Telling) string {
	switch domain.EventType(told.Kind) {
	case batch.RevokedType:
		return "hat eine Sammeleinladung zurückgenommen"
	case batch.StoppedType:
		return "hat eine Sammeleinladung angehalten"
	case account.InvitingOpenedToEveryoneType:
		return "hat allen erlaubt, neue Mitarbeiter einzuladen"
	case account.InvitingLimitedToAdministratorsType:
		return "hat das Einladen auf die Verwaltung beschränkt"
	case account.RegistrationModeChangedType:
		return "hat die Art der Registrierung geändert in " + germanMode(told.About)
	case account.DomainRulesChangedType:
		return "hat die E-Mail-Domains geändert, die keine Zustimmung brauchen"
	case account.GreetingChangedType:
		return "hat die Begrüßung zur Registrierung geändert"
	case account.InvitedPeopleModeratedType:
		return "lässt auch Eingeladene auf Zustimmung warten"
	case account.InvitedPeopleTrustedType:
		return "lässt Eingeladene ohne Zustimmung ein"
	case account.PasswordPolicyChangedType:
		return "hat geändert, was von Passwörtern verlangt wird"
	case account.InvitationPolicyChangedType:
		return "lässt Einladungen von nun an " + told.About + " Tage gelten"
	case account.LimitsChangedType:
		return "hat geändert, wie viel das Konto höchstens sendet"
	case account.JoinLinkLimitedType:
		return "hat geändert, wie lange und wie oft der Beitrittslink gilt"
	case account.PlanChangedType:
		return "hat den Tarif geändert in " + told.About
	case account.RenamedType:
		return "hat die Firma umbenannt in " + told.About
	case account.CountryChangedType:
		return "hat das Land der Firma geändert in " + told.About
	case account.LanguageChangedType:
		return "hat die Sprache der Nachrichten geändert in " + told.About
	case account.TimeZoneChangedType:
		return "hat die Zeitzone der Firma geändert in " + told.About
	case account.ClosedType:
		return "hat das Konto geschlossen"
	case account.OpenedType:
		return "hat das Konto wieder geöffnet"
	case account.JoinLinkRotatedType:
		return "hat den Beitrittslink ersetzt"
	case account.JoinLinkDisabledType:
		return "hat den Beitrittslink geschlossen"
	case account.JoinLinkEnabledType:
		return "hat den Beitrittslink geöffnet"
	}
	return ""
}

func germanMode(mode string) string {
	if mode == string(account.Public) {
		return "öffentlich"
	}
	return "moderiert"
}
