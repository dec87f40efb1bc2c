package texts

// Signing is the words of signing in.
type Signing interface {
	SignIn() string
	SignInTo(company string) string
	LoginField() string
	Company() string
	CompanyHint() string
	Password() string
	Forgotten() string
	SignedOut() string
	SignedInAlready(name string) string
}

func (english) SignIn() string                 { return "Sign in" }
func (english) SignInTo(company string) string { return "Sign in to " + company }
func (english) LoginField() string             { return "E-mail or phone" }
func (english) Company() string                { return "Company" }

func (english) CompanyHint() string {
	return "The company's short name, as in the links that you were sent."
}
func (english) Password() string  { return "Password" }
func (english) Forgotten() string { return "Forgot your password?" }
func (english) SignedOut() string { return "You are signed out." }

func (english) SignedInAlready(name string) string {
	return "You are signed in as " + name + ". Sign out to sign in as somebody else."
}

func (german) SignIn() string                 { return "Anmelden" }
func (german) SignInTo(company string) string { return "Anmelden bei " + company }
func (german) LoginField() string             { return "E-Mail oder Telefon" }
func (german) Company() string                { return "Firma" }

func (german) CompanyHint() string {
	return "Der Kurzname der Firma, wie in den Links, die Sie bekommen haben."
}
func (german) Password() string  { return "Passwort" }
func (german) Forgotten() string { return "Passwort vergessen?" }
func (german) SignedOut() string { return "Sie sind abgemeldet." }

func (german) SignedInAlready(name string) string {
	return "Sie sind als " + name + " angemeldet. Melden Sie sich ab, um sich als jemand anderes anzumelden."
}
