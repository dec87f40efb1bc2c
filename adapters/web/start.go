package web

import (
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// start leads to where one is signed in, or to signing in.
func (p *Pages) start(v *visit) error {
	if v.isSignedIn() {
		return v.seeOther(v.at())
	}
	if p.Demo == nil {
		return v.seeOther("/sign-in")
	}
	var roles []string
	for _, one := range p.Demo.Logins {
		roles = append(roles, one.Role)
	}
	return v.page("Usher", views.Start(v.frame("Usher"), roles))
}

// signInAs signs in as somebody of the sample company.
func (p *Pages) signInAs(v *visit) error {
	if p.Demo == nil {
		return domain.Refuse(domain.NotFound, "there is no sample company here")
	}
	for _, one := range p.Demo.Logins {
		if one.Role == v.field("role") {
			return v.openSession(commands.LogIn{Slug: p.Demo.Slug, Login: one.Login, Password: p.Demo.Password}, pathAt(p.Demo.Slug))
		}
	}
	return domain.Refuse(domain.NotFound, "nobody of the sample company has this role")
}
