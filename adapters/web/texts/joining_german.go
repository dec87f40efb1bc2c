package texts

import (
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

func (german) JoinCompany(company string) string { return "Bei " + isolated(company) + " mitmachen" }
func (german) YourFirstName() string             { return "Vorname" }
func (german) YourLastName() string              { return "Nachname" }
func (german) YourLastNameHint() string {
	return "Lassen Sie das Feld leer, wenn Sie nur einen Namen haben."
}
func (german) YourEmail() string     { return "E-Mail-Adresse" }
func (german) YourEmailHint() string { return "Damit melden Sie sich an." }
func (german) YourLogin() string     { return "Sie melden sich an mit" }
func (german) NewPassword() string   { return "Neues Passwort" }

func (t german) PasswordRule(length int) string {
	return "Mindestens " + t.Number(length) + " Zeichen. Gut sind ein paar Wörter, die nichts miteinander zu tun haben."
}
func (german) ThisIsRight(typed string) string { return "Ja, das stimmt so: " + typed }
func (german) MeantOther(other string) string  { return "Meinten Sie " + other + "?" }
func (german) InAlready() string               { return "Schon dabei? Anmelden" }

func (german) JoinSignedIn(name string) string {
	return "Sie sind als " + isolated(name) + " angemeldet. Melden Sie sich ab, um als jemand anderes mitzumachen."
}
func (german) DeclineQuestion() string { return "Sie möchten nicht mitmachen?" }

func (german) DeclineText(company string) string {
	return "Dann sagen Sie das hier: " + isolated(company) + " erfährt es, und diese Einladung endet."
}
func (german) DeclineInvitation() string { return "Einladung ablehnen" }
func (german) ChoosePassword() string    { return "Wählen Sie Ihr Passwort" }

func (german) ChoosePasswordText(company string) string {
	return isolated(company) + " hat einen Zugang für Sie. Wählen Sie ein Passwort, dann sind Sie dabei."
}
func (german) SavePassword() string { return "Passwort speichern" }
func (german) ProofTitle() string   { return "Ist das Ihre Adresse?" }

func (german) ProofText(name, company, address string) string {
	return isolated(name) + " möchte bei " + isolated(company) + " mitmachen und hat diese Adresse angegeben: " + address
}

func (german) ProofWarning() string {
	return "Wenn Sie das nicht waren, schließen Sie diese Seite: Dann geschieht nichts."
}
func (german) ProofButton() string   { return "Ja, das war ich" }
func (german) ProofPassword() string { return "Ein anderes Passwort wählen" }

func (german) ProofPasswordText() string {
	return "Es tritt an die Stelle dessen, das im Formular eingegeben wurde."
}
func (german) LoginTitle() string { return "Ihre neue Anmeldung" }

func (german) LoginText(login, company string) string {
	return "Von jetzt an melden Sie sich bei " + isolated(company) + " mit " + login + " an."
}
func (german) LoginButton() string { return "Meine Anmeldung ändern" }

func (german) ResetText(company string) string {
	return "Wählen Sie ein neues Passwort für " + isolated(company) + ". Überall sonst werden Sie abgemeldet."
}
func (german) InTitle() string            { return "Sie sind dabei" }
func (german) InText(login string) string { return "Melden Sie sich mit " + login + " an." }
func (german) PasswordSavedTitle() string { return "Ihr Passwort ist gespeichert" }
func (german) LoginChangedTitle() string  { return "Ihre Anmeldung ist geändert" }
func (german) WaitTitle() string          { return "Die Verwaltung lässt Sie ein" }

func (german) WaitText(contact string) string {
	return "Wir sagen Ihnen Bescheid: " + contact + ". Sie können diese Seite schließen."
}
func (german) ProveTitle() string { return "Bestätigen Sie Ihre Adresse" }

func (german) ProveText(contact string) string {
	return "Wir haben eine Nachricht an " + contact + " geschickt. Öffnen Sie den Link darin innerhalb von 24 Stunden."
}

func (german) ProveNothingCame() string {
	return "Nichts gekommen? Sehen Sie bei den unerwünschten Nachrichten nach, oder lassen Sie sie noch einmal senden."
}
func (german) SendProofAgain() string { return "Noch einmal senden" }
func (german) ProofSentAgain() string {
	return "Die Nachricht wurde noch einmal gesendet. Nehmen Sie die neueste."
}
func (german) AskedTitle() string { return "Wir haben es weitergegeben" }
func (german) AskForNew() string  { return "Um eine neue Einladung bitten" }

func (german) AskedText(company string) string {
	return "Die Verwaltung von " + isolated(company) + " sieht, dass Sie um eine neue Einladung bitten. Sie kommt auf demselben Weg wie diese."
}
func (german) OpenAgainTitle() string { return "Öffnen Sie Ihren Link noch einmal" }

func (german) OpenAgainText() string {
	return "Diese Seite gehört zu einem Link in einer Nachricht, und Ihr Browser hat diesen Link nicht mehr. Öffnen Sie ihn noch einmal aus der Nachricht."
}

func (german) DeadTitle(code domain.Code, kind commands.LinkKind) string {
	switch {
	case code == domain.LinkExpired && isInvitation(kind):
		return "Diese Einladung ist abgelaufen"
	case code == domain.LinkExpired:
		return "Dieser Link ist abgelaufen"
	case code == domain.LinkRevoked && isInvitation(kind):
		return "Diese Einladung wurde zurückgenommen"
	case code == domain.LinkRevoked && kind == commands.LinkProof:
		return "Diese Registrierung wurde nicht angenommen"
	case code == domain.LinkSuperseded:
		return "Es gibt einen neueren Link"
	case code == domain.LinkUsed:
		return "Dieser Link wurde schon benutzt"
	case code == domain.LinkDeclined:
		return "Diese Einladung wurde abgelehnt"
	case code == domain.LinkDisabled:
		return "Dieser Link ist geschlossen"
	case code == domain.LinkFull:
		return "Dieser Link ist voll"
	case code == domain.AccountClosed:
		return "Diese Firma ist geschlossen"
	case code == domain.NotFound:
		return "Das ist kein Link von uns"
	}
	return "Dieser Link gilt nicht mehr"
}

func (german) DeadText(code domain.Code, kind commands.LinkKind, asks bool) string {
	switch {
	case code == domain.NotFound:
		return "Prüfen Sie, ob er ganz kopiert wurde: In manchen Nachrichten brechen Links am Zeilenende."
	case code == domain.AccountClosed:
		return "Im Augenblick kann niemand mitmachen oder sich anmelden. Fragen Sie jemanden in der Firma."
	case code == domain.LinkUsed:
		return "Wenn Sie das waren, melden Sie sich an. Wenn es jemand anderes war, sagen Sie der Firma Bescheid."
	case asks && kind == commands.LinkProof:
		return "Sie können ihn noch einmal an dieselbe Adresse senden lassen."
	case asks:
		return "Sie können um eine neue bitten: Die Verwaltung sieht das und entscheidet."
	case code == domain.LinkSuperseded && kind == commands.LinkJoin:
		return "Fragen Sie dort danach, wo Sie diesen bekommen haben."
	case code == domain.LinkSuperseded:
		return "Nehmen Sie den Link aus der neuesten Nachricht, die Sie bekommen haben."
	case isInvitation(kind):
		return "Wenn Sie eine neuere Nachricht bekommen haben, nehmen Sie den Link daraus. Wenn Sie schon dabei sind, melden Sie sich an."
	case code == domain.LinkExpired && kind == commands.LinkJoin:
		return "Fragen Sie dort nach einem neuen, wo Sie ihn bekommen haben."
	case kind == commands.LinkJoin:
		return "Bitten Sie die Verwaltung der Firma, Sie einzulassen."
	case kind == commands.LinkLogin:
		return "Ihre Anmeldung ist, wie sie war. Melden Sie sich damit an und ändern Sie sie noch einmal."
	case code == domain.LinkExpired && kind == commands.LinkReset:
		return "Ihr Passwort ist, wie es war. Wenn Sie sich damit nicht anmelden können, lassen Sie sich einen neuen Link senden."
	}
	return "Fragen Sie die Verwaltung der Firma."
}
