package engine_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

func TestAVaultThatLostItsInstallationIsRefused(t *testing.T) {
	usher := enginetest.StartAsInProduction(t)
	signUp(t, usher, "acme")
	usher.Stop(t)
	conn, err := pgx.Connect(t.Context(), usher.Database.Super)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), "DELETE FROM vault.installation")
	require.NoError(t, err)
	_, err = engine.Open(t.Context(), usher.Config())
	require.ErrorContains(t, err, "and no installation")
}
