package execution_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

// sum counts up to three; what is personal about it is whose it is.
type sum struct{ total int }

type add struct{ by int }

type added struct{ By int }

func (added) Type() domain.EventType   { return "sum.added" }
func (added) Subject() domain.PersonID { return domain.PersonID{7} }
func (added) About() domain.PersonID   { return domain.PersonID{7} }
func decideSum(_ time.Time, s sum, c add) ([]added, error) {
	switch {
	case c.by == 0:
		return nil, nil
	case s.total+c.by > 3:
		return nil, domain.Refuse(domain.TooManyRows, "count to three at most")
	}
	return []added{{By: c.by}}, nil
}

func evolveSum(s sum, e added) sum { return sum{s.total + e.By} }

type sums = execution.Aggregate[sum, add, added]

type call = execution.Call[sum, add, added]

const stream = domain.StreamName("sum-1")

// fixture is a path over a log, where someone else can add in between.
type fixture struct {
	*sums
	path  *execution.Path
	ports execution.Ports
	log   *commandstest.Log
	vault *commandstest.Vault
	meter *meter
	now   time.Time
	seen  []commandstest.Seen
}

func newFixture() *fixture {
	f := &fixture{vault: commandstest.NewVault(), meter: &meter{}, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	f.log = commandstest.NewLog(f.time)
	f.ports = execution.Ports{Store: f.log, Keys: f.vault, Now: f.time, Meter: f.meter, Observe: f.observe, Head: domain.Position{Commit: 1}}
	f.path, f.sums = f.instance()
	return f
}

func (f *fixture) time() time.Time { return f.now }

func (f *fixture) observe(ctx context.Context, began execution.Began) (context.Context, func(execution.Ended)) {
	return context.WithValue(ctx, f, "within"), func(ended execution.Ended) {
		f.seen = append(f.seen, commandstest.Seen{Began: began, Ended: ended})
	}
}

// instance is another process.
func (f *fixture) instance() (*execution.Path, *sums) {
	path := execution.NewPath(f.ports)
	return path, execution.NewAggregate(path, domain.Decider[sum, add, added]{Initial: func() sum { return sum{} }, Decide: decideSum, Evolve: evolveSum})
}

// others adds one as another process does.
func (f *fixture) others(t *testing.T) {
	t.Helper()
	ports := f.ports
	ports.Store, ports.Meter, ports.Observe = f.log, nil, nil
	other := execution.NewAggregate(execution.NewPath(ports), domain.Decider[sum, add, added]{Initial: func() sum { return sum{} }, Decide: decideSum, Evolve: evolveSum})
	_, err := other.Execute(t.Context(), adding(domain.CommandID{byte(100 + len(f.log.All()))}, 1))
	require.NoError(t, err)
}

func adding(command domain.CommandID, by int) call {
	return call{
		Name: "sum.add", Stream: stream, Request: access.Request{Command: command, Caller: access.Policy(), Account: domain.AccountID{3}},
		Build: func(context.Context, execution.Loaded[sum]) (add, error) { return add{by}, nil },
	}
}

// meter notes how many bills were charged, and given back.
type meter struct{ charged, back int }

type bill struct {
	of      *meter
	charged bool
}

func (m *meter) Open(access.Request) execution.Bill { return &bill{of: m} }

func (b *bill) Charge(context.Context, []domain.Event, any) error {
	if !b.charged {
		b.of.charged++
	}
	b.charged = true
	return nil
}

func (b *bill) GiveBack(context.Context) error {
	if b.charged {
		b.of.back++
	}
	return nil
}

func TestACommandIsAppendedWithItsCause(t *testing.T) {
	f := newFixture()
	result, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 2))
	require.NoError(t, err)
	require.Equal(t, []added{{2}}, result.Events)
	require.Equal(t, sum{2}, result.State)
	all := f.log.Of(stream)
	require.Len(t, all, 1)
	require.Equal(t, domain.EventID(domain.CommandID{1}, stream, 0), all[0].ID)
	require.Equal(t, domain.Metadata{
		Correlation: uuid.UUID{1}, Causation: domain.CommandID{1}, Account: domain.AccountID{3}, Schema: 1, Actor: domain.Actor{Kind: domain.ActorPolicy},
	}, all[0].Metadata)
	require.Equal(t, all[0].Position, result.Position)
	require.True(t, f.vault.HasDataKey(domain.PersonID{7}), "whoever the events are about has a data key")
	require.Equal(t, meter{charged: 1}, *f.meter)
}

