package journeys_test

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

var several = regexp.MustCompile(`"([^"]*)\{(\d+)\.\.(\d+)\}([^"]*)"`)

// many writes texts out that stand in a body as one: "row{1..3}" is "row1","row2","row3".
func many(body string) string {
	return several.ReplaceAllStringFunc(body, func(text string) string {
		parts := several.FindStringSubmatch(text)
		first, _ := strconv.Atoi(parts[2])
		last, _ := strconv.Atoi(parts[3])
		var all []string
		for n := first; n <= last; n++ {
			all = append(all, `"`+parts[1]+strconv.Itoa(n)+parts[4]+`"`)
		}
		return strings.Join(all, ",")
	})
}

// await waits until nothing more becomes of a batch.
func (w *traveller) await(path, token string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		var found struct{ Closed bool }
		w.get(path, token, &found)
		return found.Closed
	}, time.Minute, 20*time.Millisecond)
}
