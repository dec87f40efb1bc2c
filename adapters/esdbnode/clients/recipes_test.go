package clients_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// recipe is the script of a name in the document on EventStoreDB.
func recipe(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/eventstoredb.md")
	require.NoError(t, err)
	_, script, found := strings.Cut(string(text), "```js\n// "+name)
	require.True(t, found, "the document has no %s", name)
	script, _, _ = strings.Cut(script, "```")
	return "//" + script
}

// follow runs a recipe with the official client, for a node.
func follow(t *testing.T, name, cluster string) {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.Symlink(installed(t), filepath.Join(folder, "node_modules")))
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(recipe(t, name)), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), runLimit)
	defer cancel()
	command := exec.CommandContext(ctx, "node", name)
	command.Dir, command.Env = folder, append(os.Environ(), "CLUSTER="+cluster)
	said, err := command.CombinedOutput()
	require.NoError(t, err, "%s", said)
}

func TestTheDocumentedRights(t *testing.T) {
	const stream = "$$$all"
	for name, c := range map[string]struct{ before, after string }{
		"nothing was said yet":                    {"", `{"$acl":{"$r":["$admins","usher"]}}`},
		"one user may read":                       {`{"$acl":{"$r":"auditor","$mr":"$all"},"custom":7}`, `{"$acl":{"$r":["auditor","usher"],"$mr":"$all"},"custom":7}`},
		"several may, and Usher's is one of them": {`{"$acl":{"$r":["a","usher","b"]}}`, `{"$acl":{"$r":["a","usher","b"]}}`},
		"there are other metadata":                {`{"$maxCount":3}`, `{"$maxCount":3,"$acl":{"$r":["$admins","usher"]}}`},
	} {
		t.Run("given a server at which "+name+", who may read everything may afterwards, and Usher too", func(t *testing.T) {
			node := nodetest.Start(t)
			if c.before != "" {
				_, _, err := node.Log.Append(t.Context(), stream, domain.Any{}, []journal.Proposed{
					{ID: uuid.New(), Type: "$metadata", JSON: true, Data: []byte(c.before)},
				})
				require.NoError(t, err)
			}
			follow(t, "rights.mjs", node.Connection)
			var last []byte
			for record, err := range node.Log.ReadStream(t.Context(), stream, 0) {
				require.NoError(t, err)
				last = record.Data
			}
			require.JSONEq(t, c.after, string(last))
			require.True(t, json.Valid(last))
		})
	}
}

// TestTheDocumentedRightsAreEnough has a plain user read everything at a server that
// enforces rights, beside those who could before.
func TestTheDocumentedRightsAreEnough(t *testing.T) {
	node := nodetest.StartGuarded(t, "usher", "auditor")
	usher, auditor := node.Program(t, "usher"), node.Program(t, "auditor")
	require.NoError(t, node.Program(t, "admin").Write(t.Context(), "$$$all", "$metadata", `{"$acl":{"$r":["auditor"]}}`))
	require.ErrorContains(t, usher.ReadAll(t.Context()), "PermissionDenied")
	follow(t, "rights.mjs", node.As("admin"))
	require.NoError(t, usher.ReadAll(t.Context()))
	require.NoError(t, auditor.ReadAll(t.Context()))
}

// TestAnotherProgramAtTheServer has the official client of another language write
// beside a log, and the log see nothing of it.
func TestAnotherProgramAtTheServer(t *testing.T) {
	node := nodetest.Start(t)
	log, err := eventstoredb.Open(t.Context(), node.Connection, "usher.", eventstoredb.Options{})
	require.NoError(t, err)
	defer log.Close()
	require.NoError(t, log.Claim(t.Context(), uuid.New()))
	run(t, installed(t), "other.mjs", node.Address)
	own := journal.Proposed{ID: uuid.New(), Type: "person.employed", JSON: true, Data: []byte(`{}`), Metadata: []byte(`{}`)}
	_, position, err := log.Append(t.Context(), "person-"+uuid.NewString(), domain.NoStream{}, []journal.Proposed{own})
	require.NoError(t, err)
	run(t, installed(t), "other.mjs", node.Address)
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		require.Equal(t, own.ID, record.ID)
	}
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, position, head)
}
