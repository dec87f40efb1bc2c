package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/commands/wording"
)

// TestSMSTextsAreShort bounds what an invitation costs: two parts at most, also
// for a company with a long name and a server with a long address.
func TestSMSTextsAreShort(t *testing.T) {
	link := "https://people.a-long-company-name.example.com/join/" + strings.Repeat("A", 47)
	companies := []string{"The Very Long and Honourable Company of Bakers", strings.Repeat("Ж", 40), "Bäckerei Müller & Söhne Nachfolger GmbH"}
	for i, language := range slices.Repeat(wording.Languages(), len(companies)) {
		words, company := wording.For(language), companies[i/len(wording.Languages())]
		for _, text := range []string{
			strings.ReplaceAll(words.InviteSMS(company), "{link}", link), words.ApprovedSMS(company), words.RejectedSMS(company),
			strings.ReplaceAll(words.ChoosePasswordSMS(company), "{link}", link),
			strings.ReplaceAll(words.ClaimLoginSMS(company), "{link}", link), words.LoginChangedSMS(company),
			strings.ReplaceAll(words.ResetCodeSMS(company), "{code}", "12345678"), words.PasswordReplacedSMS(company),
			words.PeopleWaitSMS(company, 1), words.PeopleWaitSMS(company, 5000),
		} {
			require.LessOrEqual(t, contacts.SMSSegments(text), 2, "%s: %s", language, text)
			require.NotContains(t, text, "{", "everything is filled in")
		}
	}
}

func TestANoticeSaysHowManyWait(t *testing.T) {
	for _, language := range wording.Languages() {
		words := wording.For(language)
		require.NotContains(t, words.PeopleWait("Acme", 1).Subject, "1", language)
		for count, number := range map[int]string{2: "2 ", 999: "999 ", 1000: "1000+ ", 4000: "1000+ "} {
			told := words.PeopleWait("Acme", count)
			require.Contains(t, told.Subject+" "+told.Text, number, language)
			require.Contains(t, words.PeopleWaitSMS("Acme", count)+" ", number[:len(number)-1], language)
		}
	}
}

func TestEveryMessageNamesTheCompanyAndHasItsSecret(t *testing.T) {
	for _, language := range append(wording.Languages(), "xx") {
		words := wording.For(language)
		for name, text := range map[string]wording.Text{
			"prove": words.Prove("Acme"), "choose password": words.ChoosePassword("Acme"),
			"invite": {Subject: words.InviteSubject("Acme"), Text: words.InviteEmail("Acme")},
		} {
			require.Contains(t, text.Subject+text.Text, "Acme", "%s in %s", name, language)
			require.Contains(t, text.Text, "{link}", "%s in %s", name, language)
		}
		require.Contains(t, words.Generated("Acme").Text, "{password}", language)
		for _, told := range []wording.Text{words.Approved("Acme"), words.Rejected("Acme"), words.PeopleWait("Acme", 1), words.PeopleWait("Acme", 2)} {
			require.Contains(t, told.Text, "Acme", language)
			require.NotContains(t, told.Text, "{", language)
		}
	}
}
