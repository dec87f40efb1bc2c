package httpapi_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/commands"
)

// Where the people of these tests are: at home they have signed in before.
const (
	home      = "192.0.2.10"
	elsewhere = "198.51.100.20"
	stranger  = "203.0.113.30"
)

// guessing tries a wrong password of the administrator.
func guessing(t *testing.T, company httpapitest.Company, from string) httpapitest.Answer {
	t.Helper()
	return signingIn(t, company, from, "not that one, surely")
}

func signingIn(t *testing.T, company httpapitest.Company, from, password string) httpapitest.Answer {
	t.Helper()
	return company.Client("").From(from).Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"admin@acme.example","password":%q}`, password))
}

// onDevice signs the administrator in from home, by what the device is known by.
func onDevice(t *testing.T, company httpapitest.Company, device, password string) httpapitest.Answer {
	t.Helper()
	return company.Client("").From(home).Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"admin@acme.example","password":%q,"device":%q}`, password, device))
}

func TestAColleagueOnTheSameNetworkShutsNobodyOutOnTheirDevice(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	device := signingIn(t, company, home, httpapitest.Password).Must(t, 201).Text(t, "device")
	for range 10 {
		guessing(t, company, home).Refused(t, 401, "login_failed")
	}
	for n := range 9 {
		for range 10 {
			guessing(t, company, fmt.Sprintf("203.0.113.%d", n))
		}
	}
	for n := range 110 {
		company.Client("").From(home).Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"nobody%d@acme.example","password":"not that one, surely"}`, n))
	}
	signingIn(t, company, home, httpapitest.Password).Refused(t, 429, "too_many_attempts")
	onDevice(t, company, device, "not that one, surely").Refused(t, 401, "login_failed")
	onDevice(t, company, device, httpapitest.Password).Must(t, 201)
	usher.Advance(commands.DevicesAreKnown)
	for range 10 {
		guessing(t, company, home)
	}
	onDevice(t, company, device, httpapitest.Password).Refused(t, 429, "too_many_attempts")
}

func TestWhatIsWrongOnADeviceCountsForIt(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	one, another := onDevice(t, company, "", httpapitest.Password).Must(t, 201).Text(t, "device"), onDevice(t, company, "", httpapitest.Password).Must(t, 201).Text(t, "device")
	require.NotEqual(t, one, another)
	for range 10 {
		onDevice(t, company, one, "not that one, surely").Refused(t, 401, "login_failed")
	}
	onDevice(t, company, one, httpapitest.Password).Refused(t, 429, "too_many_attempts")
	onDevice(t, company, another, httpapitest.Password).Must(t, 201)
	signingIn(t, company, elsewhere, httpapitest.Password).Must(t, 201)
}

func TestADeviceIsOfOnePerson(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	company.Employee(t, "ben@mill.example")
	bens := company.Client("").From(elsewhere).Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"ben@mill.example","password":%q}`, httpapitest.Password)).Must(t, 201).Text(t, "device")
	own := onDevice(t, company, "", httpapitest.Password).Must(t, 201).Text(t, "device")
	for range 10 {
		onDevice(t, company, bens, "not that one, surely").Refused(t, 401, "login_failed")
	}
	for name, device := range map[string]string{
		"another's": bens, "none": "", "forged": own[:len(own)-1] + "x", "cut": own[:10], "made up": "not a token at all", "of another kind": company.JoinToken(t),
	} {
		t.Run("given a token that is "+name+", it counts as none", func(t *testing.T) {
			onDevice(t, company, device, httpapitest.Password).Refused(t, 429, "too_many_attempts")
		})
	}
	onDevice(t, company, own, httpapitest.Password).Must(t, 201)
}

func TestADeviceIsKnownAfterARestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	usher := httpapitest.Start(t, httpapitest.Options{Data: folder})
	device := onDevice(t, usher.Found(t, "acme"), "", httpapitest.Password).Must(t, 201).Text(t, "device")
	usher.Stop(t)
	usher = httpapitest.Start(t, httpapitest.Options{Data: folder})
	company := httpapitest.Company{Usher: usher, Path: "/v1/accounts/acme"}
	for range 10 {
		guessing(t, company, home).Refused(t, 401, "login_failed")
	}
	signingIn(t, company, home, httpapitest.Password).Refused(t, 429, "too_many_attempts")
	onDevice(t, company, device, httpapitest.Password).Must(t, 201)
}

