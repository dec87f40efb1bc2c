package commands

import (
	"context"
	"errors"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// ChangePreferences is how somebody wants to be served; nil leaves something as it is. An
// empty language or time zone is the company's.
type ChangePreferences struct {
	Language, TimeZone, Theme *string
	Shortcuts                 *bool
}

// ChangePreferences keeps how the caller wants to be served. It refuses with
// invalid_language, invalid_time_zone or invalid_theme.
func (a *App) ChangePreferences(ctx context.Context, request Request, c ChangePreferences) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeOwnPreferences); err != nil {
		return Done{}, err
	}
	language, err1 := readIf(c.Language, "language", a.ports.Texts.Language)
	zone, err2 := readIf(c.TimeZone, "time_zone", unlessEmpty(a.ports.Texts.TimeZone))
	if err := errors.Join(err1, err2); err != nil {
		return Done{}, err
	}
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.change_preferences", Stream: domain.PersonStream(request.Caller.Slot), Request: request,
		Authorise: a.guard.Authorise(request, ChangeOwnPreferences),
		Build: func(_ context.Context, now loadedPerson) (person.Command, error) {
			wanted := now.State.Prefers()
			set(&wanted.Language, language)
			set(&wanted.TimeZone, zone)
			set((*string)(&wanted.Theme), c.Theme)
			set(&wanted.Shortcuts, c.Shortcuts)
			return person.ChangePreferences{Preferences: wanted}, nil
		},
	})
	return Done{Position: result.Position}, err
}

// set changes what is to be changed.
func set[T any](what, to *T) {
	if to != nil {
		*what = *to
	}
}

// unlessEmpty reads what may be left empty.
func unlessEmpty(read func(string) (string, error)) func(string) (string, error) {
	return func(typed string) (string, error) {
		if domain.TrimPasted(typed) == "" {
			return "", nil
		}
		return read(typed)
	}
}
