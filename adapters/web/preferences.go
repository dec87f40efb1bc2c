package web

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain/person"
)

// serve serves somebody as they wish: in their language and time zone. What they have not
// chosen is as their browser asks for, or as the company has it.
func (v *visit) serve() {
	wishes := v.me.Preferences
	v.t = texts.Match(wishes.Language, v.Header.Get("Accept-Language"), v.me.Language)
	for _, name := range []string{wishes.TimeZone, v.me.TimeZone} {
		if zone, err := time.LoadLocation(name); err == nil && name != "" {
			v.zone = zone
			return
		}
	}
}

func (p *Pages) myPreferences(v *visit) error {
	return v.myPreferencesPage(views.PreferencesForm{Preferences: v.me.Preferences})
}

func (v *visit) myPreferencesPage(form views.PreferencesForm) error {
	return v.formPage(v.t.ChangePreferences(), form.Faults, func(f views.Frame) templ.Component { return views.Preferences(f, form) })
}

func (p *Pages) changeMyPreferences(v *visit) error {
	form := views.PreferencesForm{Preferences: person.Preferences{
		Language: v.field("language"), TimeZone: v.field("time_zone"), Theme: person.Theme(v.field("theme")), Shortcuts: v.field("shortcuts") != "",
	}}
	var done commands.Done
	err := v.command("", func(ctx context.Context, request commands.Request) (err error) {
		theme := string(form.Theme)
		done, err = p.App.ChangePreferences(ctx, request, commands.ChangePreferences{
			Language: &form.Language, TimeZone: &form.TimeZone, Theme: &theme, Shortcuts: &form.Shortcuts,
		})
		return err
	})
	if form.Faults, err = v.faults(err); err != nil {
		return err
	}
	if form.Faults != nil {
		return v.myPreferencesPage(form)
	}
	return v.doneByMe("preferences", done.Position)
}
