package httpapi_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestEveryCodeHasAStatus(t *testing.T) {
	t.Parallel()
	codes := append(codesIn(t, "../../domain/refusal.go"), codesIn(t, "errors.go")...)
	require.Greater(t, len(codes), 50)
	for _, code := range codes {
		status, known := httpapi.StatusOf(code)
		require.True(t, known, "%s is not in the table", code)
		require.GreaterOrEqual(t, status, 400)

		wrapped := fmt.Errorf("while testing: %w", domain.Refuse(code, "do something else").In("field"))
		problem := httpapi.ProblemOf(wrapped, "body")
		require.Equal(t, status, problem.Status)
		require.Equal(t, code, problem.Code)
		require.Equal(t, "do something else", problem.Detail)
		require.Equal(t, []httpapi.Fault{{Location: "body.field", Code: code, Message: "do something else"}}, problem.Errors)
	}
	_, known := httpapi.StatusOf("unheard_of")
	require.False(t, known)
}

// codesIn is the constants of type Code that a file declares.
func codesIn(t *testing.T, file string) []domain.Code {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var codes []domain.Code
	ast.Inspect(parsed, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || !isCode(spec.Type) {
			return true
		}
		for _, value := range spec.Values {
			if literal, ok := value.(*ast.BasicLit); ok {
				text, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				codes = append(codes, domain.Code(text))
			}
		}
		return true
	})
	require.NotEmpty(t, codes)
	return codes
}

func isCode(kind ast.Expr) bool {
	switch k := kind.(type) {
	case *ast.Ident:
		return k.Name == "Code"
	case *ast.SelectorExpr:
		return k.Sel.Name == "Code"
	}
	return false
}

func TestProblemOf(t *testing.T) {
	t.Parallel()
	t.Run("gives each of several refusals its place", func(t *testing.T) {
		problem := httpapi.ProblemOf(fmt.Errorf("wrapped: %w", errors.Join(
			domain.Refuse(domain.InvalidName, "a name has 1 to 100 characters").In("first_name"), nil,
			fmt.Errorf("wrapped again: %w", domain.Refuse(domain.PasswordTooShort, "12 characters").In("password")),
		)), "body")
		require.Equal(t, http.StatusUnprocessableEntity, problem.Status)
		require.Equal(t, domain.InvalidRequest, problem.Code)
		require.Equal(t, []httpapi.Fault{
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
			problem := httpapi.ProblemOf(err, "body")
			require.Equal(t, http.StatusInternalServerError, problem.Status)
			require.Equal(t, domain.Internal, problem.Code)
			require.NotContains(t, problem.Error(), "canary")
		}
	})
	t.Run("asks to try again where the log cannot be reached", func(t *testing.T) {
		problem := httpapi.ProblemOf(fmt.Errorf("append: %w", journal.ErrUnavailable), "body")
		require.Equal(t, http.StatusServiceUnavailable, problem.Status)
		require.Equal(t, domain.Unavailable, problem.Code)
		require.Equal(t, "1", problem.GetHeaders().Get("Retry-After"))
	})
	t.Run("asks to try again where the log's server denies what Usher may do, and keeps why for the log", func(t *testing.T) {
		problem := httpapi.ProblemOf(fmt.Errorf("append: %w: access of canary", journal.ErrDenied), "body")
		require.Equal(t, http.StatusServiceUnavailable, problem.Status)
		require.Equal(t, domain.Unavailable, problem.Code)
		require.NotContains(t, problem.Error(), "canary")
		require.ErrorContains(t, httpapi.CauseOf(problem), "canary")
	})
}
