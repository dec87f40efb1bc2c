package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
)

func TestTrimPasted(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Ann": "Ann", " Ann\u00a0": "Ann", "\tAnn\r\n": "Ann", "\u3000Ann Lee\u2003": "Ann Lee", "\u2028Ann\u2029": "Ann",
		"\ufeffAnn": "Ann", "\u202a+49\u202c": "+49", "\u202d+49\u202c": "+49", "\u200eAnn\u200f": "Ann", "\u061cمحمد": "محمد", "\u2067Ann\u2069": "Ann",
		"\u200bAnn\u200b": "Ann", "\u2060Ann\u00ad": "Ann", " \u200b\ufeff Ann \u200b ": "Ann", "\u200b \u200d": "",
		"\u200dAnn\u200c": "Ann", "می\u200c": "می", "A\u200bnn": "A\u200bnn",
		"നന്\u200d": "നന്\u200d", "അവന്\u200d \u200b": "അവന്\u200d", "উৎপাত্\u200d": "উৎপাত্\u200d", "ರಾಜ್\u200c": "ರಾಜ್\u200c", "ශ්\u200d": "ශ්\u200d", "राज्\u200d\u200d": "राज्\u200d",
		"\u200dന്": "ന്", "ന\u200d": "ന",
	} {
		t.Run("given ["+text+"], what is unseen at its ends is dropped", func(t *testing.T) {
			require.Equal(t, want, domain.TrimPasted(text))
			require.Equal(t, want, domain.TrimPasted(want))
		})
	}
}

func TestDropUnseen(t *testing.T) {
	t.Run("given what shows nothing between letters, it is dropped, and spaces stay", func(t *testing.T) {
		require.Equal(t, "a b@e.org", domain.DropUnseen("a b\u200b@\u200ee\u2060.\u00adorg\ufeff"))
		require.Equal(t, "می\u200cنا", domain.DropUnseen("می\u200cنا"))
	})
}
