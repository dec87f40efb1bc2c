package wording

import (
	"strings"
	"unicode"
)

// Text is an e-mail's subject and text; an SMS has no subject.
type Text struct {
	Subject, Text string
}

// Words is all that Usher says in one language. {company} is filled
// in by the methods; {link} and {password} when a message is sent.
type Words struct {
	inviteSMS      string
	invite         Text
	prove          Text
	generated      Text
	choosePassword Text
	chooseBySMS    string
	approved       Text
	rejected       Text
	approvedSMS    string
	rejectedSMS    string
	login          loginWords
	passwords      passwordWords
	notices        noticeWords
}

// For returns the words of a language (two letters); English where there are none.
func For(language string) Words {
	switch language {
	case "de":
		return german()
	case "fr":
		return french()
	case "es":
		return spanish()
	}
	return english()
}

// Languages returns those that have words of their own.
func Languages() []string { return []string{"en", "de", "fr", "es"} }

// InviteSMS returns the fixed text of an invitation by SMS.
func (w Words) InviteSMS(company string) string { return about(w.inviteSMS, shorten(company)) }

// InviteEmail returns the fixed text of an invitation by e-mail.
func (w Words) InviteEmail(company string) string { return about(w.invite.Text, company) }

// InviteSubject returns the subject of an invitation by e-mail.
func (w Words) InviteSubject(company string) string { return about(w.invite.Subject, company) }

// Prove asks whoever reads at an address to show that it was they who registered with
// it. Anybody may have typed it, so that nothing else that was typed is in it.
func (w Words) Prove(company string) Text { return w.prove.about(company) }

// Generated brings a generated password.
func (w Words) Generated(company string) Text { return w.generated.about(company) }

// ChoosePassword brings a link to choose a password with.
func (w Words) ChoosePassword(company string) Text { return w.choosePassword.about(company) }

// ChoosePasswordSMS returns the same by SMS.
func (w Words) ChoosePasswordSMS(company string) string {
	return about(w.chooseBySMS, shorten(company))
}

// Approved tells a registrant that they are in.
func (w Words) Approved(company string) Text { return w.approved.about(company) }

// Rejected tells a registrant politely that they are not.
func (w Words) Rejected(company string) Text { return w.rejected.about(company) }

// ApprovedSMS and RejectedSMS are the same for somebody known by a phone number.
func (w Words) ApprovedSMS(company string) string { return about(w.approvedSMS, shorten(company)) }

// RejectedSMS tells by SMS that a registration was not approved.
func (w Words) RejectedSMS(company string) string { return about(w.rejectedSMS, shorten(company)) }

func (t Text) about(company string) Text {
	return Text{Subject: about(t.Subject, company), Text: about(t.Text, company)}
}

func about(text, company string) string { return strings.ReplaceAll(text, "{company}", company) }

// shorten keeps an SMS short whatever the company is called. Letters outside
// GSM 03.38 halve what a part holds; ASCII, but for its rarer signs, is inside.
func shorten(company string) string {
	most := 30
	if strings.ContainsFunc(company, func(r rune) bool { return r > unicode.MaxASCII || strings.ContainsRune("`[]{}~^|\\", r) }) {
		most = 13
	}
	if runes := []rune(company); len(runes) > most {
		return strings.TrimSpace(string(runes[:most-3])) + "..."
	}
	return company
}

func english() Words {
	return Words{
		inviteSMS: "{company} invites you to join: {link}",
		invite: Text{
			"You are invited to join {company}",
			"Hello,\n\nyou are invited to join {company}. Register here:\n\n{link}\n\nIf you did not expect this, you can ignore it.",
		},
		prove: Text{
			"Confirm your e-mail address for {company}",
			"Hello,\n\nsomebody registered at {company} with this e-mail address. If it was you, confirm it here:\n\n{link}\n\nIf it was not you, ignore this mail: nothing will happen.",
		},
		generated: Text{
			"Your access to {company}",
			"Hello,\n\nyou have been registered at {company}. Sign in with this e-mail address and the password\n\n{password}\n\nYou will choose your own at the first login. The password works for 7 days.",
		},
		choosePassword: Text{
			"Choose your password for {company}",
			"Hello,\n\nyou have been registered at {company}. Choose your password here:\n\n{link}",
		},
		chooseBySMS: "Password for {company}: {link}",
		approved: Text{
			"Welcome to {company}",
			"Hello,\n\nyour registration at {company} has been approved. You can sign in now.",
		},
		rejected: Text{
			"Your registration at {company}",
			"Hello,\n\nthank you for registering at {company}. Your registration was not approved. If you think this is a mistake, please ask the person who sent you the link.",
		},
		approvedSMS: "Your registration at {company} has been approved. You can sign in now.",
		rejectedSMS: "Your registration at {company} was not approved. Please ask the person who sent you the link.",
		login:       englishLogin(),
		passwords:   englishPasswords(),
		notices:     englishNotices(),
	}
}

