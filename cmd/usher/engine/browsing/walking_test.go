package browsing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/web"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

const password = "an unlikely passphrase of tests"

// found founds a company to whose administrator one can sign in with one click.
func found(t *testing.T) *enginetest.Usher {
	t.Helper()
	usher := enginetest.StartForBrowsers(t)
	status, said := usher.Do(t, http.MethodPost, "/v1/accounts", http.Header{"Authorization": {"Bearer " + enginetest.OperatorToken}}, fmt.Sprintf(
		`{"slug":"acme","name":"Acme","country":"US","administrator":{"email":"ada@acme.example","first_name":"Ada","last_name":"Archer","password":%q}}`, password))
	require.Equal(t, http.StatusCreated, status, "%s", said)
	*usher.Demo = web.Demo{Slug: "acme", Password: password, Logins: []web.DemoLogin{{Role: "administrator", Login: "ada@acme.example"}}}
	return usher
}

// signIn signs in as the administrator with a click.
func (b *tab) signIn() {
	b.t.Helper()
	b.see("/")
	b.click(`form[action="/demo/sign-in"] button`)
	b.reads("Activity Stream")
}

// click clicks with the mouse, where the element is.
func (b *tab) click(css string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(css)))
}

// types clicks a field and writes with the keyboard. SendKeys would read the field's
// attributes while they are changed (chromedp v0.23.0), which the race detector sees.
func (b *tab) types(css, text string) {
	b.t.Helper()
	b.click(css)
	b.do(chromedp.KeyEvent(text))
}

// reads waits until the page says something.
func (b *tab) reads(text string) {
	b.t.Helper()
	words, err := json.Marshal(text)
	require.NoError(b.t, err)
	b.until(`document.body && document.body.innerText.includes(` + string(words) + `)`)
}

// until waits until an expression holds, over pages that come and go.
func (b *tab) until(expression string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && holds
	}, patience, 50*time.Millisecond, expression)
}

// api asks the API as the administrator.
func api(t *testing.T, usher *enginetest.Usher, method, path, body string) map[string]any {
	t.Helper()
	_, session := usher.Do(t, http.MethodPost, "/v1/accounts/acme/sessions", nil, fmt.Sprintf(`{"login":"ada@acme.example","password":%q}`, password))
	var in struct{ Token string }
	require.NoError(t, json.Unmarshal(session, &in))
	status, said := usher.Do(t, method, "/v1/accounts/acme"+path, http.Header{"Authorization": {"Bearer " + in.Token}}, body)
	require.Less(t, status, 300, "%s", said)
	var answer map[string]any
	require.NoError(t, json.Unmarshal(said, &answer))
	return answer
}

func TestAnAdministratorInvitesBySMS(t *testing.T) {
	t.Parallel()
	usher := found(t)
	for name, s := range map[string]screen{"on a phone": phone, "at a desk": desk} {
		t.Run(name, func(t *testing.T) {
			number := map[string]string{"on a phone": "+1 415-555-0171", "at a desk": "+1 415-555-0172"}[name]
			b := open(t, usher.URL, s)
			b.signIn()
			b.click("#invite")
			b.do(chromedp.WaitVisible(chromedp.CSS("dialog[open] .inviting")))
			b.click(`dialog .tabs a[href$="/invite/sms"]`)
			b.do(chromedp.WaitVisible(chromedp.CSS("dialog textarea")))
			b.types("dialog textarea", number+"\nnot a number")
			b.reads("1 looks wrong")
			b.click("dialog form button.primary")
			b.reads("1 invited, 1 not")
			require.Len(t, slices.DeleteFunc(slices.Clone(b.requests()), func(sent string) bool {
				return !strings.HasPrefix(sent, "POST /at/acme/invite/sms")
			}), 2, "one that counts, and one that sends: %v", b.requests())
			b.click("dialog [data-close]")
			b.until(`performance.getEntriesByType("navigation")[0].type === "reload" && document.readyState === "complete"`)
			b.reads("invited 1 person by SMS")
			b.see("/at/acme/people/invited")
			b.reads(number)
			require.Empty(t, b.noted())
		})
	}
}

func TestANewcomerJoinsWithScriptOff(t *testing.T) {
	t.Parallel()
	usher := found(t)
	link := api(t, usher, http.MethodGet, "/join-link", "")["link"].(string)
	api(t, usher, http.MethodPut, "/settings/registration", `{"mode":"public"}`)
	b := open(t, usher.URL, phone.withoutScript())
	b.do(chromedp.Navigate(link))
	b.do(chromedp.WaitVisible(chromedp.CSS("#first_name")))
	require.NotContains(t, ask[string](b, "location.href"), link[strings.LastIndex(link, "/")+1:], "the token has left the address")
	b.types("#first_name", "Nora")
	b.types("#last_name", "Newman")
	b.types("#email", "nora@new.example")
	b.types("#password", "an unlikely passphrase of Nora's\r")
	b.reads("You are in")
	require.Empty(t, b.noted())
	names := fmt.Sprint(api(t, usher, http.MethodGet, "/employees", "")["items"])
	require.Contains(t, names, "Newman")
}

func TestWhatOthersDoShowsByItself(t *testing.T) {
	t.Parallel()
	usher := found(t)
	b := open(t, usher.URL, desk)
	b.signIn()
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 1, 1)) // as nothing moves under it
	api(t, usher, http.MethodPost, "/invitations/email", `{"emails":["ben@mill.example","cleo@mill.example"]}`)
	b.reads("Ada Archer invited 2 people by e-mail")
	require.Empty(t, b.noted())
}

func TestAFormIsSentOnceHoweverOftenItIsClicked(t *testing.T) {
	t.Parallel()
	usher := found(t)
	b := open(t, usher.URL, desk)
	b.see("/sign-in?company=acme")
	b.types("#login", "ada@acme.example")
	b.types("#password", password)
	b.do(chromedp.DoubleClick(chromedp.CSS("form button.primary")))
	b.reads("Activity Stream")
	sent := 0
	for _, one := range b.requests() {
		if strings.HasPrefix(one, "POST ") {
			sent++
		}
	}
	require.LessOrEqual(t, sent, 1, "%v", b.requests())
}

func TestBackShowsThePageAndNoPartOfIt(t *testing.T) {
	t.Parallel()
	usher := found(t)
	b := open(t, usher.URL, desk)
	b.signIn()
	b.click(`.sections a[href$="/people"]`)
	b.reads("Find somebody")
	b.do(chromedp.NavigateBack())
	b.reads("General chat")
	require.Equal(t, 1, ask[int](b, `document.querySelectorAll("header.head").length`))
	require.Empty(t, b.noted())
}
