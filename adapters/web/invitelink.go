package web

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// inviteByLink shows the link of quick registration; to administrators, its settings too.
func (p *Pages) inviteByLink(v *visit) error {
	return v.showLink(func(link *views.InviteLink) { link.Saved = v.URL.Query().Get("saved") })
}

// showLink answers with the page of the link, in which something is other than it is set.
func (v *visit) showLink(other func(*views.InviteLink)) error {
	link, err := v.link()
	if err != nil {
		return err
	}
	other(&link)
	return v.way("link", link.Faults, func(f views.Frame) templ.Component { return views.InviteByLink(f, link) })
}

func (v *visit) link() (views.InviteLink, error) {
	found, err := ask(v, questions.JoinLink(), struct{}{})
	if err != nil {
		return views.InviteLink{}, err
	}
	link := views.InviteLink{
		URL: v.urlOf(found), Enabled: found.Enabled, Uses: found.Uses, MaxUses: found.MaxUses, Left: max(0, found.MaxUses-len(found.Seats)),
		ExpiresAt: found.ExpiresAt, Now: v.App.Now(),
	}
	if !v.me.May(commands.ChangeSettings) {
		return link, nil
	}
	set, err := ask(v, questions.Settings(), struct{}{})
	if err != nil {
		return link, err
	}
	link.Settings = &views.LinkSettings{Mode: set.Mode, Domains: strings.Join(set.Domains, "\n"), Greeting: set.Greeting, Until: v.lastDay(found.ExpiresAt)}
	if found.MaxUses > 0 {
		link.Settings.MaxUses = strconv.Itoa(found.MaxUses)
	}
	if link.Settings.Placing, err = v.placed(); err != nil {
		return link, err
	}
	link.Settings.Workgroups = nil // which the link does not put people into
	if !found.Department.IsZero() {
		link.Settings.Department = found.Department.String()
	}
	return link, nil
}

func (v *visit) urlOf(link questions.SharedLink) string { return v.PublicURL + "/join/" + link.Token }

// showQR shows the link's code on a page of its own.
func (p *Pages) showQR(v *visit) error {
	found, err := ask(v, questions.JoinLink(), struct{}{})
	if err != nil {
		return err
	}
	return v.page(v.t.JoinLinkShowQR(), views.JoinLinkQR(v.frame(v.t.JoinLinkShowQR()), v.urlOf(found)))
}

// changeLink gives a command to the link, and says what it has become.
func (p *Pages) changeLink(saved string, change func(context.Context, commands.Request) (commands.Done, error)) func(*visit) error {
	return func(v *visit) error {
		var done commands.Done
		err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
			done, err = change(ctx, request)
			return err
		})
		return v.linkChanged(saved, done, err, func(*views.LinkSettings) {})
	}
}

// linkChanged leads back to the link, which has changed; or says what is wrong with what
// was typed, which stays.
func (v *visit) linkChanged(saved string, done commands.Done, err error, typed func(*views.LinkSettings)) error {
	if err == nil {
		return v.done(v.at("invite", "link")+"?saved="+saved, done.Position)
	}
	faults, err := v.faults(err)
	if err != nil {
		return err
	}
	return v.showLink(func(link *views.InviteLink) {
		link.Faults = fieldsOf(faults, map[string]string{"domains": "domains", "expires_at": "until", "department_id": "department"})
		if link.Settings != nil {
			typed(link.Settings)
			link.Settings.Open = true
		}
	})
}

// changeRegistration changes how those are judged who register from now on.
func (p *Pages) changeRegistration(v *visit) error {
	mode, domains, greeting := account.Mode(v.field("mode")), v.listed("domains"), plainLines(v.field("greeting"))
	change := commands.ChangeRegistration{Mode: &mode, Domains: &domains, Greeting: &greeting}
	if v.field("confirm") != "" {
		change.PublicProvidersConfirmed, change.Confirmed = true, domains
	}
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		done, err = p.App.ChangeRegistration(ctx, request, change)
		return err
	})
	return v.linkChanged("registration", done, err, func(settings *views.LinkSettings) {
		settings.Mode, settings.Domains, settings.Greeting = mode, v.field("domains"), greeting
	})
}

// previewGreeting shows a greeting as people would see it.
func (p *Pages) previewGreeting(v *visit) error {
	return v.page(v.t.JoinLinkPreview(), views.GreetingPreview(v.frame(v.t.JoinLinkPreview()), plainLines(v.field("greeting"))))
}

// limitLink limits how often, until when and into where the link lets in.
func (p *Pages) limitLink(v *visit) error {
	limits, err := v.linkLimits()
	var done commands.Done
	if err == nil {
		err = v.command("", func(ctx context.Context, request commands.Request) (err error) {
			done, err = p.App.LimitJoinLink(ctx, request, limits)
			return err
		})
	}
	return v.linkChanged("limits", done, err, func(settings *views.LinkSettings) {
		settings.MaxUses, settings.Until, settings.Department = v.field("max_uses"), v.field("until"), v.field("department")
	})
}

func (v *visit) linkLimits() (account.LimitJoinLink, error) {
	var uses int
	var err1 error
	if strings.TrimSpace(v.field("max_uses")) != "" {
		if uses = v.number("max_uses"); uses <= 0 {
			err1 = account.ErrLinkUses()
		}
	}
	department, _, err2 := v.chosenPlaces()
	limits := account.LimitJoinLink{MaxUses: &uses, Department: &department}
	found, err3 := ask(v, questions.JoinLink(), struct{}{})
	if err := cmp.Or(err1, err2, err3); err != nil {
		return limits, err
	}
	if typed := v.field("until"); typed != v.lastDay(found.ExpiresAt) { // else it ends as it did, at whatever hour
		end, err := v.endOfDay(typed)
		if err != nil {
			return limits, err
		}
		limits.ExpiresAt = &end
	}
	return limits, nil
}

// lastDay is the last day before an end, as a date field holds it.
func (v *visit) lastDay(end time.Time) string {
	if end.IsZero() {
		return ""
	}
	return end.Add(-time.Second).In(v.zone).Format(time.DateOnly)
}

// endOfDay is the end of a day as a date field holds it; zero where it is empty.
func (v *visit) endOfDay(typed string) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, typed, v.zone)
	if err != nil {
		return time.Time{}, domain.Refuse(domain.InvalidLimit, "choose a day, such as 2026-12-24").In("until")
	}
	return day.AddDate(0, 0, 1), nil
}

// plainLines is a text of a form, whose lines browsers end by two characters.
func plainLines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
