package wording

// passwordWords is what is said when a password is replaced.
type passwordWords struct {
	forgotten   Text
	codeSMS     string
	replaced    Text
	replacedSMS string
}

// ForgottenPassword brings the link for replacing a password.
func (w Words) ForgottenPassword(company string) Text { return w.passwords.forgotten.about(company) }

// ResetCodeSMS brings the code for replacing a password.
func (w Words) ResetCodeSMS(company string) string {
	return about(w.passwords.codeSMS, shorten(company))
}

// PasswordReplaced tells that the password was replaced.
func (w Words) PasswordReplaced(company string) Text { return w.passwords.replaced.about(company) }

// PasswordReplacedSMS returns the same by SMS.
func (w Words) PasswordReplacedSMS(company string) string {
	return about(w.passwords.replacedSMS, shorten(company))
}

func englishPasswords() passwordWords {
	return passwordWords{
		forgotten: Text{
			"Choose a new password for {company}",
			"Hello,\n\nsomebody asked for a new password for your access to {company}. If it was you, choose one here within an hour:\n\n{link}\n\nIf it was not you, ignore this message: your password stays as it is.",
		},
		codeSMS: "{code} is your code for a new password at {company}, good for 10 minutes. Tell it to nobody.",
		replaced: Text{
			"Your password for {company} has changed",
			"Hello,\n\nyour password for {company} has changed, and you were signed out everywhere else. If it was not you, tell an administrator of {company} at once.",
		},
		replacedSMS: "Your password for {company} has changed. If it was not you, tell an administrator.",
	}
}

func germanPasswords() passwordWords {
	return passwordWords{
		forgotten: Text{
			"Wählen Sie ein neues Passwort für {company}",
			"Guten Tag,\n\njemand hat ein neues Passwort für Ihren Zugang zu {company} angefordert. Wenn Sie das waren, wählen Sie es hier innerhalb einer Stunde:\n\n{link}\n\nWenn nicht, ignorieren Sie diese Nachricht: Ihr Passwort bleibt, wie es ist.",
		},
		codeSMS: "{code} ist Ihr Code für ein neues Passwort bei {company}, 10 Minuten gültig. Geben Sie ihn niemandem.",
		replaced: Text{
			"Ihr Passwort für {company} hat sich geändert",
			"Guten Tag,\n\nIhr Passwort für {company} hat sich geändert, und Sie wurden überall sonst abgemeldet. Wenn Sie das nicht waren, wenden Sie sich bitte sofort an die Verwaltung von {company}.",
		},
		replacedSMS: "Ihr Passwort für {company} hat sich geändert. Waren Sie das nicht? Melden Sie es.",
	}
}

func frenchPasswords() passwordWords {
	return passwordWords{
		forgotten: Text{
			"Choisissez un nouveau mot de passe pour {company}",
			"Bonjour,\n\nquelqu'un a demandé un nouveau mot de passe pour votre accès à {company}. Si c'était vous, choisissez-le ici dans l'heure :\n\n{link}\n\nSinon, ignorez ce message : votre mot de passe reste le même.",
		},
		codeSMS: "{code} : votre code pour un nouveau mot de passe chez {company}, valable 10 minutes. Ne le donnez à personne.",
		replaced: Text{
			"Votre mot de passe pour {company} a changé",
			"Bonjour,\n\nvotre mot de passe pour {company} a changé et vous avez été déconnecté partout ailleurs. Si ce n'était pas vous, prévenez immédiatement un administrateur de {company}.",
		},
		replacedSMS: "Votre mot de passe pour {company} a changé. Si ce n'était pas vous, prévenez un administrateur.",
	}
}

func spanishPasswords() passwordWords {
	return passwordWords{
		forgotten: Text{
			"Elija una contraseña nueva para {company}",
			"Hola:\n\nalguien pidió una contraseña nueva para su acceso a {company}. Si fue usted, elíjala aquí en el plazo de una hora:\n\n{link}\n\nSi no, ignore este mensaje: su contraseña sigue igual.",
		},
		codeSMS: "{code} es su código para una clave nueva en {company}, válido 10 minutos. No lo dé a nadie.",
		replaced: Text{
			"Su contraseña de {company} ha cambiado",
			"Hola:\n\nsu contraseña de {company} ha cambiado y se cerraron todas sus demás sesiones. Si no fue usted, avise enseguida a un administrador de {company}.",
		},
		replacedSMS: "Su clave de {company} ha cambiado. Si no fue usted, avise a un administrador.",
	}
}
