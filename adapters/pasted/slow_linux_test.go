package pasted_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/pasted"
	"github.com/usher-engine/usher/domain/batch"
)

// A text takes as long as its parts, whatever is in it: one that took the square of its
// length would take eight times as long as an eighth of it, read eight times.
func TestNoTextIsSlow(t *testing.T) {
	const parts = 8
	for _, piece := range []string{
		"<", "<\n", "<a@b", "a@b,", "a@b ", "\"", "\"\n", "\"a\",", ";", "\t", "(", "1. ", "1. a\n", "mailto:", "[a](", "[", "+1", "12345 +", "a@b|", "<a@b|",
		"Email\n", "Email,Email\n", "\"Email\"\n\"\n", "<a\n", "a <a@b>", "@", ",", "=?utf-8?q?a?=", "(a@b ", "١", "e 1234567 ", ";ext=1", ":", "a:;", "\\",
	} {
		part := strings.Repeat(piece, (1<<14)/parts/len(piece))
		whole := strings.Repeat(part, parts)
		for _, channel := range []batch.Channel{batch.Email, batch.SMS} {
			inParts := worked(t, func() {
				for range parts {
					pasted.Reader{}.Pasted(part, channel)
				}
			})
			atOnce := worked(t, func() { pasted.Reader{}.Pasted(whole, channel) })
			require.Less(t, atOnce, 4*inParts+100*time.Millisecond, "%q by %s", piece, channel)
		}
	}
}

// worked returns how much of the processor something took, which says the same on a busy
// machine.
func worked(t *testing.T, do func()) time.Duration {
	t.Helper()
	spent := func() time.Duration {
		var usage syscall.Rusage
		require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := spent()
	do()
	return spent() - before
}
