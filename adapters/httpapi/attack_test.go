package httpapi_test

import (
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// asOperator is a company whose messages the operator reads.
func asOperator(company httpapitest.Company) httpapitest.Company {
	company.Admin = company.Admin.With("Authorization", "Bearer "+httpapitest.OperatorToken)
	return company
}

func TestALoginClaimedWithAStolenPasswordDiesWithIt(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	claimed := func(owner string) (ben httpapitest.Client, link string) {
		ben = company.Employee(t, owner)
		evil := "evil-" + owner
		ben.Post(t, "/me/login", fmt.Sprintf(`{"login":%q,"current":%q}`, evil, httpapitest.Password)).Must(t, 200)
		return ben, company.TokenSentTo(t, evil)
	}
	t.Run("where it is changed", func(t *testing.T) {
		ben, link := claimed("ben@example.org")
		ben.Put(t, "/me/password", fmt.Sprintf(`{"current":%q,"new":"another passphrase than that"}`, httpapitest.Password)).Must(t, 200)
		usher.Client("").Post(t, "/v1/join/"+link, `{}`).Refused(t, 410, "link_revoked")
	})
	t.Run("where it is forgotten", func(t *testing.T) {
		_, link := claimed("cleo@example.org")
		usher.Advance(time.Second) // messages of one moment are in no order
		usher.Client("").Post(t, company.Path+"/passwords/forgotten", `{"login":"cleo@example.org"}`).Must(t, 202)
		reset := asOperator(company).TokenSentTo(t, "cleo@example.org")
		usher.Client("").Post(t, "/v1/join/"+reset, `{"password":"another passphrase than that"}`).Must(t, 201)
		usher.Client("").Post(t, "/v1/join/"+link, `{}`).Refused(t, 410, "link_revoked")
	})
}

func TestNobodyTakesAwayAnothersRecovery(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	who := company.Employee(t, "ben@example.org").Get(t, "/me").Text(t, "person")
	ask := func() httpapitest.Answer {
		return usher.Client("").Post(t, company.Path+"/passwords/forgotten", `{"login":"ben@example.org"}`)
	}
	for range 20 {
		ask().Must(t, 202) // one is sent, and one counts
	}
	for range 9 {
		usher.Advance(6 * time.Minute)
		ask().Must(t, 202)
	}
	usher.Advance(6 * time.Minute)
	ask().Refused(t, 429, "contact_limit")
	company.Admin.Post(t, "/employees/"+who+"/password-link", "").Must(t, 200)
	other := usher.Found(t, "other")
	usher.Client("").Post(t, other.Path+"/passwords/forgotten", `{"login":"ben@example.org"}`).Must(t, 202)
}

func TestANewCodeCanBeTriedWhateverWasTriedBefore(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
	usher.Client("").Post(t, "/v1/join/"+company.TokenSentTo(t, "+14155550100"), httpapitest.Form("")).Must(t, 201)
	try := func(code string) httpapitest.Answer {
		return usher.Client("").Post(t, company.Path+"/passwords/reset", fmt.Sprintf(`{"login":"+14155550100","code":%q,"new":"another passphrase than that"}`, code))
	}
	for range 5 {
		try("00000000").Refused(t, 401, "reset_failed")
	}
	try("00000000").Refused(t, 429, "too_many_attempts")
	usher.Advance(time.Second) // messages of one moment are in no order
	usher.Client("").Post(t, company.Path+"/passwords/forgotten", `{"login":"+14155550100"}`).Must(t, 202)
	text, _ := asOperator(company).Message(t, "+14155550100")["text"].(string)
	try(regexp.MustCompile(`\d{8}`).FindString(text)).Must(t, 200)
}

func TestManyWhoAreRightAtOnceAreNoAttack(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	statuses := make([]int, 150)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			statuses[i] = company.Client("").Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"admin@acme.example","password":%q}`, httpapitest.Password)).Status
		})
	}
	group.Wait()
	for _, status := range statuses {
		require.Equal(t, http.StatusCreated, status)
	}
}

func TestWhoGoesOnGuessingIsShutOutHimself(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	guess := func() httpapitest.Answer {
		return usher.Client("").Post(t, company.Path+"/sessions", `{"login":"admin@acme.example","password":"not that one, surely"}`)
	}
	for range 100 {
		guess()
	}
	require.Contains(t, guess().Text(t, "detail"), "from your network address")
}

func TestARightPasswordMakesWrongOnesForgotten(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	signIn := func(password string) httpapitest.Answer {
		return company.Client("").Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"admin@acme.example","password":%q}`, password))
	}
	for range 2 {
		for range 9 {
			signIn("not that one, surely").Refused(t, 401, "login_failed")
		}
		signIn(httpapitest.Password).Must(t, 201)
	}
}

func TestAMailboxIsOneHoweverItIsTagged(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	sent := company.Admin.Post(t, "/invitations/email", `{"emails":["bomb+1@example.org","bomb+2@example.org","bomb@example.org","bomb+3@example.org"]}`)
	outcomes := map[string]int{}
	for i := range 4 {
		outcomes[sent.Text(t, fmt.Sprintf("results.%d.outcome", i))]++
	}
	require.Equal(t, map[string]int{"invited": 3, "refused": 1}, outcomes)
}

func TestOnePersonHasSoManyStreamsOpen(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	open := make([]*listener, 20)
	for i := range open {
		open[i] = listen(t, company.Admin, "")
	}
	company.Admin.Get(t, "/activity/stream").Refused(t, 429, "too_many_streams")
	listen(t, company.Employee(t, "ben@example.org"), "")
	open[0].cancel()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		again := company.Admin.Do(t, "HEAD", "/activity/stream", "")
		assert.Equal(c, 200, again.Status)
	}, time.Minute, 10*time.Millisecond)
}
