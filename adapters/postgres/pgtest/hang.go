package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Hang suspends all of the server's processes: it answers nothing, and its
// clients are told nothing.
func (c *Cluster) Hang(ctx context.Context) error {
	return c.signal(ctx, syscall.SIGSTOP)
}

// Resume lets a server that hangs go on.
func (c *Cluster) Resume(ctx context.Context) error {
	return c.signal(ctx, syscall.SIGCONT)
}

// signal begins with the process that starts the others, so that none is missed.
func (c *Cluster) signal(ctx context.Context, signal syscall.Signal) error {
	text, err := os.ReadFile(c.pidFile())
	if err != nil {
		return err
	}
	var first int
	if _, err := fmt.Sscan(string(text), &first); err != nil {
		return err
	}
	if err := syscall.Kill(first, signal); err != nil {
		return err
	}
	list, err := exec.CommandContext(ctx, "ps", "-A", "-o", "pid=", "-o", "ppid=").Output()
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(list)) {
		var process, parent int
		if _, err := fmt.Sscan(line, &process, &parent); err != nil {
			return err
		}
		if parent != first {
			continue
		}
		if err := syscall.Kill(process, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	return nil
}
