package pasted_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/pasted"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain/batch"
)

// shown is rows as "line contact (beside)".
func shown(rows []commands.PastedRow) []string {
	all := []string{}
	for _, row := range rows {
		text := string(rune('0'+row.Line)) + " " + row.Contact
		if row.Beside != "" {
			text += " (" + row.Beside + ")"
		}
		all = append(all, text)
	}
	return all
}

func TestPastedEmails(t *testing.T) {
	const ben, dora = "ben@mill.example", "dora@mill.example"
	for text, want := range map[string][]string{
		"":                                           {},
		" \n\t\n--\n":                                {},
		ben:                                          {"1 " + ben},
		ben + "\n" + dora:                            {"1 " + ben, "2 " + dora},
		ben + "\r\n\r\n" + dora + "\r\n":             {"1 " + ben, "3 " + dora},
		"\ufeff" + ben + "\r" + dora:                 {"1 " + ben, "2 " + dora},
		ben + ", " + dora:                            {"1 " + ben, "1 " + dora},
		ben + "; " + dora + ";":                      {"1 " + ben, "1 " + dora},
		ben + " " + dora:                             {"1 " + ben, "1 " + dora},
		ben + "\t" + dora:                            {"1 " + ben, "1 " + dora},
		ben + " | " + dora:                           {"1 " + ben, "1 " + dora},
		ben + ",,;" + dora + " ,":                    {"1 " + ben, "1 " + dora},
		ben + ". ":                                   {"1 " + ben},
		"(" + ben + "), <" + dora + ">!":             {"1 " + ben, "1 " + dora},
		"„" + ben + "“ « " + dora + " »":             {"1 " + ben, "1 " + dora},
		"Ben Miller <" + ben + ">":                   {"1 ben@mill.example (Ben Miller)"},
		"\"Miller, Ben\" <" + ben + ">":              {"1 ben@mill.example (Miller, Ben)"},
		"Miller, Ben <" + ben + ">":                  {"1 ben@mill.example (Miller, Ben)"},
		"'Ben' <" + ben + ">":                        {"1 ben@mill.example ('Ben')"},
		ben + " <" + ben + ">":                       {"1 " + ben},
		"'" + ben + "' <" + ben + ">":                {"1 " + ben},
		ben + " (Ben Miller)":                        {"1 ben@mill.example (Ben Miller)"},
		"Ben Miller " + ben:                          {"1 ben@mill.example (Ben Miller)"},
		ben + " - Ben Miller":                        {"1 ben@mill.example (Ben Miller)"},
		"Ben Miller, " + ben:                         {"1 ben@mill.example (Ben Miller)"},
		"Ben;Miller;" + ben + ";Sales":               {"1 ben@mill.example (Ben Miller Sales)"},
		"Ben\tMiller\t" + ben:                        {"1 ben@mill.example (Ben Miller)"},
		"\"Miller, Ben\";" + ben:                     {"1 ben@mill.example (Miller, Ben)"},
		"\"Miller, Ben\"," + ben + ",\"A, B\"":       {"1 ben@mill.example (Miller, Ben A, B)"},
		"\"" + ben + "\"":                            {"1 " + ben},
		"\"" + ben + "\",\"" + dora + "\"":           {"1 " + ben, "1 " + dora},
		"mailto:" + ben:                              {"1 " + ben},
		"MAILTO:ben%40mill.example?subject=Hi there": {"1 ben@mill.example (there)"},
		"mailto:" + ben + "," + dora:                 {"1 " + ben, "1 " + dora},
		"<mailto:" + ben + "|" + ben + ">":           {"1 " + ben},
		"[Ben](mailto:" + ben + ")":                  {"1 ben@mill.example (Ben)"},
		"[" + ben + "](mailto:" + ben + ")":          {"1 " + ben},
		ben + "<mailto:" + ben + ">":                 {"1 " + ben},
		"E-mail: " + ben:                             {"1 ben@mill.example (E-mail:)"},
		"To: Ben <" + ben + ">, Dora <" + dora + ">": {"1 ben@mill.example (To: Ben)", "1 dora@mill.example (Dora)"},
		"Miller, Ben <" + ben + ">; Evans, Dora <" + dora + ">":               {"1 ben@mill.example (Miller, Ben)", "1 dora@mill.example (Evans, Dora)"},
		"Miller, Ben <" + ben + ">, Evans, Dora <" + dora + ">":               {"1 ben@mill.example (Miller, Ben)", "1 dora@mill.example (Evans, Dora)"},
		"Ben Miller <" + ben + ">, " + dora + ", 李 <li@x.example>":            {"1 ben@mill.example (Ben Miller)", "1 " + dora, "1 li@x.example (李)"},
		"=?utf-8?q?J=C3=BCrgen?= <" + ben + ">":                               {"1 ben@mill.example (Jürgen)"},
		"Ben Miller\n<" + ben + ">\nDora\n<" + dora + ">":                     {"2 ben@mill.example (Ben Miller)", "4 dora@mill.example (Dora)"},
		"1. " + ben + "\n2. " + dora:                                          {"1 " + ben, "2 " + dora},
		"(1) " + ben + "\n 2) " + dora:                                        {"1 " + ben, "2 " + dora},
		"• " + ben + "\n- " + dora + "\n* Li <li@x.example>\n[x] a@x.example": {"1 " + ben, "2 " + dora, "3 li@x.example (Li)", "4 a@x.example"},
		"E-mail\n" + ben + "\n" + dora:                                        {"2 " + ben, "3 " + dora},
		"Name\tE-Mail\nBen\t" + ben + "\nDora\t" + dora:                       {"2 ben@mill.example (Ben)", "3 dora@mill.example (Dora)"},
		"Vorname;Name;E-Mail-Adresse\nBen;Müller;" + ben + "\nDora;Evans;":    {"2 ben@mill.example (Ben Müller)", "3 Dora Evans"},
		"Email,Name\n" + ben + ",\"Ben \"\"B\"\", Miller\"":                   {"2 ben@mill.example (Ben \"B\", Miller)"},
		"Email,Name\n" + ben + ",\"Ben\n" + dora + ",Dora":                    {"2 ben@mill.example (\"Ben)", "3 dora@mill.example (Dora)"},

		"nonsense":                     {"1 nonsense"},
		"Ben Miller\n" + dora:          {"1 Ben Miller", "2 " + dora},
		ben + ", dora.mill.example":    {"1 " + ben, "1 dora.mill.example"},
		ben + ", Dora, " + dora:        {"1 " + ben, "1 Dora", "1 " + dora},
		ben + "; Dora; " + dora:        {"1 " + ben, "1 Dora", "1 " + dora},
		"ben @ mill.example":           {"1 ben @ mill.example"},
		"ben(at)mill.example, " + dora: {"1 ben(at)mill.example", "1 " + dora},
		"+49 171 1234567":              {"1 +49 171 1234567"},
		"a@b@c.example":                {"1 a@b@c.example"},
	} {
		t.Run(text, func(t *testing.T) {
			require.Equal(t, want, shown(pasted.Reader{}.Pasted(text, batch.Email).Rows))
		})
	}
}

