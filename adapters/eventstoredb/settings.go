package eventstoredb

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// settings are the client's keys in a connection string, as it knows them.
const settings = " discoveryinterval gossiptimeout maxdiscoverattempts nodepreference keepaliveinterval keepalivetimeout " +
	"tls tlscafile usercertfile userkeyfile tlsverifycert defaultdeadline "

// parse reads a connection string. Its errors never show a part of it that may
// be a password.
func parse(connection string) (*esdb.Configuration, error) {
	if err := checkKeys(connection); err != nil {
		return nil, err
	}
	config, err := esdb.ParseConnectionString(connection)
	switch {
	case err != nil && strings.Contains(connection, "@"):
		return nil, errors.New("the connection string of EventStoreDB cannot be read: " +
			"is it esdb://user:password@host:port?settings, with the password's special characters percent-encoded?")
	case err != nil:
		return nil, fmt.Errorf("the connection string of EventStoreDB cannot be read: %w", err)
	}
	return config, check(config)
}

// checkKeys refuses settings that the client would pass over in silence.
func checkKeys(connection string) error {
	written, query, _ := strings.Cut(connection, "?")
	if strings.Contains(query, "@") {
		return errors.New("the connection string of EventStoreDB has a ? in its user or password: percent-encode it")
	}
	if err := checkHosts(written); err != nil {
		return err
	}
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if seen[strings.ToLower(key)] {
			return fmt.Errorf("the connection string of EventStoreDB has the setting %q twice: say it once", key)
		}
		seen[strings.ToLower(key)] = pair != ""
		if pair != "" && !strings.Contains(settings, " "+strings.ToLower(key)+" ") {
			return fmt.Errorf("the connection string of EventStoreDB has an unknown setting %q; known are%s", key, settings[:len(settings)-1])
		}
		if strings.EqualFold(key, "tlsCAFile") {
			if err := checkAuthorities(value); err != nil {
				return fmt.Errorf("the connection string of EventStoreDB has a tlsCAFile that cannot be used: %w", err)
			}
		}
	}
	return nil
}

// checkHosts refuses hosts that the client would read otherwise than they are written:
// it may take a comma of a password for one between hosts, and cuts large ports.
func checkHosts(connection string) error {
	_, rest, _ := strings.Cut(connection, "://")
	hosts := rest[strings.LastIndexByte(rest, '@')+1:]
	user := strings.TrimSuffix(rest, hosts)
	if strings.Contains(user, ",") {
		return errors.New("the connection string of EventStoreDB has a comma in its user or password: percent-encode it (%2C)")
	}
	for host := range strings.SplitSeq(strings.TrimSuffix(hosts, "/"), ",") {
		if _, port, given := strings.Cut(host, ":"); given && !isPort(port) {
			return errors.New("the connection string of EventStoreDB has a port that is none: a host's port is a number from 1 to 65535")
		}
	}
	return nil
}

func isPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

// checkAuthorities reads a file of certificates, as it is named in a connection
// string.
func checkAuthorities(escaped string) error {
	name, err := url.QueryUnescape(escaped)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(name) //nolint:gosec // because the operator names the file
	if err == nil && !x509.NewCertPool().AppendCertsFromPEM(text) {
		err = fmt.Errorf("%s has no certificate (PEM)", name)
	}
	return err
}

// check refuses what the client would take and then not do.
func check(config *esdb.Configuration) error {
	if config.DisableTLS && (config.Username != "" || config.Password != "") {
		return errors.New("the connection string of EventStoreDB has a user and tls=false, " +
			"over which no user can be proved: leave out one of them")
	}
	if (config.Username == "") != (config.Password == "") {
		return errors.New("the connection string of EventStoreDB has a user without a password")
	}
	if config.DefaultDeadline != nil && *config.DefaultDeadline <= 0 {
		return errors.New("the connection string of EventStoreDB has a defaultDeadline that is no number of milliseconds")
	}
	if err := config.Validate(); err != nil {
		return fmt.Errorf("the connection string of EventStoreDB: %w", err)
	}
	if config.UserCertFile != "" {
		if _, err := tls.LoadX509KeyPair(config.UserCertFile, config.UserKeyFile); err != nil {
			return fmt.Errorf("the user's certificate for EventStoreDB: %w", err)
		}
	}
	return nil
}

// tune makes the client try once, without a pause: trying again is ours to do.
func tune(config *esdb.Configuration) {
	config.MaxDiscoverAttempts = 1
	config.DiscoveryInterval = 0
}

// withDefaults fills in what options leave open.
func (o Options) withDefaults(config *esdb.Configuration) Options {
	if o.Attempt <= 0 {
		o.Attempt = 3 * time.Second
		if config.DefaultDeadline != nil {
			o.Attempt = *config.DefaultDeadline
		}
	}
	if o.Patience <= 0 {
		o.Patience = max(10*time.Second, o.Attempt)
	}
	if o.Wait <= 0 {
		o.Wait = o.Patience
	}
	if o.Stall <= 0 {
		o.Stall = 30 * time.Second
	}
	return o
}
