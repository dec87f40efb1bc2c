package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Ready says why Usher cannot do all of its work, and nil where it can.
func (e *Engine) Ready(ctx context.Context) error {
	var wrong []error
	for _, err := range e.Stores(ctx) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	asking, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	all, _ := e.Followers(e.ReadModels).Standings(asking) // an error of which Stores has told
	for _, one := range all {
		lost := one.Farthest.After(one.Position) || e.App.Began().After(one.Position)
		if !one.Policy && one.Stopped == nil && lost {
			wrong = append(wrong, fmt.Errorf("%s is being built anew", one.Name))
		}
		switch {
		case one.Stopped != nil:
			wrong = append(wrong, fmt.Errorf("%s: %w", one.Name, one.Stopped))
		case one.Failure != nil:
			wrong = append(wrong, fmt.Errorf("%s cannot go on for now", one.Name))
		case !one.StalledSince.IsZero():
			wrong = append(wrong, fmt.Errorf("%s stands still since %s, %d log positions behind",
				one.Name, one.StalledSince.UTC().Format(time.RFC3339), one.Behind))
		}
	}
	return errors.Join(wrong...)
}