func TestADeviceSignsNobodyIn(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	device := onDevice(t, company, "", httpapitest.Password).Must(t, 201).Text(t, "device")
	company.Client(device).Get(t, company.Path+"/me").Refused(t, 401, "not_signed_in")
	company.Client("").Get(t, "/v1/join/"+device).Refused(t, 404, "not_found")
}

func TestAStrangersGuessesShutNobodyOutElsewhere(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	for range 10 {
		guessing(t, company, stranger).Refused(t, 401, "login_failed")
	}
	signingIn(t, company, stranger, httpapitest.Password).Refused(t, 429, "too_many_attempts")
	signingIn(t, company, elsewhere, httpapitest.Password).Must(t, 201)
}

func TestManyStrangersShutNobodyOutWhereTheyHaveSignedInBefore(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	signingIn(t, company, home, httpapitest.Password).Must(t, 201)
	for n := range 10 {
		for range 10 {
			guessing(t, company, fmt.Sprintf("203.0.113.%d", n)).Refused(t, 401, "login_failed")
		}
	}
	signingIn(t, company, elsewhere, httpapitest.Password).Refused(t, 429, "too_many_attempts")
	signingIn(t, company, home, httpapitest.Password).Must(t, 201)
	usher.Advance(15 * time.Minute)
	signingIn(t, company, elsewhere, httpapitest.Password).Must(t, 201)
}

func TestAStrangerOnTheSameNetworkShutsNobodyOut(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	signingIn(t, company, home, httpapitest.Password).Must(t, 201)
	for n := range 110 {
		company.Client("").From(home).Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"nobody%d@acme.example","password":"not that one, surely"}`, n))
	}
	refused := company.Client("").From(home).Post(t, company.Path+"/sessions", `{"login":"nobody@acme.example","password":"not that one, surely"}`)
	refused.Refused(t, 429, "too_many_attempts")
	same := guessing(t, company, home).Refused(t, 429, "too_many_attempts")
	require.Equal(t, refused.Text(t, "detail"), same.Text(t, "detail"), "a wrong password tells nobody who has signed in from here before")
	signingIn(t, company, home, httpapitest.Password).Must(t, 201)
}

func TestHowManyTriesAreLeftTellsNobodyWhoSignsInFromHere(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	signingIn(t, company, home, httpapitest.Password).Must(t, 201)
	for n := range 110 {
		company.Client("").From(home).Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"nobody%d@acme.example","password":"not that one, surely"}`, n))
	}
	for range 12 {
		somebody := guessing(t, company, home)
		nobody := company.Client("").From(home).Post(t, company.Path+"/sessions", `{"login":"nobody@acme.example","password":"not that one, surely"}`)
		require.Equal(t, nobody.Status, somebody.Status)
		require.Equal(t, nobody.Text(t, "detail"), somebody.Text(t, "detail"))
		require.Equal(t, nobody.Header.Get("Retry-After"), somebody.Header.Get("Retry-After"))
	}
}

func TestAWrongCurrentPasswordIsNoLogin(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	change := func() httpapitest.Answer {
		return company.Admin.Put(t, "/me/password", `{"current":"not that one, surely","new":"another passphrase than that"}`)
	}
	for range 10 {
		change().Refused(t, 422, "password_wrong")
	}
	change().Refused(t, 429, "too_many_attempts")
	company.Admin.Post(t, "/me/login", `{"login":"new@acme.example","current":"not that one, surely"}`).Refused(t, 429, "too_many_attempts")
	signingIn(t, company, "127.0.0.1", httpapitest.Password).Must(t, 201)
}

func TestWrongLoginsDoNotHinderWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	for range 11 {
		guessing(t, company, "127.0.0.1")
	}
	company.Admin.Put(t, "/me/password", fmt.Sprintf(`{"current":%q,"new":"another passphrase than that"}`, httpapitest.Password)).Must(t, 200)
}

