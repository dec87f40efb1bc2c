package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb/disktest"
	"github.com/usher-engine/usher/domain"
)

// TestAFullDisk fills the disk of a running Usher, and frees it, again and again:
// writes are refused as such meanwhile, people read and sign in, Usher starts,
// and all goes on where there is space. What was answered is there in the end.
func TestAFullDisk(t *testing.T) {
	disktest.Run(t, func(t *testing.T) {
		t.Run("in memory", func(t *testing.T) { fullDisk(t, disktest.Memory(t, 64<<20), kills()*3/10) })
		if os.Getenv("USHER_SOAK") != "" {
			t.Run("of ext4", func(t *testing.T) { fullDisk(t, disktest.Ext4(t, 64<<20), kills()*3/10) })
		}
	})
}

func fullDisk(t *testing.T, disk *disktest.Disk, cycles int) {
	t.Helper()
	p := &process{t: t, binary: build(t), data: filepath.Join(disk.Folder, "data"), eventStore: "embedded"}
	p.start()
	t.Cleanup(func() { _ = p.command.Process.Kill() }) // where the test failed
	p.found()
	ledger := &ledger{answered: map[string]string{}}
	for cycle := range cycles {
		for range 20 {
			p.invited(ledger)
		}
		disk.Fill()
		p.inviteUntilFull(ledger)
		p.requireReadingAndSigningIn()
		require.Eventually(t, func() bool { return p.storeStates()["event_log"] == "full" }, time.Minute, 10*time.Millisecond, "/readyz says so")
		if cycle%2 == 0 {
			p.kill()
		} else {
			p.stop()
		}
		disk.Fill()
		p.start() // on a disk that is full
		p.requireReadingAndSigningIn()
		p.inviteUntilFull(ledger) // which it is still

		disk.Free()
		require.Eventually(t, p.ready, time.Minute, 10*time.Millisecond, "nothing has to be restarted: %v", p.storeStates())
		for range 20 {
			p.invited(ledger)
		}
	}
	requireNothingLost(t, p, ledger)
}

// TestAFullDiskOfANode is the same for a node's disk: its clients are told, by a
// code of gRPC that has them keep their connection, and read on.
func TestAFullDiskOfANode(t *testing.T) {
	disktest.Run(t, func(t *testing.T) {
		disk := disktest.Memory(t, 8<<20)
		n := &nodeProcess{t: t, binary: build(t), data: filepath.Join(disk.Folder, "node"), listen: "127.0.0.1:0"}
		n.start()
		t.Cleanup(func() { _ = n.command.Process.Kill() }) // where the test failed
		appended := 0
		for cycle := range kills() * 3 / 10 {
			log, err := eventstoredb.Open(t.Context(), n.connection, "", eventstoredb.Options{})
			require.NoError(t, err)
			appended = appendUntilFull(t, log, appended, disk)
			requireNumbered(t, log, appended)
			require.NoError(t, log.Close())
			if cycle%2 == 0 {
				n.kill()
			} else {
				n.stop()
			}
			disk.Fill()
			n.start() // on a disk that is full
			log, err = eventstoredb.Open(t.Context(), n.connection, "", eventstoredb.Options{})
			require.NoError(t, err)
			requireNumbered(t, log, appended)
			disk.Free()
			require.Eventually(t, func() bool { return appendNumber(t, log, appended) == nil }, time.Minute, 10*time.Millisecond)
			appended++
			requireNumbered(t, log, appended)
			require.NoError(t, log.Close())
		}
		n.stop()
	})
}

// appendUntilFull fills the disk and appends, and is how many events there are.
func appendUntilFull(t *testing.T, log *eventstoredb.Log, appended int, disk *disktest.Disk) int {
	t.Helper()
	disk.Fill()
	for {
		err := appendNumber(t, log, appended)
		if err == nil {
			appended++
			continue
		}
		require.ErrorIs(t, err, journal.ErrFull)
		require.ErrorContains(t, err, "ResourceExhausted")
		require.NotContains(t, err.Error(), disk.Folder)
		_, write := log.Failing()
		require.ErrorIs(t, write, journal.ErrFull, "whoever keeps events there is not ready")
		return appended
	}
}

