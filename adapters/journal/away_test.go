package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
)

// said is an error of a database server.
type said string

func (s said) Error() string    { return "SQLSTATE " + string(s) }
func (s said) SQLState() string { return string(s) }

// passes is an error that knows so of itself.
type passes struct{}

func (passes) Error() string { return "not yet" }
func (passes) Passes() bool  { return true }

func TestAway(t *testing.T) {
	for _, err := range []error{
		journal.ErrUnavailable, journal.ErrDenied, journal.ErrClosed, context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF,
		&net.OpError{Op: "dial", Err: errors.New("refused")}, said("08006"), said("25006"), said("25P03"), said("26000"), said("40001"), said("42P05"), said("53300"), said("55P03"), said("57014"), said("57P01"), said("57P03"), said("58030"),
		passes{},
	} {
		require.True(t, journal.Away(fmt.Errorf("append: %w", err)), "%v", err)
	}
	for _, err := range []error{nil, errors.New("no such table"), said("23505"), said("42P01"), said("57000"), io.EOF} {
		require.False(t, journal.Away(err), "%v", err)
	}
}
