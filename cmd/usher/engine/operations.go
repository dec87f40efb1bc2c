package engine

import (
	"context"
	"errors"
	"time"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
)

// followers is the views and policies as the API has them: httpapi.Projectors.
type followers struct {
	*messaging.Projectors
	policies *messaging.Policies
	models   ReadModels
	log      journal.Log
	events   *codec.Codec
}

// Standings implements httpapi.Projectors.
func (f followers) Standings(ctx context.Context) ([]httpapi.Standing, error) {
	editions, err := f.models.Editions(ctx)
	var all []httpapi.Standing
	for _, one := range f.Status() {
		standing := standingOf(one)
		for _, edition := range editions {
			if edition.View == one.Name {
				standing.Editions = append(standing.Editions, edition)
			}
		}
		all = append(all, standing)
	}
	for _, one := range f.policies.Status() {
		standing := standingOf(one)
		standing.Policy = true
		if one.Stopped == nil && !one.BehindSince.IsZero() && time.Since(one.BehindSince) > suspicious {
			standing.Stopped = f.poisonBehind(ctx, one.Position)
		}
		all = append(all, standing)
	}
	return all, err
}

func standingOf(one messaging.Following) httpapi.Standing {
	standing := httpapi.Standing{
		Name: one.Name, Version: one.Version, Position: one.Position, BehindSince: one.BehindSince, Stopped: one.Stopped, Failing: one.Failure != nil,
	}
	if one.Stalled != nil {
		standing.StalledSince = one.Stalled.Since
	}
	return standing
}

const (
	// suspicious is how long a policy is behind before anybody looks why.
	suspicious = time.Second
	// foreign is how many events of the log's own server may lie between.
	foreign = 100
)

// poisonBehind is the event behind a position, where nobody can read it: there a
// policy stands still that another instance runs. Views say so on record.
func (f followers) poisonBehind(ctx context.Context, position domain.Position) *projections.Poison {
	passed := 0
	for record, err := range f.log.ReadAll(ctx, position) {
		if passed++; err != nil || passed > foreign {
			return nil
		}
		if !codec.Ours(record) {
			continue
		}
		_, err := f.events.Decode(ctx, []journal.Record{record})
		poison, _ := errors.AsType[*projections.Poison](err)
		return poison
	}
	return nil
}

// Drop implements httpapi.Projectors, for editions of any version.
func (f followers) Drop(ctx context.Context, edition projections.Edition) error {
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
