package eventstoredb_test

import (
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/domain"
)

// election is how long there is no other leader: on a real cluster 0.2 to 1.1 s for one that was killed, and
// 7.7 to 14.3 s for one that was frozen.
func election() time.Duration {
	if soak() > 1 {
		return 9 * time.Second
	}
	return 700 * time.Millisecond
}

// within is what may be asserted of times: nothing where the machine has others to serve.
func within(t *testing.T, took time.Duration) {
	t.Helper()
	t.Logf("the first answer came after %s", took.Round(time.Millisecond))
	if soak() > 1 {
		require.Less(t, took, 2*time.Second)
	}
}

func TestLostLeader(t *testing.T) {
	for name, loss := range map[string]func(*front){"killed": (*front).kill, "frozen": (*front).freeze} {
		t.Run("given a leader that is "+name+", writers and readers go on with the new one, and each event is there once", func(t *testing.T) {
			c := three(t)
			log := open(t, c.connection(), eventstoredb.Options{Patience: time.Minute})
			followed := follow(t, log)
			w := c.writers(log, 8)
			w.next()
			loss(c.fronts[0])
			told := time.NewTimer(election()) // until which all tell of the old one
			<-told.C
			c.elect(1, 1)
			took := make(chan time.Duration)
			go func() { took <- w.next() }()
			c.elect(1, 2)
			within(t, <-took)
			w.judge(t)
			require.Positive(t, c.fronts[1].appends.Load())
			followed(w.wanted)
		})
	}

	t.Run("given a leader that leads no longer, and names one that does not either, the one whom most name is found", func(t *testing.T) {
		c := three(t)
		log := open(t, c.connection(), eventstoredb.Options{Patience: time.Minute})
		w := c.writers(log, 8)
		w.next()
		c.elect(2, 1, 2)
		c.elect(1, 0)
		w.reach(c.fronts[2])
		w.judge(t)
	})

	t.Run("given a leader that moves again and again, each event is there once", func(t *testing.T) {
		c := three(t)
		log := open(t, c.connection(), eventstoredb.Options{Patience: time.Minute})
		followed := follow(t, log)
		w := c.writers(log, 8)
		for move := range 6 * soak() {
			c.elect(nobody, 0, 1, 2)
			c.elect(move%3, 2, 1, 0)
			w.reach(c.fronts[move%3])
		}
		w.judge(t)
		followed(w.wanted)
	})

	t.Run("given a leader that was frozen and comes back believing that it leads, the others are believed", func(t *testing.T) {
		c := three(t)
		log := open(t, c.connection(), eventstoredb.Options{Patience: time.Minute})
		w := c.writers(log, 1)
		w.next()
		c.fronts[0].freeze()
		c.elect(1, 1, 2)
		w.reach(c.fronts[1])
		c.fronts[0].wire.drop()
		before := c.fronts[0].appends.Load()
		c.fronts[1].wire.drop() // so that it is asked anew
		w.next()
		w.judge(t)
		require.Equal(t, before, c.fronts[0].appends.Load())
	})

	t.Run("given that a node is frozen at the start, and the others tell of a leader, it opens with that", func(t *testing.T) {
		c := three(t)
		c.fronts[0].freeze()
		c.elect(2, 1, 2)
		began := time.Now()
		log := open(t, c.connection(), eventstoredb.Options{Wait: time.Minute})
		within(t, time.Since(began))
		_, _, err := log.Append(t.Context(), "person-"+uuid.NewString(), domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		require.EqualValues(t, 1, c.fronts[2].appends.Load())
	})

	t.Run("given a connection string of one node, the others are known by the time that it is lost", func(t *testing.T) {
		c := three(t)
		log := open(t, "esdb://"+c.fronts[0].address+"?tls=false", eventstoredb.Options{Patience: time.Minute})
		w := c.writers(log, 2)
		w.next()
		require.Eventually(t, func() bool { return eventstoredb.KnowsOthers(log) }, time.Minute, time.Millisecond)
		c.elect(1, 1, 2)
		c.fronts[0].kill()
		within(t, w.next())
		w.judge(t)
	})

	t.Run("given many who wait for a leader, the nodes are asked by one at a time", func(t *testing.T) {
		c := three(t)
		log := open(t, c.connection(), eventstoredb.Options{Patience: time.Minute})
		w := c.writers(log, 64)
		w.next()
		c.fronts[0].freeze()
		waited := time.NewTimer(2 * time.Second)
		<-waited.C
		askings := c.fronts[1].askings.Load()
		c.elect(1, 1, 2)
		w.reach(c.fronts[1])
		w.judge(t)
		require.EqualValues(t, 1, c.fronts[1].together.Load())
		require.LessOrEqual(t, askings, int32(25))
	})

	t.Run("given a leader that is slow, the nodes are asked, and it is kept", func(t *testing.T) {
		c := three(t)
		log := open(t, c.connection(), eventstoredb.Options{Attempt: 20 * time.Second, Patience: time.Minute})
		askings := c.fronts[0].askings.Load()
		c.fronts[0].slowness.Store(int64(1200 * time.Millisecond))
		stream, events := "person-"+uuid.NewString(), proposed(1)
		_, _, err := log.Append(t.Context(), stream, domain.NoStream{}, events)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{events[0].ID}, collected(t, log, stream))
		require.EqualValues(t, 1, c.fronts[0].appends.Load())
		require.Greater(t, c.fronts[0].askings.Load(), askings)
	})
}

