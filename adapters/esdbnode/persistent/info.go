package persistent

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// GetInfo implements persistent.PersistentSubscriptionsServer.
func (s *Service) GetInfo(ctx context.Context, request *persistent.GetInfoReq) (*persistent.GetInfoResp, error) {
	options := request.GetOptions()
	k, err := keyOf(options.GetStreamIdentifier(), options.GetAll() != nil, options.GetGroupName())
	if err != nil {
		return nil, err
	}
	sub, err := s.find(k)
	if err != nil {
		return nil, err
	}
	info, err := sub.info(ctx)
	return &persistent.GetInfoResp{SubscriptionInfo: info}, err
}

// List implements persistent.PersistentSubscriptionsServer. The groups come in
// the order in which they were created.
func (s *Service) List(ctx context.Context, request *persistent.ListReq) (*persistent.ListResp, error) {
	all, of := false, ""
	switch option := request.GetOptions().GetListOption().(type) {
	case *persistent.ListReq_Options_ListAllSubscriptions:
		all = true
	case *persistent.ListReq_Options_ListForStream:
		k, err := keyOf(option.ListForStream.GetStream(), option.ListForStream.GetAll() != nil, "")
		if err != nil {
			return nil, err
		}
		of = k.stream
	default:
		return nil, wire.Unknown("the request does not say what to list")
	}
	response := &persistent.ListResp{}
	for _, sub := range s.inOrder() {
		if !all && sub.entry.Stream != of {
			continue
		}
		info, err := sub.info(ctx)
		if ctx.Err() != nil {
			return nil, err
		}
		if err == nil { // otherwise it was deleted just now
			response.Subscriptions = append(response.Subscriptions, info)
		}
	}
	if !all && len(response.GetSubscriptions()) == 0 {
		return nil, key{of, ""}.missing()
	}
	return response, nil
}

func (s *Service) inOrder() (subs []*subscription) {
	s.changing.Lock()
	entries := s.config.Entries
	s.changing.Unlock()
	for _, e := range entries {
		if sub, err := s.find(e.key()); err == nil {
			subs = append(subs, sub)
		}
	}
	return subs
}

// measurement is what the last statistics said, from which the next ones count.
type measurement struct {
	at      time.Time
	total   uint64
	readers map[group.ReaderID]uint64
}

// info tells how the group is doing.
func (s *subscription) info(ctx context.Context) (info *persistent.SubscriptionInfo, err error) {
	err = s.do(ctx, func(context.Context) {
		info = s.configured()
		s.count(info)
	})
	return info, err
}

func (s *subscription) configured() *persistent.SubscriptionInfo {
	e := s.entry
	return &persistent.SubscriptionInfo{
		EventSource: e.Stream, GroupName: e.Group, Status: s.status(), StartFrom: e.StartPosition,
		ResolveLinkTos: e.ResolveLinkTos, ExtraStatistics: e.ExtraStatistics,
		MessageTimeoutMilliseconds: e.MessageTimeout, MaxRetryCount: e.MaxRetryCount,
		LiveBufferSize: e.LiveBufferSize, BufferSize: e.HistoryBufferSize, ReadBatchSize: e.ReadBatchSize,
		CheckPointAfterMilliseconds: e.CheckPointAfter,
		MinCheckPointCount:          e.MinCheckPointCount, MaxCheckPointCount: e.MaxCheckPointCount,
		NamedConsumerStrategy: e.NamedConsumerStrategy, MaxSubscriberCount: e.MaxSubscriberCount,
		ParkedMessageCount: s.parked.count(),
	}
}

// status is a group's state in EventStoreDB's words.
func (s *subscription) status() string {
	var states []string
	if s.behind {
		states = append(states, "Behind")
	}
	if s.parked.replaying() {
		states = append(states, "ReplayingParkedMessages")
	}
	if !s.behind {
		states = append(states, "Live")
	}
	return strings.Join(states, ", ")
}

// count adds what was counted, and since the last time. Nothing is ever in a
// live buffer, because groups read everything from the store.
func (s *subscription) count(info *persistent.SubscriptionInfo) {
	stats, now := s.group.Stats(), s.options.Now()
	since := now.Sub(s.measured.at)
	readers := map[group.ReaderID]uint64{}
	for _, r := range stats.Readers {
		readers[r.ID] = r.Total
		delta := r.Total - s.measured.readers[r.ID]
		info.TotalInFlightMessages += small(r.InFlight)
		info.Connections = append(info.GetConnections(), &persistent.SubscriptionInfo_ConnectionInfo{
			Username: s.readers[r.ID].user, ConnectionName: s.readers[r.ID].name,
			AverageItemsPerSecond: perSecond(delta, since), TotalItems: large(r.Total), CountSinceLastMeasurement: large(delta),
			AvailableSlots: small(r.Free), InFlightMessages: small(r.InFlight), ObservedMeasurements: observed(r.Answers),
		})
	}
	delta := stats.Total - s.measured.total
	info.AveragePerSecond, info.CountSinceLastMeasurement = perSecond(delta, since), large(delta)
	info.TotalItems = large(stats.Total)
	info.ReadBufferCount, info.RetryBufferCount = small(stats.Fresh), small(stats.Retrying)
	info.OutstandingMessagesCount = small(stats.Outstanding)
	if stats.HasRead {
		info.LastKnownEventPosition = s.entry.text(stats.Read)
	}
	if stats.HasSaved {
		info.LastCheckpointedEventPosition = s.entry.text(stats.Saved)
	}
	s.measured = measurement{at: now, total: stats.Total, readers: readers}
}

func small(count int) int32 { return int32(min(count, math.MaxInt32)) }

func large(count uint64) int64 { return int64(count) }

func perSecond(count uint64, time time.Duration) int32 {
	if time <= 0 {
		return 0
	}
	return int32(min(float64(count)/time.Seconds(), math.MaxInt32))
}

// observed are how long a reader took for its answers, in milliseconds, under
// EventStoreDB's names; none where it gave none or nobody asked to measure.
func observed(sorted []time.Duration) []*persistent.SubscriptionInfo_Measurement {
	if len(sorted) == 0 {
		return nil
	}
	var sum time.Duration
	for _, took := range sorted {
		sum += took
	}
	at := func(share float64) time.Duration {
		return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
	}
	var all []*persistent.SubscriptionInfo_Measurement
	for _, m := range []struct {
		name string
		took time.Duration
	}{
		{"Mean", sum / time.Duration(len(sorted))},
		{"Median", at(0.5)},
		{"Fastest", sorted[0]},
		{"Quintile 1", at(0)},
		{"Quintile 2", at(0.2)},
		{"Quintile 3", at(0.4)},
		{"Quintile 4", at(0.6)},
		{"Quintile 5", at(0.8)},
		{"90%", at(0.9)},
		{"95%", at(0.95)},
		{"99%", at(0.99)},
		{"99.5%", at(0.995)},
		{"99.9%", at(0.999)},
		{"Highest", sorted[len(sorted)-1]},
	} {
		all = append(all, &persistent.SubscriptionInfo_Measurement{Key: m.name, Value: m.took.Milliseconds()})
	}
	return all
}
