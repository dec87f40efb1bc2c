package eventlog_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// victim, in the environment, makes the test binary a process that appends to
// the log of that path until it is killed.
const victim = "USHER_EVENTLOG_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		fmt.Fprintln(os.Stderr, beVictim(path))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// beVictim says on standard output what it is about to append ("try", stream,
// ids) and what was acknowledged ("ack", last id, revision).
func beVictim(path string) error {
	log, err := eventlog.Open(context.Background(), path, eventlog.Options{CheckpointPages: 50})
	if err != nil {
		return err
	}
	var mutex sync.Mutex
	say := func(words ...any) {
		mutex.Lock()
		defer mutex.Unlock()
		fmt.Fprintln(os.Stdout, words...)
	}
	say("ready")
	failed := make(chan error)
	for range 6 {
		go func() {
			for {
				stream, expected := "person-"+uuid.NewString(), domain.Expected(domain.NoStream{})
				for range 5 {
					events := proposed(1+rand.IntN(3), 200)
					ids := make([]string, len(events))
					for i := range events {
						ids[i] = events[i].ID.String()
					}
					say("try", stream, strings.Join(ids, ","))
					revision, err := appendOrChange(log, stream, expected, events)
					if err != nil {
						failed <- err
						return
					}
					say("ack", ids[len(ids)-1], revision)
					expected = domain.Revision(revision)
				}
			}
		}()
	}
	return <-failed
}

// appendOrChange appends to one stream, or changes two, at random.
func appendOrChange(log *eventlog.Log, stream string, expected domain.Expected, events []journal.Proposed) (revision uint64, err error) {
	if rand.IntN(2) == 0 {
		revision, _, err = log.Append(context.Background(), stream, expected, events)
		return revision, err
	}
	if err := log.Update(context.Background(), refused); !errors.Is(err, errRefused) {
		return 0, err
	}
	err = log.Update(context.Background(), spread(stream, events, &revision))
	return revision, err
}

func TestKill(t *testing.T) {
	t.Run("given a process killed at any moment, again and again, what was acknowledged stays", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "events.db")
		var ledger ledger
		for range soak(t, 10) {
			killVictim(t, path, &ledger)
			log, err := eventlog.Open(t.Context(), path, eventlog.Options{})
			require.NoError(t, err)
			ledger.requireKept(t, log)
			require.NoError(t, log.Close())
		}
		require.NotEmpty(t, ledger.tried)
	})

	t.Run("given a log that is open, another process is refused", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "events.db")
		open(t, path)
		command := exec.CommandContext(t.Context(), os.Args[0])
		command.Env = append(os.Environ(), victim+"="+path)
		output, err := command.CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(output), eventlog.ErrLocked.Error())
	})
}

// killVictim starts a process, kills it a little after it is ready, and puts
// what it said into the ledger.
func killVictim(t *testing.T, path string, ledger *ledger) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), victim+"="+path)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	delay := time.Duration(rand.IntN(60_000)) * time.Microsecond
	numbers := map[string]int{}
	for lines := bufio.NewScanner(output); lines.Scan(); {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 1 && words[0] == "ready":
			timer := time.AfterFunc(delay, func() { _ = command.Process.Kill() })
			defer timer.Stop()
		case len(words) == 3 && words[0] == "try":
			one := attempt{stream: words[1]}
			for text := range strings.SplitSeq(words[2], ",") {
				one.events = append(one.events, uuid.MustParse(text))
			}
			ledger.tried = append(ledger.tried, one)
			numbers[one.events[len(one.events)-1].String()] = len(ledger.tried) - 1
		case len(words) == 3 && words[0] == "ack":
			var revision uint64
			_, err := fmt.Sscan(words[2], &revision)
			require.NoError(t, err)
			ledger.answer(numbers[words[1]], revision)
		}
	}
	require.Error(t, command.Wait(), "it was killed")
}
