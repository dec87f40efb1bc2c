package projections_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func TestSearchText(t *testing.T) {
	t.Run("given accents and capitals, people find each other without them", func(t *testing.T) {
		require.Equal(t, "jurgen muller strasse", projections.SearchText("Jürgen", "", " MÜLLER ", "Straße"))
		require.Equal(t, projections.SearchText("Zoe\u0308"), projections.SearchText("Zoë"))
		require.Equal(t, "istanbul", projections.SearchText("İstanbul"))
	})
	t.Run("given what comes along unseen when a text is pasted, it is dropped at both ends", func(t *testing.T) {
		require.Equal(t, "muller +49171", projections.SearchText("\ufeffMüller\u200b", "\u202d+49171\u202c"))
	})
	for name, typed := range map[string]string{
		"Nguyễn": "Nguyen", "Đặng": "Dang", "Ștefan": "Stefan", "Ţepeş": "Tepes", "O’Brien": "O'Brien", "Oʻahu": "O'AHU", "D´Angelo": "d'angelo",
		"Ελένη Παπαδοπούλου": "ελενη παπαδοπουλου", "Νίκος": "ΝΙΚΟΣ", "Пётр": "Петр", "Ґалаґан": "Галаган", "Їжакевич": "Іжакевич",
		"مُحَمَّد": "محمد", "أحمد": "احمد", "فاطمة": "فاطمه", "علی": "علي", "مـــحمد": "محمد", "علی\u200cرضا": "علیرضا", "שָׁלוֹם": "שלום",
		"Łukasz": "lukasz", "Bjørn Ødegård": "bjorn odegard", "Straße": "STRASSE", "Işık": "isik", "İstanbul": "istanbul", "Æsa Þórsdóttir": "aesa thorsdottir",
		"Đorđević": "Dordevic", "Ħamrun": "hamrun", "Əliyev": "Eliyev", "Anne–Marie": "anne-marie", "Anne‑Marie": "Anne-Marie", "Ｙａｍａｄａ": "yamada", "ﾔﾏﾀﾞ": "ヤマダ",
		"ﬁona": "Fiona", "Ĳsbrand": "ijsbrand", "അവൻ": "അവന്\u200d", "Mu\u0308ller": "Müller", "x\u00adu": "xu", "Gal·la": "Galla", "“Al”": `"al"`,
	} {
		t.Run(name+" and "+typed+" find each other", func(t *testing.T) {
			require.Equal(t, projections.SearchText(name), projections.SearchText(typed))
		})
	}
	for _, two := range [][2]string{
		{"മനു", "മന"}, {"മീര", "മിര"}, {"कुल", "कल"}, {"কমল", "কমলা"}, {"ราม", "รัม"}, {"นก", "นํก"}, {"はは", "ばば"}, {"ක", "කි"}, {"க", "கி"}, {"ကို", "ကု"}, {"가", "각"}, {"ლ", "ა"},
	} {
		t.Run(two[0]+" is not "+two[1], func(t *testing.T) {
			require.NotEqual(t, projections.SearchText(two[0]), projections.SearchText(two[1]))
		})
	}
	t.Run("given other scripts, their letters stay", func(t *testing.T) {
		require.Equal(t, "мария 李 हिन्दी", projections.SearchText("Мария", "李", "हिन्दी"))
	})
	t.Run("given folded text, folding changes nothing", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			once := projections.SearchText(rapid.String().Draw(t, "text"), rapid.String().Draw(t, "more"))
			require.Equal(t, once, projections.SearchText(once))
		})
	})
}

func TestSortText(t *testing.T) {
	t.Run("given names, they stand by the last one first, whatever their accents", func(t *testing.T) {
		names := []string{
			projections.SortText("Zimmer", "Al"), projections.SortText("Ångström", "Eva"), projections.SortText("Angstrom", "Zoe"),
			projections.SortText("Angst", "Zoe"), projections.SortText("ångström", "Adam"),
		}
		sorted := slices.Sorted(slices.Values(names))
		require.Equal(t, []string{names[3], names[4], names[1], names[2], names[0]}, sorted)
	})
	t.Run("given letters of many languages, they stand where people look for them", func(t *testing.T) {
		inOrder := []string{
			"Adam", "Ägidius", "Čapek", "Dang", "Đặng", "Eva", "Łukasz", "Müller", "Nuñez", "O'Brien", "O’Casey", "Ødegård", "Oduya",
			"Stefan", "Ștefan", "Tudor", "Țuțea", "Zimmer", "Žižek", "Ωμέγα", "Авдеев", "Елена", "Ёлкина", "Жуков", "כהן", "أحمد", "മീര", "김", "李", "王",
		}
		keys := make([]string, len(inOrder))
		for i, name := range inOrder {
			keys[i] = projections.SortText(name)
		}
		require.IsNonDecreasing(t, keys)
	})
	t.Run("given an apostrophe of any kind, names stand together", func(t *testing.T) {
		require.Equal(t, projections.SortText("O'Brien", "Al"), projections.SortText(" O’Brien", "AL"))
	})
	for _, name := range []string{"ნინო", "Åsa", "ΝΊΚΟΣ", "Ёлкина", "Ծովինար", "ĐẶNG", "ᎠᎵ", "𐓀𐓘", "𞤀𞤣𞤢𞤥", "ǅemal"} {
		t.Run("given "+name+" in capitals or small letters, it stands in one place", func(t *testing.T) {
			require.Equal(t, projections.SortText(strings.ToUpper(name)), projections.SortText(strings.ToLower(name)))
		})
	}
	t.Run("given a first part that begins as another, the shorter comes first", func(t *testing.T) {
		require.Less(t, projections.SortText("Ang", "Zoe"), projections.SortText("Angst", "Adam"))
	})
	t.Run("given the longest names, it is short enough to be indexed", func(t *testing.T) {
		for _, letter := range []string{"w", "李", "ﷺ", "👍", "മി"} {
			require.Less(t, len(projections.SortText(strings.Repeat(letter, 100), strings.Repeat(letter, 100))), 1100)
		}
	})
	t.Run("given another release of the tables, the views' versions must rise", func(t *testing.T) {
		require.Equal(t, "2T0HGDGN24BH25IC2UUG05FF2OOHEJOM9G00", projections.SortText("Müller", "Ådne"))
	})
	t.Run("given nobody's name, it is not empty", func(t *testing.T) {
		require.NotEmpty(t, projections.SortText("", ""))
	})
	t.Run("given any text, it has no zero byte, which stores cannot keep", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			require.False(t, strings.ContainsAny(projections.SortText(rapid.String().Draw(t, "text")), "\x00\x1e"))
		})
	})
}

func TestInLogOrderSortsAsTheLogDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		position := rapid.Custom(func(t *rapid.T) domain.Position {
			return domain.Position{Commit: rapid.Uint64().Draw(t, "commit"), Prepare: rapid.Uint64().Draw(t, "prepare")}
		})
		a, b := position.Draw(t, "a"), position.Draw(t, "b")
		require.Equal(t, a.Compare(b), strings.Compare(projections.InLogOrder(a), projections.InLogOrder(b)))
	})
}
