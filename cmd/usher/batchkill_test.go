package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// batchRows is how many rows are invited while Usher is killed: USHER_SOAK makes it all
// that may be.
func batchRows() int {
	if os.Getenv("USHER_SOAK") != "" {
		return 10_000
	}
	return 600
}

// manyPhones is a request with so many rows.
func manyPhones(n int) string {
	phones := make([]string, n)
	for i := range phones {
		phones[i] = fmt.Sprintf("+1415%07d", 2_000_000+i)
	}
	body, _ := json.Marshal(map[string]any{"phones": phones}) // strings have JSON
	return string(body)
}

// beginBatch sends many rows under one key until that is answered, and is killed meanwhile
// as often as asked for.
func (p *process) beginBatch(body string, killed int) (path string) {
	p.t.Helper()
	status, answer, err := p.do(p.t.Context(), http.MethodPut, "/v1/accounts/acme/settings/limits", p.token, "", `{"sms":100000,"invitations_per_inviter":100000}`)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, status, "%s", answer)
	for ; ; killed-- {
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			ctx, cancel := context.WithTimeout(p.t.Context(), 30*time.Second)
			defer cancel()
			if status, answer, err = p.do(ctx, http.MethodPost, "/v1/accounts/acme/invitations/sms", p.token, "many", body); err != nil {
				status = 0
			}
		}()
		if killed > 0 {
			aMoment(p.t)
			p.kill()
			<-sent
			p.start()
			continue
		}
		<-sent
		require.NoError(p.t, err)
		require.Equal(p.t, http.StatusAccepted, status, "%s", answer)
		var accepted struct{ Batch string }
		require.NoError(p.t, json.Unmarshal(answer, &accepted))
		return "/v1/accounts/acme/batches/" + accepted.Batch
	}
}

type batchState struct {
	State                           string
	Closed                          bool
	Size, Invited, Refused, Untried int
}

func (p *process) batch(path string) (found batchState) {
	p.t.Helper()
	status, answer, err := p.do(p.t.Context(), http.MethodGet, path, p.token, "", "")
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, status, "%s", answer)
	require.NoError(p.t, json.Unmarshal(answer, &found))
	return found
}

// awaitBatch waits until nothing more becomes of a batch.
func (p *process) awaitBatch(path string) batchState {
	p.t.Helper()
	var found batchState
	require.Eventually(p.t, func() bool {
		found = p.batch(path)
		return found.Closed
	}, 5*time.Minute, 50*time.Millisecond)
	return found
}

// requireEachInvitedOnce expects all rows in the log, none of them twice.
func (p *process) requireEachInvitedOnce(rows int) {
	p.t.Helper()
	invited := p.invitedByHistory()
	require.Len(p.t, invited, rows)
	for phone, people := range invited {
		require.Len(p.t, people, 1, phone)
	}
}

// TestBatchIsKilledAtAnyMoment kills Usher before it answers, between rows, and about the
// end of a bulk invitation: it goes on by itself, and each row is invited once.
func TestBatchIsKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	rows := batchRows()
	path := p.beginBatch(manyPhones(rows), 3)
	killed := 0
	for ; !p.batch(path).Closed && killed < 5*kills(); killed++ {
		aMoment(t)
		if killed%3 == 2 { // or only asked to end
			p.stop()
		} else {
			p.kill()
		}
		p.start()
	}
	require.Equal(t, batchState{State: "done", Closed: true, Size: rows, Invited: rows}, p.awaitBatch(path))
	t.Logf("%d rows, killed %d times", rows, killed)
	p.requireEachInvitedOnce(rows)
	p.stop()
}

// TestBatchOfAKilledInstanceIsTakenOver kills the instance that was asked, for good.
func TestBatchOfAKilledInstanceIsTakenOver(t *testing.T) {
	t.Parallel()
	team := newTeam(t, 2)
	rows := batchRows()
	path := team.instances[0].beginBatch(manyPhones(rows), 0)
	other := team.instances[1]
	require.Eventually(t, func() bool { return other.batch(path).Invited > 0 }, time.Minute, 5*time.Millisecond)
	team.instances[0].kill()
	before, began := other.batch(path), time.Now()
	require.Equal(t, batchState{State: "done", Closed: true, Size: rows, Invited: rows}, other.awaitBatch(path))
	t.Logf("%d of %d rows were invited when the instance was killed, and all %s later", before.Invited, rows, time.Since(began))
	other.requireEachInvitedOnce(rows)
}