func TestPastedPhones(t *testing.T) {
	for text, want := range map[string][]string{
		"+49 171 1234567":                     {"1 +49 171 1234567"},
		"+49 (0)171 / 123-4567":               {"1 +49 (0)171 / 123-4567"},
		"(415) 555-0100":                      {"1 (415) 555-0100"},
		"0171/1234567\n0171-1234568":          {"1 0171/1234567", "2 0171-1234568"},
		"+14155550100, +14155550101":          {"1 +14155550100", "1 +14155550101"},
		"+14155550100;+14155550101;":          {"1 +14155550100", "1 +14155550101"},
		"+14155550100\t+14155550101":          {"1 +14155550100", "1 +14155550101"},
		"+49 171 1234567 +49 171 7654321":     {"1 +49 171 1234567", "1 +49 171 7654321"},
		"+49 171 1234567 / +49 171 7654321":   {"1 +49 171 1234567", "1 +49 171 7654321"},
		"tel:+49-171-1234567":                 {"1 +49-171-1234567"},
		"TEL: +49 171 1234567":                {"1 +49 171 1234567"},
		"<tel:+49-171-1234567>":               {"1 +49-171-1234567 (tel)"},
		"Ben Miller: +49 171 1234567":         {"1 +49 171 1234567 (Ben Miller)"},
		"Ben Miller +49 171 1234567":          {"1 +49 171 1234567 (Ben Miller)"},
		"+49 171 1234567 Ben":                 {"1 +49 171 1234567 (Ben)"},
		"+49 171 1234567 (mobil)":             {"1 +49 171 1234567 (mobil)"},
		"Mobil: 0171 1234567.":                {"1 0171 1234567 (Mobil)"},
		"Ben\t+49 171 1234567\tSales":         {"1 +49 171 1234567 (Ben Sales)"},
		"3\tBen\t+49 171 1234567":             {"1 +49 171 1234567 (3 Ben)"},
		"Ben, +49 171 1234567":                {"1 +49 171 1234567 (Ben)"},
		"1. 0171 1234567\n2. 0171 7654321":    {"1 0171 1234567", "2 0171 7654321"},
		"1. +49 171 1234567":                  {"1 +49 171 1234567"},
		"1. 415 555 0100":                     {"1 1. 415 555 0100"},
		"• 0171 1234567\n- 0171 7654321":      {"1 0171 1234567", "2 0171 7654321"},
		"Phone\n+14155550100\n+14155550101":   {"2 +14155550100", "3 +14155550101"},
		"Name,Mobile Phone\nBen,+14155550100": {"2 +14155550100 (Ben)"},
		"٠١٧١ ١٢٣٤٥٦٧":                        {"1 ٠١٧١ ١٢٣٤٥٦٧"},
		"＋４９ １７１ １２３４５６７":                     {"1 ＋４９ １７１ １２３４５６７"},

		"+49 171 1234567 ext 5":  {"1 +49 171 1234567 ext 5"},
		"tel:+49171123456;ext=5": {"1 +49171123456;ext=5"},
		"0171 1234567 / 8":       {"1 0171 1234567 / 8"},
		"0171 1234567, 8":        {"1 0171 1234567, 8"},
		"0171 1234567; 8":        {"1 0171 1234567", "1 8"},
		"1711234567.0":           {"1 1711234567.0"},
		"4.91711E+11":            {"1 4.91711E+11"},
		"+49 171 1234567 (2)":    {"1 +49 171 1234567 (2)"},
		"*31#0171 1234567":       {"1 *31#0171 1234567"},
		"ben@mill.example":       {"1 ben@mill.example"},
		"call me":                {"1 call me"},
	} {
		t.Run(text, func(t *testing.T) {
			require.Equal(t, want, shown(pasted.Reader{}.Pasted(text, batch.SMS).Rows))
		})
	}
}

