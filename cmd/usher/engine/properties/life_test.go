package properties_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
)

// TestLives lets a few people of two accounts do whatever they like, in any order,
// with crashes in between and policies and views that lag. After each step the
// log must say nothing that must not be, and in the end the views that were
// fed live are those that are built anew.
func TestLives(t *testing.T) {
	few(t)
	for range soak() {
		stores := openStores(t) // anew: each life takes months, and the times of a log end in the year 2262
		rapid.Check(t, func(t *rapid.T) {
			l := begin(stores, t)
			t.Repeat(map[string]func(*rapid.T){"": l.check, "step": l.step})
			l.end(t)
		})
	}
}

// few makes lives few and long, where the command line does not say how many: what
// goes wrong needs a past.
func few(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"rapid.checks": "40", "rapid.steps": "80"} {
		if set := flag.Lookup(name); set.Value.String() == set.DefValue {
			require.NoError(t, flag.Set(name, value))
		}
	}
}

const password = "coffee before breakfast"

// life is a world with two accounts, and what is known by the people there.
type life struct {
	*world
	truth    *truth
	learned  int // events
	accounts []domain.AccountID
	slugs    []string
	contacts []string
	hero     int // the contact that most of the life is about
	tokens   map[session]signedIn
	waiting  []asked // what a crash left without an answer
	story    []string

	undermined commands.Message   // the link in it is used next
	used       map[uuid.UUID]bool // messages whose link somebody has tried
}

type session struct{ account, contact int }

type signedIn struct {
	token string
	epoch int // of the person then
}

// asked is a command as somebody gave it.
type asked struct {
	line string
	by   commands.Request
	give func(context.Context, *commands.App, commands.Request) (string, error)
}

// newLife is one in which an administrator, who is number 0, has founded so many
// accounts.
func newLife(stores *stores, t require.TestingT, accounts int) *life {
	w := stores.newWorld(t)
	l := &life{world: w, truth: newTruth(), contacts: w.contactsOf(), tokens: map[session]signedIn{}, used: map[uuid.UUID]bool{}}
	for i := range accounts {
		l.slugs = append(l.slugs, fmt.Sprintf("w%d-%d", stores.worlds, i))
		founded, err := w.app.FoundAccount(context.Background(), commands.Request{Command: w.app.NewCommand(), Caller: commands.Operator()}, commands.FoundAccount{
			Slug: l.slugs[i], Name: "Company", Country: "US", Email: l.contacts[0], FirstName: "Ann", LastName: "Admin", Password: password,
		})
		require.NoError(t, err)
		l.accounts = append(l.accounts, founded.Account)
	}
	w.settle()
	l.learn()
	return l
}

func begin(stores *stores, t *rapid.T) *life {
	l := newLife(stores, t, 2)
	l.hero = pick(t, "hero", bob, cid, dan, eve)
	for _, what := range []string{"public", "domains", "everyone may invite"} { // so that lives differ from the beginning
		if on := pick(t, what, false, true); on {
			_, err := l.setting(what, on)(context.Background(), l.app, l.request(0))
			require.NoError(t, err)
			l.story = append(l.story, what)
		}
	}
	return l
}

// step gives a command, which may crash, and then lets some time go by.
func (l *life) step(t *rapid.T) {
	what := pick(t, "what", l.actions()...)
	next := what.draw(t)
	if next.give == nil {
		return
	}
	next.line = what.name + " " + next.line
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	crash := pick(t, "appends before the crash", -1, -1, -1, -1, -1, -1, -1, 0, 1, 2)
	if crash >= 0 {
		l.store.cutAfter(crash, cancel)
	}
	answer, err := next.give(ctx, l.app, next.by)
	crashed := l.store.mend()
	_, refused := errors.AsType[*domain.Refusal](err)
	switch {
	case crashed:
		l.story = append(l.story, fmt.Sprintf("%s: a crash after %d appends", next.line, crash))
		l.waiting = append(l.waiting, next)
		l.restart()
	case err == nil:
		l.story = append(l.story, next.line+" "+answer)
	case refused:
		l.story = append(l.story, fmt.Sprintf("%s: %s", next.line, domain.CodeOf(err)))
	default:
		l.fail(t, fmt.Sprintf("%s: %v", next.line, err))
	}
	if pick(t, "all is followed up", true, false) {
		l.settle()
	}
}

