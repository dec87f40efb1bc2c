package views

import (
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/domain"
)

// Example is a page in a state, made of fixed data, to be looked at and tested.
type Example struct {
	// Page and State are its name: "home", "empty".
	Page, State string
	Title       func(texts.Texts) string
	// Public says that nobody is signed in.
	Public  bool
	Content func(Frame) templ.Component
}

// Gallery returns each page in each of its states.
func Gallery() []Example {
	return slices.Concat(
		signingExamples(), joiningExamples(), myselfExamples(), preferencesExamples(), homeExamples(), invitingExamples(),
		peopleExamples(), invitedExamples(), approvalsExamples(), personExamples(), historyExamples(), funnelExamples(),
		structureExamples(), settingsExamples(), outboxExamples(), problemExamples(),
	)
}

// galleryNow is when all examples are looked at.
var galleryNow = time.Date(2026, time.March, 2, 14, 5, 0, 0, time.UTC) //nolint:gochecknoglobals // because it is a table that nobody changes

// Frame returns what stands around an example in a language, path being that of the gallery.
func (e Example) Frame(t texts.Texts, path string) Frame {
	f := Frame{Texts: t, Title: e.Title(t), Path: path, Zone: time.UTC, Demo: true}
	if !e.Public {
		f.Company, f.Slug, f.Name, f.Role, f.Permitted = "Sunrise Bakery", "sunrise", "Ada Baker", domain.RoleAdministrator, access.Actions()
	}
	return f
}

func problemExamples() []Example {
	return []Example{{Page: "problem", State: "not-found", Title: texts.Texts.NotFoundTitle, Content: func(f Frame) templ.Component {
		return Problem(f, Trouble{Title: f.NotFoundTitle(), Text: f.NotFoundText(), Request: "19c8c2ff2a57aaf0b1928da5"})
	}}, {Page: "starting", State: "waiting", Title: texts.Texts.StartingTitle, Public: true, Content: Starting}}
}
