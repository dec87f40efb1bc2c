package contacts

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// The best-known mail providers at which anybody gets an address. The families
// are theirs under every suffix (yahoo.co.jp, gmx.at).
const (
	providerFamilies = "yahoo gmx hotmail outlook googlemail ymail rocketmail yandex protonmail tutanota"

	providerDomains = `
gmail.com icloud.com me.com mac.com msn.com live.com live.co.uk live.de live.fr live.nl live.it live.ca live.com.au
passport.com aol.com aol.co.uk aol.de aim.com web.de freenet.de t-online.de arcor.de mail.de email.de online.de
posteo.de posteo.net mailbox.org proton.me pm.me tutamail.com tuta.com tuta.io keemail.me fastmail.com fastmail.fm
hushmail.com hey.com mail.com email.com usa.com gmx.net mail.ru bk.ru inbox.ru list.ru internet.ru rambler.ru ya.ru
ukr.net i.ua meta.ua qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com aliyun.com
naver.com hanmail.net daum.net nate.com kakao.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com
orange.fr wanadoo.fr laposte.net free.fr sfr.fr libero.it virgilio.it tiscali.it alice.it tin.it
bluewin.ch seznam.cz email.cz centrum.cz wp.pl o2.pl onet.pl interia.pl op.pl terra.com.br uol.com.br bol.com.br
comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net btinternet.com
sky.com virginmedia.com talktalk.net ntlworld.com bigpond.com optusnet.com.au shaw.ca rogers.com sympatico.ca
zoho.com zohomail.com zohomail.eu mailinator.com guerrillamail.com 10minutemail.com yopmail.com trashmail.com
duck.com mozmail.com passmail.net passinbox.com simplelogin.com aleeas.com anonaddy.com anonaddy.me addy.io appleid.com onmicrosoft.com
telenet.be skynet.be proximus.be ziggo.nl planet.nl kpnmail.nl hetnet.nl abv.bg mail.bg riseup.net disroot.org consultant.com engineer.com
post.com writeme.com techie.com sharklasers.com grr.la maildrop.cc getnada.com dispostable.com temp-mail.org tempmail.com moakt.com
mohmal.com throwawaymail.com fakeinbox.com mailnesia.com mintemail.com emailondeck.com spamgourmet.com`
)

// mailProviders knows public mail providers by the name that was registered.
type mailProviders struct {
	families, domains map[string]bool
}

func publicMailProviders() mailProviders {
	return mailProviders{families: setOf(providerFamilies), domains: setOf(providerDomains)}
}

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// include reports whether a registered name, that is a public suffix and one
// label before it, is a provider's.
func (p mailProviders) include(site string) bool {
	suffix, _ := publicsuffix.PublicSuffix(site)
	return p.domains[site] || p.families[strings.TrimSuffix(site, "."+suffix)]
}