// learn takes in what the log has said since.
func (l *life) learn() {
	l.listen()
	for _, event := range l.events[l.learned:] {
		l.truth.learn(event)
	}
	l.learned = len(l.events)
}

// request is one of somebody who is signed in to the first account.
func (l *life) request(who int) commands.Request {
	return commands.Request{Command: l.app.NewCommand(), Account: l.accounts[0], Caller: l.caller(0, who)}
}

// check holds what the log says to what must be.
func (l *life) check(t *rapid.T) {
	l.learn()
	if wrong := l.truth.stands(); len(wrong) > 0 {
		l.fail(t, wrong[0])
	}
	for _, message := range l.sent[max(0, len(l.sent)-3):] {
		if message.Link.Purpose != links.Invitation.String() {
			continue
		}
		c := l.truth.companies[message.Account]
		opens := c.opens(c.somebody(domain.PersonStream(message.Slot)), int(message.Link.Counter), l.now())
		if _, err := l.app.ShowLink(context.Background(), l.link(message)); (err == nil) != opens {
			l.fail(t, fmt.Sprintf("the link of %s's invitation %d answers %v", short(message.To.Address), message.Link.Counter, err))
		}
	}
}

// end lets everything come to its end, and builds the views anew.
func (l *life) end(t *rapid.T) {
	l.settle()
	l.check(t)
	if differ := l.differences(); len(differ) > 0 {
		l.fail(t, "built anew, "+strings.Join(differ, " and "))
	}
	l.pass(100 * 24 * time.Hour)
	l.story = append(l.story, "100 days pass")
	l.check(t)
	if left := l.truth.left(l.now()); len(left) > 0 {
		l.fail(t, left[0])
	}
	if differ := l.differences(); len(differ) > 0 {
		l.fail(t, "built anew in the end, "+strings.Join(differ, " and "))
	}
}

// pass lets time go by, and whatever is due then be done.
func (l *life) pass(time time.Duration) {
	l.goesOn(time)
	for range 3 { // what is swept may be followed up, and due again
		require.NoError(l.t, l.sweep(context.Background()))
		l.settle()
	}
	l.learn()
}

// fail tells the story and what was wrong about it.
func (l *life) fail(t *rapid.T, wrong string) {
	t.Fatalf("%s, after\n  %s", l.nameless(wrong), strings.Join(l.story, "\n  "))
}

// left is what nobody can end any more once everybody's time is out.
func (t *truth) left(now time.Time) []string {
	var left []string
	for _, c := range t.companies {
		for stream, s := range c.people {
			if !s.claim.IsZero() && now.After(s.claimEnds) && c.somebody(s.claimer).took != s.claim {
				left = append(left, fmt.Sprintf("%s: the contact is claimed for ever", stream))
			}
			for i, one := range s.invitations {
				if one.open && now.After(one.expires) {
					left = append(left, fmt.Sprintf("%s: the invitation %d is open for ever", stream, i+1))
				}
			}
		}
	}
	slices.Sort(left)
	return left
}

// by is a request of somebody with access mostly, who may be signed in no more, or
// elsewhere.
func (l *life) by(t *rapid.T) (commands.Request, int, string) {
	account := pick(t, "account", 0, 0, 0, 1)
	at := pick(t, "signed in to", account, account, account, account, account, account, account, account, account, 1-account)
	who := 0
	if !pick(t, "by a founder", true, false) {
		who = l.mostly(t, "by", at, func(s *somebody) bool { return s.access })
	}
	request := commands.Request{Command: l.app.NewCommand(), Account: l.accounts[account], Caller: l.caller(at, who)}
	line := short(l.contacts[who])
	if at != account {
		line += fmt.Sprintf(" of %d", at)
	}
	return request, account, fmt.Sprintf("%s in %d", line, account)
}

