package contacts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

func readEmail(text string) (string, error) {
	contact, err := contacts.New().Email(text)
	return contact.Address, err
}

func TestEmail(t *testing.T) {
	accepts(t, readEmail, acceptedEmails())
	refuses(t, readEmail, domain.InvalidEmail, refusedEmails()...)
}

func acceptedEmails() map[string]string {
	local64 := strings.Repeat("l", 64)
	host189 := strings.Repeat(strings.Repeat("d", 62)+".", 3)[:185] + ".org" // 189 bytes: 254 in all
	return map[string]string{
		"maria@example.org": "maria@example.org", "A@E.ORG": "A@e.org", "a+tag@e.org": "a+tag@e.org",
		" maria@example.org ": "maria@example.org", "\u00a0maria@example.org": "maria@example.org",
		"o'brien@example.org": "o'brien@example.org", "a.b-c_d@sub.example.co.uk": "a.b-c_d@sub.example.co.uk",
		"joerg@exämple.org": "joerg@xn--exmple-cua.org", "joerg@EXÄMPLE.org": "joerg@xn--exmple-cua.org",
		"joerg@exa\u0308mple.org":               "joerg@xn--exmple-cua.org",
		"joerg@XN--EXMPLE-CUA.org":              "joerg@xn--exmple-cua.org",
		"a@faß.de":                              "a@xn--fa-hia.de",
		"a@xn--80ak6aa92e.com":                  "a@xn--80ak6aa92e.com", // shown as it is, never in letters that deceive
		"a@почта.рф":                            "a@xn--80a1acny.xn--p1ai",
		"a@mailinator.com":                      "a@mailinator.com", // whether throw-away addresses may come in is a policy
		"a@e.org\r\n":                           "a@e.org",
		"\ta@e.org":                             "a@e.org",
		"\ufeffa@e.org\u200b":                   "a@e.org",
		"\u202aa@e.org\u202c":                   "a@e.org",
		"a\u200b@e.org":                         "a@e.org",
		"a\u200d@e\u200c.org":                   "a@e.org",
		"a@ex\u200bample.org":                   "a@example.org",
		"a@exam\u00adple.org":                   "a@example.org",
		"a@\u200eexample.org":                   "a@example.org",
		"a@نامه\u200cای.com":                    "a@xn--mgba3gch31f060k.com", // another domain than without the joiner
		local64 + "@e.org":                      local64 + "@e.org",
		"a@" + strings.Repeat("d", 63) + ".org": "a@" + strings.Repeat("d", 63) + ".org",
		local64 + "@" + host189:                 local64 + "@" + host189,
		"a@1and1.com":                           "a@1and1.com",
		"a@3.example.org":                       "a@3.example.org",
	}
}

func refusedEmails() []string {
	return []string{
		"", "@", "a@", "@e.org", "a", "maria.example.org",
		"a@b.org\r\nBcc:x@e.org", "a\r@e.org", "a\t@e.org", "a@e.org\n\nb@e.org", "a@e.org>, <x@e.org", "a@e.org, b@e.org",
		`"a b"@e.org`, `"a@evil.test>,"@e.org`, `"a"@e.org`, "a b@e.org", "a(comment)@e.org", "a@(comment)e.org",
		"a@localhost", "a@mail.localhost", "a@e", "a@[127.0.0.1]", "a@[IPv6:::1]", "a@1.2.3.4", "a@127.1", "<>", "a@b.org@c.org",
		"a\x00@e.org", "a@e.org\x00", ".a@e.org", "a.@e.org", "a..b@e.org", "a@-e.org", "a@e-.org", "a@e..org", "a@.e.org", "a@e.org.",
		strings.Repeat("l", 65) + "@e.org", "a@" + strings.Repeat("d", 64) + ".org",
		strings.Repeat("l", 64) + "@" + strings.Repeat(strings.Repeat("d", 62)+".", 3)[:187] + "org", // 255 bytes
		"a@" + strings.Repeat("d.", 130) + "org", strings.Repeat("a", 10<<20) + "@e.org", "a@" + strings.Repeat("d", 10<<20),
		"jörg@exämple.org", "\u0430@e.org", "adm\u0131n@e.org", "u\u017fher@e.org", "\U0001F600@e.org",
		"a@ＥＸＡＭＰＬＥ.org", "a@\u212Aelvin.org", "a@\u0130stanbul.org", "a@I\u0307stanbul.org",
		"a@example\u3002org", "a@example．org", "a@xn--a.org", "a@xn--.org", "a@ab--cd.org", "a@\u2460.org",
		"mailto:a@e.org", "a@e?bcc=x", "a@e.org?bcc=x@e.org", `"Name" <a@e.org>`, "Name <a@e.org>", "<a@e.org>", "a@e.org,b@e.org", "a@e.org;b@e.org",
		"a@e_x.org", "a@e x.org", "a@e.org/x", "a@e.org:25", "\xff@e.org", "a@\xff.org",
		"MAILER-DAEMON@e.org", "no-reply@e.org", "bounces@e.org",
	}
}

