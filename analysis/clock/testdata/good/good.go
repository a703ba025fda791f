// Package good takes the time from where it may.
package good

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type (
	added   = runtime.Envelope[ledger.ItemAdded]
	removed = runtime.Envelope[ledger.ItemRemoved]
)

type state struct{ at time.Time }

type evolver struct{ log *slog.Logger }

func (v evolver) ItemAdded(s state, e added) state {
	s.at = e.OccurredAt
	s.at = e.RecordedAt.Add(time.Hour).Truncate(time.Second).In(time.UTC)
	s.at = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s.at, _ = time.Parse(time.RFC3339, "2026-01-01T00:00:00Z")
	if e.OccurredAt.Before(s.at) || s.at.Sub(e.OccurredAt) > time.Hour {
		v.log.Info("late", "by", s.at.Sub(e.OccurredAt))
	}
	return s
}

func (v evolver) ItemRemoved(s state, e removed) state {
	text, _ := json.Marshal(s)
	slog.Info(fmt.Sprint(string(text), uuid.NewSHA1(e.ID, text)))
	slices.SortFunc([]string{}, compare)
	//evgen:ignore clock how long it takes is only logged
	_ = time.Now()
	_ = time.Now() //evgen:ignore clock how long it takes is only logged
	return s
}

func compare(a, b string) int { return 0 }

// What the clock tells a consumer, a constructor, or nobody is their business.

type call struct{}

func (call) ItemRemoved(ctx context.Context, e removed) error {
	_ = time.Now()
	return ctx.Err()
}

var _ ledgerread.CallHandler = call{}

func started() time.Time { return time.Now() }

type reaction struct{ since time.Time }

func New() reaction { return reaction{since: started()} }

func (r reaction) react(ctx context.Context, e added) ([]string, error) {
	return excused()
}

func (r reaction) age() time.Duration { return time.Since(r.since) }

// excused measures.
//
//evgen:ignore clock of helpers says nothing here
func excused() ([]string, error) { return nil, nil }

// Handlers that are given by hand, not by the clock of another function with the same name.
func ask(now func() time.Time) time.Time { return now() }

func Main() {
	ledger.OnAdded(New().react)
	_ = ask(time.Now)
	ledger.OnAdded(func(ctx context.Context, e added) ([]string, error) {
		_ = ask(func() time.Time { return e.OccurredAt })
		return nil, nil
	})
}

// timed is measured as a whole.
//
//evgen:ignore clock how long it takes is only logged
func timed(ctx context.Context, e added) ([]string, error) {
	start := time.Now()
	slog.Info("took", "ms", time.Since(start))
	return nil, nil
}

var _ ledger.React = timed
