package works

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/usher-engine/usher/bench/builds"
	"github.com/usher-engine/usher/bench/compare"
	"github.com/usher-engine/usher/bench/load"
)

// Inviting returns the work of inviting one new e-mail address a request, with a
// session, over so many connections that are kept. The goal is of the rate.
//
// The last figure keeps the first honest: an answer that comes sooner because more
// is left for later does not make Usher faster.
func Inviting(base, present builds.Build, s Settings, connections int, goal float64) compare.Work {
	target := func(role string, build builds.Build) compare.Target {
		return compare.Target{Name: role + " " + build.Short(), Measure: func(ctx context.Context) (compare.Sample, error) {
			return invite(ctx, build, s, connections)
		}}
	}
	name := fmt.Sprintf("invite over HTTP, %d connections", connections)
	if connections == 1 {
		name = "invite over HTTP, 1 connection"
	}
	return compare.Work{
		Name: name, Base: target("base", base), Present: target("present", present),
		Figures: []compare.Figure{
			{Name: "invites", Unit: "/s", Better: compare.Higher, Goal: goal},
			{Name: "answer, p50", Unit: "ms", Better: compare.Lower},
			{Name: "answer, p99", Unit: "ms", Better: compare.Lower},
			{Name: "until views and policies have seen all", Unit: "ms", Better: compare.Lower},
		},
	}
}

func invite(ctx context.Context, build builds.Build, s Settings, connections int) (sample compare.Sample, err error) {
	server, err := build.Serve(ctx, s.Scratch)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	if sample, err = inviteAt(ctx, server, s, connections); err != nil {
		return nil, server.Explain(err)
	}
	return sample, nil
}

func inviteAt(ctx context.Context, server *builds.Server, s Settings, connections int) (compare.Sample, error) {
	client, dialled := keeping(connections)
	defer client.CloseIdleConnections()
	company, err := builds.Found(ctx, server, client)
	if err != nil {
		return nil, err
	}
	var number atomic.Int64
	took, err := load.Load{Callers: connections, WarmUp: s.WarmUp, Time: s.Time}.Run(ctx, func(ctx context.Context) error {
		return company.Invite(ctx, client, number.Add(1))
	})
	if err != nil {
		return nil, err
	}
	answered := time.Now()
	if err := server.WaitCaughtUp(ctx, client); err != nil {
		return nil, err
	}
	behind := time.Since(answered)
	if opened := dialled.Load(); opened > int64(connections) {
		return nil, fmt.Errorf("%d connections were opened to keep %d: the server does not keep them", opened, connections)
	}
	return compare.Sample{
		float64(len(took)) / s.Time.Seconds(),
		compare.Milliseconds(compare.Quantile(took, 0.50)), compare.Milliseconds(compare.Quantile(took, 0.99)), compare.Milliseconds(behind),
	}, nil
}

// keeping is a client that keeps so many connections, and how many it ever opened.
func keeping(connections int) (*http.Client, *atomic.Int64) {
	var dialled atomic.Int64
	var dialer net.Dialer
	return &http.Client{Transport: &http.Transport{
		MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections, DisableCompression: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialled.Add(1)
			return dialer.DialContext(ctx, network, address)
		},
	}}, &dialled
}
