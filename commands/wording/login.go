package wording

// loginWords is what is said when a login changes.
type loginWords struct {
	claim      Text // to the new contact
	claimSMS   string
	changed    Text // to the one before
	changedSMS string
}

// ClaimLogin asks the holder of a contact whether it is to be a login.
func (w Words) ClaimLogin(company string) Text { return w.login.claim.about(company) }

// ClaimLoginSMS returns the same by SMS.
func (w Words) ClaimLoginSMS(company string) string { return about(w.login.claimSMS, shorten(company)) }

// LoginChanged tells the contact that was the login before.
func (w Words) LoginChanged(company string) Text { return w.login.changed.about(company) }

// LoginChangedSMS returns the same by SMS.
func (w Words) LoginChangedSMS(company string) string {
	return about(w.login.changedSMS, shorten(company))
}

func englishLogin() loginWords {
	return loginWords{
		claim: Text{
			"Confirm your new login for {company}",
			"Hello,\n\nsomebody at {company} wants to sign in with this address. If it was you, confirm it here within 24 hours:\n\n{link}\n\nIf it was not you, ignore this message: nothing will happen.",
		},
		claimSMS: "Your login for {company}: {link}",
		changed: Text{
			"Your login for {company} has changed",
			"Hello,\n\nyour login for {company} has changed: this address no longer signs in. If it was not you, tell an administrator of {company} at once.",
		},
		changedSMS: "Your login for {company} has changed. If it was not you, tell an administrator.",
	}
}

func germanLogin() loginWords {
	return loginWords{
		claim: Text{
			"Bestätigen Sie Ihre neue Anmeldung für {company}",
			"Guten Tag,\n\njemand bei {company} möchte sich mit dieser Adresse anmelden. Wenn Sie das sind, bestätigen Sie es hier innerhalb von 24 Stunden:\n\n{link}\n\nWenn nicht, ignorieren Sie diese Nachricht: Es geschieht nichts.",
		},
		claimSMS: "Anmeldung bei {company}: {link}",
		changed: Text{
			"Ihre Anmeldung für {company} hat sich geändert",
			"Guten Tag,\n\nIhre Anmeldung für {company} hat sich geändert: Mit dieser Adresse können Sie sich nicht mehr anmelden. Wenn Sie das nicht waren, wenden Sie sich bitte sofort an die Verwaltung von {company}.",
		},
		changedSMS: "Ihre Anmeldung bei {company} hat sich geändert. Waren Sie das nicht? Melden Sie es.",
	}
}

func frenchLogin() loginWords {
	return loginWords{
		claim: Text{
			"Confirmez votre nouvel identifiant pour {company}",
			"Bonjour,\n\nquelqu'un chez {company} souhaite se connecter avec cette adresse. Si c'est vous, confirmez-la ici dans les 24 heures :\n\n{link}\n\nSinon, ignorez ce message : rien ne se passera.",
		},
		claimSMS: "Identifiant pour {company} : {link}",
		changed: Text{
			"Votre identifiant pour {company} a changé",
			"Bonjour,\n\nvotre identifiant pour {company} a changé : cette adresse ne permet plus de se connecter. Si ce n'était pas vous, prévenez immédiatement un administrateur de {company}.",
		},
		changedSMS: "Votre identifiant pour {company} a changé. Si ce n'était pas vous, prévenez un administrateur.",
	}
}

func spanishLogin() loginWords {
	return loginWords{
		claim: Text{
			"Confirme su nuevo acceso a {company}",
			"Hola:\n\nalguien en {company} quiere iniciar sesión con esta dirección. Si es usted, confírmela aquí en un plazo de 24 horas:\n\n{link}\n\nSi no, ignore este mensaje: no pasará nada.",
		},
		claimSMS: "Acceso a {company}: {link}",
		changed: Text{
			"Su acceso a {company} ha cambiado",
			"Hola:\n\nsu acceso a {company} ha cambiado: con esta dirección ya no se puede iniciar sesión. Si no fue usted, avise enseguida a un administrador de {company}.",
		},
		changedSMS: "Su acceso a {company} ha cambiado. Si no fue usted, avise a un administrador.",
	}
}
