package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePeopleOfAFile(t *testing.T) {
	company, browser := administratorOf(t, "bakery")
	const path = "/at/bakery/invite/file"
	form := browser.Open(t, path).Must(t, http.StatusOK).Form(t, path)
	const file = "E-Mail,First name,Last name,Position,Shoe size\nben@mill.example,Ben,Miller,Baker,44\ndora@gmail.con,Dora,Evans,Baker,38\nnobody,No,Body,Baker,40\n"

	t.Run("are checked row by row, and nothing is done", func(t *testing.T) {
		page := form.Upload(t, "file", file).Must(t, http.StatusOK)
		page.Says(t, "1 would be invited, 2 not", "Nothing has been done yet.", "Did you mean dora@gmail.com?", "Shoe size: not used", "Invite 1 person")
		require.Empty(t, company.Admin.Get(t, "/invited").Items(t))
	})
	t.Run("are invited, those among them that were confirmed", func(t *testing.T) {
		checked := form.Upload(t, "file", file).Form(t, path+"/send").Fill("right", "3")
		checked.Upload(t, "", "").Must(t, http.StatusOK).Says(t, "2 invited, 1 not")
		checked.Upload(t, "", "").Must(t, http.StatusOK) // by a second click
		require.Len(t, company.Admin.Get(t, "/invited").Items(t), 2)
	})
	t.Run("are registered directly, where that is chosen", func(t *testing.T) {
		checked := form.Fill("use", "register").Upload(t, "file", "Email;First name;Last name;Position\neve@mill.example;Eve;Field;Baker\n")
		checked.Says(t, "1 would be registered, 0 not", "Eve Field").Form(t, path+"/send").Upload(t, "", "").Must(t, http.StatusOK).Says(t, "1 registered")
		require.NotEmpty(t, company.Message(t, "eve@mill.example"))
	})
	for what, content := range map[string]string{
		"is no text": "PK\x03\x04 and so on", "is empty": "", "has no contacts": "First name,Shoe size\nBen,44\n", "is too large": strings.Repeat("x", 6<<20),
	} {
		t.Run("are refused at once, and in words, when the file "+what, func(t *testing.T) {
			page := form.Upload(t, "file", content).Must(t, http.StatusUnprocessableEntity)
			page.Says(t, "There is a problem")
			require.True(t, page.HasForm(path))
		})
	}
}
