package storetest

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Newer returns an event of a company as a newer Usher may write it, for its structure's
// stream: of a type that this version does not know.
func Newer(t testing.TB, account domain.AccountID) journal.Proposed {
	t.Helper()
	metadata, err := json.Marshal(domain.Metadata{
		Causation: domain.CommandID(uuid.New()), Account: account, Schema: 1, Actor: domain.Actor{Kind: domain.ActorOperator},
	})
	require.NoError(t, err)
	return journal.Proposed{ID: uuid.New(), Type: "structure.unheard_of", JSON: true, Data: []byte("{}"), Metadata: metadata}
}
