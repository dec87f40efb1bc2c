package journeys_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// elsewhere is the refusals that no transcript can show, each with why, and the
// test that meets them.
func elsewhere() map[string]string {
	return map[string]string{
		"account_not_ready":   "while a founding is under way: TestAnAccountThatIsNotReady",
		"bulk_busy":           "where a company has several large requests under way: TestFewBulkRequestsAtATime",
		"contended":           "where others are always first: TestConflictsWithoutEnd",
		"disk_full":           "while a disk is full: TestAFullDisk",
		"history_missing":     "where somebody cut a stream in EventStoreDB: TestACutStreamStopsOnePerson",
		"installation_limit":  "after 50,000 SMS: TestLimitOfTheInstallation",
		"internal":            "by a fault of the program: TestProblemOf",
		"keys_missing":        "while the vault is older than the log: TestAPromotionThatIsNotFenced",
		"no_longer_permitted": "where a role is lost midway: TestLosingARoleMidway",
		"not_yet":             "while a view is behind: TestListsBeingBuiltAnew",
		"position_unknown":    "where the log was restored: TestAnEventIDThatTheLogDoesNotGoUpTo",
		"role_changed":        "where another changes the same role at the same moment: TestChangeRole",
		"structure_limit":     "after 20 levels or 10,000 departments: TestMovingADepartment",
		"too_busy":            "where many sign in at the same moment: TestTooManyLogInsAtOnce",
		"too_many_streams":    "where very many listen: TestStreamsAreBounded",
		"too_many_rows":       "after 10,000 rows: TestBulkBodies",
		"unavailable":         "while a store is away: TestStarting",
	}
}

// TestEveryRefusalIsInATranscript keeps the list of refusals and what transcripts
// show of them the same.
func TestEveryRefusalIsInATranscript(t *testing.T) {
	source, err := os.ReadFile("../../../../domain/refusal.go")
	require.NoError(t, err)
	var transcripts strings.Builder
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		_, _ = transcripts.Write(text)
	}
	codes := regexp.MustCompile(`Code = "([a-z_]+)"`).FindAllStringSubmatch(string(source), -1)
	require.Greater(t, len(codes), 80)
	reasons := elsewhere()
	for _, code := range codes {
		_, cannot := reasons[code[1]]
		shown := strings.Contains(transcripts.String(), `"code": "`+code[1]+`"`)
		require.NotEqual(t, cannot, shown, "%s is in a transcript, or on the list of those that cannot be", code[1])
		delete(reasons, code[1])
	}
	require.Empty(t, reasons, "these are on the list and are no codes")
	all := tests(t)
	for code, reason := range elsewhere() {
		_, test, _ := strings.Cut(reason, ": ")
		require.True(t, strings.Contains(all, "func "+test+"(t *testing.T)"), "%s: there is no %q", code, test)
	}
}

// tests is the source of all tests.
func tests(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir("../../../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		_, _ = all.Write(text)
		return err
	})
	require.NoError(t, err)
	return all.String()
}
