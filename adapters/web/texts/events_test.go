package texts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/web/texts"
)

func TestEveryEventHasWordsInEveryLanguage(t *testing.T) {
	for language, words := range texts.All() {
		seen := map[string]string{}
		for of := range codec.Events() {
			name := words.EventName(of)
			require.NotEqual(t, string(of), name, "%s has no words in %s", of, language)
			require.Empty(t, seen[name], "%s and %s are told by the same words in %s", of, seen[name], language)
			seen[name] = string(of)
		}
	}
}

func TestAnEventWithoutWordsIsNamedAsItIsStored(t *testing.T) {
	require.Equal(t, "person.unheard_of", texts.German.EventName("person.unheard_of"))
}
