package httpapi

import (
	"context"
	"fmt"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/projections"
)

// figures reports how far views and policies have come, and which stores answer.
type figures struct {
	projectors Projectors
	stores     func(context.Context) map[string]error

	views, policies followerFigures
	edition, store  *prometheus.Desc
	aside           *prometheus.Desc
	setAside        questions.SetAside
}

// followerFigures are those of views, or of policies.
type followerFigures struct{ position, behind, seconds, stalled, stopped *prometheus.Desc }

func registerFigures(registry prometheus.Registerer, projectors Projectors, stores func(context.Context) map[string]error, setAside questions.SetAside) error {
	m := &figures{
		projectors: projectors, stores: stores, setAside: setAside,
		views: figuresOf("view"), policies: figuresOf("policy"),
		edition: prometheus.NewDesc("usher_view_edition_behind",
			"How many log positions an edition is behind the log that is filled beside the one that serves.", []string{"view", "version", "edition", "state"}, nil),
		aside: prometheus.NewDesc("usher_streams_set_aside", "Of how many streams nothing counts any more, as no Usher wrote an event there, or somebody cut them.", nil, nil),
		store: prometheus.NewDesc("usher_store_up", "Whether the event log, the vault or the read models can be read and written.", []string{"store"}, nil),
	}
	if err := registry.Register(m); err != nil {
		return fmt.Errorf("register figures: %w", err)
	}
	return nil
}

func figuresOf(kind string) followerFigures {
	figure := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("usher_"+kind+"_"+name, fmt.Sprintf(help, kind), []string{kind}, nil)
	}
	return followerFigures{
		position: figure("position", "How far a %s has come in the log."),
		behind:   figure("behind", "How many log positions a %s is behind the log: events of the embedded log, bytes of EventStoreDB's."),
		seconds:  figure("behind_seconds", "For how long a %s has not reached what was the end of the log; 0 where it has."),
		stalled:  figure("stalled", "Whether a %s does not move although it is behind the log."),
		stopped:  figure("stopped", "Whether a %s stands still at an event that it cannot take."),
	}
}

// Describe implements prometheus.Collector.
func (m *figures) Describe(descriptions chan<- *prometheus.Desc) {
	for _, of := range []followerFigures{m.views, m.policies} {
		for _, one := range []*prometheus.Desc{of.position, of.behind, of.seconds, of.stalled, of.stopped} {
			descriptions <- one
		}
	}
	descriptions <- m.edition
	descriptions <- m.store
	descriptions <- m.aside
}

// Collect implements prometheus.Collector. What cannot be told in time is left out.
func (m *figures) Collect(values chan<- prometheus.Metric) {
	for name, err := range m.stores(context.Background()) {
		values <- prometheus.MustNewConstMetric(m.store, prometheus.GaugeValue, oneIf(err == nil), name)
	}
	values <- prometheus.MustNewConstMetric(m.aside, prometheus.GaugeValue, float64(len(m.setAside())))
	all, head := glimpse(context.Background(), m.projectors)
	for _, one := range all {
		of := m.views
		if one.Policy {
			of = m.policies
		}
		for what, value := range map[*prometheus.Desc]float64{
			of.position: float64(one.Position.Commit),
			of.behind:   float64(questions.Behind(head, one.Position)),
			of.seconds:  behindFor(one).Seconds(),
			of.stalled:  oneIf(!one.StalledSince.IsZero()),
			of.stopped:  oneIf(one.Stopped != nil),
		} {
			values <- prometheus.MustNewConstMetric(what, prometheus.GaugeValue, value, one.Name)
		}
		for _, edition := range one.Editions {
			if edition.State == projections.Filling || edition.State == projections.Scratch {
				values <- prometheus.MustNewConstMetric(m.edition, prometheus.GaugeValue, float64(questions.Behind(head, edition.Position)),
					edition.View, strconv.Itoa(edition.Version), strconv.Itoa(edition.Number), string(edition.State))
			}
		}
	}
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
