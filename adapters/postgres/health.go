package postgres

import (
	"context"
	"fmt"
)

// Probe reads and writes the vault once: it commits what changes nothing.
func (v *Vault) Probe(ctx context.Context) error {
	if _, err := v.LogMark(ctx); err != nil {
		return err
	}
	return v.write(ctx, "write what is there", "UPDATE vault.log SET mark = mark")
}

// Probe reads and writes the read models once: it commits what changes nothing.
func (r *ReadModels) Probe(ctx context.Context) error {
	if _, err := r.LogMark(ctx); err != nil {
		return err
	}
	if _, err := r.db.pool.exec(ctx, "UPDATE readmodels.log SET mark = mark"); err != nil {
		return fmt.Errorf("read models: write what is there: %w", err)
	}
	return nil
}
