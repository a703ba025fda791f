package good

import (
	"database/sql"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/analysis/corpus/testdata/store"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
)

func once(ctx Ctx, tx Tx, id any, f func() error) error {
	var seen bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM inbox WHERE event = $1)", id).Scan(&seen); err != nil || seen {
		return err
	}
	return f()
}

// case unguarded-increment: a literal that a guard runs
type kind1 struct{ projector }

func (kind1) OrderPaid(ctx Ctx, tx Tx, event Paid) error {
	return once(ctx, tx, event.ID, func() error {
		_, err := tx.Exec(ctx, "UPDATE totals SET amount = amount + $1", event.Data.Amount)
		return err
	})
}

// case unguarded-increment: a literal that a guard of another package runs
type kind2 struct{ projector }

func (kind2) OrderPaid(ctx Ctx, tx Tx, event Paid) error {
	return store.Once(ctx, tx, event.ID, func() error {
		_, err := tx.Exec(ctx, "UPDATE totals SET amount = amount + $1", event.Data.Amount)
		return err
	})
}

// case insert-without-conflict: the error of a key that is there is expected
type kind3 struct{ projector }

func (kind3) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	err := pgx.BeginFunc(ctx, tx, func(sp pgx.Tx) error {
		_, err := sp.Exec(ctx, "INSERT INTO orders (id) VALUES ($1)", event.ID)
		return err
	})
	var there *pgconn.PgError
	if errors.As(err, &there) && there.Code == "23505" {
		return nil
	}
	return err
}

// case map-order: the greatest, and the first of equal ones
type kind4 struct{ folder }

func (kind4) OrderPlaced(s State, e Placed) State {
	best, length := "", -1
	for k, v := range e.Data.Attributes {
		if len(v) > length || len(v) == length && k < best {
			best, length = k, len(v)
		}
	}
	s.Customer = best
	return s
}

// case map-order: groups that are sorted before they are used
type kind5 struct{ projector }

func (kind5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	groups := map[string][]string{}
	for k, v := range event.Data.Attributes {
		groups[v] = append(groups[v], k)
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		slices.Sort(groups[name])
		tx.Queue("UPDATE orders SET "+name+" = $2 WHERE id = $1", event.ID, groups[name])
	}
	return nil
}

// case map-order: inserted where it belongs
type kind6 struct{ folder }

func (kind6) OrderPlaced(s State, e Placed) State {
	var keys []string
	for k := range e.Data.Attributes {
		at, _ := slices.BinarySearch(keys, k)
		keys = slices.Insert(keys, at, k)
	}
	s.Customer = strings.Join(keys, ",")
	return s
}

// case map-order: only logged
type kind7 struct{ projector }

func (kind7) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	for k, v := range event.Headers {
		slog.DebugContext(ctx, "header", k, v)
	}
	return nil
}

// case hidden-dependency: a consumer with tables of its own, in a package that knows read models
type kind8 struct {
	send func(to string) error
}

var _ shopprocess.Handler[Tx] = kind8{}

func (kind8) Tables() []string                               { return []string{"mails"} }
func (kind8) Create(ctx Ctx, tx Tx) error                    { return nil }
func (k kind8) OrderPlaced(ctx Ctx, tx Tx, e Placed) error   { return k.send(e.Data.Customer) }
func (k kind8) OrderShipped(ctx Ctx, tx Tx, e Shipped) error { return k.send("somebody") }
func (k kind8) OrderPaid(ctx Ctx, tx Tx, e Paid) error       { return nil }
func (k kind8) OrderClosed(ctx Ctx, tx Tx, e Closed) error   { return nil }

// case insert-without-conflict: nothing was found
type kind9 struct{ mailer }

func (kind9) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	var id string
	err := tx.QueryRowContext(ctx, "SELECT id FROM mails WHERE id = ?", event.ID).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO mails (id) VALUES (?)", event.ID)
	return err
}
