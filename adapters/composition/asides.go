package composition

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
)

// Findings keep what was found out of a log, by the log's mark and a name. They are no
// more than what can be found out again.
type Findings interface {
	Found(ctx context.Context, mark, name string) (text string, err error)
	SetFound(ctx context.Context, mark, name, text string) error
}

// keptAsides is messaging.Asides beside the views' rows.
type keptAsides struct {
	findings Findings
	log      journal.Log
}

// asidesOf returns nil where read models keep nothing of the kind.
func asidesOf(models any, log journal.Log) messaging.Asides {
	if findings, keeps := models.(Findings); keeps {
		return keptAsides{findings, log}
	}
	return nil
}

const asidesName = "streams set aside"

// Asides implements messaging.Asides.
func (k keptAsides) Asides(ctx context.Context) (found messaging.Asided, err error) {
	mark, err := k.log.Mark(ctx)
	if err != nil || mark == "" {
		return found, err
	}
	text, err := k.findings.Found(ctx, mark, asidesName)
	if err != nil || text == "" {
		return found, err
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		return messaging.Asided{}, fmt.Errorf("read which streams are set aside: %w", err)
	}
	return found, nil
}

// SaveAsides implements messaging.Asides.
func (k keptAsides) SaveAsides(ctx context.Context, found messaging.Asided) error {
	mark, err := k.log.Mark(ctx)
	if err != nil || mark == "" {
		return err
	}
	text, err := json.Marshal(found)
	if err != nil {
		return fmt.Errorf("keep which streams are set aside: %w", err)
	}
	return k.findings.SetFound(ctx, mark, asidesName, string(text))
}
