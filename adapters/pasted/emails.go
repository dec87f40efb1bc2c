package pasted

import (
	"encoding/csv"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// emailsIn is the addresses of a line, or of a cell. What is none comes out as it stands.
func emailsIn(text string) []found {
	text = unlinked(text)
	if all, ok := addressList(text); ok {
		return all
	}
	if cells, ok := quotedCells(text); ok {
		return emailsOfCells(cells, emailsOfPart)
	}
	parts := splitOutsideQuotes(text, ";\t|")
	if len(parts) > 1 && (countAddressed(parts) < 2 || strings.Contains(text, "\t")) {
		return emailsOfCells(parts, emailsOfPart)
	}
	var all []found
	for _, part := range parts {
		all = append(all, emailsOfPart(part)...)
	}
	return all
}

var (
	mailto       = regexp.MustCompile(`(?i)mailto:([^\s<>;"')\]|]+)`)
	chatLink     = regexp.MustCompile(`<([^<>|]*@[^<>|]*)\|[^<>]*>`)
	markdownLink = regexp.MustCompile(`\[([^\[\]]*)\]\(([^()\s]+@[^()\s]+)\)`)
	inAngles     = regexp.MustCompile(`<\s*([^<>]*@[^<>]*?)\s*>`)
)

// unlinked is a text with the addresses of its links to mailboxes in their place.
func unlinked(text string) string {
	text = mailto.ReplaceAllStringFunc(text, func(link string) string {
		address, _, _ := strings.Cut(link[len("mailto:"):], "?")
		if plain, err := url.PathUnescape(address); err == nil {
			return plain
		}
		return address
	})
	text = chatLink.ReplaceAllString(text, "<$1>")
	return markdownLink.ReplaceAllString(text, "$1 <$2>")
}

// maxHeader is the most bytes that the parser of mail headers is given.
const maxHeader = 64 << 10

// addressList reads what the standard parser of mail headers takes.
func addressList(text string) ([]found, bool) {
	text = strings.Trim(strings.Join(splitOutsideQuotes(text, ";"), ","), ", \t")
	if strings.Contains(text, ":") || len(text) > maxHeader { // a group's name would be lost
		return nil, false
	}
	addresses, err := mail.ParseAddressList(text)
	if err != nil {
		return nil, false
	}
	all := make([]found, len(addresses))
	for i, one := range addresses {
		all[i] = found{one.Address, besides(one.Name, one.Address)}
	}
	return all, true
}

// quotedCells reads a line as a spreadsheet writes it, where cells are in quotes.
func quotedCells(text string) ([]string, bool) {
	if !strings.Contains(text, `"`) {
		return nil, false
	}
	for _, separator := range ",;\t" {
		reader := csv.NewReader(strings.NewReader(text))
		reader.Comma, reader.TrimLeadingSpace = separator, true
		if cells, err := reader.Read(); err == nil && len(cells) > 1 && countAddressed(cells) == 1 {
			return cells, true
		}
	}
	return nil, false
}

// emailsOfCells is the addresses of pieces of one row, each read by itself; what stands in
// the others stands beside them.
func emailsOfCells(cells []string, read func(string) []found) []found {
	var all []found
	var beside []string
	for _, cell := range cells {
		switch {
		case !saysAnything(cell):
		case strings.Contains(cell, "@"):
			all = append(all, read(cell)...)
		case looksLikeAddress(cell):
			all = append(all, found{contact: strings.TrimSpace(cell)})
		default:
			beside = append(beside, strings.TrimSpace(cell))
		}
	}
	if len(all) == 0 {
		return []found{{contact: strings.Join(beside, " ")}}
	}
	all[0].beside = strings.TrimSpace(strings.Join(append(beside, all[0].beside), " "))
	return all
}

// emailsOfPart is the addresses of what stands between semicolons: of one person, or of
// several after commas.
func emailsOfPart(text string) []found {
	if !saysAnything(text) {
		return nil
	}
	angles := inAngles.FindAllStringSubmatchIndex(text, -1)
	if len(angles) == 0 {
		return emailsOfList(text)
	}
	var all []found
	end := 0
	for _, at := range angles {
		parts := splitOutsideQuotes(text[end:at[0]], ",")
		first := len(parts) - 1 // of the name
		for first > 0 && !strings.Contains(parts[first-1], "@") {
			first--
		}
		if first > 0 {
			all = append(all, emailsOfList(strings.Join(parts[:first], ","))...)
		}
		name := strings.Trim(strings.Join(parts[first:], ","), " ,\t")
		address := bareAddress(text[at[2]:at[3]])
		all = append(all, found{address, besides(name, address)})
		end = at[1]
	}
	rest := text[end:]
	switch {
	case !saysAnything(rest):
	case strings.Contains(rest, "@"):
		all = append(all, emailsOfList(rest)...)
	default:
		last := &all[len(all)-1]
		last.beside = strings.TrimSpace(last.beside + " " + strings.Trim(rest, " ,.;:\t"))
	}
	return all
}

// emailsOfList is the addresses between commas and spaces. Beside a single address stands
// a name; among several, what is no address was meant to be one.
func emailsOfList(text string) []found {
	parts := splitOutsideQuotes(text, ",")
	switch countAddressed(parts) {
	case 0:
		return []found{{contact: strings.Trim(text, " ,\t")}}
	case 1:
		return emailsOfCells(parts, emailsOfWords)
	}
	var all []found
	for _, part := range parts {
		if saysAnything(part) {
			all = append(all, emailsOfWords(part)...)
		}
	}
	return all
}

// emailsOfWords is the addresses among words; the words before an address stand beside it.
func emailsOfWords(text string) []found {
	var all []found
	var words []string
	for _, word := range strings.Fields(text) {
		address := bareAddress(word)
		local, host, is := strings.Cut(address, "@")
		switch {
		case is && (local == "" || host == ""): // torn apart
			return []found{{contact: strings.TrimSpace(text)}}
		case is:
			all = append(all, found{address, besides(strings.Join(words, " "), address)})
			words = nil
		case saysAnything(word):
			words = append(words, word)
		}
	}
	if len(all) == 0 {
		return []found{{contact: strings.TrimSpace(text)}}
	}
	if len(words) > 0 {
		last := &all[len(all)-1]
		last.beside = strings.TrimSpace(last.beside + " " + strings.Join(words, " "))
	}
	return all
}

// bareAddress is an address without the punctuation around it.
func bareAddress(word string) string {
	word = strings.TrimLeft(word, `<([{"“”„«‹‘’,;:`)
	word = strings.TrimRight(word, `>)]}"“”»›’,;:.!?`)
	if inner, quoted := strings.CutPrefix(word, "'"); quoted {
		word = strings.TrimSuffix(inner, "'")
	}
	return word
}

// besides is a name beside an address, which programs repeat as the name of whom they do
// not know.
func besides(name, address string) string {
	name = strings.Trim(name, " \t")
	if strings.EqualFold(bareAddress(name), address) {
		return ""
	}
	if inner, quoted := strings.CutPrefix(name, `"`); quoted && strings.HasSuffix(inner, `"`) {
		name = strings.TrimSuffix(inner, `"`)
	}
	return name
}

// looksLikeAddress reports a word that lost its @, unlike a name.
func looksLikeAddress(text string) bool {
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '.')
	folded := strings.ToLower(text)
	if strings.Contains(folded, "(at)") || strings.Contains(folded, "[at]") {
		return true
	}
	return at > 0 && len(text)-at > 2 && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsUpper(r) })
}

func countAddressed(parts []string) (count int) {
	for _, part := range parts {
		if strings.Contains(part, "@") {
			count++
		}
	}
	return count
}

// splitOutsideQuotes cuts a text at some signs, where they are not in double quotes.
func splitOutsideQuotes(text, signs string) []string {
	var parts []string
	begin, quoted := 0, false
	closing := strings.Count(text, `"`)%2 == 0
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted && closing
		case !quoted && strings.ContainsRune(signs, r):
			parts = append(parts, text[begin:i])
			begin = i + 1
		}
	}
	return append(parts, text[begin:])
}
