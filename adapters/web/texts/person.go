package texts

import (
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Person is the words of one person's page.
type Person interface {
	PersonUnknown() string
	PersonNotIn() string
	PersonWorkgroups() string
	PersonDismissed() string
	PersonDismissedBy(name string) string
	PersonBasis(kind person.BasisKind) string

	PersonChange() string
	PersonMove() string
	PersonMoveHint() string
	PersonMoved() string
	PersonMoveBack() string
	PersonTitleHint() string
	PersonRoleHint(role domain.Role) string
	PersonFirstName() string
	PersonLastName() string
	PersonNewLogin() string
	PersonNewLoginHint() string
	PersonPasswordLink() string
	PersonPasswordLinkHint() string
	PersonEndSessions() string
	PersonEndSessionsHint() string
	PersonDone(what string) string

	PersonDismiss() string
	PersonDismissTitle(name string) string
	PersonDismissEnds() []string
	PersonDismissKeeps() string
	PersonDismissSure(name string) string
	PersonTakeBackOn() string
	PersonTakeBackOnHint() string
	PersonOpenInvitations(n int) string
	PersonTakeTheirsBack() string

	PersonWhy(now bool) string
	PersonWhyEvents() string
	PersonInForce() string
	PersonMode(mode string) string
	PersonRuleMet(rule string) string
	PersonNoRule() string
	PersonInvitedModerated(yes bool) string
	PersonLineage() string
	PersonLetInBy() string
	PersonLetIn() string
	PersonLetInNobody() string
	PersonStory() string
	PersonStoryWhole() string
	PersonDeeds() string
}

func (english) PersonUnknown() string             { return "Somebody without a name" }
func (english) PersonNotIn() string               { return "This person has no access, and never had." }
func (english) PersonWorkgroups() string          { return "Workgroups" }
func (english) PersonDismissed() string           { return "Dismissed" }
func (english) PersonDismissedBy(n string) string { return "By " + n }

func (english) PersonBasis(kind person.BasisKind) string {
	switch kind {
	case person.Founding:
		return "Founded the account"
	case person.PublicLink:
		return "Came by the join link"
	case person.DomainRule:
		return "Came by a domain rule"
	case person.ApprovedByAdmin:
		return "Was approved"
	case person.SMSInvitation:
		return "Came by an SMS invitation"
	case person.EmailInvitation:
		return "Came by an e-mail invitation"
	case person.DirectRegistration:
		return "Was registered by a colleague"
	case person.Rehiring:
		return "Was taken back on"
	}
	return string(kind)
}

func (english) PersonChange() string          { return "Change" }
func (english) PersonMove() string            { return "Move to another department" }
func (english) PersonMoveHint() string        { return "Workgroups stay as they are." }
func (english) PersonMoved() string           { return "Moved." }
func (english) PersonMoveBack() string        { return "Move back" }
func (english) PersonTitleHint() string       { return "Up to 200 characters; may be empty." }
func (english) PersonFirstName() string       { return "First name" }
func (english) PersonLastName() string        { return "Last name" }
func (english) PersonNewLogin() string        { return "New login" }
func (english) PersonPasswordLink() string    { return "Send a password link" }
func (english) PersonEndSessions() string     { return "Sign out everywhere" }
func (english) PersonDismiss() string         { return "Dismiss" }
func (english) PersonTakeBackOn() string      { return "Take back on" }
func (english) PersonTakeTheirsBack() string  { return "Take all of them back" }
func (english) PersonWhyEvents() string       { return "The events behind it" }
func (english) PersonInForce() string         { return "Settings in force at the registration" }
func (english) PersonRuleMet(r string) string { return "The address met the domain rule " + r + "." }
func (english) PersonNoRule() string          { return "The address met no domain rule." }
func (english) PersonLineage() string         { return "Who let in whom" }
func (english) PersonLetInBy() string         { return "How this person came in" }
func (english) PersonLetIn() string           { return "Whom this person let in" }
func (english) PersonLetInNobody() string     { return "Nobody so far." }
func (english) PersonStory() string           { return "Story" }
func (english) PersonStoryWhole() string      { return "All that is recorded about this person" }
func (english) PersonDeeds() string           { return "All that this person did" }

func (english) PersonRoleHint(role domain.Role) string {
	switch role {
	case domain.RoleAdministrator:
		return "Invites, lets in, and changes settings, structure and people."
	case domain.RoleAuditor:
		return "Reads everything, history included, and changes nothing."
	case domain.RoleEmployee:
	}
	return "Sees colleagues, structure and activity."
}

func (english) PersonNewLoginHint() string {
	return "An e-mail address or phone number. A link goes there; the login changes when it is used, and until then the old one works."
}

func (english) PersonPasswordLinkHint() string {
	return "For choosing a new password, good for 14 days. You do not see the link, and until it is used the old password works."
}

func (english) PersonEndSessionsHint() string {
	return "All sessions and API tokens of this person end at once."
}

func (english) PersonDone(what string) string {
	switch what {
	case "login":
		return "A link is on its way to the new contact. The login changes when it is used."
	case "password-link":
		return "The link is on its way."
	case "end-sessions":
		return "Signed out everywhere."
	case "rehire":
		return "Taken back on. A link for choosing a password is on its way."
	case "dismiss":
		return "Dismissed. Access has ended."
	case "revoke":
		return "All open invitations of this person are taken back."
	}
	return "Saved."
}

func (english) PersonDismissTitle(name string) string { return "Dismiss " + name + "?" }

func (english) PersonDismissEnds() []string {
	return []string{
		"All sessions and API tokens end at once.",
		"The password is void, and so are links that were sent.",
		"The places in workgroups and as head of departments are given up.",
		"A special role ends: who comes back is a plain employee.",
	}
}

func (english) PersonDismissKeeps() string {
	return "The person stays known, with the whole story, and can be taken back on at any time."
}

func (english) PersonDismissSure(name string) string { return "Dismiss " + name }

func (english) PersonTakeBackOnHint() string {
	return "As a plain employee, whatever the role was before. A link for choosing a password is sent."
}

func (t english) PersonOpenInvitations(n int) string {
	return counted(n, t.Number(n),
		"1 invitation by this person is still open. Whoever uses it now waits to be let in.",
		"{n} invitations by this person are still open. Whoever uses one now waits to be let in.")
}

func (english) PersonMode(mode string) string {
	if mode == "public" {
		return "Registration was public."
	}
	return "Registration was moderated."
}

func (english) PersonInvitedModerated(yes bool) string {
	if yes {
		return "Invited people waited for an approval, too."
	}
	return "Invited people needed no approval."
}

func (german) PersonUnknown() string             { return "Jemand ohne Namen" }
func (german) PersonNotIn() string               { return "Diese Person hat keinen Zugang und hatte nie einen." }
func (german) PersonWorkgroups() string          { return "Arbeitsgruppen" }
func (german) PersonDismissed() string           { return "Ausgeschieden" }
func (german) PersonDismissedBy(n string) string { return "Durch " + n }

func (german) PersonBasis(kind person.BasisKind) string {
	switch kind {
	case person.Founding:
		return "Hat das Konto gegründet"
	case person.PublicLink:
		return "Kam über den Registrierungslink"
	case person.DomainRule:
		return "Kam über eine Domain-Regel"
	case person.ApprovedByAdmin:
		return "Wurde freigegeben"
	case person.SMSInvitation:
		return "Kam über eine SMS-Einladung"
	case person.EmailInvitation:
		return "Kam über eine E-Mail-Einladung"
	case person.DirectRegistration:
		return "Wurde von jemandem aus der Firma registriert"
	case person.Rehiring:
		return "Wurde wieder aufgenommen"
	}
	return string(kind)
}

func (german) PersonChange() string         { return "Ändern" }
func (german) PersonMove() string           { return "In eine andere Abteilung versetzen" }
func (german) PersonMoveHint() string       { return "Arbeitsgruppen bleiben, wie sie sind." }
func (german) PersonMoved() string          { return "Versetzt." }
func (german) PersonMoveBack() string       { return "Zurückversetzen" }
func (german) PersonTitleHint() string      { return "Bis zu 200 Zeichen; darf leer sein." }
func (german) PersonFirstName() string      { return "Vorname" }
func (german) PersonLastName() string       { return "Nachname" }
func (german) PersonNewLogin() string       { return "Neue Anmeldung" }
func (german) PersonPasswordLink() string   { return "Passwort-Link senden" }
func (german) PersonEndSessions() string    { return "Überall abmelden" }
func (german) PersonDismiss() string        { return "Zugang beenden" }
func (german) PersonTakeBackOn() string     { return "Wieder aufnehmen" }
func (german) PersonTakeTheirsBack() string { return "Alle zurücknehmen" }
func (german) PersonWhyEvents() string      { return "Die Ereignisse dahinter" }
func (german) PersonInForce() string        { return "Einstellungen zur Zeit der Registrierung" }
func (german) PersonRuleMet(r string) string {
	return "Die Adresse erfüllte die Domain-Regel " + r + "."
}
func (german) PersonNoRule() string      { return "Die Adresse erfüllte keine Domain-Regel." }
func (german) PersonLineage() string     { return "Wer wen eingelassen hat" }
func (german) PersonLetInBy() string     { return "Wie diese Person hereinkam" }
func (german) PersonLetIn() string       { return "Wen diese Person eingelassen hat" }
func (german) PersonLetInNobody() string { return "Bisher niemanden." }
func (german) PersonStory() string       { return "Geschichte" }
func (german) PersonStoryWhole() string  { return "Alles, was über diese Person aufgezeichnet ist" }
func (german) PersonDeeds() string       { return "Alles, was diese Person getan hat" }

func (german) PersonRoleHint(role domain.Role) string {
	switch role {
	case domain.RoleAdministrator:
		return "Lädt ein, lässt ein und ändert Einstellungen, Struktur und Personen."
	case domain.RoleAuditor:
		return "Liest alles, auch den Verlauf, und ändert nichts."
	case domain.RoleEmployee:
	}
	return "Sieht Kollegen, Struktur und Aktivitäten."
}

func (german) PersonNewLoginHint() string {
	return "Eine E-Mail-Adresse oder Telefonnummer. Dorthin geht ein Link; die Anmeldung wechselt, wenn er benutzt wird. Bis dahin gilt die alte."
}

func (german) PersonPasswordLinkHint() string {
	return "Damit lässt sich 14 Tage lang ein neues Passwort wählen. Sie sehen den Link nicht; bis er benutzt wird, gilt das alte Passwort."
}

func (german) PersonEndSessionsHint() string {
	return "Alle Sitzungen und API-Tokens dieser Person enden sofort."
}

func (german) PersonDone(what string) string {
	switch what {
	case "login":
		return "Ein Link ist unterwegs zum neuen Kontakt. Die Anmeldung wechselt, wenn er benutzt wird."
	case "password-link":
		return "Der Link ist unterwegs."
	case "end-sessions":
		return "Überall abgemeldet."
	case "rehire":
		return "Wieder aufgenommen. Ein Link zur Passwortwahl ist unterwegs."
	case "dismiss":
		return "Der Zugang ist beendet."
	case "revoke":
		return "Alle offenen Einladungen dieser Person sind zurückgenommen."
	}
	return "Gespeichert."
}

func (german) PersonDismissTitle(name string) string { return "Zugang von " + name + " beenden?" }

func (german) PersonDismissEnds() []string {
	return []string{
		"Alle Sitzungen und API-Tokens enden sofort.",
		"Das Passwort gilt nicht mehr, ebenso wenig verschickte Links.",
		"Die Plätze in Arbeitsgruppen und als Abteilungsleitung werden frei.",
		"Eine besondere Rolle endet: Wer zurückkommt, ist ohne besondere Rolle.",
	}
}

func (german) PersonDismissKeeps() string {
	return "Die Person bleibt mit ihrer ganzen Geschichte bekannt und kann jederzeit wieder aufgenommen werden."
}

func (german) PersonDismissSure(name string) string { return "Zugang von " + name + " beenden" }

func (german) PersonTakeBackOnHint() string {
	return "Ohne besondere Rolle, was immer sie vorher war. Ein Link zur Passwortwahl wird verschickt."
}

func (t german) PersonOpenInvitations(n int) string {
	return counted(n, t.Number(n),
		"1 Einladung dieser Person ist noch offen. Wer sie jetzt benutzt, wartet auf Einlass.",
		"{n} Einladungen dieser Person sind noch offen. Wer jetzt eine benutzt, wartet auf Einlass.")
}

func (german) PersonMode(mode string) string {
	if mode == "public" {
		return "Die Registrierung war öffentlich."
	}
	return "Die Registrierung war moderiert."
}

func (german) PersonInvitedModerated(yes bool) string {
	if yes {
		return "Auch Eingeladene warteten auf eine Freigabe."
	}
	return "Eingeladene brauchten keine Freigabe."
}

func (english) PersonWhy(now bool) string {
	if now {
		return "Why this person has access"
	}
	return "Why this person had access"
}

func (german) PersonWhy(now bool) string {
	if now {
		return "Warum diese Person Zugang hat"
	}
	return "Warum diese Person Zugang hatte"
}
