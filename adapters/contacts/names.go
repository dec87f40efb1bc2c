package contacts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/usher-engine/usher/domain"
)

const (
	maxName  = 100 // characters
	maxMarks = 4   // on one letter
)

// PersonName reads a first or a last name: 1 to 100 characters, at least one a
// letter, spaces tidied.
func (t *Texts) PersonName(text string) (string, error) {
	name, complaint := readName(text, func(r rune) bool { return !unicode.IsSymbol(r) || r == '`' || r == '´' })
	switch {
	case complaint != "":
	case !strings.ContainsFunc(name, unicode.IsLetter):
		complaint = "a name has at least one letter"
	case strings.Contains(name, "@"):
		complaint = "this is an address: write the person's name"
	case isSystemName(name):
		complaint = "this name is the system's own: write the person's name"
	}
	if complaint != "" {
		return "", domain.Refuse(domain.InvalidName, complaint)
	}
	return name, nil
}

// Label reads the name of a company, department, workgroup or API token: 1 to
// 100 characters, at least one a letter or a digit, spaces tidied.
func (t *Texts) Label(text string) (string, error) {
	name, complaint := readName(text, isCompanySymbol)
	if complaint == "" && !strings.ContainsFunc(name, isLetterOrNumber) {
		complaint = "a name has at least one letter or digit"
	}
	if complaint != "" {
		return "", domain.Refuse(domain.InvalidName, complaint)
	}
	return name, nil
}

func isLetterOrNumber(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// isCompanySymbol admits the symbols of trade (+ € ™) and the squared words of
// Korean and Japanese company names, and with the rest it keeps pictures out.
func isCompanySymbol(r rune) bool {
	if r >= 0x3200 && r <= 0x33FF {
		return true
	}
	return !unicode.Is(unicode.So, r) && !isSkinTone(r) || strings.ContainsRune("©®™℠°№", r)
}

func isSkinTone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// readName tidies a name and says what is wrong with it; nothing where it is good.
func readName(text string, allowed func(rune) bool) (name, complaint string) {
	composed, ok := compose(text, maxName)
	name = strings.Join(strings.FieldsFunc(composed, isSpace), " ")
	if length := utf8.RuneCountInString(name); !ok || length < 1 || length > maxName {
		return "", "a name has 1 to 100 characters"
	}
	if !hasNameCharacters(name, allowed) {
		return "", "a name cannot hold control characters, pictures, or any of < > { } $ | \\ ^ ="
	}
	if !hasSoundMarks(name) {
		return "", "a name has a letter under its accents, and few accents on one letter"
	}
	return name, complaintAboutEdges(name)
}

func hasNameCharacters(name string, allowed func(rune) bool) bool {
	previous := rune(0)
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case r == '\u200C' || r == '\u200D': // joiners, which Persian and Indic scripts need
			if i+1 == len(runes) || !isInWord(previous) || !isInWord(runes[i+1]) {
				return false
			}
		case r == ' ':
		case strings.ContainsRune(`<>{}$|\^=`, r), isInvisible(r), isEmojiSelector(r), unicode.Is(unicode.Me, r),
			r == utf8.RuneError: // the sign of a text that was read wrongly
			return false
		case !unicode.IsGraphic(r) || !allowed(r):
			return false
		}
		previous = r
	}
	return true
}

func isInWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

func isEmojiSelector(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F }

// hasSoundMarks reports whether each combining mark has something to stand on
// and none carries a heap of them.
func hasSoundMarks(name string) bool {
	marks, base := 0, false
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Mn, r):
			if marks++; !base || marks > maxMarks {
				return false
			}
		case unicode.IsMark(r):
			if !base {
				return false
			}
		default:
			marks, base = 0, r != ' '
		}
	}
	return true
}

// complaintAboutEdges keeps formulas of spreadsheets and addresses of pages out.
func complaintAboutEdges(name string) string {
	folded := strings.ToLower(name)
	first, _ := utf8.DecodeRuneInString(name)
	switch {
	case strings.ContainsRune("=+-@.＝＋－＠．", first):
		return "a name does not begin with any of = + - @ ."
	case strings.Contains(folded, "://") || strings.Contains(folded, "www."):
		return "a name is not the address of a page"
	case strings.HasSuffix(name, ".."):
		return "a name ends with one dot at most"
	}
	return ""
}

// isSystemName reports names under which somebody could pass for the system,
// also where letters of other scripts imitate them. "Admin" and "Root" are not
// among them: they are surnames, and what the first account's founder is called.
func isSystemName(name string) bool {
	switch skeleton(name) {
	case "support", "system":
		return true
	}
	return false
}
