package contacts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
)

func TestNamesThatBeginLikeAnothersInAnotherScript(t *testing.T) {
	known := func(name string) bool { return name == "acme" }
	for name, want := range map[string]string{
		"Асме Ltd": "acme", "Асmе Ltd": "acme", "асме-почта.рф": "acme", "*.асме-почта.рф": "acme", "xn----7sbbgn8aql2a.xn--p1ai": "", "Αcme": "acme", "АСМЕжизнь": "acme",
		"раураӏ-оплата.рф": "paypal", "Αррӏе Польша": "apple", "mail.аррӏе-тест.рф": "apple", "mісrоsоft": "microsoft", "gооgӏе": "google",
		"Acme Ltd": "", "acme.com": "", "Москва": "", "Почта России": "", "Система": "", "Сосна": "", "Acme Москва": "", "apple-service.com": "", "Ελλάς": "", "日本": "", "": "",
	} {
		require.Equal(t, want, contacts.New().Imitates(name, known), name)
	}
}