// appendNumber appends an event that has its revision's number.
func appendNumber(t *testing.T, log *eventstoredb.Log, number int) error {
	t.Helper()
	var expected domain.Expected = domain.NoStream{}
	if number > 0 {
		expected = domain.Revision(number - 1)
	}
	data := fmt.Appendf(nil, `{"number":%d,"room":%q}`, number, strings.Repeat("x", 4000))
	_, _, err := log.Append(t.Context(), "operations", expected, []journal.Proposed{{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, number)), Type: "numbered", JSON: true, Data: data,
	}})
	return err
}

// requireNumbered reads all numbers, each once.
func requireNumbered(t *testing.T, log *eventstoredb.Log, appended int) {
	t.Helper()
	next := 0
	for record, err := range log.ReadStream(t.Context(), "operations", 0) {
		require.NoError(t, err)
		require.Contains(t, string(record.Data), fmt.Sprintf(`{"number":%d,`, next))
		next++
	}
	require.Equal(t, appended, next)
}

// invited invites somebody, as one can where there is space.
func (p *process) invited(l *ledger) {
	p.t.Helper()
	phone := l.phone()
	person := p.inviteOne(p.t.Context(), phone)
	require.NotEmpty(p.t, person)
	l.note(phone, person)
}

// inviteUntilFull invites until there is no space, be it for less than that.
func (p *process) inviteUntilFull(l *ledger) {
	p.t.Helper()
	for {
		phone := l.phone()
		person := p.inviteOne(p.t.Context(), phone)
		l.note(phone, person)
		if person == "" && p.refused() {
			return
		}
	}
}

// refused reports whether a command is refused because the disk is full.
func (p *process) refused() bool {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPut, p.base+"/v1/accounts/acme/settings/inviting",
		strings.NewReader(`{"everyone_may_invite":true}`))
	require.NoError(p.t, err)
	request.Header.Set("Authorization", "Bearer "+p.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(p.t, err)
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return false
	}
	require.Equal(p.t, http.StatusServiceUnavailable, response.StatusCode)
	require.Equal(p.t, "30", response.Header.Get("Retry-After"))
	var problem struct{ Code, Detail string }
	require.NoError(p.t, json.NewDecoder(response.Body).Decode(&problem))
	require.NotContains(p.t, problem.Detail, p.data, "which is nobody's business")
	require.Equal(p.t, "disk_full", problem.Code)
	return true
}

// requireReadingAndSigningIn reads lists, and signs in anew.
func (p *process) requireReadingAndSigningIn() {
	p.t.Helper()
	for range 5 {
		status, answer, err := p.do(p.t.Context(), http.MethodPost, "/v1/accounts/acme/sessions", "", "", `{"login":"ann@acme.example","password":"`+adminPassword+`"}`)
		require.NoError(p.t, err)
		require.Equal(p.t, http.StatusCreated, status, "%s", answer)
		var in struct{ Token string }
		require.NoError(p.t, json.Unmarshal(answer, &in))
		p.token = in.Token
	}
	for _, list := range []string{"/invited", "/employees", "/history", "/structure"} {
		status, answer, err := p.do(p.t.Context(), http.MethodGet, "/v1/accounts/acme"+list, p.token, "", "")
		require.NoError(p.t, err)
		require.Equal(p.t, http.StatusOK, status, "%s", answer)
	}
	status, _, err := p.do(p.t.Context(), http.MethodGet, "/healthz", "", "", "")
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, status)
}

// storeStates is what /readyz says of the stores.
func (p *process) storeStates() map[string]string {
	p.t.Helper()
	_, answer, err := p.do(p.t.Context(), http.MethodGet, "/readyz", "", "", "")
	require.NoError(p.t, err)
	require.NotContains(p.t, string(answer), p.data)
	var ready struct{ Stores map[string]string }
	require.NoError(p.t, json.Unmarshal(answer, &ready))
	return ready.Stores
}
