package texts

import "github.com/usher-engine/usher/domain/account"

func (german) SetTitle() string    { return "Einstellungen" }
func (german) SetIntro() string    { return "Was jetzt für diese Firma gilt." }
func (german) SetSaved() string    { return "Gespeichert. Ab jetzt gilt:" }
func (german) SetReadOnly() string { return "lässt sich hier nicht ändern" }

func (german) SetInviting() string { return "Wer einladen darf" }
func (german) SetInvitingHolds(everyone bool) string {
	if everyone {
		return "Alle dürfen neue Mitarbeiter einladen."
	}
	return "Nur die Verwaltung darf neue Mitarbeiter einladen."
}

func (german) SetInvitingAdministrators() (name, follows string) {
	return "Nur die Verwaltung", "Sonst sieht niemand den Knopf „Mitarbeiter einladen“."
}

func (german) SetInvitingEveryone() (name, follows string) {
	return "Alle dürfen neue Mitarbeiter einladen", "Wer sich über den Beitrittslink anmeldet, kommt weiterhin so herein, wie es unter „Registrierung“ steht; darüber entscheidet nur die Verwaltung."
}

func (german) SetMode() string { return "Registrierung" }
func (german) SetModeHolds(mode account.Mode) string {
	if mode == account.Public {
		return "Öffentlich: Wer sich über den Beitrittslink registriert, ist sofort dabei."
	}
	return "Moderiert: Wer sich über den Beitrittslink registriert, wartet, bis die Verwaltung die Person hereinlässt."
}

func (german) SetModeHint() string {
	return "Das gilt für Registrierungen ab jetzt; wer schon wartet, wartet weiter."
}

func (german) SetModePublic() (name, follows string) {
	return "Öffentlich", "Wer den Beitrittslink hat, ist sofort dabei und wird in den Aktivitäten und im allgemeinen Chat angekündigt."
}

func (german) SetModeModerated() (name, follows string) {
	return "Moderiert", "Wer sich über den Beitrittslink registriert, wartet unter „Freigaben“, bis die Verwaltung die Person hereinlässt."
}

func (german) SetDomains() string { return "E-Mail-Domains ohne Freigabe" }

func (t german) SetDomainsHolds(domains []string, mode account.Mode) string {
	switch {
	case len(domains) == 0:
		return "Es gibt keine: Keine E-Mail-Domain macht einen Unterschied."
	case mode == account.Public:
		return "Solange die Registrierung öffentlich ist, machen sie keinen Unterschied: " + someOf(domains, "und andere") + "."
	}
	return "Wer eine Adresse bei einer dieser Domains nachweist, kommt ohne Freigabe herein: " + someOf(domains, "und andere") + "."
}

func (german) SetDomainsField() string { return "Domains, eine je Zeile" }

func (german) SetDomainsHint() string {
	return "example.com meint nur diese Domain, *.example.com alle darunter. Die Adresse muss über einen zugesandten Link nachgewiesen werden."
}

func (german) SetDomainsPublic() string {
	return "Ja, alle mit einer Adresse dort dürfen ohne Freigabe herein"
}

func (german) SetGreeting() string { return "Begrüßung" }
func (german) SetGreetingHolds(greeting string) string {
	if greeting == "" {
		return "Die Registrierungsseite hat keine Begrüßung."
	}
	return "Die Registrierungsseite beginnt mit Ihrer Begrüßung."
}
func (german) SetGreetingField() string { return "Begrüßung auf der Registrierungsseite" }

func (german) SetGreetingHint() string {
	return "Bis zu 2.000 Zeichen, ohne Adressen von Webseiten. Lassen Sie das Feld leer, wenn es keine geben soll."
}
func (german) SetPreview() string { return "Vorschau" }

func (german) SetInvited() string { return "Eingeladene" }
func (german) SetInvitedHolds(moderated bool) string {
	if moderated {
		return "Auch Eingeladene warten, bis die Verwaltung sie hereinlässt."
	}
	return "Eingeladene sind dabei, sobald sie sich registriert haben."
}

func (german) SetInvitedTrusted() (name, follows string) {
	return "Sofort hereinlassen", "Die Einladung durch jemanden, der einladen darf, ist Freigabe genug."
}

func (german) SetInvitedModerated() (name, follows string) {
	return "Warten lassen", "Nach der Registrierung warten sie unter „Freigaben“, bis die Verwaltung sie hereinlässt."
}

func (german) SetDays() string { return "Gültigkeit von Einladungen" }

