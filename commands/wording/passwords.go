package wording

// passwordWords is what is said when a password is replaced.
type passwordWords struct {
	forgotten    Text
	forgottenSMS string
	replaced     Text
	replacedSMS  string
}

// ForgottenPassword brings the link for replacing a password.
func (w Words) ForgottenPassword(company string) Text { return w.passwords.forgotten.about(company) }

// ForgottenPasswordSMS is the same by SMS.
func (w Words) ForgottenPasswordSMS(company string) string {
	return about(w.passwords.forgottenSMS, shorten(company))
}

// PasswordReplaced tells that the password was replaced.
func (w Words) PasswordReplaced(company string) Text { return w.passwords.replaced.about(company) }

// PasswordReplacedSMS is the same by SMS.
func (w Words) PasswordReplacedSMS(company string) string {
	return about(w.passwords.replacedSMS, shorten(company))
}

func englishPasswords() passwordWords {
	return passwordWords{
		forgotten: Text{
			"Choose a new password for {company}",
			"Hello,\n\nsomebody asked for a new password for your access to {company}. If it was you, choose one here within an hour:\n\n{link}\n\nIf it was not you, ignore this message: your password stays as it is.",
		},
		forgottenSMS: "New password for {company}: {link}",
		replaced: Text{
			"Your password for {company} has changed",
			"Hello,\n\nyour password for {company} has changed, and you were signed out everywhere. If it was not you, tell an administrator of {company} at once.",
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
		forgottenSMS: "Neues Passwort für {company}: {link}",
		replaced: Text{
			"Ihr Passwort für {company} hat sich geändert",
			"Guten Tag,\n\nIhr Passwort für {company} hat sich geändert, und Sie wurden überall abgemeldet. Wenn Sie das nicht waren, wenden Sie sich bitte sofort an die Verwaltung von {company}.",
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
		forgottenSMS: "Mot de passe pour {company} : {link}",
		replaced: Text{
			"Votre mot de passe pour {company} a changé",
			"Bonjour,\n\nvotre mot de passe pour {company} a changé et vous avez été déconnecté partout. Si ce n'était pas vous, prévenez immédiatement un administrateur de {company}.",
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
		forgottenSMS: "Nueva clave para {company}: {link}",
		replaced: Text{
			"Su contraseña de {company} ha cambiado",
			"Hola:\n\nsu contraseña de {company} ha cambiado y se cerraron todas sus sesiones. Si no fue usted, avise enseguida a un administrador de {company}.",
		},
		replacedSMS: "Su clave de {company} ha cambiado. Si no fue usted, avise a un administrador.",
	}
}
