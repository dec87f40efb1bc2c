package views

import (
	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
)

func signingExamples() []Example {
	usher := func(texts.Texts) string { return "Usher" }
	return []Example{
		{Page: "start", State: "demo", Title: usher, Public: true, Content: func(f Frame) templ.Component {
			return Start(f, []string{string(domain.RoleAdministrator), string(domain.RoleAuditor)})
		}},
		{Page: "sign-in", State: "empty", Title: texts.Texts.SignIn, Public: true, Content: func(f Frame) templ.Component {
			return SignIn(f, SignInForm{Company: "sunrise"})
		}},
		{Page: "sign-in", State: "error", Title: texts.Texts.SignIn, Public: true, Content: func(f Frame) templ.Component {
			return SignIn(f, SignInForm{Company: "sunrise", Login: "ben@mill.example", Faults: Faults{{
				Code: domain.LoginFailed, Text: f.Refusal(domain.LoginFailed, "login or password is wrong, or there is no access yet"),
			}}})
		}},
	}
}
