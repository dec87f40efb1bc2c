package texts

import "github.com/usher-engine/usher/domain/person"

// Myself is the words of one's own account.
type Myself interface {
	MyName() string
	MyLogin() string
	MyPassword() string
	MyRole() string
	ChangeMyName() string
	ChangeMyLogin() string
	ChangeMyLoginText() string
	MyNewLogin() string
	SendMyLink() string
	ChangeMyPassword() string
	ChangeMyPasswordText() string
	// MyNotice says what was done, by its name in the address; empty for any other name.
	MyNotice(done string) string

	MyDevices() string
	ThisDevice() string
	UnknownDevice() string
	LastUsed() string
	SignedInSince() string
	SignOutThere() string
	SignOutElsewhere() string

	MyTokens() string
	MyTokensText() string
	NoTokens() string
	MakeToken() string
	TokenName() string
	TokenNameHint() string
	TokenMay() string
	TokenScope(scope person.Scope) string
	TokenDays() string
	TokenDaysHint() string
	TokenMade() string
	TokenMadeText() string
	TokenMadeBefore() string
	CopyToken() string
	TokenUntil() string
	NotUsedYet() string
	RevokeToken() string
}

func (english) MyName() string        { return "Name" }
func (english) MyLogin() string       { return "You sign in with" }
func (english) MyPassword() string    { return "Password" }
func (english) MyRole() string        { return "Role" }
func (english) ChangeMyName() string  { return "Change your name" }
func (english) ChangeMyLogin() string { return "Change your login" }

func (english) ChangeMyLoginText() string {
	return "We send a link to the new address or number. Your login changes when you use it; until then the old one works."
}
func (english) MyNewLogin() string       { return "New e-mail address or phone number" }
func (english) SendMyLink() string       { return "Send the link" }
func (english) ChangeMyPassword() string { return "Change your password" }

func (english) ChangeMyPasswordText() string {
	return "You stay signed in here, and are signed out everywhere else."
}

func (english) MyNotice(done string) string {
	switch done {
	case "name":
		return "Your name is saved."
	case "preferences":
		return "Saved. From now on you are served so."
	case "login":
		return "The link is on its way to the new address or number. Use it within 24 hours."
	case "password":
		return "Your password is saved. You are signed out everywhere else."
	case "session":
		return "You are signed out there."
	case "others":
		return "You are signed out everywhere else."
	case "token":
		return "The token is revoked: it does not work any more."
	}
	return ""
}
func (english) MyDevices() string        { return "Where you are signed in" }
func (english) ThisDevice() string       { return "here" }
func (english) UnknownDevice() string    { return "A program that does not say what it is" }
func (english) LastUsed() string         { return "Last used" }
func (english) SignedInSince() string    { return "Signed in" }
func (english) SignOutThere() string     { return "Sign out there" }
func (english) SignOutElsewhere() string { return "Sign out everywhere else" }
func (english) MyTokens() string         { return "API tokens" }

func (english) MyTokensText() string {
	return "With a token a program acts in your name, in what the token allows."
}
func (english) NoTokens() string      { return "You have none." }
func (english) MakeToken() string     { return "Make an API token" }
func (english) TokenName() string     { return "Name" }
func (english) TokenNameHint() string { return "To know it by, such as “Nightly list”." }
func (english) TokenMay() string      { return "The program may" }

func (english) TokenScope(scope person.Scope) string {
	switch scope {
	case person.ReadLists:
		return "see the lists: employees, structure, activity, invitations, approvals and settings"
	case person.ReadHistory:
		return "see the history"
	case person.InviteScope:
		return "invite and register people"
	}
	return string(scope)
}
func (english) TokenDays() string     { return "For how many days" }
func (english) TokenDaysHint() string { return "1 to 365." }
func (english) TokenMade() string     { return "Your new API token" }

func (english) TokenMadeText() string {
	return "Copy it now, and keep it as you keep a password. It is shown only this once."
}

func (english) TokenMadeBefore() string {
	return "It was shown when it was made, and is not shown again. Where it is lost, revoke it and make another."
}
func (english) CopyToken() string   { return "Copy" }
func (english) TokenUntil() string  { return "Good until" }
func (english) NotUsedYet() string  { return "Not used yet" }
func (english) RevokeToken() string { return "Revoke" }

