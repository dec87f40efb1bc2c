package httpkit_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

func TestARefusalIsAProblemOfItsCode(t *testing.T) {
	t.Parallel()
	for _, section := range sections(t) {
		for _, code := range section.codes {
			status, known := httpkit.StatusOf(code)
			require.True(t, known)
			wrapped := fmt.Errorf("while testing: %w", domain.Refuse(code, "do something else").In("field"))
			problem := httpkit.ProblemOf(wrapped, "body")
			require.Equal(t, status, problem.Status)
			require.Equal(t, code, problem.Code)
			require.Equal(t, "do something else", problem.Detail)
			require.Equal(t, []httpkit.Fault{{Location: "body.field", Code: code, Message: "do something else"}}, problem.Errors)
		}
	}
	_, known := httpkit.StatusOf("unheard_of")
	require.False(t, known)
}

func TestProblemOf(t *testing.T) {
	t.Parallel()
	t.Run("gives each of several refusals its place", func(t *testing.T) {
		problem := httpkit.ProblemOf(fmt.Errorf("wrapped: %w", errors.Join(
			domain.Refuse(domain.InvalidName, "a name has 1 to 100 characters").In("first_name"), nil,
			fmt.Errorf("wrapped again: %w", domain.Refuse(domain.PasswordTooShort, "12 characters").In("password")),
		)), "body")
		require.Equal(t, http.StatusUnprocessableEntity, problem.Status)
		require.Equal(t, domain.InvalidRequest, problem.Code)
		require.Equal(t, []httpkit.Fault{
			{Location: "body.first_name", Code: domain.InvalidName, Message: "a name has 1 to 100 characters"},
			{Location: "body.password", Code: domain.PasswordTooShort, Message: "12 characters"},
		}, problem.Errors)
	})
	t.Run("says nothing of an error that is no refusal", func(t *testing.T) {
		for _, err := range []error{
			errors.New("canary /data/log.db"),
			errors.Join(domain.Refuse(domain.InvalidName, "no"), errors.New("canary")),
			fmt.Errorf("canary: %w", errors.New("inner")),
		} {
			problem := httpkit.ProblemOf(err, "body")
			require.Equal(t, http.StatusInternalServerError, problem.Status)
			require.Equal(t, domain.Internal, problem.Code)
			require.NotContains(t, problem.Error(), "canary")
		}
	})
	t.Run("asks to try again where the log cannot be reached", func(t *testing.T) {
		problem := httpkit.ProblemOf(fmt.Errorf("append: %w", journal.ErrUnavailable), "body")
		require.Equal(t, http.StatusServiceUnavailable, problem.Status)
		require.Equal(t, domain.Unavailable, problem.Code)
		require.Equal(t, "1", problem.GetHeaders().Get("Retry-After"))
	})
	t.Run("tells a lack of space from all else, whoever lacks it, and when to try again", func(t *testing.T) {
		for _, lack := range []error{
			fmt.Errorf("append: %w: %w", journal.ErrUnavailable, fmt.Errorf("canary: %w", sqlitedb.ErrFull)),
			fmt.Errorf("canary: %w", journal.ErrFull),
			fmt.Errorf("canary: %w", &pgconn.PgError{Code: "53100"}),
		} {
			problem := httpkit.ProblemOf(lack, "body")
			require.Equal(t, http.StatusServiceUnavailable, problem.Status)
			require.Equal(t, domain.DiskFull, problem.Code)
			require.Equal(t, "30", problem.GetHeaders().Get("Retry-After"))
			require.NotContains(t, problem.Error(), "canary")
			require.Equal(t, lack, problem.Cause())
		}
		broken := httpkit.ProblemOf(fmt.Errorf("canary: %w", sqlitedb.ErrBroken), "body")
		require.Equal(t, domain.Unavailable, broken.Code, "and a broken vault is no fault of the request")
	})
	t.Run("says of a store how it is, and not where", func(t *testing.T) {
		ready := httpkit.Readiness{Stores: map[string]string{}}
		for store, err := range map[string]error{
			"fine": nil, "full": sqlitedb.ErrFull, "broken": sqlitedb.ErrBroken, "away": errors.New("something"),
		} {
			if err != nil {
				err = fmt.Errorf("/canary/log.db: %w", err)
			}
			ready.Tell(store, err)
		}
		require.Equal(t, map[string]string{"fine": "up", "full": "full", "broken": "broken", "away": "away"}, ready.Stores)
		require.Len(t, ready.Reasons, 3)
		require.NotContains(t, fmt.Sprint(ready), "canary")
	})
	t.Run("asks to try again where the log's server denies what Usher may do, and keeps why for the log", func(t *testing.T) {
		problem := httpkit.ProblemOf(fmt.Errorf("append: %w: access of canary", journal.ErrDenied), "body")
		require.Equal(t, http.StatusServiceUnavailable, problem.Status)
		require.Equal(t, domain.Unavailable, problem.Code)
		require.NotContains(t, problem.Error(), "canary")
		require.ErrorContains(t, problem.Cause(), "canary")
	})
}
