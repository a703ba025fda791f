package otel

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
)

// Watch tells, each time metrics are collected, how the projections of a ledger
// stand: lag, letters, keys that wait, pauses. One process of a service is enough. It
// reads the ledger then; an error is given to the SDK's handler of errors. The
// registration ends it.
func (o *Observer) Watch(db projection.Control, store projection.Source) (metric.Registration, error) {
	m := making{meter: o.meter}
	lag := m.gauge("evgen.projection.lag", "{event}", "Positions between the checkpoint and the end of the store.")
	behind := m.gaugeOf("evgen.projection.behind", "s", "For how long a checkpoint has not moved although there is something to come.")
	letters := m.gauge("evgen.projection.letters", "{event}", "Events that are put aside.")
	keys := m.gauge("evgen.projection.parked_keys", "{key}", "Keys that wait behind an event which failed.")
	paused := m.gauge("evgen.projection.paused", "{shard}", "1 if a shard stands still for a reason.")
	if m.err != nil {
		return nil, m.err
	}
	return o.meter.RegisterCallback(func(ctx context.Context, out metric.Observer) error {
		head, _, err := store.Head(ctx)
		if err != nil {
			return fmt.Errorf("end of the store: %w", err)
		}
		lags, err := projection.Lag(ctx, db, head)
		if err != nil {
			return err
		}
		waiting, err := parkedKeys(ctx, db, lags)
		if err != nil {
			return err
		}
		for i, l := range lags {
			set := metric.WithAttributes(append(o.of(&l.Version), attribute.Int("evgen.shard", l.Shard.Index))...)
			out.ObserveInt64(lag, int64(l.Events), set)
			out.ObserveFloat64(behind, l.Behind.Seconds(), set)
			out.ObserveInt64(letters, int64(l.Letters), set)
			out.ObserveInt64(keys, int64(waiting[i]), set)
			out.ObserveInt64(paused, flag(l.Shard.Paused != ""), set)
		}
		return nil
	}, lag, behind, letters, keys, paused)
}

// parkedKeys counts the keys of shards that wait.
func parkedKeys(ctx context.Context, db projection.Control, lags []projection.ShardLag) ([]int, error) {
	counts := make([]int, len(lags))
	err := db.Ledger(ctx, func(l projection.Ledger) error {
		for i := range lags {
			if lags[i].Letters == 0 {
				continue
			}
			keys, err := l.ParkedKeys(ctx, lags[i].Version, lags[i].Shard.Index)
			if err != nil {
				return err
			}
			counts[i] = len(keys)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("keys that wait: %w", err)
	}
	return counts, nil
}

// Rebuilding is a runner, as far as it builds versions.
type Rebuilding interface {
	Progress() []projection.Progress
}

// WatchRebuilds tells how fast a runner builds versions, and how long that takes yet.
func (o *Observer) WatchRebuilds(r Rebuilding) (metric.Registration, error) {
	m := making{meter: o.meter}
	rate := m.gaugeOf("evgen.rebuild.rate", "{event}/s", "Positions that a version under construction takes in.")
	left := m.gaugeOf("evgen.rebuild.left", "s", "How long a version under construction will take yet, at this rate.")
	if m.err != nil {
		return nil, m.err
	}
	return o.meter.RegisterCallback(func(_ context.Context, out metric.Observer) error {
		for _, p := range r.Progress() {
			set := metric.WithAttributes(append(o.of(&p.Version), attribute.Int("evgen.shard", p.Shard))...)
			out.ObserveFloat64(rate, p.Rate, set)
			if p.Left >= 0 {
				out.ObserveFloat64(left, p.Left.Seconds(), set)
			}
		}
		return nil
	}, rate, left)
}

// Consuming is a consumer, as far as it knows how far it is behind.
type Consuming interface {
	Lag(ctx context.Context) ([]delivery.Lag, error)
}

// WatchConsumer tells how far this process is behind in the partitions that it works on.
func (o *Observer) WatchConsumer(name string, c Consuming) (metric.Registration, error) {
	m := making{meter: o.meter}
	lag := m.gauge("evgen.consumer.lag", "{message}", "Messages between the committed offset and the end of the partition.")
	letters := m.gauge("evgen.consumer.letters", "{message}", "Messages that are put aside.")
	if m.err != nil {
		return nil, m.err
	}
	return o.meter.RegisterCallback(func(ctx context.Context, out metric.Observer) error {
		lags, err := c.Lag(ctx)
		for _, l := range lags {
			set := metric.WithAttributes(attribute.String("messaging.system", o.system), attribute.String("messaging.consumer.group.name", name),
				attribute.String("messaging.destination.partition.id", l.Partition))
			out.ObserveInt64(lag, int64(max(l.Last-l.At, 0)), set)
			out.ObserveInt64(letters, int64(l.Letters), set)
		}
		return err
	}, lag, letters)
}

func (m *making) gauge(name, unit, description string) metric.Int64ObservableGauge {
	if m.err != nil {
		return nil
	}
	g, err := m.meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
	m.err = err
	return g
}

func (m *making) gaugeOf(name, unit, description string) metric.Float64ObservableGauge {
	if m.err != nil {
		return nil
	}
	g, err := m.meter.Float64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
	m.err = err
	return g
}

func flag(set bool) int64 {
	if set {
		return 1
	}
	return 0
}
