package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestRaceOfMoves moves departments below each other, 64 moves at once: some are
// refused as cycles, and no department is ever cut off from the root.
func TestRaceOfMoves(t *testing.T) { enginetest.OnEachLog(t, raceOfMoves) }

func raceOfMoves(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin, departments := signUp(t, usher, "acme"), make([]string, 8)
	for i := range departments {
		status, answer := admin.post("/departments", fmt.Sprintf(`{"name":"Department %d"}`, i))
		require.Equal(t, http.StatusCreated, status, "%s", answer)
		var made struct{ ID string }
		require.NoError(t, json.Unmarshal(answer, &made))
		departments[i] = made.ID
	}
	for round := range rounds(3) {
		outcomes := race(func(i int) string {
			which, parent := departments[(i+round)%8], departments[(3*i+round+1)%8]
			status, answer := admin.do(http.MethodPut, "/departments/"+which+"/parent", `{"parent_id":"`+parent+`"}`)
			return strconv.Itoa(status) + " " + code(answer)
		})
		require.Equal(t, racers, outcomes["200 "]+outcomes["409 department_cycle"], outcomes)
		require.NotZero(t, outcomes["409 department_cycle"], outcomes)

		usher.Settle(t)
		status, answer := admin.do(http.MethodGet, "/structure", "")
		require.Equal(t, http.StatusOK, status, "%s", answer)
		var chart struct{ Root unit }
		require.NoError(t, json.Unmarshal(answer, &chart))
		require.ElementsMatch(t, append([]string{chart.Root.ID}, departments...), chart.Root.all())
	}
}

// unit is a department as the API shows it.
type unit struct {
	ID          string
	Departments []unit
}

// all is the unit and all below it.
func (u unit) all() []string {
	ids := []string{u.ID}
	for _, below := range u.Departments {
		ids = append(ids, below.all()...)
	}
	return ids
}
