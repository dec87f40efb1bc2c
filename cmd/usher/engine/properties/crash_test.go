package properties_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
)

const ann, bob, cid, dan, eve = 0, 1, 2, 3, 4

// crashing is a command that may stop between any two of its appends.
type crashing struct {
	name    string
	before  func(*life) // what has happened
	command func(*life) (commands.Request, giving)
}

// TestWhatACrashLeavesIsFinished stops each command after each of its appends. The
// same command again finishes it, whether or not policies have been at it: the
// streams and the lists are as without a crash. So they are where nobody comes
// again, as far as policies know what was meant; and whatever they cannot know,
// nothing is kept from others for ever.
func TestWhatACrashLeavesIsFinished(t *testing.T) {
	stores := openStores(t)
	for _, c := range commandsThatCrash() {
		want, appends := c.run(t, stores, -1, "")
		require.Positive(t, appends, c.name)
		for crash := range appends + 1 {
			finishes := []string{"the same command", "policies, and then the same command", "policies, and time"}
			if crash == 0 { // nothing has happened that policies could know of
				finishes = finishes[:1]
			}
			for _, finish := range finishes {
				t.Run(fmt.Sprintf("%s, given a crash after %d of %d appends, then %s", c.name, crash, appends, finish), func(t *testing.T) {
					got, _ := c.run(t, stores, crash, finish)
					if why := whyUnfinished[c.name][crash]; why != "" && finish == "policies, and time" {
						require.NotEqual(t, want, got, "policies finish it, although %s", why)
						return
					}
					require.Equal(t, want, got)
				})
			}
		}
	}
}

// run is what the streams and lists say in the end, and how many appends the
// command made.
func (c crashing) run(t *testing.T, stores *stores, crash int, finish string) (end string, appends int) {
	t.Helper()
	l := newLife(stores, t, 1)
	c.before(l)
	l.settle()
	request, give := c.command(l)
	l.learn()
	from, done := len(l.events), l.store.done
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if crash >= 0 {
		l.store.cutAfter(crash, cancel)
	}
	_, err := give(ctx, l.app, request)
	if crashed := l.store.mend(); !crashed {
		require.NoError(t, err)
		require.Negative(t, crash)
	}
	appends = l.store.done - done
	l.restart()
	if strings.HasPrefix(finish, "policies") {
		l.pass(0)
	}
	if strings.HasSuffix(finish, "the same command") {
		_, err := give(t.Context(), l.app, request)
		require.NoError(t, err, "the same command again")
	}
	l.pass(0)
	require.Empty(t, l.truth.stands())
	require.Empty(t, l.differences())
	end = l.picture(from)
	if finish == "policies, and time" { // nobody comes again
		l.pass(30 * 24 * time.Hour)
		l.mayAllCome(t)
		return end, appends
	}
	before := len(l.events)
	_, err = give(t.Context(), l.app, request)
	l.settle()
	if err == nil {
		require.Len(t, l.events, before, "the same command once more adds nothing")
	}
	return end, appends
}

// mayAllCome has an administrator register everybody: whoever is refused is an
// employee, or the contact is one's.
func (l *life) mayAllCome(t *testing.T) {
	t.Helper()
	for _, who := range []int{bob, cid, eve} {
		_, err := l.registering(who)(t.Context(), l.app, l.request(ann))
		if err != nil {
			require.Contains(t, []domain.Code{domain.AlreadyEmployed, domain.ContactHeld}, domain.CodeOf(err))
		}
		l.settle()
		l.learn()
		contact := domain.PersonStream(l.slot(0, who))
		holds := func(s *somebody) bool { return s.access && s.login == contact }
		c := l.truth.companies[l.accounts[0]]
		require.True(t, c.somebody(contact).access || holds(c.somebody(c.somebody(contact).claimer)), "%s is nobody's, and cannot come: %v", short(l.contacts[who]), err)
	}
	require.Empty(t, l.truth.stands())
}

// picture is what each stream has said from an event on, and what the lists say,
// without what differs each time.
func (l *life) picture(from int) string {
	var lines []string
	said := map[domain.StreamName]string{}
	for _, event := range l.events[from:] {
		said[event.Stream] += " " + string(event.Event.Type())
	}
	for stream, events := range said {
		lines = append(lines, l.nameless(string(stream)+events))
	}
	for _, view := range catalogue.All() {
		all, err := l.models.Scan(context.Background(), view, projections.Key{}, 1000)
		require.NoError(l.t, err)
		for _, row := range all {
			if !slices.Contains([]string{"history", "activity", "chat"}, view.Name()) { // which are events in the order of all
				lines = append(lines, l.nameless(l.timeless(fmt.Sprintf("%s %s %v %s", view.Name(), row.ID, unordered(row.Facets), row.Doc))))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// unordered is facets without those that lists are ordered by: times, and contacts and
// names, which stand in the row as well.
func unordered(facets []string) []string {
	return slices.DeleteFunc(slices.Clone(facets), orders.MatchString)
}

var (
	orders = regexp.MustCompile(`^(\d{14}\.\d{9}|[0-9A-V]{16,})$`)

	place = regexp.MustCompile(`"position":\{[^}]*\}|^lineage \d+|\d{4}-W\d\d`)
	times = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`)
)

// timeless is a row without its weeks and places in the log, its times counted from the
// world's beginning.
func (l *life) timeless(row string) string {
	return times.ReplaceAllStringFunc(place.ReplaceAllString(row, "place"), func(text string) string {
		at, err := time.Parse(time.RFC3339Nano, text)
		require.NoError(l.t, err)
		return at.Sub(l.began).String()
	})
}

// does gives a command that must succeed, and lets all follow.
func (l *life) does(who int, give giving) {
	request := l.request(who)
	_, err := give(context.Background(), l.app, request)
	require.NoError(l.t, err)
	l.settle()
	l.learn()
}

// uses has somebody use the link that was sent to a contact last.
func (l *life) uses(contact int) {
	_, err := l.using(contact)(context.Background(), l.app, commands.Request{Command: l.app.NewCommand(), Caller: commands.LinkHolder()})
	require.NoError(l.t, err)
	l.settle()
	l.learn()
}

func (l *life) using(contact int) giving {
	return of((*commands.App).UseLink)(commands.UseLink{Token: l.newestLink(l.contacts[contact]), FirstName: "Guest", LastName: "Person", Password: password})
}

func (l *life) registering(who int) giving {
	return of((*commands.App).RegisterDirectly)(commands.RegisterDirectly{Email: l.contacts[who], FirstName: "Di", LastName: "Rect", JobTitle: "Baker"})
}

func (l *life) inviting(who ...int) giving {
	var emails []string
	for _, one := range who {
		emails = append(emails, l.contacts[one])
	}
	return of((*commands.App).InviteByEmail)(commands.InviteByEmail{Emails: emails})
}

func (l *life) joining(who int) giving {
	return of((*commands.App).UseLink)(commands.UseLink{Token: l.joinToken(0, 0), Email: l.contacts[who], FirstName: "Guest", LastName: "Person", Password: password})
}

func (l *life) changingLogin(to int) giving {
	return of((*commands.App).ChangeLogin)(commands.ChangeLogin{Login: l.contacts[to], Current: password})
}

func (l *life) changingRole(who int, role domain.Role) giving {
	return func(ctx context.Context, app *commands.App, r commands.Request) (string, error) {
		_, err := app.ChangeRole(ctx, r, l.person(0, who), role)
		return "", err
	}
}

// employs makes somebody an employee with a password.
func (l *life) employs(who int) {
	l.does(ann, l.registering(who))
	l.uses(who)
}
