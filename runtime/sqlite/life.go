package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// selectLife reads where the log ends (the primary key, backwards) and which life of
// the store this is, both at one moment: another process may begin a new one.
const selectLife = `SELECT coalesce((SELECT max(position) FROM events), 0), incarnation FROM store`

// Renew gives the store a new incarnation and returns it: what must be done after
// a backup was restored alone, and before anything is appended, since new events
// take the positions of those that are lost. Read models of the life before stand
// still and say so until they are rebuilt; other processes that have the file
// open notice by themselves. It blocks like an append.
func (s *Store) Renew(ctx context.Context) (runtime.Incarnation, error) {
	now := uuid.NewString()
	err := s.writer.exclusively(ctx, func(tx *transaction) error {
		return tx.conn.exec("UPDATE store SET incarnation = ?", now)
	})
	if err != nil {
		return "", fmt.Errorf("begin a new life of the store: %w", err)
	}
	return runtime.Incarnation(now), nil
}

// life returns where the log ends, and which life of the store this is.
func (c *conn) life() (head runtime.Position, now runtime.Incarnation, err error) {
	err = c.query(selectLife, nil, func(v []driver.Value) error {
		n, _ := v[0].(int64)
		text, _ := v[1].(string)
		head, now = runtime.Position(n), runtime.Incarnation(text)
		return nil
	})
	if err == nil && now == "" {
		err = fmt.Errorf("%w: %w", ErrDamaged, errors.New("it has no incarnation"))
	}
	return head, now, err
}
