package main

import (
	"errors"
	"time"
)

// waits is how long a server waits for whom.
type waits struct {
	Drain time.Duration `help:"How long to serve on after SIGTERM, with /readyz at 503 so that load balancers send no more; 0 where there is none." default:"5s"`
	Grace time.Duration `help:"How long requests under way may take after that." default:"10s"`

	HeaderTimeout time.Duration `help:"How long a request's header may take to come." default:"10s"`
	ReadTimeout   time.Duration `help:"How long a whole request may take to come. Answering it has no limit." default:"1m"`
	WriteTimeout  time.Duration `help:"How long a client may take nothing of its answer." default:"1m"`
	IdleTimeout   time.Duration `help:"How long a connection may be without a request; longer than a proxy keeps it, or that one meets closed ones." default:"11m"`
}

func (w *waits) wrong() (wrong []error) {
	if w.Drain < 0 || w.Grace <= 0 {
		wrong = append(wrong, errors.New("--drain is 0 or more, and --grace more than 0"))
	}
	if w.HeaderTimeout <= 0 || w.ReadTimeout < w.HeaderTimeout {
		wrong = append(wrong, errors.New("--header-timeout is more than 0, and --read-timeout at least as long"))
	}
	if w.WriteTimeout <= 0 || w.IdleTimeout <= 0 {
		wrong = append(wrong, errors.New("--write-timeout and --idle-timeout are more than 0"))
	}
	return wrong
}
