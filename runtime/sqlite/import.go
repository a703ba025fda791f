package sqlite

import (
	"context"
	"fmt"
	"iter"

	"github.com/evgen/evgen/runtime"
)

// An import commits after so many records or so many bytes of payload.
const (
	importRecords = 1000
	importBytes   = 8 << 20
)

// Import implements [runtime.Importer]. Other writers get their turn between its
// transactions. A transaction that fails is not part of the counts returned.
func (s *Store) Import(ctx context.Context, records iter.Seq2[runtime.Record, error]) (runtime.Imported, error) {
	var done runtime.Imported
	next, stop := iter.Pull2(records)
	defer stop()
	for more := true; more; {
		var chunk []runtime.Record
		var err error
		if chunk, more, err = s.chunk(next); err == nil {
			err = s.importChunk(ctx, chunk, &done)
		}
		if err != nil {
			return done, fmt.Errorf("import: %w", err)
		}
	}
	return done, nil
}

// chunk pulls the records of one transaction; more is false at the end.
func (s *Store) chunk(next func() (runtime.Record, error, bool)) (chunk []runtime.Record, more bool, err error) {
	for bytes := 0; len(chunk) < importRecords && bytes < importBytes; {
		rec, err, ok := next()
		if !ok {
			return chunk, false, nil
		}
		if err == nil {
			rec, err = runtime.ForImport(rec, s.config.now())
		}
		if err != nil {
			return nil, false, err
		}
		chunk = append(chunk, rec)
		bytes += len(rec.Data)
	}
	return chunk, true, nil
}

func (s *Store) importChunk(ctx context.Context, chunk []runtime.Record, done *runtime.Imported) error {
	if len(chunk) == 0 {
		return ctx.Err()
	}
	counts := *done
	err := s.writer.exclusively(ctx, func(tx *transaction) error {
		for i := range chunk {
			if err := tx.importOne(&chunk[i], &counts); err != nil {
				return fmt.Errorf("event %s: %w", chunk[i].ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	*done = counts
	s.grown.Notify()
	return nil
}

// importOne writes rec unless it is there.
func (tx *transaction) importOne(rec *runtime.Record, counts *runtime.Imported) error {
	stored, err := tx.conn.find(rec.ID)
	if err != nil {
		return err
	}
	if stored != nil {
		if !rec.SameContent(stored) {
			return &runtime.IdempotencyError{ID: rec.ID, Stream: stored.Stream, Reason: "with other content"}
		}
		counts.Duplicates++
		return nil
	}
	version, tenant, err := tx.streamHead(rec.Stream)
	if err != nil {
		return err
	}
	if version > 0 && tenant != rec.Tenant {
		return &runtime.TenantError{Stream: rec.Stream, Tenant: rec.Tenant}
	}
	if err := tx.insert(rec, version+1); err != nil {
		return err
	}
	counts.Events++
	counts.Position = tx.head
	return nil
}
