package httpapi_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

func TestFindingPeople(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	for i, name := range [][2]string{
		{"Thị Minh", "Nguyễn"},
		{"Văn", "Đặng"},
		{"Ștefan", "Popescu"},
		{"Conor", "O’Brien"},
		{"Ελένη", "Παπά"},
		{"Пётр", "Иванов"},
		{"مُحَمَّد", "علی"},
		{"Anne‑Marie", "Łukasz"},
		{"Øyvind", "Zoll"},
	} {
		company.Admin.Post(t, "/employees", fmt.Sprintf(
			`{"email":"number%d@example.org","first_name":%q,"last_name":%q,"job_title":"Baker, senior"}`, i, name[0], name[1])).Must(t, 201)
	}
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100","+14155550101"]}`).Must(t, 200)
	company.Settled(t)

	for search, count := range map[string]int{
		"Nguyen": 1, "minh thi": 1, "NGUYEN, Thi": 1, "dang": 1, "Stefan": 1, "popescu stefan": 1, "Stefan Nguyen": 0, "o'brien": 1, "O`Brien": 1,
		"Ελενη": 1, "παπα,ελενη": 1, "Петр": 1, "иванов петр": 1, "محمد": 1, "علي محمد": 1, "Anne-Marie": 1, "lukasz": 1, "oyvind": 1,
		"number3@EXAMPLE.org": 1, "\u200bNguyen\ufeff": 1, "senior baker": 9, "baker; dang": 1, " , ": 10,
	} {
		t.Run(search+" among employees", func(t *testing.T) {
			require.Len(t, company.Admin.Get(t, "/employees"+"?search="+url.QueryEscape(search)).Must(t, 200).Items(t), count)
		})
	}
	for search, count := range map[string]int{
		"+14155550100": 1, "+1 (415) 555-0100": 1, "(415) 555-0100": 1, "415.555.0100": 1, "001 415 555 0100": 1, "1 415 555 0100": 1, "４１５５５５０１０１": 1,
		"\u202a+1 415 555 0101\u202c": 1, "415 555": 2, "+1 415": 2, "0415 5550": 2, "555-01": 2, "+1415555": 2, "+49 415 555 0100": 0, "0102": 0,
	} {
		t.Run(search+" among the invited", func(t *testing.T) {
			require.Len(t, company.Admin.Get(t, "/invited"+"?search="+url.QueryEscape(search)).Must(t, 200).Items(t), count)
		})
	}
	t.Run("in the order of dictionaries", func(t *testing.T) {
		var last []any
		for _, one := range company.Admin.Get(t, "/employees").Must(t, 200).Items(t) {
			last = append(last, one["last_name"])
		}
		require.Equal(t, []any{"Đặng", "Łukasz", "Nguyễn", "O’Brien", "Popescu", "Zoll", "Παπά", "Иванов", "علی"}, last[1:])
	})
	t.Run("somebody who may not see the settings finds them all the same", func(t *testing.T) {
		employee := company.Hire(t, "ben@acme.example", domain.RoleEmployee)
		company.Settled(t)
		require.Len(t, employee.Get(t, "/employees"+"?search="+url.QueryEscape("number3@example.org")).Must(t, 200).Items(t), 1)
		require.Empty(t, employee.Get(t, "/employees"+"?search="+url.QueryEscape("0415 555 0100")).Must(t, 200).Items(t))
	})
	t.Run("more words than anybody types are refused", func(t *testing.T) {
		answer := company.Admin.Get(t, "/employees"+"?search="+url.QueryEscape("a1 b2 c3 d4 e5 f6 g7 h8 i9 j1 k2 l3 m4 n5 o6 p7 q8 r9 s1 t2 u3")).Refused(t, 422, "invalid_request")
		require.Equal(t, "query.search", answer.Text(t, "errors.0.location"))
	})
}
