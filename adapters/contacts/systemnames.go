package contacts

import (
	"slices"
	"strings"
	"unicode"
)

// Names under which somebody could pass for the system or those who look after it, in
// the languages that people write. "Admin" and "Root" are not among them: they are
// surnames, and what first accounts' founders are called.
const (
	systemNames = `usher administrator sysadmin system support helpdesk servicedesk postmaster webmaster hostmaster customerservice
systemadministrator kundendienst kundenservice administratorin administrateur administratrice systeme assistance serviceclient
administrador administradora sistema soporte atencionalcliente suporte amministratore amministratrice supporto assistenza
beheerder systeem ondersteuning klantenservice wsparcie pomoctechniczna administratör kundtjänst ylläpitäjä järjestelmä asiakaspalvelu
yönetici sistem destek správce systém podpora rendszergazda ügyfélszolgálat asistenta quảntrịviên hệthống hỗtrợ dukungan
администратор система поддержка техподдержка службаподдержки адміністратор підтримка администрация
διαχειριστής σύστημα υποστήριξη مديرالنظام الدعم الدعمالفني תמיכה מנהלהמערכת מנהלמערכת व्यवस्थापक प्रशासक
管理员 管理員 系统 系統 客服 技术支持 管理者 システム サポート 관리자 시스템 고객센터 ผู้ดูแลระบบ`

	// besideSystemNames make nobody of what they stand beside.
	besideSystemNames = `the a it team desk service services department dept group staff office official of for and technical customer
das der die abteilung équipe service client technique equipo de la el squadra`
)

// PassesFor reports whether a name could pass for the system's own, or for that of the
// company: nothing in it is anybody's.
func (t *Texts) PassesFor(name, company string) bool {
	words := wordsOf(name)
	joined := strings.Join(words, "")
	if joined == "" || t.systemNames[joined] || joined == strings.Join(wordsOf(company), "") {
		return joined != ""
	}
	own := wordsOf(company)
	speaks := false
	for _, word := range words {
		switch {
		case t.systemNames[word] || slices.Contains(own, word):
			speaks = true
		case !t.besideSystemNames[word]:
			return false
		}
	}
	return speaks
}

// wordsOf is the words of a name as they look.
func wordsOf(name string) []string {
	return strings.FieldsFunc(skeleton(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
}

// looksOf is the words of a list, as they look.
func looksOf(words string) map[string]bool {
	set := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		set[strings.Join(wordsOf(word), "")] = true
	}
	return set
}