func TestWordsOfNodes(t *testing.T) {
	// says is what a node says of the nodes a, b and c, of which it names one for the leader, or none.
	says := func(leader string) (members []*gossip.MemberInfo) {
		for _, host := range []string{"a", "b", "c"} {
			member := &gossip.MemberInfo{State: gossip.MemberInfo_Follower, IsAlive: true, HttpEndPoint: &gossip.EndPoint{Address: host, Port: 1}}
			if host == leader {
				member.State = gossip.MemberInfo_Leader
			}
			members = append(members, member)
		}
		return members
	}
	dead := says("a")
	dead[0].IsAlive = false
	alone := says("a")[:1]
	for name, test := range map[string]struct {
		words         map[string][]*gossip.MemberInfo
		leader        string
		sure, several bool
	}{
		"all of one mind":                      {map[string][]*gossip.MemberInfo{"a:1": says("a"), "b:1": says("a"), "c:1": says("a")}, "a:1", true, true},
		"a leader that does not answer":        {map[string][]*gossip.MemberInfo{"b:1": says("a"), "c:1": says("a")}, "", false, true},
		"a leader that is not alive":           {map[string][]*gossip.MemberInfo{"a:1": dead, "b:1": dead, "c:1": dead}, "", false, true},
		"one node that tells of a new leader":  {map[string][]*gossip.MemberInfo{"b:1": says("b"), "c:1": says("a")}, "b:1", false, true},
		"a former leader that came back":       {map[string][]*gossip.MemberInfo{"a:1": says("a"), "b:1": says("b"), "c:1": says("b")}, "b:1", true, true},
		"a leader that names another":          {map[string][]*gossip.MemberInfo{"a:1": says("c"), "b:1": says("a")}, "", false, true},
		"a leader that does not know it yet":   {map[string][]*gossip.MemberInfo{"a:1": says(""), "b:1": says("a"), "c:1": says("")}, "a:1", false, true},
		"one node":                             {map[string][]*gossip.MemberInfo{"a:1": alone}, "a:1", true, false},
		"one node at two names":                {map[string][]*gossip.MemberInfo{"a:1": alone, "localhost:1": alone}, "a:1", true, false},
		"a name of a cluster, and no more yet": {map[string][]*gossip.MemberInfo{"cluster:1": says("a")}, "", false, false},
		"nobody":                               {nil, "", false, false},
	} {
		t.Run("given "+name, func(t *testing.T) {
			leader, sure, several := eventstoredb.Heard(test.words)
			require.Equal(t, test.leader, leader)
			require.Equal(t, test.sure, sure)
			require.Equal(t, test.several, several)
		})
	}
}