func TestStrangersDoNotUseUpARecovery(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	signingIn(t, company, home, httpapitest.Password).Must(t, 201)
	ask := func(from string) httpapitest.Answer {
		usher.Advance(6 * time.Minute)
		return usher.Client("").From(from).Post(t, company.Path+"/passwords/forgotten", `{"login":"admin@acme.example"}`)
	}
	sent := func() int {
		company.Settled(t)
		return len(asOperator(company).Admin.Get(t, "/outbox?limit=200").Must(t, 200).Items(t))
	}
	for n := range 10 {
		ask(fmt.Sprintf("203.0.113.%d", n)).Must(t, 202)
	}
	before := sent()
	ask(stranger).Refused(t, 429, "contact_limit")
	ask(home).Refused(t, 429, "contact_limit") // as anybody is answered
	require.Equal(t, before+1, sent(), "but where somebody has signed in before, it is sent")
	usher.Advance(time.Hour)
	ask(elsewhere).Must(t, 202)
	require.Equal(t, before+2, sent(), "and anywhere once more when the link before it has run out")
}

func TestAColleagueOnTheSameNetworkDoesNotUseUpARecovery(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	device := onDevice(t, company, "", httpapitest.Password).Must(t, 201).Text(t, "device")
	ask := func(device string) httpapitest.Answer {
		usher.Advance(6 * time.Minute)
		return usher.Client("").From(home).Post(t, company.Path+"/passwords/forgotten", fmt.Sprintf(`{"login":"admin@acme.example","device":%q}`, device))
	}
	for range 10 {
		ask("").Must(t, 202)
	}
	company.Settled(t)
	before := len(asOperator(company).Admin.Get(t, "/outbox?limit=200").Must(t, 200).Items(t))
	ask("").Refused(t, 429, "contact_limit")
	ask(device).Must(t, 202)
	company.Settled(t)
	require.Len(t, asOperator(company).Admin.Get(t, "/outbox?limit=200").Must(t, 200).Items(t), before+1)
}

func TestAStrangerDoesNotUseUpTheTriesOfACode(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
	usher.Client("").From(home).Post(t, "/v1/join/"+company.TokenSentTo(t, "+14155550100"), httpapitest.Form("")).Must(t, 201)
	try := func(from, code string) httpapitest.Answer {
		return usher.Client("").From(from).Post(t, company.Path+"/passwords/reset", fmt.Sprintf(`{"login":"+14155550100","code":%q,"new":"another passphrase than that"}`, code))
	}
	usher.Advance(time.Second) // messages of one moment are in no order
	usher.Client("").From(home).Post(t, company.Path+"/passwords/forgotten", `{"login":"+14155550100"}`).Must(t, 202)
	text, _ := asOperator(company).Message(t, "+14155550100")["text"].(string)
	for n := range 5 {
		for range 5 {
			try(fmt.Sprintf("203.0.113.%d", n), "00000000").Refused(t, 401, "reset_failed")
		}
		try(fmt.Sprintf("203.0.113.%d", n), "00000000").Refused(t, 429, "too_many_attempts")
	}
	try(stranger, "00000000").Refused(t, 429, "too_many_attempts")
	try(home, regexp.MustCompile(`\d{8}`).FindString(text)).Must(t, 200) // where they have registered
}

func TestALinkWorksWhateverWasTriedOnItsHoldersNetwork(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Post(t, "/invitations/email", `{"emails":["ben@example.org"]}`).Must(t, 200)
	link := "/v1/join/" + company.TokenSentTo(t, "ben@example.org")
	for range 100 {
		usher.Client("").Get(t, "/v1/join/AQEfnolinkatall").Refused(t, 404, "not_found")
	}
	usher.Client("").Get(t, "/v1/join/AQEfnolinkatall").Refused(t, 429, "too_many_attempts")
	usher.Client("").Get(t, link).Must(t, 200)
	usher.Client("").Post(t, link, httpapitest.Form("")).Must(t, 201)
}

func TestAResetOpensTheWayWhereItWasDone(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	usher.Advance(time.Second) // messages of one moment are in no order
	usher.Client("").From(elsewhere).Post(t, company.Path+"/passwords/forgotten", `{"login":"admin@acme.example"}`).Must(t, 202)
	const next = "another passphrase than that"
	usher.Client("").From(elsewhere).Post(t, "/v1/join/"+asOperator(company).TokenSentTo(t, "admin@acme.example"), fmt.Sprintf(`{"password":%q}`, next)).Must(t, 201)
	for n := range 11 {
		for range 10 {
			guessing(t, company, fmt.Sprintf("203.0.113.%d", n))
		}
	}
	signingIn(t, company, elsewhere, next).Must(t, 201)
}
