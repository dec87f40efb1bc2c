package pasted_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/pasted"
	"github.com/usher-engine/usher/domain/batch"
)

// A text of 64 KiB takes no more than a moment, whatever is in it.
func TestNoTextIsSlow(t *testing.T) {
	for _, piece := range []string{
		"<", "<\n", "<a@b", "a@b,", "a@b ", "\"", "\"\n", "\"a\",", ";", "\t", "(", "1. ", "1. a\n", "mailto:", "[a](", "[", "+1", "12345 +", "a@b|", "<a@b|",
		"Email\n", "Email,Email\n", "\"Email\"\n\"\n", "<a\n", "a <a@b>", "@", ",", "=?utf-8?q?a?=", "(a@b ", "١", "e 1234567 ", ";ext=1", ":", "a:;", "\\",
	} {
		text := strings.Repeat(piece, (1<<16)/len(piece))
		for _, channel := range []batch.Channel{batch.Email, batch.SMS} {
			begun := time.Now()
			pasted.Reader{}.Pasted(text, channel)
			require.Less(t, time.Since(begun), 5*time.Second, "%q by %s", piece, channel)
		}
	}
}
