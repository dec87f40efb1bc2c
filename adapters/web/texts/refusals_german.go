package texts

import (
	"regexp"
	"strings"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/domain"
)

// germanRefusals is why something was refused, and what to do, for each code of the
// table, in its order. {n} is the first number that the engine's own words name.
func germanRefusals() map[domain.Code]string {
	return map[domain.Code]string{
		// Requests that cannot be read.
		httpkit.MalformedRequest:     "Die Anfrage lässt sich nicht lesen. Öffnen Sie die Seite neu und versuchen Sie es noch einmal.",
		httpkit.MethodNotAllowed:     "So lässt sich das hier nicht senden. Öffnen Sie die Seite neu und senden Sie es von dort.",
		httpkit.RequestTimeout:       "Die Anfrage kam nicht rechtzeitig an. Senden Sie sie noch einmal.",
		httpkit.BodyTooLarge:         "Das ist zu lang. Senden Sie es in mehreren Teilen.",
		httpkit.UnsupportedMediaType: "So lässt sich das nicht lesen. Senden Sie es über das Formular der Seite.",
		httpkit.CrossOrigin:          "Das kam von einer anderen Seite. Öffnen Sie die Seite neu und senden Sie es von dort.",
		domain.BulkBusy:              "Es laufen schon so viele große Einladungen, wie auf einmal dürfen. Warten Sie, bis eine fertig ist, oder halten Sie eine an.",

		// Operations.
		httpkit.NotStoppedThere: "An diesem Ereignis steht nichts still. Überspringen Sie das, das die Liste zeigt.",
		httpkit.EditionServes:   "Daraus werden gerade Fragen beantwortet. Lassen Sie zuerst eine andere Ausgabe antworten.",
		httpkit.EditionUnfit:    "Diese Ausgabe wird noch gefüllt. Warten Sie, bis sie fertig ist.",

		// What was typed.
		domain.InvalidRequest:      "Etwas davon geht so nicht. Berichtigen Sie, was angezeigt ist.",
		domain.InvalidID:           "Das gibt es nicht. Wählen Sie es noch einmal aus der Liste.",
		domain.InvalidPosition:     "Diese Stelle kennt Usher nicht. Öffnen Sie die Seite neu.",
		domain.InvalidCursor:       "So lässt sich nicht weiterblättern. Beginnen Sie die Liste von vorn.",
		domain.InvalidPhone:        "Das ist keine ganze Telefonnummer. Schreiben Sie eine Nummer allein und mit Landesvorwahl, etwa +49 1512 3456789.",
		domain.InvalidEmail:        "Das ist keine E-Mail-Adresse, unter der jemand Post liest. Schreiben Sie die eigene Adresse der Person, etwa name@example.com.",
		domain.InvalidFile:         "Die Datei lässt sich nicht lesen. Speichern Sie sie als „CSV UTF-8“ mit einer Kopfzeile und einer Spalte mit E-Mail-Adressen oder Telefonnummern.",
		domain.InvalidRow:          "Diese Zeile lässt sich nicht lesen. Setzen Sie Zellen, in denen Komma, Strichpunkt oder Anführungszeichen stehen, in Anführungszeichen.",
		domain.InvalidContact:      "Hier fehlt die richtige E-Mail-Adresse oder Telefonnummer. Schreiben Sie die, die gemeint ist.",
		domain.InvalidName:         "Ein Name ist eine Zeile mit 1 bis 100 Zeichen, ohne Adressen von Webseiten.",
		domain.InvalidSlug:         "Der Kurzname hat 2 bis 63 Zeichen: a bis z, 0 bis 9 und Bindestriche.",
		domain.InvalidJobTitle:     "Eine Stellenbezeichnung ist eine Zeile mit höchstens 200 Zeichen, ohne Adressen von Webseiten; wer direkt registriert wird, braucht eine.",
		domain.InvalidGreeting:     "Eine Begrüßung hat höchstens 2.000 Zeichen. Lassen Sie Adressen von Webseiten und die Zeichen { und } weg.",
		domain.InvalidMessage:      "Eine Nachricht hat höchstens 2.000 Zeichen und {link} dort, wo der Link stehen soll. Lassen Sie andere Adressen von Webseiten und andere Klammern { und } weg.",
		domain.InvalidReason:       "Eine Begründung hat höchstens 1.000 Zeichen. Schreiben Sie, was für das Protokoll nötig ist.",
		domain.InvalidDomain:       "Eine Zeile ist keine E-Mail-Domain, bei der nur Ihre Leute eine Adresse haben. Schreiben Sie example.com, oder *.example.com für alle darunter; höchstens 1.000.",
		domain.InvalidCountry:      "Dieses Land gibt es nicht. Schreiben Sie seine zwei Buchstaben, etwa DE.",
		domain.InvalidLanguage:     "Diese Sprache gibt es hier nicht. Wählen Sie eine aus der Liste.",
		domain.InvalidTimeZone:     "Diese Zeitzone gibt es nicht. Schreiben Sie ihren Namen in der IANA-Datenbank, etwa Europe/Berlin oder UTC.",
		domain.InvalidTheme:        "Wählen Sie hell, dunkel oder wie das Gerät.",
		domain.InvalidMode:         "Wählen Sie „Öffentlich“ oder „Moderiert“.",
		domain.InvalidPlan:         "Diesen Tarif gibt es nicht.",
		domain.InvalidPolicy:       "Die Mindestlänge eines Passworts liegt zwischen 12 und 64 Zeichen.",
		domain.InvalidDays:         "So viele Tage gehen nicht: Einladungen gelten 1 bis 90 Tage, API-Schlüssel 1 bis 365.",
		domain.InvalidLimit:        "Diese Grenze liegt außerhalb dessen, was geht: Grenzen für den Versand liegen zwischen 1 und 100.000, die des Beitrittslinks zwischen 1 und 10.000, und ein Ende liegt in der Zukunft.",
		domain.InvalidScope:        "Wählen Sie mindestens eines von dem, was der API-Schlüssel dürfen soll.",
		domain.PublicMailProvider:  "Bei der Domain in Zeile {n} kann jeder eine Adresse haben. Lassen Sie sie weg, oder bestätigen Sie, dass alle von dort herein dürfen.",
		domain.ConfirmContact:      "Das sieht falsch aus und kann richtig sein. Prüfen Sie es, oder bestätigen Sie es.",
		domain.ConfirmUnknownRange: "Diese Telefonnummer liegt in einem Bereich, den niemand verzeichnet hat. Prüfen Sie sie; stimmt sie, bestätigt das die Verwaltung.",
		domain.ConfirmName:         "Dieser Name sieht aus wie der des Systems oder einer anderen Firma. Prüfen Sie ihn; stimmt er, bestätigt das jemand, der einladen darf.",
		domain.NothingToInvite:     "Schreiben Sie, wen Sie einladen.",
		domain.TooManyRows:         "Auf einmal lassen sich höchstens 10.000 einladen. Senden Sie es in mehreren Teilen.",

		// Passwords.
		domain.PasswordTooShort: "Ein Passwort hat mindestens {n} Zeichen. Ein paar Wörter ergeben ein gutes.",
		domain.PasswordTooLong:  "Ein Passwort hat höchstens {n} Zeichen.",
		domain.PasswordCommon:   "Dieses Passwort ist leicht zu erraten. Wählen Sie ein paar Wörter, die nichts miteinander zu tun haben.",
		domain.PasswordOwnWords: "Dieses Passwort besteht aus Ihrem Namen, Ihrer Adresse oder der Firma. Wählen Sie andere Wörter.",
		domain.PasswordInvalid:  "Dieses Passwort hat Zeichen, die man nicht tippen kann. Wählen Sie ein anderes.",
		domain.PasswordSame:     "Das ist das alte Passwort. Wählen Sie ein anderes.",
		domain.PasswordWrong:    "Das jetzige Passwort stimmt nicht, oder seine Zeit ist um.",

		// Who somebody is, and what they may do.
		domain.NotSignedIn:            "Melden Sie sich noch einmal an.",
		domain.LoginFailed:            "Anmeldung oder Passwort stimmt nicht, oder es gibt noch keinen Zugang.",
		domain.ResetFailed:            "Dieser Code stimmt nicht, oder seine Zeit ist um. Fordern Sie einen neuen an.",
		domain.NotPermitted:           "Das dürfen Sie nicht. Fragen Sie die Verwaltung Ihrer Firma.",
		domain.NoLongerPermitted:      "Wer das begonnen hat, darf es nicht mehr. Das muss jemand anderes tun.",
		domain.PasswordChangeRequired: "Wählen Sie zuerst ein eigenes Passwort.",
		domain.PlanDoesNotAllow:       "Im Tarif Ihrer Firma ist das nicht enthalten. Lassen Sie es weg.",
		domain.ScopeMissing:           "Dafür ist dieser API-Schlüssel nicht gemacht. Melden Sie sich an.",

		// What is not there, or is there already.
		domain.NotFound:            "Das gibt es nicht (mehr).",
		domain.AccountNotReady:     "Die Firma wurde gerade erst angelegt. Versuchen Sie es gleich noch einmal.",
		domain.AccountClosed:       "Diese Firma ist geschlossen. Wer Usher für sie betreibt, kann sie wieder öffnen.",
		domain.SlugTaken:           "Eine Firma mit diesem Kurznamen gibt es schon. Wählen Sie einen anderen.",
		domain.DepartmentNotFound:  "Diese Abteilung gibt es nicht (mehr). Wählen Sie eine andere.",
		domain.DepartmentAmbiguous: "So heißen mehrere Abteilungen. Schreiben Sie den Weg zu der gemeinten, etwa Verkauf / Nord.",
		domain.WorkgroupNotFound:   "Diese Arbeitsgruppe gibt es nicht (mehr). Wählen Sie eine andere.",
		domain.NameTaken:           "So heißt schon eine Abteilung daneben oder eine andere Arbeitsgruppe, vielleicht eine archivierte. Wählen Sie einen anderen Namen.",
		domain.NotTheRoot:          "Die Spitze der Struktur ist die Firma selbst: Sie wird hier weder umbenannt noch verschoben noch gelöscht.",
		domain.DepartmentCycle:     "Eine Abteilung kann nicht unter sich selbst stehen. Wählen Sie eine andere.",
		domain.StructureLimit:      "Die Struktur würde zu groß: Sie hat höchstens 20 Ebenen und 10.000 Abteilungen.",

		// People and their contacts.
		domain.AlreadyInvited:      "Zu dieser Adresse oder Nummer gibt es schon eine offene Einladung. Senden Sie sie noch einmal, oder nehmen Sie sie zuerst zurück.",
		domain.AlreadyRegistered:   "Unter dieser Adresse oder Nummer hat sich schon jemand registriert und wartet.",
		domain.AlreadyEmployed:     "Diese Adresse oder Nummer gehört jemandem, der schon dabei ist.",
		domain.DuplicateInBatch:    "Das steht zweimal da; das erste Mal zählt.",
		domain.NothingToApprove:    "Von dieser Person wartet nichts mehr. Sehen Sie noch einmal in die Liste.",
		domain.RegistrationChanged: "Diese Registrierung wartet nicht mehr, oder es warten mehrere. Sehen Sie noch einmal in die Liste.",
		domain.InvitationChanged:   "Diese Einladung ist nicht mehr offen, oder es gibt eine neuere. Sehen Sie noch einmal in die Liste.",
		domain.NotEmployed:         "Diese Person hat keinen Zugang. Laden Sie sie ein, lassen Sie sie herein, oder stellen Sie sie wieder ein.",
		domain.ContactHeld:         "Mit dieser Adresse oder Nummer meldet sich schon jemand an. Nehmen Sie eine andere, oder stellen Sie die Person wieder ein, der sie gehört.",
		domain.NotDismissed:        "Diese Person hatte nie Zugang. Laden Sie sie ein, oder lassen Sie sie herein.",
		domain.InvalidRole:         "Diese Rolle gibt es nicht. Wählen Sie Verwaltung, Prüfung oder Mitarbeiter.",
		domain.LastAdministrator:   "Das ist die letzte Person in der Verwaltung. Geben Sie zuerst jemand anderem diese Rolle.",
		domain.RoleChanged:         "Die Rolle dieser Person wurde inzwischen geändert. Sehen Sie noch einmal in die Liste.",
		domain.NotOneself:          "Sich selbst kann man nicht entlassen. Bitten Sie jemand anderen aus der Verwaltung.",

		// Limits.
		domain.ContactLimit:      "An diese Adresse oder Nummer gingen schon so viele Nachrichten, wie dürfen.",
		domain.InviterLimit:      "Sie haben heute schon so viele Leute eingeladen, wie eine Person darf.",
		domain.AccountLimit:      "Ihre Firma hat heute schon so viele Nachrichten gesendet, wie sie darf.",
		domain.CountryLimit:      "Ihre Firma hat heute schon so viele SMS in dieses Land gesendet, wie sie darf.",
		domain.NumberBlockLimit:  "An Nummern wie diese gingen in der letzten Stunde schon so viele SMS, wie dürfen.",
		domain.InstallationLimit: "Alle Firmen zusammen haben heute schon so viele SMS gesendet, wie hier dürfen.",
		domain.CountryNotAllowed: "Ihre Firma sendet keine SMS in dieses Land. Die Verwaltung kann das in den Einstellungen erlauben; oder laden Sie per E-Mail ein.",
		domain.TooManyAttempts:   "Zu viele Versuche sind gescheitert. Warten Sie etwas.",
		domain.TokenLimit:        "Sie haben so viele API-Schlüssel, wie man haben darf. Ziehen Sie einen zurück, den Sie nicht mehr brauchen.",

		// Links.
		domain.LinkExpired:    "Die Zeit dieses Links ist um. Bitten Sie dort um einen neuen, woher Sie ihn haben.",
		domain.LinkRevoked:    "Dieser Link wurde zurückgenommen. Fragen Sie die Firma.",
		domain.LinkSuperseded: "Es gibt einen neueren Link. Nehmen Sie den aus der letzten Nachricht.",
		domain.LinkUsed:       "Dieser Link wurde schon benutzt. Melden Sie sich an; geht das nicht, fragen Sie die Firma.",
		domain.LinkDeclined:   "Diese Einladung wurde abgelehnt. Fragen Sie die Firma, wenn Sie es sich anders überlegt haben.",
		domain.LinkDisabled:   "Dieser Link ist geschlossen. Fragen Sie die Verwaltung der Firma.",
		domain.LinkFull:       "Über diesen Link sind schon so viele gekommen, wie dürfen. Fragen Sie die Verwaltung der Firma.",

		// The engine's own.
		domain.IdempotencyKeyReused:  "Dieses Formular wurde schon mit anderem Inhalt gesendet. Öffnen Sie die Seite neu.",
		domain.InvalidIdempotencyKey: "Dieses Formular lässt sich so nicht senden. Öffnen Sie die Seite neu.",
		domain.TooBusy:               "Gerade melden sich zu viele auf einmal an. Versuchen Sie es in ein paar Sekunden noch einmal.",
		domain.Contended:             "Andere ändern gerade dasselbe. Versuchen Sie es noch einmal.",
		domain.NotYet:                "Die Liste zeigt das noch nicht. Versuchen Sie es gleich noch einmal.",
		domain.PositionUnknown:       "Diese Stelle gibt es nicht (mehr): Usher wurde aus einer älteren Sicherung wiederhergestellt. Öffnen Sie die Seite neu.",
		domain.TooManyStreams:        "Es sind so viele Seiten offen, wie auf dem Laufenden gehalten werden können. Schließen Sie eine.",
		domain.Unavailable:           "Usher kann das im Augenblick nicht. Versuchen Sie es gleich noch einmal.",
		domain.KeysMissing:           "Usher kann gerade nichts speichern: Eine ältere Sicherung wurde eingespielt. Wer Usher betreibt, muss das berichtigen; versuchen Sie es danach noch einmal.",
		domain.DiskFull:              "Usher kann gerade nichts speichern, weil der Platz fehlt; lesen können Sie alles. Wer Usher betreibt, muss Platz schaffen; versuchen Sie es danach noch einmal.",
		domain.HistoryMissing:        "Von dem, was hier geschah, fehlt ein Teil; darüber lässt sich nichts entscheiden. Wer Usher betreibt, muss das berichtigen.",
		domain.Internal:              "In Usher ist etwas schiefgegangen. Wer es betreibt, findet mehr dazu unter der Nummer der Anfrage.",
	}
}

// germanRefusal is why something was refused; false where nobody wrote it down.
func germanRefusal(code domain.Code, said string) (string, bool) {
	words, known := germanRefusals()[code]
	return strings.ReplaceAll(words, "{n}", regexp.MustCompile(`\d+`).FindString(said)), known
}
