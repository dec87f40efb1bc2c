package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// unreachable is why no server, or pooler in front of one, takes a connection. It
// passes, for all that whoever asks something can know.
type unreachable struct {
	means string // for operators; empty where the error says it all
	error
}

func (u *unreachable) Error() string {
	if u.means == "" {
		return u.error.Error()
	}
	return u.means + ": " + u.error.Error()
}

// Unwrap returns what was said.
func (u *unreachable) Unwrap() error { return u.error }

// Passes implements journal.Passing.
func (*unreachable) Passes() bool { return true }

// explained says of a connection that was refused what that means.
func explained(err error) error {
	if _, refused := errors.AsType[*pgconn.ConnectError](err); !refused {
		return err
	}
	return &unreachable{meaning(err), err}
}

// meaning is what operators can do about a connection that was refused.
func meaning(err error) string {
	said, is := errors.AsType[*pgconn.PgError](err)
	if !is {
		switch {
		case errors.Is(err, errReadOnly):
			return "no server can be written to"
		case strings.Contains(err.Error(), "server refused TLS connection"):
			return "the server has no TLS, which the connection string demands (sslmode)"
		}
		return ""
	}
	switch message := said.Message; said.Code {
	case "28P01":
		return "the password is wrong"
	case "28000":
		return "the server lets this role not in from here, or not without TLS (pg_hba.conf)"
	case "3D000":
		return "there is no such database"
	case "42501":
		return "the role may not connect to this database (GRANT CONNECT)"
	case "42704", "22023":
		return "the server refuses a startup parameter of the connection string"
	case "53300":
		return "the server takes no more connections (max_connections, or the role's limit)"
	case protocolViolation: // what poolers have no code of their own for
		switch {
		case strings.Contains(message, unsupportedParameter):
			_, name, _ := strings.Cut(message, unsupportedParameter+": ")
			return "the server, or a pooler in front of it, refuses the startup parameter " + name + "; take it out of the connection string"
		case strings.Contains(message, "no such user"):
			return "a pooler in front of the server does not know the role"
		case strings.Contains(message, "no such database"):
			return "a pooler in front of the server does not know the database"
		case strings.Contains(message, "SSL required"), strings.Contains(message, "TLS connection required"):
			return "a pooler in front of the server demands TLS (sslmode=require)"
		case strings.Contains(message, "authentication failed"):
			return "a pooler in front of the server does not take the password, or the server does not take the pooler's"
		}
		return "the server, or a pooler in front of it, refuses the connection"
	}
	return ""
}

const (
	protocolViolation    = "08P01"
	unsupportedParameter = "unsupported startup parameter"
)

// keepsNoSettings says of a connection that was refused that somebody in between
// keeps no settings of a session.
func keepsNoSettings(err error) bool {
	said, is := errors.AsType[*pgconn.PgError](err)
	return errors.Is(err, errPooler) || is && said.Code == protocolViolation && strings.Contains(said.Message, unsupportedParameter)
}

// passing tells that a server is not there, or not ready yet: a password or a
// name that is wrong stays so. Of several servers, one such is enough.
func passing(err error) bool {
	switch e := err.(type) { //nolint:errorlint // because the tree is walked here
	case nil:
		return false
	case *pgconn.PgError:
		return passingCode(e)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(e.Unwrap(), passing)
	case *net.OpError:
		return e.Op != "remote error" && e.Op != "local error" // which are TLS's
	case net.Error:
		return true
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return passing(inner)
		}
	}
	return slices.ContainsFunc([]error{errReadOnly, errPooler, context.DeadlineExceeded, io.ErrUnexpectedEOF, io.EOF}, func(one error) bool { return errors.Is(err, one) })
}

func passingCode(said *pgconn.PgError) bool {
	if said.Code == protocolViolation {
		lasting := []string{unsupportedParameter, "no such user", "no such database", "SSL required", "TLS connection required", "authentication failed", "rejected", "not allowed"}
		return !slices.ContainsFunc(lasting, func(part string) bool { return strings.Contains(said.Message, part) })
	}
	return slices.ContainsFunc([]string{"08", "53", "57P0", readOnlyTransaction}, // connection, resources, starting or stopping
		func(class string) bool { return strings.HasPrefix(said.Code, class) })
}

// gone says that the line to a server broke.
func gone(err error) bool {
	_, network := errors.AsType[net.Error](err)
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	return !connecting && (network || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF))
}

// hindered says that the server gave something up for others, or refused a statement
// that is prepared at another connection: none is, the next time.
func hindered(err error) bool {
	said, is := errors.AsType[*pgconn.PgError](err)
	return is && slices.Contains([]string{serializationFailed, deadlockDetected, noSuchStatement, duplicateStatement}, said.Code)
}
