package questions

import (
	"cmp"
	"context"
	"slices"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	historyview "github.com/usher-engine/usher/projections/history"
)

// Changes returns the question how far each list has come from now on, which is not asked
// by Ask, as ActivityStream is not: package changes follows them.
func Changes() Entry { return Entry{"changes", commands.SeeColleagues, nil} }

// Shown returns every view that a question within an account is answered from, once, in
// order of name.
func Shown() []projections.View {
	var views []projections.View
	for _, one := range All() {
		if one.Action != commands.SeeAccounts {
			views = append(views, one.Views...)
		}
	}
	slices.SortFunc(views, func(a, b projections.View) int { return cmp.Compare(a.Name(), b.Name()) })
	return slices.CompactFunc(views, func(a, b projections.View) bool { return a.Name() == b.Name() })
}

// Sees returns the names of the views from which the asker may be answered something. It
// refuses who may not ask for Changes.
func (a Asker) Sees(ctx context.Context) (map[string]bool, error) {
	if err := a.Permit(ctx, Changes()); err != nil {
		return nil, err
	}
	asked := All()
	actions := make([]commands.Action, len(asked))
	for i, one := range asked {
		actions[i] = one.Action
	}
	permitted, err := a.from.App.Permitted(ctx, a.Caller, a.Account, actions...)
	sees := map[string]bool{}
	for _, one := range asked {
		for _, view := range one.Views {
			sees[view.Name()] = sees[view.Name()] || slices.Contains(permitted, one.Action)
		}
	}
	return sees, err
}

// Touched returns up to where each of some views must have come to show what events of an
// account have changed in it. Views in which they change nothing are left out.
func (s *Sources) Touched(ctx context.Context, account domain.AccountID, views []projections.View, events []historyview.Event) (map[string]domain.Position, error) {
	decoded, err := s.decode(ctx, events)
	if err != nil {
		return nil, err
	}
	touched := map[string]domain.Position{}
	for _, event := range decoded {
		for _, view := range views {
			ours := func(key projections.Key) bool { return key.Account == account }
			if event.Position.After(touched[view.Name()]) && slices.ContainsFunc(projections.Touched(view, []domain.Recorded{event}), ours) {
				touched[view.Name()] = event.Position
			}
		}
	}
	return touched, nil
}
