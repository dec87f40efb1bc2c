package pasted

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/usher-engine/usher/commands"
)

// headers is what columns are called, by their meaning; the best name of a meaning first.
// A column that is named after a question mark counts only where no other has its meaning.
// The languages are English, German, French, Spanish, Romanian, Russian and Vietnamese; the
// programs Google Contacts and Workspace, Outlook, Microsoft Entra, Slack, BambooHR, Personio and HiBob.
//
//nolint:misspell // because it is Romanian
const headers = `
	email        Work Email | Email Work | Business Email | Company Email | Dienstliche E-Mail | Geschäftliche E-Mail | E-mail professionnel | Correo de trabajo
	email        Email | E-mail | Email Address | E-mail Address | E-mail Value | Mail | Primary Email | Emails | Email ID | Invitee Email
	email        E-Mail-Adresse | Mailadresse | Adresse e-mail | Adresse mail | Adresse électronique | Adresse de messagerie | Courriel | Mél
	email        Correo electrónico | Dirección de correo electrónico | Correo | Adresă de e-mail | Adresă e-mail | Adresa de email | Adresă de poștă electronică
	email        Электронная почта | Адрес электронной почты | Эл. почта | Адрес эл. почты | Почта | Имейл | Thư điện tử | Địa chỉ email | Email công ty
	email?       User Principal Name | UPN

	phone        Mobile Phone | Mobile | Mobile Number | Mobile Phone Number | Cell | Cell Phone | Cellphone | Work Mobile | Work Mobile Phone | SMS
	phone        Handy | Handynummer | Mobil | Mobilnummer | Mobiltelefon | Mobiltelefonnummer | Portable | Téléphone portable | Téléphone mobile | Tél. mobile
	phone        Móvil | Teléfono móvil | Celular | Teléfono celular | Telefon mobil | Mobil | Мобильный телефон | Моб. телефон | Мобильный | Di động | Điện thoại di động | Số di động
	phone        Phone | Phone Number | Phone Value | Telephone | Telephone Number | Phones | Primary Phone
	phone        Telefon | Telefonnummer | Rufnummer | Téléphone | Numéro de téléphone | Teléfono | Número de teléfono | Număr de telefon | Nr. telefon | Телефон | Номер телефона
	phone        Điện thoại | Số điện thoại | SĐT
	phone?       Work Phone | Business Phone | Office Phone | Geschäftlich | Telefon geschäftlich

	contact      Contact | Contacts | Email or Phone | Kontakt | Contacto | Контакт | Liên hệ

	first_name   First Name | Given Name | Forename | First | Preferred First Name | Vorname | Rufname | Prénom | Nombre de pila | Primer nombre | Prenume | Tên riêng
	last_name    Last Name | Surname | Family Name | Last | Nachname | Familienname | Zuname | Nom de famille | Apellido | Apellidos | Nume de familie | Фамилия | Họ | Họ đệm | Họ và tên đệm | sn
	full_name    Full Name | Display Name | Real Name | Employee Name | Employee | Vollständiger Name | Anzeigename | Nom complet | Nom d'affichage | Nom et prénom | Prénom et nom
	full_name    Nombre completo | Nombre y apellidos | Apellidos y nombre | Nume complet | Nume și prenume | Numele și prenumele | ФИО | Ф.И.О. | Полное имя | Họ và tên | Họ tên | Tên đầy đủ | Tên nhân viên
	name         Name | Nom | Nombre | Nume | Имя | Tên

	job_title    Job Title | Position | Job | Role Title | Employee Title | Organization Title | Position Title | Designation
	job_title    Stelle | Stellenbezeichnung | Berufsbezeichnung | Jobtitel | Funktion | Tätigkeit | Fonction | Poste | Intitulé du poste | Cargo | Puesto | Puesto de trabajo
	job_title    Funcție | Funcția | Functie | Post | Titlul postului | Должность | Chức vụ | Chức danh | Vị trí | Vị trí công việc
	job_title?   Title

	department   Department | Department Name | Department Path | Organization Department | Dept | Abteilung | Service | Département | Departamento | Área
	department   Departament | Отдел | Подразделение | Департамент | Название отдела | Phòng ban | Bộ phận | Phòng

	workgroups   Workgroups | Workgroup | Work Groups | Working Groups | Arbeitsgruppen | Arbeitsgruppe | Groupes de travail | Groupe de travail | Grupos de trabajo | Grupo de trabajo
	workgroups   Grupuri de lucru | Grup de lucru | Рабочие группы | Рабочая группа | Nhóm làm việc | Nhóm

	one_name     One Name | Only One Name | Ein Name | Mononym
	confirmed    Confirmed | Bestätigt | Confirmé | Confirmado | Confirmat | Подтверждено
`

// meansName is the meaning of a column that is called Name: all of it where it stands alone,
// and beside a first name the last one, as in "Nom, Prénom".
const meansName commands.Meaning = "name"

// known is what a header's word means, and how well it says so.
type known struct {
	meaning commands.Meaning
	rank    int
	last    bool // only where no other has this meaning
}

var knownHeaders = sync.OnceValue(func() map[string]known { //nolint:gochecknoglobals // because it is read once and never changed
	all := map[string]known{}
	for rank, line := range strings.Split(headers, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		meaning, last := strings.CutSuffix(fields[0], "?")
		for _, name := range strings.Split(strings.TrimSpace(line)[len(fields[0]):], "|") {
			if key := foldHeader(name); all[key] == (known{}) {
				all[key] = known{commands.Meaning(meaning), rank, last}
			}
		}
	}
	return all
})

var inBrackets = regexp.MustCompile(`\[([^\]]*)\]`)

// lookUp is what a header means, which may say it twice: Name [displayName] Required.
func lookUp(header string) known {
	if digitsIn(header) >= fewestDigits { // it is a phone number, and a word beside it
		return known{}
	}
	all := knownHeaders()
	if property := inBrackets.FindStringSubmatch(header); property != nil {
		if found, is := all[foldHeader(property[1])]; is {
			return found
		}
	}
	return all[foldHeader(inBrackets.ReplaceAllString(header, ""))]
}

// foldHeader is a header without case, accents, numbers and all that is no letter.
func foldHeader(header string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'đ' || r == 'Đ':
			return 'd'
		case unicode.IsLetter(r):
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(header))
}
