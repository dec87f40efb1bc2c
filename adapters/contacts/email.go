package contacts

import (
	"strings"

	"github.com/usher-engine/usher/domain"
)

const (
	maxEmail     = 254 // bytes
	maxLocalPart = 64  // bytes

	writeEmail = "write the e-mail address alone, such as maria@example.com"
)

// Email reads an address: the local part stays as typed, the domain becomes
// lower-case ASCII. Quoted local parts, address literals, display names and
// hosts without a dot are refused.
func (t *Texts) Email(text string) (domain.Contact, error) {
	local, host, found := strings.Cut(trimSpaces(text), "@")
	if !found || strings.Contains(host, "@") {
		return domain.Contact{}, refuseEmail(writeEmail)
	}
	if !isASCII(local) {
		return domain.Contact{}, refuseEmail("the part before the @ may hold only Latin letters without accents, digits and punctuation: use another address")
	}
	if !isLocalPart(local) {
		return domain.Contact{}, refuseEmail(writeEmail)
	}
	if isUnread(local) {
		return domain.Contact{}, refuseEmail("nobody reads mail at this address: write the address of a person")
	}
	ascii, ok := hostName(host)
	if !ok || len(local)+1+len(ascii) > maxEmail {
		return domain.Contact{}, refuseEmail("the part after the @ is not a mail domain: " + writeEmail)
	}
	return domain.Contact{
		Kind:    domain.ContactEmail,
		Address: local + "@" + ascii,
		// Frozen: the local part is ASCII, so folding is the same for ever.
		Form: "v1:email:" + strings.ToLower(local) + "@" + ascii,
	}, nil
}

func refuseEmail(message string) *domain.Refusal {
	return domain.Refuse(domain.InvalidEmail, message)
}

// isLocalPart reports what RFC 5321 calls a dot-string.
func isLocalPart(local string) bool {
	if len(local) > maxLocalPart {
		return false
	}
	for _, atom := range strings.Split(local, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAtomCharacter(r) }) {
			return false
		}
	}
	return true
}

func isAtomCharacter(r rune) bool {
	return isLetterOrDigit(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

// isUnread reports local parts from which mail comes and at which nobody reads.
func isUnread(local string) bool {
	switch strings.ToLower(local) {
	case "mailer-daemon", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces":
		return true
	}
	return false
}

func isLetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 0x7F })
}
