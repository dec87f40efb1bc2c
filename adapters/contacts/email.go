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

// Email reads an address to which mail will go: the local part stays as typed, the
// domain becomes lower-case ASCII. Quoted local parts, address literals, display
// names, hosts without a dot and addresses that nobody reads are refused; what is
// almost a great provider's, or ends as no known domain does, is asked back.
func (t *Texts) Email(text string) (domain.Contact, error) {
	contact, err := emailOf(text)
	if err != nil {
		return domain.Contact{}, err
	}
	if complaint := complaintAboutReach(contact.Form, contact.Domain()); complaint != "" {
		return domain.Contact{}, refuseEmail(complaint)
	}
	return contact, t.doubtAbout(contact)
}

// Contact reads an e-mail address or a phone number, to find whose it is.
func (t *Texts) Contact(text, country string) (domain.Contact, error) {
	if strings.Contains(text, "@") {
		return emailOf(text)
	}
	number, _, err := t.readPhone(text, country)
	if err != nil {
		return domain.Contact{}, err
	}
	_, isOld := number.renumbered()
	_, isLandline := number.asMobile()
	if !number.takesSMS() && !t.mayBeNew(number) && !isOld && !isLandline {
		return domain.Contact{}, domain.Refuse(domain.InvalidPhone, writeMobile)
	}
	return number.contact(), nil
}

func emailOf(text string) (domain.Contact, error) {
	local, host, found := strings.Cut(domain.DropUnseen(domain.TrimPasted(text)), "@")
	local = dropJoiners(local)
	if !found || strings.Contains(host, "@") {
		return domain.Contact{}, refuseEmail(writeEmail)
	}
	if !isASCII(local) {
		return domain.Contact{}, refuseEmail("the part before the @ may hold only Latin letters without accents, digits and punctuation: use another address")
	}
	if !isLocalPart(local) {
		return domain.Contact{}, refuseEmail(writeEmail)
	}
	ascii, ok := hostName(host)
	if !ok { // a joiner belongs into some domains, and comes along unseen in others
		ascii, ok = hostName(dropJoiners(host))
	}
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

func isLetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 0x7F })
}
