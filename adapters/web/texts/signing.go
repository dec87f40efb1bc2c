package texts

// Signing is the words of signing in, and of forgotten and first passwords.
type Signing interface {
	SignIn() string
	SignInTo(company string) string
	AnotherCompany() string
	LoginField() string
	Company() string
	CompanyHint() string
	Password() string
	Forgotten() string
	SignedOut() string
	SignInNow() string
	SignedInAlready(name string) string

	ForgottenText() string
	ForgottenButton() string
	ForgottenSentTitle() string
	ForgottenSentText() string
	HaveCode() string
	CodeTitle() string
	CodeText() string
	Code() string
	CodeHint() string
	FirstPassword() string
	FirstPasswordText() string
	CurrentPassword() string
	GivenPassword() string
}

func (english) SignIn() string                 { return "Sign in" }
func (english) SignInTo(company string) string { return "Sign in to " + isolated(company) }
func (english) AnotherCompany() string         { return "Another company" }
func (english) LoginField() string             { return "E-mail or phone" }
func (english) Company() string                { return "Company" }

func (english) CompanyHint() string {
	return "The company's short name, as in the links that you were sent."
}
func (english) Password() string  { return "Password" }
func (english) Forgotten() string { return "Forgot your password?" }
func (english) SignedOut() string { return "You are signed out." }
func (english) SignInNow() string { return "Your password is saved. Sign in with it." }

func (english) SignedInAlready(name string) string {
	return "You are signed in as " + isolated(name) + ". Sign out to sign in as somebody else."
}

func (english) ForgottenText() string {
	return "Say what you sign in with. We send you a link, or a code by SMS, for choosing a new password."
}
func (english) ForgottenButton() string    { return "Send me a message" }
func (english) ForgottenSentTitle() string { return "Look at your messages" }

func (english) ForgottenSentText() string {
	return "If somebody signs in to this company with that address, a link is on its way there. It is good for an hour. Your password goes on working until you use it."
}
func (english) HaveCode() string  { return "You were sent a code? Type it in" }
func (english) CodeTitle() string { return "Choose a new password" }

func (english) CodeText() string {
	return "If somebody signs in to this company with that number, an SMS with eight digits is on its way there. It is good for ten minutes."
}
func (english) Code() string          { return "Code" }
func (english) CodeHint() string      { return "The eight digits in the SMS." }
func (english) FirstPassword() string { return "Choose your own password" }

func (english) FirstPasswordText() string {
	return "You signed in with a password that was made for you. Choose one that only you know."
}
func (english) CurrentPassword() string { return "Current password" }
func (english) GivenPassword() string   { return "Password that you were sent" }

func (german) SignIn() string                 { return "Anmelden" }
func (german) SignInTo(company string) string { return "Anmelden bei " + isolated(company) }
func (german) AnotherCompany() string         { return "Andere Firma" }
func (german) LoginField() string             { return "E-Mail oder Telefon" }
func (german) Company() string                { return "Firma" }

func (german) CompanyHint() string {
	return "Der Kurzname der Firma, wie in den Links, die Sie bekommen haben."
}
func (german) Password() string  { return "Passwort" }
func (german) Forgotten() string { return "Passwort vergessen?" }
func (german) SignedOut() string { return "Sie sind abgemeldet." }
func (german) SignInNow() string { return "Ihr Passwort ist gespeichert. Melden Sie sich damit an." }

func (german) SignedInAlready(name string) string {
	return "Sie sind als " + isolated(name) + " angemeldet. Melden Sie sich ab, um sich als jemand anderes anzumelden."
}

func (german) ForgottenText() string {
	return "Sagen Sie, womit Sie sich anmelden. Wir senden Ihnen einen Link, oder einen Code per SMS, mit dem Sie ein neues Passwort wählen."
}
func (german) ForgottenButton() string    { return "Nachricht senden" }
func (german) ForgottenSentTitle() string { return "Sehen Sie in Ihre Nachrichten" }

func (german) ForgottenSentText() string {
	return "Wenn sich jemand mit dieser Adresse bei der Firma anmeldet, ist ein Link dorthin unterwegs. Er gilt eine Stunde. Ihr Passwort gilt weiter, bis Sie ihn benutzen."
}
func (german) HaveCode() string  { return "Sie haben einen Code bekommen? Geben Sie ihn ein" }
func (german) CodeTitle() string { return "Wählen Sie ein neues Passwort" }

func (german) CodeText() string {
	return "Wenn sich jemand mit dieser Nummer bei der Firma anmeldet, ist eine SMS mit acht Ziffern dorthin unterwegs. Sie gelten zehn Minuten."
}
func (german) Code() string          { return "Code" }
func (german) CodeHint() string      { return "Die acht Ziffern aus der SMS." }
func (german) FirstPassword() string { return "Wählen Sie Ihr eigenes Passwort" }

func (german) FirstPasswordText() string {
	return "Sie haben sich mit einem Passwort angemeldet, das für Sie gemacht wurde. Wählen Sie eines, das nur Sie kennen."
}
func (german) CurrentPassword() string { return "Jetziges Passwort" }
func (german) GivenPassword() string   { return "Passwort, das Sie bekommen haben" }