func TestTheNewestPositionIsWhatWasFoundOrAppended(t *testing.T) {
	f := newFixture()
	require.Equal(t, domain.Position{Commit: 1}, f.path.Newest())
	_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
	require.NoError(t, err)
	result, err := f.Execute(t.Context(), adding(domain.CommandID{2}, 1))
	require.NoError(t, err)
	require.Equal(t, result.Position, f.path.Newest())
}

func TestCommandsFollowEachOtherInAStreamAtTheFirstAttempt(t *testing.T) {
	f := newFixture()
	for i := range 3 {
		_, err := f.Execute(t.Context(), adding(domain.CommandID{byte(i + 1)}, 1))
		require.NoError(t, err)
		require.Equal(t, 1, f.seen[i].Attempts)
		require.Equal(t, uint64(i), f.log.Of(stream)[i].Revision)
	}
}

func TestACommandOfItsOwnIDIsCausedByThat(t *testing.T) {
	f := newFixture()
	c := adding(domain.CommandID{1}, 1)
	c.Command, c.Request.Correlation = domain.CommandID{2}, uuid.UUID{5}
	_, err := f.Execute(t.Context(), c)
	require.NoError(t, err)
	metadata := f.log.Of(stream)[0].Metadata
	require.Equal(t, domain.CommandID{2}, metadata.Causation)
	require.Equal(t, uuid.UUID{5}, metadata.Correlation)
}

func TestAConflictIsDecidedAnew(t *testing.T) {
	t.Run("and comes to the same where the rules allow it still", func(t *testing.T) {
		f := newFixture()
		f.log.Before = func() { f.others(t) }
		result, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
		require.NoError(t, err)
		require.Equal(t, sum{2}, result.State)
		require.Equal(t, 2, f.seen[0].Attempts)
	})
	t.Run("and is refused, and costs nothing, where they do not", func(t *testing.T) {
		f := newFixture()
		f.log.Before = func() { f.others(t) }
		_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 3))
		require.Equal(t, domain.TooManyRows, domain.CodeOf(err))
		require.Len(t, f.log.All(), 1)
		require.Equal(t, 1, f.meter.back)
	})
	t.Run("and given up where others are always first", func(t *testing.T) {
		f := newFixture()
		f.ports.Store = contested{f.log}
		_, sums := f.instance()
		_, err := sums.Execute(t.Context(), adding(domain.CommandID{1}, 1))
		require.Equal(t, domain.Contended, domain.CodeOf(err))
		require.Equal(t, execution.Ended{Code: execution.Code(domain.Contended), Err: err, Attempts: execution.MostAttempts}, f.seen[0].Ended)
		require.Equal(t, 1, f.meter.back)
	})
}

// contested is a log in which others are always first.
type contested struct{ *commandstest.Log }

func (contested) Append(_ context.Context, stream domain.StreamName, expected domain.Expected, _ []commands.Uncommitted) (commands.Appended, error) {
	return commands.Appended{}, &domain.Conflict{Stream: stream, Expected: expected, Actual: domain.Revision(100)}
}

func TestTheSameCommandAgainIsAnsweredAsTheFirstTime(t *testing.T) {
	f := newFixture()
	first, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
	require.NoError(t, err)
	f.others(t)
	_, restarted := f.instance()
	for _, sums := range []*sums{f.sums, restarted} {
		again, err := sums.Execute(t.Context(), adding(domain.CommandID{1}, 3)) // which would be refused now
		require.NoError(t, err)
		require.Equal(t, first.Events, again.Events)
		require.Equal(t, first.Position, again.Position)
		require.Equal(t, sum{2}, again.State, "the state is today's")
	}
	require.Len(t, f.log.All(), 2)
	require.Equal(t, 1, f.meter.charged)
	require.Equal(t, execution.Ended{Code: execution.OK}, f.seen[len(f.seen)-1].Ended)
}

func TestAppendingTwiceIsAppendingOnce(t *testing.T) {
	f := newFixture()
	f.log.Before = func() { // the same command, on another instance
		_, other := f.instance()
		_, err := other.Execute(t.Context(), adding(domain.CommandID{1}, 1))
		require.NoError(t, err)
	}
	_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
	require.NoError(t, err)
	require.Len(t, f.log.All(), 1)
}

