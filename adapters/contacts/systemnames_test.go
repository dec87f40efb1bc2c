package contacts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

func TestNamesThatPassForTheSystems(t *testing.T) {
	asked := map[string]string{}
	for _, name := range []string{
		"Support", "SUPPORT", " support ", "System", "Administrator", "ADMINISTRATOR", "Usher", "usher", "Helpdesk", "Help-Desk", "S.u.p.p.o.r.t", "Support Team", "The Support", "IT Support", "Usher Support",
		"System Administrator", "Systemadministrator", "Kundendienst", "Administrateur", "Système", "Soporte", "Atención al Cliente", "Amministratore", "Suporte", "Beheerder", "Yönetici", "Správce", "Ylläpitäjä",
		"Администратор", "Служба поддержки", "Поддержка", "Διαχειριστής", "الدعم", "תמיכה", "管理员", "システム", "サポート", "관리자", "Quản trị viên",
		"Ѕuрроrt", "Ѕupport", "Ｓｕｐｐｏｒｔ", "Sùpport", "Аdministrator", "Uѕher", "Αdministrator",
	} {
		asked[name] = ""
	}
	asksBack(t, contacts.New().PersonName, domain.SystemName, asked)
	accepts(t, contacts.New().PersonName, unchanged(
		"Admin", "Root", "Supportini", "Ushers", "Ushakov", "Sistek", "Team", "IT", "The", "Service", "Desk", "Della Sistina", "Anna", "Администров", "김지원"))
}

func TestWholeNamesThatPassForTheCompanys(t *testing.T) {
	texts := contacts.New()
	for _, name := range []string{"Acme Ltd", "ACME LTD", "acme ltd.", "Асmе Ltd", "Acme Team", "Team Acme", "Acme Support", "The Acme", "Acme", "Help Desk", "Acme Administrator", "Ａｃｍｅ Ｌｔｄ"} {
		require.True(t, texts.PassesFor(name, "Acme Ltd"), name)
	}
	for _, name := range []string{"Anna Acme", "Acme Miller", "Anna Schmidt", "IT Team", "Li The", "Anna Support"} {
		require.False(t, texts.PassesFor(name, "Acme Ltd"), name)
	}
	require.False(t, texts.PassesFor("Anna Schmidt", "Schmidt GmbH"), "whose family works there")
	require.True(t, texts.PassesFor("Почта России", "Почта России"))
}
