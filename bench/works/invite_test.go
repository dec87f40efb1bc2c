package works_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/bench/builds"
	"github.com/usher-engine/usher/bench/compare"
	"github.com/usher-engine/usher/bench/works"
)

// The present tree is both sides, so that only one build is made.
func TestInvitingIsMeasuredFromNothingToNothing(t *testing.T) {
	maker := builds.Maker{Tree: "../..", Cache: t.TempDir(), Scratch: t.TempDir()}
	present, err := maker.Present(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, present.Commit)
	require.NotEmpty(t, present.Go)

	data := t.TempDir()
	work := works.Inviting(present, present, works.Settings{Scratch: data, Time: time.Second, WarmUp: 100 * time.Millisecond}, 2, 1.3)
	results, err := compare.Run(t.Context(), []compare.Work{work}, 1, func(compare.Step) {})
	require.NoError(t, err)
	require.Len(t, results[0].Figures, 4)
	for _, figure := range results[0].Figures {
		require.Positive(t, figure.Base.Median, figure.Figure)
		require.Positive(t, figure.Present.Median, figure.Figure)
	}

	left, err := os.ReadDir(data)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestABaseThatIsNoCommitIsRefusedWithWhatGitSaid(t *testing.T) {
	_, err := builds.Maker{Tree: "../..", Cache: t.TempDir(), Scratch: t.TempDir()}.At(t.Context(), "no-such-commit")
	require.ErrorContains(t, err, "Needed a single revision")
}

func TestAServerThatEndsLeavesItsLastWordsAndNoData(t *testing.T) {
	program, err := exec.LookPath("ls") // which has no option --data
	require.NoError(t, err)
	data := t.TempDir()
	_, err = builds.Build{Program: program}.Serve(t.Context(), data)
	require.ErrorContains(t, err, "the server ended")
	require.ErrorContains(t, err, "option")
	left, err := os.ReadDir(data)
	require.NoError(t, err)
	require.Empty(t, left)
}
