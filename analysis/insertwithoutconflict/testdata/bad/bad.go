package bad

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shoppg"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
)

type orders struct{ insertPaid string }

var _ shoppg.OrdersHandler = (*orders)(nil)

const (
	insertOrder = `INSERT INTO {orders} (id, customer) VALUES ($1, $2)`
	into        = "INSERT INTO "
)

//go:embed shipped.sql
var insertShipped string

var byKind = map[string]string{
	"card": "INSERT INTO cards (id) VALUES ($1)",
	"cash": "INSERT INTO cash (id) VALUES ($1) ON CONFLICT DO NOTHING",
}

func newOrders() *orders { return &orders{insertPaid: "INSERT INTO paid (id) VALUES ($1)"} }

func (*orders) Tables() []string                                 { return []string{"orders"} }
func (*orders) Create(ctx context.Context, tx *pgmodel.Tx) error { return nil }

func (*orders) OrderPlaced(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	queue(tx, insertOrder, event.ID, event.Data.Customer) // want `INSERT INTO \{orders\} does not say what becomes of a row that is there.*\(orders.OrderPlaced\)`
	tx.Queue(into+"lines (id) VALUES ($1)", event.ID)     // want `INSERT INTO lines`
	for _, s := range []string{"INSERT INTO a VALUES ($1)", "INSERT INTO b VALUES ($1)"} {
		tx.Queue(s, event.ID) // want `INSERT INTO a` `INSERT INTO b`
	}
	_, err := tx.Exec(ctx, fmt.Sprintf("INSERT INTO %s (id) VALUES ($1)", "tags"), event.ID) // want `INSERT INTO tags`
	return err
}

func queue(tx *pgmodel.Tx, text string, args ...any) {
	tx.Queue(strings.ReplaceAll(text, "{orders}", tx.Table("orders")), args...)
}

func (*orders) OrderShipped(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	b := &pgx.Batch{}
	b.Queue(insertShipped, event.ID) // want `INSERT INTO shipped`
	return tx.SendBatch(ctx, b).Close()
}

func (o *orders) OrderPaid(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPaid]) error {
	tx.Queue(o.insertPaid, event.ID)   // want `INSERT INTO paid`
	tx.Queue(byKind["cash"], event.ID) // want `INSERT INTO cards`
	return save(ctx, tx, event.ID)
}

type execer interface {
	QueryRow(ctx context.Context, text string, args ...any) pgx.Row
}

func save(ctx context.Context, tx execer, id any) error {
	const text = `
		-- ON CONFLICT is for others
		WITH gone AS (DELETE FROM drafts WHERE id = $1)
		INSERT INTO saved (id, note) VALUES ($1, 'ON CONFLICT DO NOTHING') RETURNING id`
	return tx.QueryRow(ctx, text, id).Scan(new(int)) // want `INSERT INTO saved .*orders.OrderPaid -> save`
}

func (*orders) OrderClosed(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderClosed]) error {
	var b strings.Builder
	b.WriteString("INSERT INTO closed (id)")
	b.WriteString(" VALUES ($1)")
	func() { tx.Queue(b.String(), event.ID) }() // want `INSERT INTO closed`
	return nil
}

type mails struct{ insert *sql.Stmt }

var _ shopprocess.MailsHandler[*sql.Tx] = (*mails)(nil)

func newMails(db *sql.DB) (*mails, error) {
	insert, err := db.Prepare("INSERT INTO mails (id) VALUES (?)")
	return &mails{insert: insert}, err
}

func (m *mails) OrderPlaced(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	if _, err := m.insert.ExecContext(ctx, event.ID); err != nil { // want `INSERT INTO mails`
		return err
	}
	_, err := tx.StmtContext(ctx, m.insert).Exec(event.ID) // want `INSERT INTO mails`
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO copies (id) SELECT id FROM parcels"); err != nil { // want `INSERT INTO copies`
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO runs DEFAULT VALUES") // want `INSERT INTO runs`
	return err
}

func (m *mails) OrderShipped(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	insert := "INSERT INTO parcels (id) VALUES (?)"
	if event.Data.Parcels > 1 {
		insert = "INSERT OR IGNORE INTO parcels (id) VALUES (?)"
	}
	_, err := tx.ExecContext(ctx, insert, event.ID) // want `INSERT INTO parcels`
	return err
}
