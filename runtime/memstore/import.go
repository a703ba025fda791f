package memstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/evgen/evgen/runtime"
)

// Import implements [runtime.Importer]; each record is a transaction of its own.
func (s *Store) Import(ctx context.Context, records iter.Seq2[runtime.Record, error]) (runtime.Imported, error) {
	var done runtime.Imported
	for rec, err := range records {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return done, fmt.Errorf("import: %w", err)
		}
		if err := s.importOne(rec, &done); err != nil {
			return done, err
		}
	}
	s.grown.Notify()
	return done, nil
}

func (s *Store) importOne(rec runtime.Record, done *runtime.Imported) error {
	rec, err := runtime.ForImport(rec, s.now())
	if err != nil {
		return err
	}
	rec.Data, rec.Headers = slices.Clone(rec.Data), maps.Clone(rec.Headers)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("import event %s: %w", rec.ID, runtime.ErrClosed)
	}
	return s.log.take(rec, done)
}

// take writes an imported record unless it is there.
func (l *log) take(rec runtime.Record, done *runtime.Imported) error {
	if p, ok := l.byID[rec.ID]; ok {
		if stored := l.at(p); !rec.SameContent(stored) {
			return &runtime.IdempotencyError{ID: rec.ID, Stream: stored.Stream, Reason: "with other content"}
		}
		done.Duplicates++
		return nil
	}
	t := l.streams[rec.Stream]
	if t == nil {
		t = &stream{tenant: rec.Tenant}
	}
	if t.tenant != rec.Tenant {
		return &runtime.TenantError{Stream: rec.Stream, Tenant: rec.Tenant}
	}
	l.add(t, rec)
	done.Events++
	done.Position = l.head()
	return nil
}
