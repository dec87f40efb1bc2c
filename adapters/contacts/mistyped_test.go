package contacts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

func TestEmailOfADomainThatNobodyCanHave(t *testing.T) {
	asksBack(t, readEmail, domain.UnknownEnding, map[string]string{
		"ben@gmail.con": "ben@gmail.com", "Ben@GMAIL.CON": "Ben@gmail.com", "ben@gmial.con": "ben@gmail.com", "ben@gmail.comm": "ben@gmail.com", "ben@hotmail.vom": "ben@hotmail.com",
		"ben@yahoo.cmo": "ben@yahoo.com", "ben@gmx.ed": "ben@gmx.de", "ben@web.ed": "ben@web.de", "ben@aol.con": "ben@aol.com", "ben@icloud.cim": "ben@icloud.com",
		"ben@acme.con": "ben@acme.com", "ben@mail.acme.ocm": "ben@mail.acme.com", "ben@acme.ogr": "ben@acme.org", "ben@acme.ner": "ben@acme.net",
		"ben@acme.corp": "", "ben@acme.lan": "", "ben@acme.intranet": "", "ben@srv1.home": "",
	})
	accepts(t, readEmail, unchanged("ben@acme.example", "ben@acme.co.uk", "ben@acme.github.io", "ben@acme.museum", "ben@acme.xn--p1ai", "ben@acme.zip", "ben@acme.br.com"))
}

func TestEmailOneLetterFromAGreatProvider(t *testing.T) {
	asksBack(t, readEmail, domain.NearProvider, map[string]string{
		"ben@gmial.com": "ben@gmail.com", "ben@gamil.com": "ben@gmail.com", "ben@gmai.com": "ben@gmail.com", "ben@gmaill.com": "ben@gmail.com", "ben@gmail.co": "ben@gmail.com", "ben@gmail.cm": "ben@gmail.com",
		"ben@hotnail.com": "ben@hotmail.com", "ben@hotmial.com": "ben@hotmail.com", "ben@hotmail.co": "ben@hotmail.com", "ben@outlok.com": "ben@outlook.com", "ben@yaho.com": "ben@yahoo.com", "ben@yahoo.om": "ben@yahoo.com",
		"ben@iclod.com": "ben@icloud.com", "ben@googelmail.com": "ben@googlemail.com", "ben@protonmial.com": "ben@protonmail.com", "ben@t-onlien.de": "ben@t-online.de", "ben@freent.de": "ben@freenet.de",
	})
	accepts(t, readEmail, unchanged(
		"ben@gmail.com", "ben@mail.com", "ben@ymail.com", "ben@email.com", "ben@gmx.net", "ben@gmx.de", "ben@gmx.at", "ben@cloud.com", "ben@hotmail.co.uk", "ben@hotmail.fr", "ben@yahoo.ca",
		"ben@outlook.de", "ben@live.com", "ben@olive.com", "ben@wed.de", "ben@aon.com", "ben@aol.de", "ben@mail.hotnail.com", "ben@hotnail.org", "ben@qmx.de", "ben@yandex.com",
	))
}

func TestADoubtfulAddressIsFoundWithoutAsking(t *testing.T) {
	for _, text := range []string{"ben@gmail.con", "ben@gmial.com", "ben@acme.corp"} {
		found, err := contacts.New().Contact(text, "")
		require.NoError(t, err)
		require.Equal(t, text, found.Address)
	}
}
