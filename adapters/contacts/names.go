package contacts

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/usher-engine/usher/domain"
)

const (
	maxName  = 100 // characters
	maxMarks = 4   // on one letter

	nameIsNoPage = "a name is not the address of a page, nor a domain such as example.com"
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
	case holdsDomain(name):
		complaint = nameIsNoPage
	}
	if complaint != "" {
		return "", domain.Refuse(domain.InvalidName, complaint)
	}
	if t.PassesFor(name, "") {
		return name, domain.AskBack(domain.SystemName, "this name could pass for the system's own: write the person's name, or confirm it")
	}
	return name, nil
}

// LastName reads a last name as PersonName does. People with one name have none.
func (t *Texts) LastName(text string) (string, error) {
	if strings.TrimFunc(domain.TrimPasted(text), isSpace) == "" {
		return "", nil
	}
	return t.PersonName(text)
}

// UnitName reads the name of a department or workgroup: a Label without links, for
// strangers see it under our name.
func (t *Texts) UnitName(text string) (string, error) {
	name, err := t.Label(text)
	if err == nil && holdsDomain(name) {
		return "", domain.Refuse(domain.InvalidName, nameIsNoPage)
	}
	return name, err
}

// Label reads the name of a company or API token, which may be that of a domain: 1 to
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
	composed, ok := compose(domain.TrimPasted(text), maxName)
	name = strings.Join(strings.FieldsFunc(composed, isSpace), " ")
	if length := utf8.RuneCountInString(name); !ok || length < 1 || length > maxName {
		return "", "a name has 1 to 100 characters"
	}
	if place := unseenPlace(name); place > 0 {
		return "", fmt.Sprintf("character %d of this name is invisible: remove it, or type the name anew", place)
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
	for _, r := range name {
		switch {
		case r == ' ' || domain.IsJoiner(r):
		case strings.ContainsRune(`<>{}$|\^=`, r), isEmojiSelector(r), unicode.Is(unicode.Me, r),
			r == utf8.RuneError: // the sign of a text that was read wrongly
			return false
		case !unicode.IsGraphic(r) || !allowed(r):
			return false
		}
	}
	return true
}

// unseenPlace is the place, counted from 1, of the first character that shows nothing
// and means nothing, unlike joiners in Persian and Indic words; 0 where there is none.
func unseenPlace(name string) int {
	runes := []rune(name)
	for i, r := range runes {
		if domain.IsJoiner(r) {
			word := dropJoiners(string(runes[:i])) + string(r) + dropJoiners(string(runes[i+1:]))
			if _, err := idna.New(idna.CheckJoiners(true)).ToUnicode(word); err != nil { // RFC 5892, A.1 and A.2
				return i + 1
			}
		} else if domain.IsUnseen(r) || isInvisible(r) {
			return i + 1
		}
	}
	return 0
}

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
		return nameIsNoPage
	case strings.HasSuffix(name, ".."):
		return "a name ends with one dot at most"
	}
	return ""
}
