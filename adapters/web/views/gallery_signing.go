package views

import (
	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
)

func signingExamples() []Example {
	usher := func(texts.Texts) string { return "Usher" }
	signIn := func(state string, form func(Frame) SignInForm) Example {
		return Example{Page: "sign-in", State: state, Title: texts.Texts.SignIn, Public: true, Content: func(f Frame) templ.Component { return SignIn(f, form(f)) }}
	}
	forgotten := func(state string, form func(Frame) ForgottenForm) Example {
		return Example{Page: "forgotten", State: state, Title: texts.Texts.Forgotten, Public: true, Content: func(f Frame) templ.Component { return Forgotten(f, form(f)) }}
	}
	reset := func(state string, form func(Frame) ResetForm) Example {
		return Example{Page: "reset", State: state, Title: texts.Texts.CodeTitle, Public: true, Content: func(f Frame) templ.Component { return Reset(f, form(f)) }}
	}
	return []Example{
		{Page: "start", State: "demo", Title: usher, Public: true, Content: func(f Frame) templ.Component {
			return Start(f, []string{string(domain.RoleAdministrator), string(domain.RoleAuditor)})
		}},
		signIn("empty", func(Frame) SignInForm { return SignInForm{Asks: true} }),
		signIn("known", func(f Frame) SignInForm {
			return SignInForm{Company: "sunrise", Name: "Sunrise Bakery", Done: f.SignedOut()}
		}),
		signIn("error", func(f Frame) SignInForm {
			return SignInForm{Company: "sunrise", Asks: true, Login: "ben@mill.example", Faults: Faults{{
				Code: domain.LoginFailed, Text: f.Refusal(domain.LoginFailed, "login or password is wrong, or there is no access yet"),
			}}}
		}),
		forgotten("empty", func(Frame) ForgottenForm { return ForgottenForm{Company: "sunrise", Name: "Sunrise Bakery"} }),
		forgotten("error", func(f Frame) ForgottenForm {
			return ForgottenForm{Asks: true, Login: "ben@mill.example", Faults: Faults{{Code: domain.TooManyAttempts, Text: f.Refusal(domain.TooManyAttempts, "too many attempts failed")}}}
		}),
		{Page: "forgotten", State: "sent", Title: texts.Texts.ForgottenSentTitle, Public: true, Content: ForgottenSent},
		reset("empty", func(Frame) ResetForm { return ResetForm{Asks: true, Length: 12} }),
		reset("sent", func(Frame) ResetForm {
			return ResetForm{Company: "sunrise", Name: "Sunrise Bakery", Login: "+1 415 555 0100", Sent: true, Length: 12}
		}),
		reset("error", func(f Frame) ResetForm {
			return ResetForm{Company: "sunrise", Login: "+1 415 555 0100", Code: "12345678", Length: 12, Faults: Faults{{
				Code: domain.ResetFailed, Text: f.Refusal(domain.ResetFailed, "there is no such code for this login, or its time is out; ask for a new one"),
			}}}
		}),
	}
}