func TestAHeaderIsTold(t *testing.T) {
	require.Equal(t, 1, pasted.Reader{}.Pasted("E-Mail\nben@mill.example", batch.Email).Header)
	require.Equal(t, 3, pasted.Reader{}.Pasted("\n\nName\tMail\nBen\tben@mill.example", batch.Email).Header)
	require.Zero(t, pasted.Reader{}.Pasted("ben@mill.example\ndora@mill.example", batch.Email).Header)
	require.Zero(t, pasted.Reader{}.Pasted("Phone\n+14155550100", batch.Email).Header)
}

// FuzzPasted: no line that says anything is lost, and every @ comes out somewhere.
func FuzzPasted(f *testing.F) {
	for _, seed := range []string{
		"Ben <ben@mill.example>", "\"Miller, Ben\" <ben@x.example>; a@b", "Email;Name\na@b;\"x", "1. +49 171 1234567\n2. 5", "a,b;c\td|e<f@g>h",
		"mailto:a%40b@c?x", "<@>", "\"", "a@b <c@d", "[a](b@c)", "tel:1;ext=5", "(((1234567", "Name\n<a@b>", "sep=;\nEmail\na@b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, channel := range []batch.Channel{batch.Email, batch.SMS} {
			read := pasted.Reader{}.Pasted(text, channel)
			var out strings.Builder
			for _, row := range read.Rows {
				require.Positive(t, row.Line)
				out.WriteString(row.Contact + row.Beside)
			}
			says := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
			if read.Header == 0 && strings.ContainsFunc(text, says) {
				require.NotEmpty(t, read.Rows)
				require.True(t, strings.ContainsFunc(out.String(), says), "%q", out.String())
			}
		}
	})
}
