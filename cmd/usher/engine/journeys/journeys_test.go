package journeys_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

var update = flag.Bool("update", false, "write the answers of the transcripts anew, and compare nothing")

// TestJourneys plays each transcript against a whole Usher of its own, on each
// kind of log: the transcripts are the same.
func TestJourneys(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			if *update {
				script, err := os.ReadFile(file)
				require.NoError(t, err)
				played := play(newTraveller(t, enginetest.Start(t)), string(script))
				require.NoError(t, os.WriteFile(file, []byte(played), 0o600))
				return
			}
			script, err := os.ReadFile(file)
			require.NoError(t, err)
			enginetest.OnEachLog(t, func(t *testing.T, usher *enginetest.Usher) {
				require.Equal(t, string(script), play(newTraveller(t, usher), string(script)))
			})
		})
	}
}

// play answers each step of a script. A step is some lines, "----", and the
// answer up to the next empty line; lines that begin with # are kept.
func play(who *traveller, script string) string {
	var out strings.Builder
	for _, block := range strings.Split(strings.TrimSpace(script), "\n\n") {
		input, _, asks := strings.Cut(block, "\n----")
		input = strings.TrimSpace(input)
		out.WriteString(input + "\n")
		if asks || !onlyComments(input) {
			out.WriteString("----\n" + strings.TrimSpace(who.step(withoutComments(input))) + "\n")
		}
		out.WriteString("\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

func onlyComments(input string) bool { return withoutComments(input) == "" }

func withoutComments(input string) string {
	var lines []string
	for _, line := range strings.Split(input, "\n") {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