func (german) MyName() string        { return "Name" }
func (german) MyLogin() string       { return "Sie melden sich an mit" }
func (german) MyPassword() string    { return "Passwort" }
func (german) MyRole() string        { return "Rolle" }
func (german) ChangeMyName() string  { return "Namen ändern" }
func (german) ChangeMyLogin() string { return "Anmeldung ändern" }

func (german) ChangeMyLoginText() string {
	return "Wir senden einen Link an die neue Adresse oder Nummer. Ihre Anmeldung ändert sich, wenn Sie ihn benutzen; bis dahin gilt die alte."
}
func (german) MyNewLogin() string       { return "Neue E-Mail-Adresse oder Telefonnummer" }
func (german) SendMyLink() string       { return "Link senden" }
func (german) ChangeMyPassword() string { return "Passwort ändern" }

func (german) ChangeMyPasswordText() string {
	return "Hier bleiben Sie angemeldet, überall sonst werden Sie abgemeldet."
}

func (german) MyNotice(done string) string {
	switch done {
	case "name":
		return "Ihr Name ist gespeichert."
	case "preferences":
		return "Gespeichert. So sehen Sie es von nun an."
	case "login":
		return "Der Link ist an die neue Adresse oder Nummer unterwegs. Benutzen Sie ihn innerhalb von 24 Stunden."
	case "password":
		return "Ihr Passwort ist gespeichert. Überall sonst sind Sie abgemeldet."
	case "session":
		return "Dort sind Sie abgemeldet."
	case "others":
		return "Überall sonst sind Sie abgemeldet."
	case "token":
		return "Der Schlüssel ist widerrufen: Er gilt nicht mehr."
	}
	return ""
}
func (german) MyDevices() string        { return "Wo Sie angemeldet sind" }
func (german) ThisDevice() string       { return "hier" }
func (german) UnknownDevice() string    { return "Ein Programm, das nicht sagt, was es ist" }
func (german) LastUsed() string         { return "Zuletzt benutzt" }
func (german) SignedInSince() string    { return "Angemeldet" }
func (german) SignOutThere() string     { return "Dort abmelden" }
func (german) SignOutElsewhere() string { return "Überall sonst abmelden" }
func (german) MyTokens() string         { return "API-Schlüssel" }

func (german) MyTokensText() string {
	return "Mit einem Schlüssel handelt ein Programm in Ihrem Namen, soweit der Schlüssel es erlaubt."
}
func (german) NoTokens() string      { return "Sie haben keinen." }
func (german) MakeToken() string     { return "API-Schlüssel anlegen" }
func (german) TokenName() string     { return "Name" }
func (german) TokenNameHint() string { return "Um ihn zu erkennen, etwa „Liste jede Nacht“." }
func (german) TokenMay() string      { return "Das Programm darf" }

func (german) TokenScope(scope person.Scope) string {
	switch scope {
	case person.ReadLists:
		return "die Listen sehen: Mitarbeiter, Struktur, Aktivitäten, Einladungen, Freigaben und Einstellungen"
	case person.ReadHistory:
		return "den Verlauf sehen"
	case person.InviteScope:
		return "Leute einladen und registrieren"
	}
	return string(scope)
}
func (german) TokenDays() string     { return "Für wie viele Tage" }
func (german) TokenDaysHint() string { return "1 bis 365." }
func (german) TokenMade() string     { return "Ihr neuer API-Schlüssel" }

func (german) TokenMadeText() string {
	return "Kopieren Sie ihn jetzt und verwahren Sie ihn wie ein Passwort. Er wird nur dieses eine Mal gezeigt."
}

func (german) TokenMadeBefore() string {
	return "Er wurde gezeigt, als er angelegt wurde, und wird nicht noch einmal gezeigt. Wenn er verloren ist, widerrufen Sie ihn und legen Sie einen anderen an."
}
func (german) CopyToken() string   { return "Kopieren" }
func (german) TokenUntil() string  { return "Gilt bis" }
func (german) NotUsedYet() string  { return "Noch nicht benutzt" }
func (german) RevokeToken() string { return "Widerrufen" }
