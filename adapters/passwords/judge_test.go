package passwords_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/domain"
)

const least = 12

func ownWords() []string {
	return []string{
		"María José", "López", "maria.lopez@rainbow-tools.example", "+14155550100", "Rainbow Tools GmbH & Co. KG", "李明", "", "a", "\xff",
	}
}

func judged(password string) domain.Code {
	return domain.CodeOf(passwords.New(cheap()).Judge(password, least, ownWords()))
}

func TestJudgeAccepts(t *testing.T) {
	for _, password := range []string{
		"proper donkey candle clip", "a-long-password-1", "Sommerregen-im-Wald", "blue river stone", "green-apple-9", "another-password-2",
		"xK9#mQ2$vL7p", "gqzkxwvbnhtr", "Vb3!kq0Zr_8W", "8237465928374659", "e3b0c44298fc1c14", "Münchner-Straße", "            x y z q w j k v",
		"лошадь батарея скрепка", "私の秘密の合言葉です絶対に", "비밀번호는 아무도 몰라요", "كلمة السر الطويلة جدا", "🐎🔋🖇🌧🌲🎈🚲🍋🧊🎻🪁🦊",
		"maria-likes-green-tea", "lopez+horse+staple", "tools for a rainy day", // own words, and enough beside them
		strings.Repeat("correct horse ", 18), strings.Repeat("a", 100) + "xK9#mQ2$vL7p-horse", randomLooking(256),
	} {
		t.Run(fmt.Sprintf("given %.40q, it is good", password), func(t *testing.T) {
			require.Empty(t, judged(password))
		})
	}
}

func TestJudgeRefuses(t *testing.T) {
	for code, refused := range map[domain.Code][]string{
		domain.PasswordTooShort: {"", "short", "12345678901", "xK9#mQ2$vL7", strings.Repeat("e\u0301", 11), strings.Repeat("😀", 11)},
		domain.PasswordTooLong:  {randomLooking(257), strings.Repeat("a", 1<<20), strings.Repeat("é", 257)},
		domain.PasswordInvalid:  {"correct horse\x00battery", "correct horse\xff", "\xed\xa0\x80correct horse"},
		domain.PasswordCommon: {
			"password1234", "Password1234!", "PASSWORD1234", "passwordpassword", "P@ssw0rd1234", "P@$$w0rd2026!", "ｐａｓｓｗｏｒｄ１２３４",
			"123456789012", "qwertyuiop123", "1q2w3e4r5t6y", "qazwsxedcrfv", "zaq12wsxcde3", "asdfghjkl;'1", "abcdefghijkl", "abcabcabcabc",
			"aaaaaaaaaaaa", "111111222222", "19851985198519", "01.02.1985.1985", strings.Repeat("qwe", 21), strings.Repeat("1", 256), "😀😀😀😀😀😀😀😀😀😀😀😀",
			"iloveyou12345", "letmein12345678", "administrator", "football2026!", "Welcome2026!!", "monkeydragon12", "sunshine-2026", "trustno1trustno1",
			"correct horse battery staple", "Correct-Horse-Battery-Staple", "first bread, then coffee", "a long enough password", "парольпароль", "Пароль123456", "йцукенгшщзхъ", strings.Repeat("12", 128),
		},
		domain.PasswordOwnWords: {
			"maria-lopez-1", "MariaLopez2026", "María-José-2026!", "MARIA.LOPEZ@RAINBOW-TOOLS.EXAMPLE", "lopezlopezlopez", "m4ria-l0pez-26", "m-a-r-i-a-l-o-p-e-z",
			"rainbowtools1", "Rainbow-Tools-GmbH", "rainbow!!2026!!rainbow", "usher-usher-1", "Usher123456789", "+14155550100", "4155550100-4155550100", "lopez-abc-2026",
			"李明李明李明-20261111", "ma\u0301ria\u0301-lo\u0301pez-1",
		},
	} {
		for _, password := range refused {
			t.Run(fmt.Sprintf("given %.40q, it refuses with %s", password, code), func(t *testing.T) {
				require.Equal(t, code, judged(password))
			})
		}
	}
}

func TestJudgeCountsCharacters(t *testing.T) {
	hasher := passwords.New(cheap())
	t.Run("given fifteen as the least, 14 are too few and 15 enough", func(t *testing.T) {
		require.Equal(t, domain.PasswordTooShort, domain.CodeOf(hasher.Judge("xK9#mQ2$vL7p-h", 15, nil)))
		require.NoError(t, hasher.Judge("xK9#mQ2$vL7p-ho", 15, nil))
	})
	t.Run("given letters in two parts, each counts once", func(t *testing.T) {
		decomposed := "A\u0308O\u0308U\u0308a\u0308o\u0308u\u0308-vogel"
		require.NoError(t, hasher.Judge(decomposed, 12, nil))
		require.Equal(t, domain.PasswordTooShort, domain.CodeOf(hasher.Judge(decomposed, 13, nil)))
	})
	t.Run("given 256 it is not too long, given 257 it is", func(t *testing.T) {
		require.NoError(t, hasher.Judge(randomLooking(256), 12, nil))
		require.Equal(t, domain.PasswordTooLong, domain.CodeOf(hasher.Judge(randomLooking(257), 12, nil)))
	})
}

func TestJudgeIsQuick(t *testing.T) {
	for given, password := range map[string]string{
		"every disguise":    strings.Repeat("@48(6[<{391!|0$5+7%2", 12),
		"long rows of keys": strings.Repeat("qwertyuiop[]asdfghjkl;'zxcvbnm,./", 7),
		"many dates":        strings.Repeat("01-02-85", 32),
		"a nest of borders": strings.Repeat("a", 128) + "b" + strings.Repeat("a", 127),
	} {
		t.Run("given "+given+", the judgement takes no second", func(t *testing.T) {
			begun := time.Now()
			_ = judged(password)
			require.Less(t, time.Since(begun), time.Second)
		})
	}
}

// randomLooking is a text of so many characters without a pattern to guess.
func randomLooking(length int) string {
	const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789#%&/-_"
	text := make([]byte, length)
	for i, state := 0, uint32(2463534242); i < length; i++ {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		text[i] = alphabet[state%uint32(len(alphabet))]
	}
	return string(text)
}

func FuzzJudge(f *testing.F) {
	for _, password := range []string{"a-long-password-1", "m4ria-l0pez-26", "йцукенгшщзхъ", "aaaaaaaaaaaa", "qwerty12345!", "李明李明"} {
		f.Add(password, "María López")
	}
	hasher := passwords.New(cheap())
	f.Fuzz(func(t *testing.T, password, own string) {
		known := []domain.Code{
			"", domain.PasswordInvalid, domain.PasswordTooShort, domain.PasswordTooLong, domain.PasswordCommon, domain.PasswordOwnWords,
		}
		require.Contains(t, known, domain.CodeOf(hasher.Judge(password, least, []string{own})))
	})
}
