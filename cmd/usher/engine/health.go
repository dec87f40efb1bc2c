package engine

import (
	"context"
	"fmt"
	"sync"
)

// Stores says of each server or file that keeps something why it does not
// answer; nil where it does.
func (e *Engine) Stores(ctx context.Context) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	var log, models error
	var group sync.WaitGroup
	group.Go(func() { log = logHealth(ctx, e.Log) })
	group.Go(func() { models = modelsHealth(ctx, e.ReadModels) })
	group.Wait()
	return map[string]error{"event_log": log, "read_models": models}
}

// modelsHealth says why the read models, and in PostgreSQL the vault beside
// them, cannot be reached.
func modelsHealth(ctx context.Context, models ReadModels) error {
	if _, err := models.LogMark(ctx); err != nil {
		return fmt.Errorf("read models and vault are away: %w", err)
	}
	return nil
}
