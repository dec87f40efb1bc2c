package telemetry_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/telemetry"
)

func TestLinesAreAllWrittenWhereSomebodyReads(t *testing.T) {
	reads, writes, err := os.Pipe()
	require.NoError(t, err)
	lines := telemetry.NewLines(writes)
	text := make(chan string)
	go func() {
		all, _ := io.ReadAll(reads)
		text <- string(all)
	}()
	logger, want := slog.New(slog.NewTextHandler(lines, nil)), &bytes.Buffer{}
	for i := range 1000 {
		logger.Info("line", slog.Int("number", i))
		fmt.Fprintf(want, "number=%d\n", i)
	}
	require.True(t, lines.Close())
	require.NoError(t, writes.Close())
	var got strings.Builder
	for line := range strings.Lines(<-text) {
		got.WriteString(line[strings.Index(line, "number="):])
	}
	require.Equal(t, want.String(), got.String(), "in order")
}

func TestLinesHoldUpNobodyWhereNobodyReads(t *testing.T) {
	reads, writes, err := os.Pipe()
	require.NoError(t, err)
	lines, line := telemetry.NewLines(writes), strings.Repeat("x", 1023)+"\n"
	const written = 10 << 10 // 10 MiB, which is more than pipe and lines hold
	for range written {
		n, err := lines.Write([]byte(line))
		require.NoError(t, err)
		require.Len(t, line, n)
	}
	require.False(t, lines.Close(), "nobody reads")
	rest := make(chan string)
	go func() {
		all, _ := io.ReadAll(reads)
		rest <- string(all)
	}()
	require.True(t, lines.Close(), "somebody does")
	require.NoError(t, writes.Close())
	text := <-rest
	came := strings.Count(text, line)
	require.Greater(t, came, 4000)
	require.Less(t, came, written)
	require.Contains(t, text, fmt.Sprintf(`"lines":%d}`, written-came), "what is missing is told")
}

func TestLinesOfAPipeThatIsClosedAreDropped(t *testing.T) {
	reads, writes, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, reads.Close())
	lines := telemetry.NewLines(writes)
	for range 10 {
		_, err := lines.Write([]byte("line\n"))
		require.NoError(t, err)
	}
	require.True(t, lines.Close())
	_, err = lines.Write([]byte("line\n"))
	require.NoError(t, err)
}
