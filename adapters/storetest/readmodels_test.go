package storetest_test

import (
	"testing"

	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

func TestReadModelsInMemory(t *testing.T) {
	storetest.ReadModels(t, func(*testing.T) projections.Store { return memory.New() })
}
