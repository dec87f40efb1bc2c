package persistent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
)

const (
	configStream = "$persistentSubscriptionConfig"
	configType   = "$PersistentConfig"
	allStream    = "$all"
)

// config is all groups, in EventStoreDB's JSON.
type config struct {
	Version string    `json:"version"`
	Updated time.Time `json:"updated"`
	Entries []entry   `json:"entries"`
}

// entry is how a group was created, or updated last. Times are in milliseconds.
type entry struct {
	Stream                string  `json:"stream"`
	Group                 string  `json:"group"`
	Filter                *filter `json:"filter,omitempty"`
	ResolveLinkTos        bool    `json:"resolveLinkTos,omitempty"`
	ExtraStatistics       bool    `json:"extraStatistics,omitempty"`
	MessageTimeout        int32   `json:"messageTimeout,omitempty"`
	StartFrom             int64   `json:"startFrom,omitempty"`
	StartPosition         string  `json:"startPosition"`
	LiveBufferSize        int32   `json:"liveBufferSize,omitempty"`
	HistoryBufferSize     int32   `json:"historyBufferSize,omitempty"`
	MaxRetryCount         int32   `json:"maxRetryCount,omitempty"`
	ReadBatchSize         int32   `json:"readBatchSize,omitempty"`
	CheckPointAfter       int32   `json:"checkPointAfter,omitempty"`
	MinCheckPointCount    int32   `json:"minCheckPointCount,omitempty"`
	MaxCheckPointCount    int32   `json:"maxCheckPointCount,omitempty"`
	MaxSubscriberCount    int32   `json:"maxSubscriberCount,omitempty"`
	NamedConsumerStrategy string  `json:"namedConsumerStrategy"`
	// LiveFrom is where the end was that StartPosition means. EventStoreDB does
	// not keep it, and loses what comes between a creation and a restart.
	LiveFrom group.Place `json:"usherLiveFrom,omitempty"`
}

func (e entry) key() key { return key{e.Stream, e.Group} }

func (e entry) all() bool { return e.Stream == allStream }

// live says that the group was to start at the end.
func (e entry) live() bool { return e.StartPosition == "-1" || e.StartPosition == "C:-1/P:-1" }

// start is the first place that a group without a checkpoint reads.
func (e entry) start() (group.Place, error) {
	if e.live() {
		return e.LiveFrom, nil
	}
	return parsePlace(e.StartPosition)
}

func (e entry) settings() group.Settings {
	return group.Settings{
		Strategy:        group.Strategy(e.NamedConsumerStrategy),
		MessageTimeout:  time.Duration(e.MessageTimeout) * time.Millisecond,
		MaxRetries:      int(e.MaxRetryCount),
		Buffer:          int(e.HistoryBufferSize),
		CheckpointAfter: time.Duration(e.CheckPointAfter) * time.Millisecond,
		MinCheckpoint:   int(e.MinCheckPointCount),
		MaxCheckpoint:   int(e.MaxCheckPointCount),
		MaxReaders:      int(e.MaxSubscriberCount),
		Measure:         e.ExtraStatistics,
	}
}

// batch is how many events are read at a time.
func (e entry) batch() int { return max(1, int(e.ReadBatchSize)) }

// invalid says why there can be no such group.
func (e entry) invalid() string {
	switch {
	case !group.Strategy(e.NamedConsumerStrategy).Known():
		return fmt.Sprintf("Consumer strategy %s does not exist.", e.NamedConsumerStrategy)
	case e.ReadBatchSize >= e.HistoryBufferSize:
		return "readBatchSize may not be greater than or equal to bufferSize"
	case min(e.MessageTimeout, e.LiveBufferSize, e.MaxRetryCount, e.ReadBatchSize, e.CheckPointAfter,
		e.MinCheckPointCount, e.MaxCheckPointCount, e.MaxSubscriberCount) < 0:
		return "counts and times may not be negative"
	}
	return ""
}

// text writes a place as checkpoints and statistics have it.
func (e entry) text(place group.Place) string {
	number := strconv.FormatUint(uint64(place), 10)
	if e.all() {
		return "C:" + number + "/P:" + number
	}
	return number
}

// parsePlace reads what text wrote.
func parsePlace(text string) (group.Place, error) {
	number := text
	if both, ok := strings.CutPrefix(text, "C:"); ok {
		number, _, _ = strings.Cut(both, "/P:")
	}
	place, err := strconv.ParseUint(number, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%q is no place in a stream: %w", text, err)
	}
	return group.Place(place), nil
}

func (c *config) find(k key) int {
	return slices.IndexFunc(c.Entries, func(e entry) bool { return e.key() == k })
}

// loadConfig reads the groups that there are.
func loadConfig(ctx context.Context, s *store.Store) (config, error) {
	last, found, err := lastEvent(ctx, s, configStream)
	if err != nil || !found {
		return config{Version: "2"}, err
	}
	var c config
	if err := json.Unmarshal(last.Data, &c); err != nil {
		return config{}, fmt.Errorf("read %s: %w", configStream, err)
	}
	return c, nil
}

func (c *config) save(ctx context.Context, s *store.Store, now time.Time) error {
	c.Version, c.Updated = "2", now
	if err := ensureMetadata(ctx, s, configStream, `{"$maxCount":2}`); err != nil {
		return err
	}
	return appendJSON(ctx, s, configStream, configType, c)
}

// lastEvent is the newest event of a stream, if there is one to be seen.
func lastEvent(ctx context.Context, s *store.Store, stream string) (journal.Record, bool, error) {
	next, err := s.End(ctx, stream)
	if err != nil || next == 0 {
		return journal.Record{}, false, absent(err)
	}
	for record, err := range s.ReadStream(ctx, stream, next-1, true) {
		return record, err == nil, absent(err)
	}
	return journal.Record{}, false, nil
}

// absent takes a stream that is not there, or not any more, for an empty one.
func absent(err error) error {
	_, missing := errors.AsType[*store.NotFound](err)
	_, deleted := errors.AsType[*store.Deleted](err)
	if missing || deleted {
		return nil
	}
	return err
}

// ensureMetadata gives a stream that has none, or was deleted, its metadata.
func ensureMetadata(ctx context.Context, s *store.Store, stream, metadata string) error {
	has, err := s.Metadata(ctx, stream)
	if err != nil || has.Raw != nil && !has.Deleted() {
		return err
	}
	return appendEvent(ctx, s, store.MetadataStream(stream), store.MetadataType, []byte(metadata))
}

func appendJSON(ctx context.Context, s *store.Store, stream, kind string, content any) error {
	data, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("write %s: %w", stream, err)
	}
	return appendEvent(ctx, s, stream, kind, data)
}

func appendEvent(ctx context.Context, s *store.Store, stream, kind string, data []byte) error {
	proposed := journal.Proposed{ID: uuid.New(), Type: kind, JSON: true, Data: data}
	if _, err := s.Append(ctx, stream, store.Any, []journal.Proposed{proposed}); err != nil {
		return fmt.Errorf("write %s: %w", stream, err)
	}
	return nil
}