// mostly draws a contact of whose owner something holds, where there is one.
func (l *life) mostly(t *rapid.T, label string, account int, holds func(*somebody) bool) int {
	all := []int{0, 1, 2, 3, 4}
	some := slices.DeleteFunc(slices.Clone(all), func(who int) bool {
		return !holds(l.truth.companies[l.accounts[account]].somebody(domain.PersonStream(l.slot(account, who))))
	})
	if len(some) == 0 || pick(t, label+" may be anybody", false, false, false, false, false, true) {
		some = all
	}
	if slices.Contains(some, l.hero) && pick(t, label+" is the hero", true, false) {
		return l.hero
	}
	return pick(t, label, some...)
}

// pick draws one of several, each as likely as the others, which rapid's own samples
// are not.
func pick[T any](t *rapid.T, label string, all ...T) T {
	return all[rapid.Custom(func(t *rapid.T) int {
		number := 0
		for range 8 {
			if number *= 2; rapid.Bool().Draw(t, "bit") {
				number++
			}
		}
		return number * len(all) / 256
	}).Draw(t, label)]
}

// caller is who signed in by a contact some time ago, or does so now; nobody where
// that never worked.
func (l *life) caller(account, who int) commands.Caller {
	ctx, at := context.Background(), session{account, who}
	if before, ok := l.tokens[at]; ok {
		if caller, err := l.app.Authenticate(ctx, before.token); err == nil {
			_, err := l.app.Permit(ctx, caller, l.accounts[account], commands.SeeOneself)
			now := l.truth.companies[l.accounts[account]].named(caller.Person)
			require.True(l.t, err != nil || now.access && now.epoch == before.epoch,
				"a session of %s lives on, after\n  %s", short(l.contacts[who]), strings.Join(l.story, "\n  "))
			return caller
		}
	}
	return l.signIn(account, who, password)
}

// signIn tries a password; nobody comes in whom the log does not let in.
func (l *life) signIn(account, who int, password string) commands.Caller {
	ctx := context.Background()
	in, err := l.app.LogIn(ctx, commands.LogIn{Slug: l.slugs[account], Login: l.contacts[who], Password: password})
	if err != nil {
		_, refused := errors.AsType[*domain.Refusal](err)
		require.True(l.t, refused, "%v", err)
		return commands.Caller{Kind: domain.ActorLink}
	}
	somebody := l.truth.companies[l.accounts[account]].named(in.Person)
	require.True(l.t, somebody.access && somebody.login == domain.PersonStream(l.slot(account, who)),
		"%s comes in, whom the log does not let in, after\n  %s", short(l.contacts[who]), strings.Join(l.story, "\n  "))
	l.tokens[session{account, who}] = signedIn{in.Token, somebody.epoch}
	caller, err := l.app.Authenticate(ctx, in.Token)
	require.NoError(l.t, err)
	return caller
}

func (l *life) slot(account, who int) domain.Slot {
	contact, err := l.app.Contact(l.contacts[who], "")
	require.NoError(l.t, err)
	slot, err := l.app.SlotOf(context.Background(), l.accounts[account], contact)
	require.NoError(l.t, err)
	return slot
}

// joinToken is the token of the account's join link, or of one that it replaced.
func (l *life) joinToken(at int, ago uint64) string {
	id := l.accounts[at]
	keys, err := l.vault.LinkKeys(context.Background())
	require.NoError(l.t, err)
	link := links.Link{Purpose: links.Join, Subject: uuid.UUID(id), Counter: max(1, l.truth.companies[id].link-ago)}
	return links.Keys(keys).Token(link, links.Owner{Account: id})
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// nameless replaces what is another one in each world by whose it is, so that
// stories can be compared.
func (l *life) nameless(text string) string {
	var pairs []string
	for at, account := range l.accounts {
		pairs = append(pairs, account.String(), fmt.Sprint("account ", at), l.slugs[at], fmt.Sprint("slug ", at))
		for who, contact := range l.contacts {
			name := fmt.Sprintf("%s in %d", short(contact), at)
			pairs = append(pairs, contact, short(contact), l.slot(at, who).String(), name, l.person(at, who).String(), "person "+name)
		}
	}
	return anyID.ReplaceAllString(strings.NewReplacer(pairs...).Replace(text), "id")
}
