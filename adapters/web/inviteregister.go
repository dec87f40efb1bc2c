package web

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// inviteByHand is the form of registering somebody oneself; it says who just was.
func (p *Pages) inviteByHand(v *visit) error {
	form, err := v.colleague()
	if err != nil {
		return err
	}
	form.AtOnce = true
	var done domain.PersonID
	if done.UnmarshalText([]byte(v.URL.Query().Get("done"))) == nil {
		found, err := ask(v, questions.Employee(), done)
		switch {
		case err == nil:
			form.Done, form.Path = found.Name, v.at("people", done.String())
		case domain.CodeOf(err) != domain.NotFound: // which is not in the list yet, or never was
			return err
		}
	}
	return v.showColleague(form)
}

func (v *visit) showColleague(form views.InviteColleague) error {
	return v.way("register", form.Faults, func(f views.Frame) templ.Component { return views.InviteByHand(f, form) })
}

// colleague is the form as it was filled in.
func (v *visit) colleague() (views.InviteColleague, error) {
	form := views.InviteColleague{
		Email: v.field("email"), FirstName: v.field("first_name"), LastName: v.field("last_name"), JobTitle: v.field("job_title"),
		OneName: v.field("one_name") != "", AtOnce: v.field("at_once") != "",
	}
	terms, err := v.App.InvitationTerms(v.Context(), v.x.Caller, v.x.Account)
	if err != nil {
		return form, err
	}
	form.MailsPasswords = terms.MailsPasswords
	form.Placing, err = v.placed()
	return form, err
}

// registerColleague makes somebody an employee.
func (p *Pages) registerColleague(v *visit) error {
	form, err := v.colleague()
	if err != nil {
		return err
	}
	register := commands.RegisterDirectly{
		Email: form.Email, FirstName: form.FirstName, LastName: strings.TrimSpace(form.LastName), JobTitle: form.JobTitle,
		OneName: form.OneName, WithoutConfirmation: form.AtOnce, Confirmed: v.PostForm["confirmed"],
	}
	var done commands.Registered
	if register.Department, register.Workgroups, err = v.chosenPlaces(); err == nil {
		err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
			done, err = p.App.RegisterDirectly(ctx, request, register)
			return err
		})
	}
	if err == nil {
		return v.done(v.at("invite", "register")+"?done="+done.Person.String(), done.Position)
	}
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	form.Faults = fieldsOf(form.Faults, map[string]string{"department_id": "department", "workgroup_ids": "workgroup"})
	return v.showColleague(form)
}
