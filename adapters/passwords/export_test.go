package passwords

import (
	"context"

	"github.com/usher-engine/usher/commands"
)

// Turns is a queue as those who wait in it see it.
type Turns struct{ queue *queue }

func NewTurns(atOnce, waiting int) Turns { return Turns{newQueue(atOnce, waiting)} }

func (t Turns) Enter(ctx context.Context, who commands.HashFor) (leave func(), err error) {
	return t.queue.enter(ctx, who)
}
