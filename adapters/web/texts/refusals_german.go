package texts

import "github.com/usher-engine/usher/domain"

var germanRefusals = map[domain.Code]string{
	domain.LoginFailed: "Anmeldung oder Passwort stimmt nicht, oder es gibt noch keinen Zugang.",
	domain.NotFound:    "Das gibt es nicht (mehr).",

	// passwords and codes
	domain.PasswordTooShort: "Das Passwort ist zu kurz. Ein paar Wörter hintereinander ergeben ein gutes.",
	domain.PasswordTooLong:  "Das Passwort ist zu lang.",
	domain.PasswordCommon:   "Das Passwort ist leicht zu erraten. Nehmen Sie ein paar Wörter, die nichts miteinander zu tun haben.",
	domain.PasswordOwnWords: "Das Passwort besteht aus Ihrem Namen, Ihrer Adresse oder dem Namen der Firma. Nehmen Sie andere Wörter.",
	domain.PasswordInvalid:  "Das Passwort enthält Zeichen, die man nicht eingeben kann.",
	domain.PasswordSame:     "Das neue Passwort ist das alte. Nehmen Sie ein anderes.",
	domain.PasswordWrong:    "Das jetzige Passwort stimmt nicht, oder es ist abgelaufen.",
	domain.ResetFailed:      "Zu dieser Anmeldung gibt es diesen Code nicht, oder er ist abgelaufen. Lassen Sie sich einen neuen senden.",
	domain.TooManyAttempts:  "Zu viele Versuche sind gescheitert.",
	domain.TooBusy:          "Im Augenblick melden sich sehr viele an. Versuchen Sie es in ein paar Sekunden noch einmal.",

	// joining
	domain.InvalidEmail:        "Das ist keine E-Mail-Adresse, an der jemand Nachrichten liest. Schreiben Sie Ihre eigene, wie name@beispiel.de.",
	domain.InvalidPhone:        "Das ist keine ganze Telefonnummer. Schreiben Sie sie mit Landesvorwahl, wie +49 151 23456789.",
	domain.InvalidContact:      "Das ist weder eine E-Mail-Adresse noch eine Telefonnummer.",
	domain.InvalidName:         "Ein Name hat 1 bis 100 Zeichen in einer Zeile und enthält keine Internetadresse.",
	domain.ConfirmContact:      "Das sieht nach einem Tippfehler aus. Prüfen Sie es, oder bestätigen Sie, dass es so stimmt.",
	domain.ConfirmUnknownRange: "Die Nummer liegt in einem Bereich, den wir nicht kennen. Prüfen Sie sie; wenn sie stimmt, kann die Verwaltung sie bestätigen.",
	domain.ConfirmName:         "Dieser Name könnte für den der Firma oder des Systems gehalten werden. Schreiben Sie Ihren eigenen; wenn es Ihrer ist, bestätigt ihn, wer einladen darf.",
	domain.AlreadyInvited:      "Sie haben schon eine offene Einladung. Nehmen Sie die neueste Nachricht.",
	domain.AlreadyRegistered:   "Mit dieser Adresse hat sich schon jemand registriert und wartet. Nehmen Sie den Link aus der Nachricht, die kam, oder warten Sie auf die Verwaltung.",
	domain.AlreadyEmployed:     "Mit dieser Adresse ist schon jemand dabei. Melden Sie sich damit an.",
	domain.ContactHeld:         "Diese Adresse oder Nummer ist schon die Anmeldung von jemandem, oder wird es gerade. Nehmen Sie eine andere.",
	domain.ContactLimit:        "An diese Adresse oder Nummer gingen so viele Nachrichten, wie erlaubt sind.",
	domain.AccountLimit:        "Die Firma hat heute so viele Nachrichten gesendet, wie erlaubt sind.",
	domain.CountryLimit:        "Die Firma hat heute so viele SMS in dieses Land gesendet, wie erlaubt sind.",
	domain.NumberBlockLimit:    "Die Firma hat in der letzten Stunde so viele SMS an ähnliche Nummern gesendet, wie erlaubt sind.",
	domain.InstallationLimit:   "Heute wurden so viele SMS gesendet, wie erlaubt sind.",
	domain.CountryNotAllowed:   "In dieses Land sendet die Firma keine SMS.",
	domain.AccountNotReady:     "Die Firma wurde gerade erst angelegt. Versuchen Sie es gleich noch einmal.",
	domain.AccountClosed:       "Die Firma ist geschlossen: Im Augenblick kann sich niemand anmelden.",

	// API tokens
	domain.InvalidScope: "Wählen Sie mindestens eines von dem, was das Programm darf.",
	domain.InvalidDays:  "Schreiben Sie eine Zahl von Tagen, die erlaubt ist.",
	domain.TokenLimit:   "Sie haben so viele API-Schlüssel, wie man haben kann. Widerrufen Sie einen, den Sie nicht mehr brauchen.",

	// the engine's own
	domain.NotPermitted:           "Das dürfen Sie nicht. Fragen Sie die Verwaltung.",
	domain.NoLongerPermitted:      "Das dürfen Sie nicht mehr.",
	domain.PasswordChangeRequired: "Wählen Sie zuerst Ihr eigenes Passwort.",
	domain.NotSignedIn:            "Melden Sie sich noch einmal an.",
	domain.Contended:              "Andere ändern das gerade auch. Versuchen Sie es noch einmal.",
	domain.Unavailable:            "Das geht im Augenblick nicht. Versuchen Sie es gleich noch einmal.",
	domain.DiskFull:               "Es ist kein Platz mehr, um das zu speichern. Wer Usher betreibt, muss Platz schaffen.",
	domain.Internal:               "In Usher ist etwas schiefgegangen. Wer es betreibt, findet mehr unter der Nummer der Anfrage.",
}
