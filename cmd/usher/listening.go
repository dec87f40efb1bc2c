package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"
)

// listenAt listens at an address. Where another program does, it says what to do about it,
// as flag names the address.
func listenAt(ctx context.Context, address, flag string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by %s: stop that, or choose another address by %s: %w", address, whoListens(ctx, address), flag, err)
	}
	return listener, err
}

// whoListens is what listens at an address, as far as can be told.
func whoListens(ctx context.Context, address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return anotherProgram
	}
	if host == "" {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, "http://"+net.JoinHostPort(host, port)+"/openapi.json", nil)
	if err != nil {
		return anotherProgram
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return anotherProgram
	}
	defer answer.Body.Close() //nolint:errcheck // because there is nothing in it
	if answer.Header.Get("Content-Type") != "application/openapi+json" {
		return anotherProgram
	}
	return "an Usher that runs already"
}

const anotherProgram = "another program"
