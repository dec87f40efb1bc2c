package pasted_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/pasted"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// told is a row as "line email phone | first | last | title | department | workgroups".
func told(row commands.TableRow) string {
	return strings.Join([]string{
		strings.TrimSpace(fmt.Sprintf("%d %s %s", row.Line, row.Email, row.Phone)), row.FirstName, row.LastName, row.JobTitle, row.Department, row.Workgroups,
	}, " | ")
}

func TestTheExportsOfUsualPrograms(t *testing.T) {
	for file, want := range map[string][]string{
		"google_contacts.csv": {
			"2 stefan@mill.example +40 712 345 678 | Ștefan | Țepeș | Morar | Producție | ",
			"4 david@mill.example +972 50 123 4567 | דוד | כהן | Baker |  | ",
			"5  +91 98765 43210 | സുരേഷ് | രാജ് |  |  | ",
			"6 suharto@mill.example | Suharto |  |  |  | ",
		},
		"google_contacts_old.csv": {"2 dora@mill.example +44 7700 900123 | Dora | Evans | Baker | Bakery | "},
		"outlook.csv": {
			"2 ben@mill.example +1 415 555 0100 | Ben | Miller | Driver | Sales | ",
			"3 dora@mill.example | Dora | Evans |  |  | ",
		},
		"google_workspace.csv": {"2 ben@mill.example +14155550113 | Ben | Miller | Driver | Sales | "},
		"entra_bulk.csv":       {"3 ben@mill.example | Ben | Miller | Driver | Sales | "},
		"entra_users.csv":      {"2 ben@mill.example +14155550100 | Ben | Miller | Driver | Sales | "},
		"slack.csv":            {"2 ben@mill.example | Ben | Miller |  |  | ", "3 hoa@mill.example | Nguyễn Thị | Hoa |  |  | "},
		"bamboohr.csv":         {"2 ben@mill.example +14155550100 | Ben | Miller | Driver | Sales | "},
		"personio.csv":         {"2 juergen@mill.example | Jürgen | Müller | Müller | Mühle; Süd | "},
		"hibob.csv":            {"2 ben@mill.example +14155550100 | Ben | Miller | Driver | Sales | "},
		"french.csv":           {"2 zoe@mill.example +33 6 12 34 56 78 | Zoé | Dupré | Boulangère | Ventes / Nord | "},
		"spanish.csv":          {"2 maria@mill.example +34 612 345 678 | María | García López | Panadera | Ventas | "},
		"romanian.csv":         {"2 stefan@mill.example +40712345678 | Ștefan | Țepeș | Șofer | Vânzări | "},
		"russian.csv":          {"2 petr@mill.example +7 912 345 67 89 | Пётр | Иванов | Пекарь | Продажи | "},
		"vietnamese.tsv":       {"2 an@mill.example 0912 345 678 | An | Nguyễn Văn | Kế toán | Văn phòng | "},
		"vietnamese_full.csv":  {"3 hoa@mill.example | Trần Thị | Hoa | Kế toán | Văn phòng | Hát, Chạy"},
		"utf_16le.txt":         {"2 lea@mill.example | Léa | Żuk |  |  | "},
		"utf_16be.txt":         {"2 lea@mill.example | Léa | Żuk |  |  | "},
	} {
		t.Run(file, func(t *testing.T) {
			table, err := pasted.Reader{}.Table(testdata(t, file))
			require.NoError(t, err)
			rows := []string{}
			for _, row := range table.Rows {
				require.NoError(t, row.Fault)
				rows = append(rows, told(row))
			}
			require.Equal(t, want, rows)
		})
	}
}

func testdata(t testing.TB, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	return text
}

func TestAFileThatIsNoneIsRefusedOnce(t *testing.T) {
	for name, c := range map[string]struct{ file, says string }{
		"in Windows-1252":       {string(testdata(t, "windows_1252.csv")), "CSV UTF-8"},
		"in Windows-1251":       {"Email;\xc8\xec\xff\na@mill.example;\xc8\xe2\xe0\xed\n", "CSV UTF-8"},
		"in UTF-16, no mark":    {"E\x00m\x00a\x00i\x00l\x00\n\x00", "CSV UTF-8"},
		"UTF-16 cut in two":     {"\xff\xfeE\x00m\x00a", "UTF-16"},
		"a workbook":            {"PK\x03\x04...", "workbook"},
		"an old workbook":       {"\xd0\xcf\x11\xe0...", "workbook"},
		"a PDF":                 {"%PDF-1.7", "PDF"},
		"vCards":                {"BEGIN:VCARD\nVERSION:3.0\n", "vCards"},
		"a page":                {"<!DOCTYPE html>", "page"},
		"empty":                 {"", "empty"},
		"a mark alone":          {"\ufeff\n\n", "empty"},
		"without a header":      {"ben@mill.example\ndora@mill.example\n", "no column"},
		"without contacts":      {"Vorname;Nachname\nBen;Miller\n", "no column"},
		"with an open header":   {"\"Email,Name\nben@mill.example,Ben\n", "quotes"},
		"with too many columns": {"Email" + strings.Repeat(",x", 300) + "\n", "300 columns"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pasted.Reader{}.Table([]byte(c.file))
			require.Equal(t, domain.InvalidFile, domain.CodeOf(err))
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestRowsThatCannotBeReadAreRefusedByTheirLines(t *testing.T) {
	table, err := pasted.Reader{}.Table([]byte("Email,Name\na@mill.example,\"A\nB\"\nb@mill.example,B \"Bee\" B\nc@mill.example,C,too many\n,,\nd@mill.example\ne@mill.example,\"never closed\nf@mill.example,F\n"))
	require.NoError(t, err)
	var lines []string
	for _, row := range table.Rows {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %s %s", row.Line, row.Email, domain.CodeOf(row.Fault))))
	}
	require.Equal(t, []string{"2 a@mill.example", "4  invalid_row", "5  invalid_row", "7 d@mill.example", "8  invalid_row"}, lines)
}

// FuzzTable: whatever comes is a table or refused, and each row has a line of its own.
func FuzzTable(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		table, err := pasted.Reader{}.Table(file)
		if err != nil {
			require.NotEqual(t, domain.Internal, domain.CodeOf(err))
			return
		}
		before := 0
		for _, row := range table.Rows {
			require.Greater(t, row.Line, before)
			before = row.Line
		}
	})
}

func TestWholeNamesAreDividedAsTheirHeaderSays(t *testing.T) {
	for header, names := range map[string]map[string][2]string{
		"Nume și prenume": {"Țepeș Vlad": {"Vlad", "Țepeș"}},
		"ФИО":             {"Ёлкин Пётр Иванович": {"Пётр Иванович", "Ёлкин"}},
		"Nom et prénom":   {"Dupont Marie": {"Marie", "Dupont"}, "Dupont, Marie": {"Marie", "Dupont"}},
		"Full name":       {"Marie Dupont": {"Marie", "Dupont"}, "Ann Lee King, Jr.": {"Ann Lee", "King, Jr."}, "Suharto": {"Suharto", ""}, "King, Ann": {"Ann", "King"}},
		"Họ và tên":       {"Nguyễn Thị An": {"Nguyễn Thị", "An"}},
	} {
		for whole, parts := range names {
			table, err := pasted.Reader{}.Table([]byte("Email;" + header + "\na@mill.example;" + whole + "\n"))
			require.NoError(t, err)
			require.Equal(t, parts, [2]string{table.Rows[0].FirstName, table.Rows[0].LastName}, "%s: %s", header, whole)
		}
	}
}