func (t german) SetDaysHolds(days int) string {
	return counted(days, t.Number(days), "Eine Einladung gilt 1 Tag.", "Eine Einladung gilt {n} Tage.")
}
func (german) SetDaysField() string { return "Tage" }

func (german) SetDaysHint() string {
	return "1 bis 90. Das gilt für Einladungen ab jetzt."
}

func (german) SetPasswords() string { return "Passwörter" }

func (t german) SetPasswordsHolds(policy account.PasswordPolicy) string {
	text := "Ein Passwort hat mindestens " + t.Number(policy.MinimumLength) + " Zeichen. "
	if policy.MailedPasswords {
		return text + "Wer von anderen registriert wird, kann ein zufälliges zugesandt bekommen."
	}
	return text + "Wer von anderen registriert wird, bekommt einen Link, um selbst eines zu wählen."
}
func (german) SetPasswordsField() string { return "Mindestlänge eines Passworts in Zeichen" }

func (german) SetPasswordsHint() string {
	return "12 bis 64. Vorhandene Passwörter gelten weiter."
}

func (german) SetPasswordsMailed() (name, follows string) {
	return "Zufällige Passwörter zusenden", "Sonst bekommt, wer von anderen registriert wird, einen Link, um selbst ein Passwort zu wählen."
}

func (german) SetLimits() string { return "Grenzen" }

func (t german) SetLimitsHolds(limits account.Limits) string {
	text := "An einem Tag höchstens " + t.Number(limits.InvitationsPerInviter) + " Einladungen von einer Person, " + t.Number(limits.Emails) + " E-Mails und " + t.Number(limits.SMS) + " SMS. "
	if len(limits.SMSCountries) == 0 {
		return text + "SMS dürfen in jedes Land gehen."
	}
	return text + "SMS dürfen gehen nach: " + someOf(limits.SMSCountries, "und andere") + "."
}

func (german) SetLimitsHint() string {
	return "Jede liegt zwischen 1 und 100.000. Was heute schon gesendet wurde, zählt mit."
}

func (german) SetLimit(field string) (name, hint string) {
	switch field {
	case "invitations_per_inviter":
		return "Einladungen von einer Person am Tag", ""
	case "emails":
		return "E-Mails am Tag", ""
	case "sms":
		return "SMS am Tag", ""
	case "sms_per_country_abroad":
		return "SMS in ein Land im Ausland am Tag", "Ausland ist jedes Land außer dem der Firma."
	case "sms_per_block_abroad":
		return "SMS an ähnliche Nummern im Ausland in einer Stunde", "Ähnlich sind Nummern mit denselben ersten sieben Ziffern."
	}
	return "Länder, in die SMS gehen dürfen", "Je zwei Buchstaben, etwa DE, AT. Lassen Sie das Feld leer für alle Länder."
}

func (german) SetCompany() string { return "Die Firma" }

func (t german) SetCompanyHolds(s account.State) string {
	if s.Country == "" { // as that of accounts founded before they needed one
		return s.Name + " – " + t.LanguageName(s.Language) + ", " + s.TimeZone
	}
	return s.Name + " – " + t.Country(s.Country) + ", " + t.LanguageName(s.Language) + ", " + s.TimeZone
}

func (german) SetCompanyName() (name, hint string) {
	return "Name", "Er steht in allen Nachrichten ab jetzt und an der Spitze der Struktur."
}

func (german) SetCompanyCountry() (name, hint string) {
	return "Land", "Telefonnummern ohne Vorwahl sind von dort; SMS in andere Länder gehen ins Ausland."
}

func (german) SetCompanyLanguage() (name, hint string) {
	return "Sprache der Nachrichten", "Einladungen und alle anderen Nachrichten sind darin geschrieben."
}

func (german) SetCompanyZone() (name, hint string) {
	return "Zeitzone", "Ihr Name in der IANA-Datenbank, etwa Europe/Berlin oder UTC."
}

func (german) SetNotices() string { return "Benachrichtigungen" }
func (german) SetNoticesHolds() string {
	return "Die Verwaltung erfährt per E-Mail, dass Leute auf Freigabe warten, höchstens einmal in der Stunde."
}
func (german) SetPlan() string { return "Tarif" }
func (german) SetPlanHolds(plan account.Plan) string {
	if plan.MayEditMessage() {
		return planName(plan) + ": Der Text von E-Mail-Einladungen lässt sich ändern."
	}
	return planName(plan) + ": E-Mail-Einladungen haben einen festen Text."
}
func (german) SetConfirm() string { return "Ja, das stimmt so" }
