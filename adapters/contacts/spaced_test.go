package contacts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
)

func TestSpaced(t *testing.T) {
	t.Parallel()
	texts := contacts.New()
	for contact, spaced := range map[string]string{
		"+14155550101":     "+1 415-555-0101",
		"+4915123456789":   "+49 1512 3456789",
		"+33612345678":     "+33 6 12 34 56 78",
		"ben@mill.example": "ben@mill.example",
		"+":                "+",
		"":                 "",
	} {
		require.Equal(t, spaced, texts.Spaced(contact))
	}
}
