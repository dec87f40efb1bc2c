package contacts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
)

func TestSMSSegments(t *testing.T) {
	for _, c := range []struct {
		given string
		text  string
		want  int
	}{
		{"no text", "", 0},
		{"160 plain characters", strings.Repeat("a", 160), 1},
		{"161 plain characters", strings.Repeat("a", 161), 2},
		{"two full parts", strings.Repeat("a", 306), 2},
		{"one more than two full parts", strings.Repeat("a", 307), 3},
		{"80 euro signs, two places each", strings.Repeat("€", 80), 1},
		{"81 euro signs", strings.Repeat("€", 81), 2},
		{"a bracket that would be cut in two", strings.Repeat("a", 152) + "[" + strings.Repeat("a", 152), 3},
		{"umlauts of GSM 03.38", strings.Repeat("ä", 160), 1},
		{"one curly apostrophe in 71 characters", strings.Repeat("a", 70) + "’", 2},
		{"one curly apostrophe in 70 characters", strings.Repeat("a", 69) + "’", 1},
		{"ê, which GSM 03.38 lacks", strings.Repeat("ê", 70), 1},
		{"ê, one too many", strings.Repeat("ê", 71), 2},
		{"two full parts of Cyrillic", strings.Repeat("ж", 134), 2},
		{"one more than two full parts of Cyrillic", strings.Repeat("ж", 135), 3},
		{"35 pictures, two places each", strings.Repeat("🎉", 35), 1},
		{"36 pictures", strings.Repeat("🎉", 36), 2},
		{"a picture that would be cut in two", strings.Repeat("ж", 66) + "🎉" + strings.Repeat("ж", 66), 3},
	} {
		t.Run("given "+c.given+", it counts the parts", func(t *testing.T) {
			require.Equal(t, c.want, contacts.SMSSegments(c.text))
		})
	}
}
