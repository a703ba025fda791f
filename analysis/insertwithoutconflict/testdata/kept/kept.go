// Package kept sends what others ask for.
package kept

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Tx is a transaction.
type Tx interface {
	Exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error)
}

const insertLine = "INSERT INTO lines (id) VALUES ($1)"

// Line adds a line.
func Line(ctx context.Context, tx Tx, id any) error { return send(ctx, tx, insertLine, id) }

func send(ctx context.Context, tx Tx, text string, args ...any) error {
	_, err := tx.Exec(ctx, strings.TrimSpace(text), args...)
	return err
}

// Send sends anything.
func Send(ctx context.Context, tx Tx, text string, args ...any) error {
	return send(ctx, tx, text, args...)
}

// Into adds to any table.
func Into(ctx context.Context, tx Tx, table string, id any) error {
	return send(ctx, tx, "INSERT INTO "+table+" (id) VALUES ($1)", id)
}

// Lines adds lines one by one, as long as a new one is there.
func Lines(ctx context.Context, tx Tx, ids []any) error {
	for _, id := range ids {
		if err := Line(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// Text is a statement.
var Text = "INSERT INTO texts (id) VALUES ($1)"

// Sender is an interface that this package implements.
type Sender interface {
	Parcel(ctx context.Context, tx Tx, id any) error
}

// New returns one.
func New() Sender { return sender{} }

type sender struct{}

func (sender) Parcel(ctx context.Context, tx Tx, id any) error {
	return send(ctx, tx, "INSERT INTO parcels (id) VALUES ($1)", id)
}

// Row adds a row for a new event, or for one that is wanted once more.
func Row(ctx context.Context, tx Tx, id any, version, seen int64, again bool) error {
	if version > seen {
		if err := row(ctx, tx, id); err != nil {
			return err
		}
	}
	if again {
		return row(ctx, tx, id)
	}
	return nil
}

func row(ctx context.Context, tx Tx, id any) error {
	return send(ctx, tx, "INSERT INTO rows (id) VALUES ($1)", id)
}

// Mark adds a mark for a new event, as two ways tell that it is one.
func Mark(ctx context.Context, tx Tx, id any, version, seen int64) error {
	tag, err := tx.Exec(ctx, "INSERT INTO seen (id) VALUES ($1) ON CONFLICT DO NOTHING", id)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 1 {
		if err := mark(ctx, tx, "first"); err != nil {
			return err
		}
	}
	if version > seen {
		if err := mark(ctx, tx, "second"); err != nil {
			return err
		}
	}
	if version >= seen {
		if err := mark(ctx, tx, "third"); err != nil {
			return err
		}
	}
	if tag.RowsAffected() == 1 {
		return mark(ctx, tx, "fourth")
	}
	return nil
}

func mark(ctx context.Context, tx Tx, id any) error {
	return send(ctx, tx, "INSERT INTO marks (id) VALUES ($1)", id)
}
