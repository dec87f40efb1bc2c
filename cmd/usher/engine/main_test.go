package engine_test

import (
	"os"
	"testing"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
