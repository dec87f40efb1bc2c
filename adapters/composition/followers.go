package composition

import (
	"context"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
)

// Followers is the views, with their editions, and the policies, as operators have
// them: httpapi.Projectors.
type Followers struct {
	*messaging.Projectors
	policies *messaging.Policies
	models   projections.Editions
}

// Followers returns an Usher's followers, given that its read models have editions.
func (u *Usher) Followers(models projections.Editions) Followers {
	return Followers{Projectors: u.Projectors, policies: u.Policies, models: models}
}

// Standings implements httpapi.Projectors. A view is as far as its rows are, whatever
// is believed of it.
func (f Followers) Standings(ctx context.Context) ([]messaging.Standing, error) {
	all := f.Projectors.Standings() // before the store is asked, which may be farther then
	editions, err := f.models.Editions(ctx)
	for i := range all {
		answers := projections.Edition{}
		for _, edition := range editions {
			if edition.View != all[i].Name {
				continue
			}
			all[i].Editions = append(all[i].Editions, edition)
			if edition.State == projections.Serving && edition.Version <= all[i].Version && edition.Version > answers.Version {
				answers = edition
			}
		}
		if err == nil { // which may be farther, too: another instance does the work
			all[i].Position = answers.Position
		}
	}
	return append(all, f.policies.Standings()...), err
}

// Drop implements httpapi.Projectors, for editions of any version.
func (f Followers) Drop(ctx context.Context, edition projections.Edition) error {
	for _, view := range catalogue.All() {
		if view.Name() == edition.View {
			return f.models.Discard(ctx, ofVersion{view, edition.Version}, edition.Number)
		}
	}
	return domain.Refuse(domain.NotFound, "there is no view "+edition.View)
}

// ofVersion is a view as another version of this program has it.
type ofVersion struct {
	projections.View
	version int
}

// Version implements projections.View.
func (v ofVersion) Version() int { return v.version }