func TestACrashBetweenAppendAndAnswerIsMendedByTheSameCommand(t *testing.T) {
	f := newFixture()
	f.log.CrashAfter = 1
	_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
	require.NoError(t, err)
	_, err = f.Execute(t.Context(), adding(domain.CommandID{2}, 1))
	require.ErrorIs(t, err, commandstest.ErrCrash)
	f.log.CrashAfter = 0
	_, restarted := f.instance()
	_, err = restarted.Execute(t.Context(), adding(domain.CommandID{1}, 1))
	require.NoError(t, err)
	require.Len(t, f.log.All(), 1)
	require.Zero(t, f.meter.back)
}

func TestWhatMayHaveBeenAppendedIsNotGivenBack(t *testing.T) {
	f := newFixture()
	f.log.Before = func() { f.log.CrashAfter = -1 }
	_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
	require.ErrorIs(t, err, commandstest.ErrCrash)
	require.Equal(t, meter{charged: 1}, *f.meter)
}

func TestNothingToDoAppendsNothing(t *testing.T) {
	f := newFixture()
	prepared := false
	c := adding(domain.CommandID{1}, 0)
	c.Prepare = func(context.Context) error {
		prepared = true
		return nil
	}
	result, err := f.Execute(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, result.Events)
	require.Empty(t, f.log.All())
	require.False(t, prepared)
	require.Equal(t, execution.Ended{Code: execution.Nothing, Attempts: 1}, f.seen[0].Ended)
}

func TestWhatIsPreparedIsPreparedOnceAndBeforeTheEvents(t *testing.T) {
	f := newFixture()
	prepared := 0
	c := adding(domain.CommandID{1}, 1)
	c.Prepare = func(context.Context) error {
		prepared++
		require.Empty(t, f.log.All())
		f.log.Before = func() { f.others(t) }
		return nil
	}
	_, err := f.Execute(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, 1, prepared)
	require.Equal(t, 3, f.seen[0].Attempts, "anew after preparing, and after the conflict")
}

func TestAfterPreparingItIsDecidedAnew(t *testing.T) {
	f := newFixture()
	c := adding(domain.CommandID{1}, 3)
	c.Prepare = func(context.Context) error {
		f.others(t) // as long as that takes
		return nil
	}
	_, err := f.Execute(t.Context(), c)
	require.Equal(t, domain.TooManyRows, domain.CodeOf(err))
}

func TestWhatCannotBePreparedIsNotAppended(t *testing.T) {
	f := newFixture()
	full := errors.New("the disk is full")
	c := adding(domain.CommandID{1}, 1)
	c.Prepare = func(context.Context) error { return full }
	_, err := f.Execute(t.Context(), c)
	require.ErrorIs(t, err, full)
	require.Empty(t, f.log.All())
	require.Equal(t, 1, f.meter.back)
	require.Equal(t, execution.Code(domain.Internal), f.seen[0].Code)

	f.vault.Fails = full
	_, err = f.Execute(t.Context(), adding(domain.CommandID{2}, 1))
	require.ErrorIs(t, err, full)
	require.Empty(t, f.log.All(), "nothing is appended before its data keys are durable")
}

func TestWhatIsRememberedIsReadOnlyOnceAndCanBeDropped(t *testing.T) {
	f := newFixture()
	f.others(t)
	loaded, err := f.Load(t.Context(), stream)
	require.NoError(t, err)
	require.Equal(t, uint64(1), loaded.Next)
	require.True(t, loaded.Knows(domain.CommandID{100}))
	require.False(t, loaded.Knows(domain.CommandID{1}))
	f.Drop(stream)
	again, err := f.Load(t.Context(), stream)
	require.NoError(t, err)
	require.Equal(t, loaded.State, again.State)
	require.Equal(t, loaded.Next, again.Next)
}

func TestAFailureIsNotTheEndOfAStream(t *testing.T) {
	f := newFixture()
	f.others(t)
	broken := errors.New("the disk is gone")
	f.log.Broken = func(domain.StreamName) error { return broken }
	_, err := f.Load(t.Context(), stream)
	require.ErrorIs(t, err, broken)
	_, err = f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
	require.ErrorIs(t, err, broken)
}
