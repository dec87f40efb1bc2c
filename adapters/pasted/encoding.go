package pasted

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"github.com/usher-engine/usher/domain"
)

const byteOrderMark = "\ufeff"

// Decode returns the text of a file in UTF-8, or in UTF-16 with a byte-order mark, without
// the mark. It refuses with invalid_file what is in another encoding, or no text.
func Decode(file []byte) (string, error) {
	if what := kindOf(file); what != "" {
		return "", refuseFile("this is " + what + ", not a list in text: save it as \"CSV UTF-8\", and send that")
	}
	text := string(file)
	if bytes.HasPrefix(file, []byte{0xFF, 0xFE}) || bytes.HasPrefix(file, []byte{0xFE, 0xFF}) {
		decoded, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(file)
		if err != nil || len(file)%2 != 0 {
			return "", refuseFile("this file begins as UTF-16 and does not go on so: save it as \"CSV UTF-8\", and send it anew")
		}
		text = string(decoded)
	}
	switch {
	case strings.ContainsRune(text, 0):
		return "", refuseFile("this file is not in UTF-8, or no text: save it as \"CSV UTF-8\", and send it anew")
	case !utf8.ValidString(text):
		return "", refuseFile("this file is not in UTF-8, perhaps in Windows-1252: save it as \"CSV UTF-8\", and send it anew; otherwise letters with accents would be read wrongly")
	}
	return strings.TrimPrefix(text, byteOrderMark), nil
}

// kindOf is what a file is that is no text; empty where that is not seen at once.
func kindOf(file []byte) string {
	for begin, what := range map[string]string{
		"PK\x03\x04": "a workbook or an archive", "\xD0\xCF\x11\xE0": "a workbook", "%PDF-": "a PDF", "{\\rtf": "a formatted text",
		"BEGIN:VCARD": "a list of vCards", byteOrderMark + "BEGIN:VCARD": "a list of vCards", "<!DOCTYPE": "a page", "<html": "a page",
	} {
		if bytes.HasPrefix(file, []byte(begin)) {
			return what
		}
	}
	return ""
}

func refuseFile(message string) *domain.Refusal { return domain.Refuse(domain.InvalidFile, message) }
