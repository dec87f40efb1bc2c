package engine_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestRowsThatAreLost asks for lists whose rows somebody or something has removed,
// while nothing happens in the log: they are whole, or not answered yet, and come
// back by themselves.
func TestRowsThatAreLost(t *testing.T) {
	t.Run("given a damaged page of the file", func(t *testing.T) { comesBack(t, enginetest.Start(t), damagedPage) })
	for name, sql := range map[string]string{
		"a schema that was dropped":         "DROP SCHEMA readmodels CASCADE",
		"one table that was dropped":        dynamically("SELECT 'DROP TABLE readmodels.' || view || '_v' || version || '_' || number FROM readmodels.editions WHERE view = 'invited'"),
		"tables that were emptied":          dynamically("SELECT 'TRUNCATE readmodels.' || view || '_v' || version || '_' || number FROM readmodels.editions"),
		"a checkpoint that was lost alone":  "UPDATE readmodels.editions SET position_commit = 0, position_prepare = 0",
		"editions that were lost":           "TRUNCATE readmodels.editions",
		"a table of editions that was lost": "DROP TABLE readmodels.editions",
		"leases that were lost":             "DROP TABLE readmodels.leases, readmodels.log",
	} {
		t.Run("given "+name, func(t *testing.T) {
			usher := enginetest.StartAsInProduction(t)
			comesBack(t, usher, func(t *testing.T, _ *enginetest.Usher) { execute(t, usher.Database.Super, sql) })
		})
	}
}

// TestRowsOfAnOlderDump puts the rows and positions of an hour ago back.
func TestRowsOfAnOlderDump(t *testing.T) {
	usher := enginetest.StartAsInProduction(t)
	signUp(t, usher, "earlier")
	usher.Settle(t)
	execute(t, usher.Database.Super, "CREATE SCHEMA dump;"+
		dynamically("SELECT 'CREATE TABLE dump.' || tablename || ' AS TABLE readmodels.' || tablename FROM pg_tables WHERE schemaname = 'readmodels'"))
	comesBack(t, usher, func(t *testing.T, _ *enginetest.Usher) {
		t.Helper()
		execute(t, usher.Database.Super, dynamically("SELECT 'TRUNCATE readmodels.' || tablename || '; INSERT INTO readmodels.' || tablename || ' SELECT * FROM dump.' || tablename"+
			" FROM pg_tables WHERE schemaname = 'readmodels'"))
	})
}

// TestAnotherInstanceSeesThatRowsAreLost asks the one that did not do the work.
func TestAnotherInstanceSeesThatRowsAreLost(t *testing.T) {
	usher := enginetest.StartAsInProduction(t)
	other := usher.Beside(t)
	admin := signUp(t, usher, "acme")
	invite(t, admin, "+14155550101")
	usher.Settle(t)
	other.Settle(t)
	execute(t, usher.Database.Super, "DROP SCHEMA readmodels CASCADE")
	for _, one := range []*enginetest.Usher{other, usher} {
		admin.usher = one
		wholeOrNotYet(t, admin, "", 1)
	}
}

// dynamically executes what a query makes.
func dynamically(query string) string {
	return "DO $$ DECLARE made text; BEGIN FOR made IN " + query + " LOOP EXECUTE made; END LOOP; END $$"
}

func execute(t *testing.T, address, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}

// damagedPage turns a bit of each place in the file where an invitation's contact is.
func damagedPage(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	usher.Stop(t)
	path := filepath.Join(usher.Data, "readmodels.db")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	found := 0
	for at := 0; ; found++ {
		next := bytes.Index(content[at:], []byte("+14155550101"))
		if next < 0 {
			break
		}
		content[at+next+3] ^= 1
		at += next + 1
	}
	require.NotZero(t, found)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	usher.Restart(t)
}

func comesBack(t *testing.T, usher *enginetest.Usher, lose func(*testing.T, *enginetest.Usher)) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	invite(t, admin, "+14155550101")
	usher.Settle(t)
	head, err := usher.Log.Head(t.Context())
	require.NoError(t, err)
	require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, time.Minute, time.Millisecond)

	lose(t, usher)
	wholeOrNotYet(t, admin, head.String(), 1)
	wholeOrNotYet(t, admin, "", 1)
	status, answer := admin.do(http.MethodGet, "/employees/"+admin.person()+"/why", "")
	require.Equal(t, http.StatusOK, status, "%s", answer)
	invite(t, admin, "+14155550102") // which needs its administrator, and nobody else
	usher.Settle(t)
	wholeOrNotYet(t, admin, "", 2)
	require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, time.Minute, time.Millisecond, "it says when all is there again")
	after, err := usher.Log.Head(t.Context())
	require.NoError(t, err)
	all, err := usher.Followers(usher.ReadModels).Standings(t.Context())
	require.NoError(t, err)
	for _, one := range all {
		if !one.Policy {
			require.Equal(t, after, one.Position, one.Name)
		}
	}
}

// wholeOrNotYet asks for the invited until they are answered, which is not before they
// are all there.
func wholeOrNotYet(t *testing.T, admin client, position string, want int) {
	t.Helper()
	path := "/invited"
	if position != "" {
		path += "?position=" + position
	}
	require.Eventually(t, func() bool {
		status, answer := admin.do(http.MethodGet, path, "")
		if status == http.StatusServiceUnavailable {
			require.Equal(t, "not_yet", code(answer))
			return false
		}
		require.Equal(t, http.StatusOK, status, "%s", answer)
		var page struct{ Items []json.RawMessage }
		require.NoError(t, json.Unmarshal(answer, &page))
		require.Len(t, page.Items, want, "%s", answer)
		return true
	}, time.Minute, time.Millisecond)
}

// person is who is signed in.
func (c client) person() string {
	c.t.Helper()
	status, answer := c.do(http.MethodGet, "/me", "")
	require.Equal(c.t, http.StatusOK, status, "%s", answer)
	var me struct{ Person string }
	require.NoError(c.t, json.Unmarshal(answer, &me))
	return me.Person
}