func german() Words {
	return Words{
		inviteSMS: "{company} lädt Sie ein: {link}",
		invite: Text{
			"Einladung zu {company}",
			"Guten Tag,\n\nSie sind zu {company} eingeladen. Hier können Sie sich registrieren:\n\n{link}\n\nWenn Sie das nicht erwartet haben, ignorieren Sie diese Nachricht einfach.",
		},
		prove: Text{
			"Bestätigen Sie Ihre E-Mail-Adresse für {company}",
			"Guten Tag,\n\njemand hat sich mit dieser E-Mail-Adresse bei {company} registriert. Wenn Sie das waren, bestätigen Sie es hier:\n\n{link}\n\nWenn nicht, ignorieren Sie diese Mail: Es geschieht nichts.",
		},
		generated: Text{
			"Ihr Zugang zu {company}",
			"Guten Tag,\n\nSie sind bei {company} registriert worden. Melden Sie sich mit dieser E-Mail-Adresse und dem Passwort\n\n{password}\n\nan. Bei der ersten Anmeldung wählen Sie ein eigenes. Das Passwort gilt 7 Tage.",
		},
		choosePassword: Text{
			"Wählen Sie Ihr Passwort für {company}",
			"Guten Tag,\n\nSie sind bei {company} registriert worden. Wählen Sie hier Ihr Passwort:\n\n{link}",
		},
		chooseBySMS: "Ihr Passwort bei {company}: {link}",
		approved: Text{
			"Willkommen bei {company}",
			"Guten Tag,\n\nIhre Registrierung bei {company} ist bestätigt. Sie können sich jetzt anmelden.",
		},
		rejected: Text{
			"Ihre Registrierung bei {company}",
			"Guten Tag,\n\nvielen Dank für Ihre Registrierung bei {company}. Sie wurde nicht bestätigt. Wenn Sie das für einen Irrtum halten, fragen Sie bitte die Person, von der Sie den Link haben.",
		},
		approvedSMS: "Ihre Registrierung bei {company} ist bestätigt. Sie können sich jetzt anmelden.",
		rejectedSMS: "Ihre Registrierung bei {company} wurde nicht bestätigt. Bitte fragen Sie die Person, von der Sie den Link haben.",
		login:       germanLogin(),
		passwords:   germanPasswords(),
		notices:     germanNotices(),
	}
}

func french() Words {
	return Words{
		inviteSMS: "{company} vous invite : {link}",
		invite: Text{
			"Invitation à rejoindre {company}",
			"Bonjour,\n\nvous êtes invité à rejoindre {company}. Inscrivez-vous ici :\n\n{link}\n\nSi vous n'attendiez pas ce message, ignorez-le.",
		},
		prove: Text{
			"Confirmez votre adresse e-mail pour {company}",
			"Bonjour,\n\nquelqu'un s'est inscrit chez {company} avec cette adresse e-mail. Si c'était vous, confirmez-la ici :\n\n{link}\n\nSinon, ignorez ce message : rien ne se passera.",
		},
		generated: Text{
			"Votre accès à {company}",
			"Bonjour,\n\nvous avez été inscrit chez {company}. Connectez-vous avec cette adresse e-mail et le mot de passe\n\n{password}\n\nVous choisirez le vôtre à la première connexion. Ce mot de passe est valable 7 jours.",
		},
		choosePassword: Text{
			"Choisissez votre mot de passe pour {company}",
			"Bonjour,\n\nvous avez été inscrit chez {company}. Choisissez votre mot de passe ici :\n\n{link}",
		},
		chooseBySMS: "Mot de passe pour {company} : {link}",
		approved: Text{
			"Bienvenue chez {company}",
			"Bonjour,\n\nvotre inscription chez {company} a été acceptée. Vous pouvez vous connecter.",
		},
		rejected: Text{
			"Votre inscription chez {company}",
			"Bonjour,\n\nmerci de votre inscription chez {company}. Elle n'a pas été acceptée. Si vous pensez qu'il s'agit d'une erreur, adressez-vous à la personne qui vous a envoyé le lien.",
		},
		approvedSMS: "Votre inscription chez {company} a été acceptée. Vous pouvez vous connecter.",
		rejectedSMS: "Votre inscription chez {company} n'a pas été acceptée. Adressez-vous à la personne qui vous a envoyé le lien.",
		login:       frenchLogin(),
		passwords:   frenchPasswords(),
		notices:     frenchNotices(),
	}
}

func spanish() Words {
	return Words{
		inviteSMS: "{company} le invita: {link}",
		invite: Text{
			"Invitación a unirse a {company}",
			"Hola:\n\nestá invitado a unirse a {company}. Regístrese aquí:\n\n{link}\n\nSi no esperaba este mensaje, ignórelo.",
		},
		prove: Text{
			"Confirme su dirección de correo para {company}",
			"Hola:\n\nalguien se registró en {company} con esta dirección de correo. Si fue usted, confírmela aquí:\n\n{link}\n\nSi no, ignore este mensaje: no pasará nada.",
		},
		generated: Text{
			"Su acceso a {company}",
			"Hola:\n\nha sido registrado en {company}. Inicie sesión con esta dirección de correo y la contraseña\n\n{password}\n\nElegirá la suya en el primer inicio de sesión. Esta contraseña vale 7 días.",
		},
		choosePassword: Text{
			"Elija su contraseña para {company}",
			"Hola:\n\nha sido registrado en {company}. Elija su contraseña aquí:\n\n{link}",
		},
		chooseBySMS: "Elija su clave para {company}: {link}",
		approved: Text{
			"Bienvenido a {company}",
			"Hola:\n\nsu registro en {company} ha sido aprobado. Ya puede iniciar sesión.",
		},
		rejected: Text{
			"Su registro en {company}",
			"Hola:\n\ngracias por registrarse en {company}. Su registro no fue aprobado. Si cree que es un error, pregunte a la persona que le envió el enlace.",
		},
		approvedSMS: "Su registro en {company} ha sido aprobado. Ya puede iniciar sesión.",
		rejectedSMS: "Su registro en {company} no fue aprobado. Pregunte a la persona que le envió el enlace.",
		login:       spanishLogin(),
		passwords:   spanishPasswords(),
		notices:     spanishNotices(),
	}
}