// At these nobody reads mail.
func unreadEmails() map[string][]string {
	return map[string][]string{
		"its ending is reserved": {
			"a@acme.test", "a@acme.invalid", "a@printer.local", "a@PRINTER.LOCAL", "a@acme.internal", "a@facebookcorewwwi.onion", "a@router.home.arpa", "a@1.168.192.in-addr.arpa", "a@acme.alt",
		},
		"a guest's name in somebody's directory": {
			"maria_example.org#EXT#@acme.onmicrosoft.com", "maria_example.org#ext#@acme.onmicrosoft.com", "MARIA#EXT#@acme.com",
		},
		"nobody reads mail at this address": {
			"noreply@e.org", "NoReply@e.org", "no.reply@e.org", "no_reply@e.org", "noreply2@e.org", "no-reply-billing@e.org", "billing-noreply@e.org", "noreply+abc@e.org",
			"do_not_reply@e.org", "do.not.reply@e.org", "donotreply1@e.org", "dont-reply@e.org", "nicht-antworten@e.org", "ne-pas-repondre@e.org", "no-responder@e.org",
			"bounces+123-maria=example.org@e.org", "bounce+x@e.org", "mailer_daemon@e.org", "1234+maria@users.noreply.github.com",
		},
	}
}

func TestEmailThatNobodyReads(t *testing.T) {
	for reason, addresses := range unreadEmails() {
		refuses(t, readEmail, domain.InvalidEmail, addresses...)
		for _, address := range addresses {
			t.Run("given "+address+", it says why, and finds who has it already", func(t *testing.T) {
				_, err := readEmail(address)
				require.ErrorContains(t, err, reason)
				known, err := contacts.New().Contact(address, "")
				require.NoError(t, err)
				local, host, _ := strings.Cut(strings.ToLower(address), "@")
				require.Equal(t, "v1:email:"+local+"@"+host, known.Form)
			})
		}
	}
	accepts(t, readEmail, unchanged("reply@e.org", "noreen@e.org", "noel.reply@e.org", "bouncer@e.org", "ext@e.org", "a#ext@e.org", "a@local.org", "a@test.com", "a@acme.example", "postmaster@e.org"))
}

func TestEmailForm(t *testing.T) {
	t.Run("given spellings of one address, the form is one, and the address stays as typed", func(t *testing.T) {
		texts := contacts.New()
		for _, text := range []string{"Maria.Lopez@Exämple.org", "maria.lopez@xn--exmple-cua.org", "MARIA.LOPEZ@EXÄMPLE.ORG"} {
			contact, err := texts.Email(text)
			require.NoError(t, err)
			require.Equal(t, "v1:email:maria.lopez@xn--exmple-cua.org", contact.Form)
			require.Equal(t, domain.ContactEmail, contact.Kind)
			require.Equal(t, "xn--exmple-cua.org", contact.Domain())
			local, _, _ := strings.Cut(text, "@")
			require.Equal(t, local+"@xn--exmple-cua.org", contact.Address)
		}
	})
	t.Run("given a tag, it is another contact", func(t *testing.T) {
		plain, err := contacts.New().Email("a@e.org")
		require.NoError(t, err)
		tagged, err := contacts.New().Email("a+tag@e.org")
		require.NoError(t, err)
		require.NotEqual(t, plain.Form, tagged.Form)
	})
	t.Run("given a local part with accents, it says so", func(t *testing.T) {
		_, err := contacts.New().Email("jörg@exämple.org")
		require.ErrorContains(t, err, "without accents")
	})
}
