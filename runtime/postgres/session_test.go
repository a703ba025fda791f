package postgres

import (
	"context"
	"iter"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// session is a connection that appends by hand, as transactions of other programs might.
type session struct {
	t    testing.TB
	conn *pgx.Conn
}

func newSession(t testing.TB, dsn string) *session {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return &session{t, conn}
}

func (s *session) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.conn.Exec(context.Background(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// insertByHand draws its position as every append does: by the column's default.
const insertByHand = `
INSERT INTO evgen.events (id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, data)
VALUES (gen_random_uuid(), 'Hand-' || gen_random_uuid(), 1, 'hand.Made', 1, '', gen_random_uuid(), gen_random_uuid(), '', now(), '{}')
RETURNING position`

func (s *session) insert() (position runtime.Position) {
	s.t.Helper()
	if err := s.conn.QueryRow(context.Background(), insertByHand).Scan(&position); err != nil {
		s.t.Fatal(err)
	}
	return position
}

func headOf(t testing.TB, s *Store) runtime.Position {
	t.Helper()
	head, _, err := s.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func positionsOf(t testing.TB, s *Store, after runtime.Position) (out []runtime.Position) {
	t.Helper()
	for rec, err := range s.ReadAll(context.Background(), after, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rec.Position)
	}
	return out
}

func firstErrorOf(records iter.Seq2[runtime.Record, error]) error {
	for _, err := range records {
		if err != nil {
			return err
		}
	}
	return nil
}

func collectAll(records iter.Seq2[runtime.Record, error]) (out []runtime.Record, err error) {
	for rec, err := range records {
		if err != nil {
			return out, err
		}
		out = append(out, rec)
	}
	return out, nil
}
