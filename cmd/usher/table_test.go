package main_test

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"github.com/stretchr/testify/require"

	main "github.com/usher-engine/usher/cmd/usher"
)

func told(t *testing.T, answer string, width int) string {
	t.Helper()
	text, err := main.Tell(answer, width)
	require.NoError(t, err)
	return text
}

func TestAnswersForPeople(t *testing.T) {
	t.Parallel()
	const id = "17ae827d-319a-5ce1-a2eb-f129c5e00a81"
	list := `{"items":[
		{"person":"` + id + `","login":"ada@sunrise.example","name":"阿達","title":"","role":"administrator","at":"2026-03-02T09:00:00.123Z","tags":["a","b"],"gone":null},
		{"person":"` + id + `","login":"+14155550103","name":"Åsa Öberg","title":"","role":"employee","at":"2026-03-02T10:30:00+01:00","tags":[],"gone":null}
	],"position":"42"}`
	t.Run("given a list and room for it, it is a table without what is empty", func(t *testing.T) {
		require.Equal(t, `person                                login                name       role           at                 tags
`+id+`  ada@sunrise.example  阿達       administrator  2026-03-02 09:00Z  a, b
`+id+`  +14155550103         Åsa Öberg  employee       2026-03-02 09:30Z
`, told(t, list, 120))
	})
	t.Run("given less room, ids go first, and are named", func(t *testing.T) {
		require.Equal(t, `login                name       role           at                 tags
ada@sunrise.example  阿達       administrator  2026-03-02 09:00Z  a, b
+14155550103         Åsa Öberg  employee       2026-03-02 09:30Z
There is no room for person: choose by --columns, or see all by --json or --csv.
`, told(t, list, 80))
	})
	for _, width := range []int{200, 120, 80, 60, 40, 30} {
		for line := range strings.Lines(told(t, list, width)) {
			require.LessOrEqual(t, uniseg.StringWidth(strings.TrimRight(line, "\n")), width, line)
		}
	}
	t.Run("given hardly any room, one column is left", func(t *testing.T) {
		require.Contains(t, told(t, list, 1), "login\nada@sunrise.example\n")
	})
	t.Run("given a cell that is long, it is cut, and no wide sign is halved", func(t *testing.T) {
		text := told(t, `{"results":[{"contact":"a","message":"`+strings.Repeat("長い", 30)+`"}]}`, 40)
		require.Equal(t, "contact  message\na        "+strings.Repeat("長い", 7)+"長…\n", text)
	})
	t.Run("given no items, it says so", func(t *testing.T) {
		require.Equal(t, "There are none.\n", told(t, `{"items":[],"position":"1"}`, 80))
	})
	t.Run("given a page of several, it says how to see the others", func(t *testing.T) {
		require.Equal(t, "name\nA\nThere are more: --all shows them all.\n", told(t, `{"items":[{"name":"A"}],"next":"x","position":"1"}`, 80))
	})
	t.Run("given an object, it says each member, and what is within", func(t *testing.T) {
		require.Equal(t, `slug       acme
domains    a.example, b.example
countries  -
head       -
inviting
  everyone_may_invite  false
people
  name  count
  Ann   2
`, told(t, `{"slug":"acme","domains":["a.example","b.example"],"countries":[],"head":null,"inviting":{"everyone_may_invite":false},"people":[{"name":"Ann","count":2}]}`, 80))
	})
	t.Run("given a tree, each level is further in", func(t *testing.T) {
		require.Equal(t, `departments
  name  A
  departments
    name  B
    departments
      name    C
      people  -
`, told(t, `{"departments":[{"name":"A","departments":[{"name":"B","departments":[{"name":"C","people":[]}]}]}]}`, 80))
	})
	for what, answer := range map[string]string{
		"an escape sequence": `"a\u001b[31mb"`, "a sequence of one sign": `"a\u009b31mb"`, "an order that is turned around": `"a\u202eb\u2066c"`,
		"a line": `"a\nb\rc"`, "a bell": `"a\u0007b"`, "a link": `"a\u001b]8;;https://x.example\u0007b"`, "a NUL": `"a\u0000b"`,
	} {
		t.Run("given "+what+" in a text, the terminal does not obey", func(t *testing.T) {
			for _, shown := range []string{told(t, `{"agent":`+answer+`}`, 80), told(t, `{"items":[{"agent":`+answer+`}]}`, 80)} {
				require.NotRegexp(t, "[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069]", shown)
				require.LessOrEqual(t, strings.Count(shown, "\n"), 2)
			}
		})
	}
}

func TestFlagsOfOperations(t *testing.T) {
	t.Parallel()
	for typed, made := range map[string]string{
		"do change-inviting --everyone-may-invite":              "do change-inviting everyone-may-invite=true",
		"do change-inviting --no-everyone-may-invite":           "do change-inviting everyone-may-invite=false",
		"do change-inviting --everyone-may-invite=false --json": "do change-inviting everyone-may-invite=false --json",
		"do change-inviting --everyone-may-invite no":           "do change-inviting everyone-may-invite=no",
		"do --server http://x employees --status active":        "do --server http://x employees status=active",
		"do employees --limit 5 --account acme --all":           "do employees limit=5 --account acme --all",
		"do register-directly --without-confirmation email=a@b": "do register-directly without-confirmation=true email=a@b",
		"do employees --help":                                   "do employees --explain",
		"do employees status=active -h":                         "do employees status=active --explain",
		"do --help":                                             "do --help",
		"do --help employees":                                   "do --help employees",
		"do employees -- --x":                                   "do employees -- --x",
		"do invite-by-email emails=@-":                          "do invite-by-email emails=@-",
		"do":                                                    "do",
		"serve --help":                                          "serve --help",
		"serve --unknown":                                       "serve --unknown",
		"--version":                                             "--version",
	} {
		t.Run(typed, func(t *testing.T) {
			args, err := main.AsInputs(strings.Fields(typed)...)
			require.NoError(t, err)
			require.Equal(t, made, strings.Join(args, " "))
		})
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	for typed, wanted := range map[string]string{
		"": "completion", "d": "do", "log ": "check", "do ": "me", "do invite-by-e": "invite-by-email", "do register-directly ": "email=",
		"do register-directly email=x without_c": "without_confirmation=", "do register-directly without_confirmation=": "without_confirmation=true",
		"do register-directly --w": "--without-confirmation", "do employees status=": "status=active", "do employees status=d": "status=dismissed",
		"do change-role role=au": "role=auditor", "do make-api-token scopes=": "scopes=invite", "do limit-join-link max_uses=": "max_uses=unlimited",
		"do history type=person.employed": "type=person.employed", "do activity kind=": "kind=invitations_sent", "do found-account administrator.": "administrator.email=",
		"do --account acme employees ro": "role=", "do --a": "--account", "completion ": "zsh", "serve --list": "--listen", "do change-plan plan=crm": "plan=crm+",
	} {
		t.Run(typed, func(t *testing.T) {
			suggested, err := main.Suggested(strings.Split(typed, " ")...)
			require.NoError(t, err)
			require.Contains(t, suggested, wanted)
			for _, one := range suggested {
				require.True(t, strings.HasPrefix(one, typed[strings.LastIndex(typed, " ")+1:]), one)
			}
		})
	}
	for _, typed := range []string{"x", "do fly ", "do employees search=", "do employees search=a", "suggest", "log copy --from ", "do me nothing"} {
		suggested, err := main.Suggested(strings.Split(typed, " ")...)
		require.NoError(t, err)
		require.Empty(t, suggested, typed)
	}
}
