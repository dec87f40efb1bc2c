package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/journal"
)

// protocol is how a log is served to EventStoreDB's clients.
type protocol struct {
	Listen    string `help:"Address to serve the events on, by EventStoreDB's protocol; where other hosts reach it, only with TLS and a password, unless insecure is set." default:"${listen}" env:"LISTEN"`
	Advertise string `help:"Host, or host and port, that clients are told to connect to, where that is not the address that they reached." env:"ADVERTISE"`
	TLSCert   string `help:"File of the certificate (PEM)." name:"tls-cert" type:"path" env:"TLS_CERT"`
	TLSKey    string `help:"File of the certificate's key (PEM)." name:"tls-key" type:"path" env:"TLS_KEY"`
	User      string `help:"Name that clients sign in with; needs TLS." env:"USER"`
	Password  string `help:"Password that clients sign in with; better in the environment, where others on this machine do not see it." env:"PASSWORD"`
	Insecure  bool   `help:"Serve to other hosts without TLS, without a password, or without both." env:"INSECURE"`
	Calls     uint32 `help:"How many calls a connection may have at a time, subscriptions among them; the next one waits. Without it 100, as EventStoreDB has." placeholder:"100" env:"CALLS"`
}

// wrong is everything that is wrong with the settings; prefix is that of their
// flags, and users says whether the node keeps users.
func (p *protocol) wrong(prefix string, users bool) (wrong []error) {
	flag := func(name string) string { return "--" + prefix + name }
	host, _, err := net.SplitHostPort(p.Listen)
	switch {
	case err != nil:
		wrong = append(wrong, fmt.Errorf("%s is a host and a port, such as 127.0.0.1:2113", flag("listen")))
	case !isLoopback(host) && !p.Insecure && (p.TLSCert == "" || p.Password == ""):
		wrong = append(wrong, fmt.Errorf("%s is reached from other hosts: give %s, %s, %s and %s, or %s if everybody who reaches it may come in",
			flag("listen"), flag("tls-cert"), flag("tls-key"), flag("user"), flag("password"), flag("insecure")))
	}
	if (p.TLSCert == "") != (p.TLSKey == "") {
		wrong = append(wrong, fmt.Errorf("%s and %s belong together", flag("tls-cert"), flag("tls-key")))
	}
	if !users && (p.User == "") != (p.Password == "") {
		wrong = append(wrong, fmt.Errorf("%s and %s belong together", flag("user"), flag("password")))
	}
	if p.Password != "" && p.TLSCert == "" {
		wrong = append(wrong, fmt.Errorf("%s needs %s: EventStoreDB's clients send no password without TLS", flag("password"), flag("tls-cert")))
	}
	return wrong
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// nodeServer is a log that is being served, or will be.
type nodeServer struct {
	settings *protocol
	listener net.Listener
	tls      *tls.Config // nil for none
	node     *esdbnode.Node
}

// listen takes the port, before anything is made for those who come there.
func (p *protocol) listen(ctx context.Context, flag string) (*nodeServer, error) {
	server := &nodeServer{settings: p}
	if p.TLSCert != "" {
		certificate, err := tls.LoadX509KeyPair(p.TLSCert, p.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("the certificate for EventStoreDB's clients: %w", err)
		}
		server.tls = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	var err error
	if server.listener, err = listenAt(ctx, p.Listen, flag); err != nil {
		return nil, fmt.Errorf("listen for EventStoreDB's clients: %w", err)
	}
	return server, nil
}

// over makes a node over a log; run serves it.
func (n *nodeServer) over(log journal.Local, options esdbnode.Options) (err error) {
	options.Advertise, options.Calls = n.settings.Advertise, n.settings.Calls
	options.User, options.Password, options.TLS = n.settings.User, n.settings.Password, n.tls
	n.node, err = esdbnode.New(log, options)
	return err
}

// run serves until ctx ends; fail is told why where it cannot.
func (n *nodeServer) run(ctx context.Context, fail context.CancelCauseFunc) error {
	served := make(chan error, 1)
	go func() { served <- n.node.Serve(n.listener) }()
	select {
	case err := <-served:
		fail(err)
		return n.node.Close()
	case <-ctx.Done():
		return errors.Join(n.node.Close(), <-served)
	}
}

// connection is the connection string that clients are to use, with a place for
// the password.
func (n *nodeServer) connection() string {
	where := url.URL{Scheme: "esdb", Host: n.host()}
	if n.settings.TLSCert == "" {
		where.RawQuery = "tls=false"
		return where.String()
	}
	user := n.settings.User
	if user == "" && n.settings.Password != "" {
		user = "admin" // of a node that keeps users
	}
	if user == "" {
		return where.String()
	}
	return "esdb://" + url.User(user).String() + ":PASSWORD@" + where.Host
}

func (n *nodeServer) host() string {
	listened := reachable(n.listener.Addr())
	if n.settings.Advertise == "" {
		return listened
	}
	if _, _, err := net.SplitHostPort(n.settings.Advertise); err == nil {
		return n.settings.Advertise
	}
	_, port, err := net.SplitHostPort(listened)
	if err != nil {
		return n.settings.Advertise
	}
	return net.JoinHostPort(n.settings.Advertise, port)
}
