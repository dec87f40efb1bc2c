package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

type preferences struct {
	Language  string       `json:"language" doc:"en, de, fr or es; empty for the company's." example:"de"`
	TimeZone  string       `json:"time_zone" doc:"Its name in the IANA database; empty for the company's." example:"Europe/Berlin"`
	Theme     person.Theme `json:"theme" enum:"system,light,dark"`
	Shortcuts bool         `json:"shortcuts" doc:"Whether single keys do something in the pages."`
}

type preferencesChange struct {
	Language  *string `json:"language,omitempty" doc:"en, de, fr or es; \"\" for the company's." example:"de"`
	TimeZone  *string `json:"time_zone,omitempty" doc:"Its name in the IANA database; \"\" for the company's." example:"Europe/Berlin"`
	Theme     *string `json:"theme,omitempty" doc:"system (as the device is), light or dark." example:"system"`
	Shortcuts *bool   `json:"shortcuts,omitempty" doc:"Whether single keys do something in the pages."`
}

func (a *api) preferenceRoutes() {
	command(a, route{
		id: "change-preferences", needs: commands.ChangeOwnPreferences, method: http.MethodPut, path: "/v1/accounts/{account}/me/preferences", tag: "Sessions",
		summary: "Choose one's language, time zone and looks", description: "What is left out stays. `me` shows them.",
		codes: []domain.Code{domain.InvalidLanguage, domain.InvalidTimeZone, domain.InvalidTheme},
	}, a.changePreferences)
}

func (a *api) changePreferences(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body preferencesChange
},
) (done, error) {
	return doneAt(a.App.ChangePreferences(ctx, request, commands.ChangePreferences(in.Body)))
}

func showPreferences(p person.Preferences) preferences {
	return preferences{Language: p.Language, TimeZone: p.TimeZone, Theme: p.Theme, Shortcuts: p.Shortcuts}
}
