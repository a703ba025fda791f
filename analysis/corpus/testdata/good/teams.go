package good

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"text/template"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/evgen/evgen/analysis/corpus/testdata/db"
	"github.com/evgen/evgen/analysis/corpus/testdata/record"
	"github.com/evgen/evgen/analysis/corpus/testdata/store"
	"github.com/evgen/evgen/analysis/corpus/testdata/texts"
	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

// case insert-without-conflict: a query that sqlc wrote has the clause
type team1 struct{ projector }

func (team1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return db.New(tx).UpsertOrder(ctx, db.CreateOrderParams{ID: event.ID.String(), Customer: event.Data.Customer})
}

// case insert-without-conflict: two queries, of which the first one deletes
type team2 struct{ projector }

func (team2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	q := db.New(tx)
	if err := q.DeleteOrder(ctx, event.ID.String()); err != nil {
		return err
	}
	return q.CreateOrder(ctx, db.CreateOrderParams{ID: event.ID.String(), Customer: event.Data.Customer})
}

// case unguarded-increment: the query of another package has a guard
type team3 struct{ projector }

func (team3) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return db.New(tx).CountOrderOnce(ctx, event.Data.Customer, int64(event.StreamVersion))
}

// case unguarded-increment: the handler looks at the version before it calls another package
type team4 struct{ projector }

func (team4) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	var seen runtime.StreamVersion
	if err := tx.QueryRow(ctx, "SELECT version FROM customers WHERE name = $1", event.Data.Customer).Scan(&seen); err != nil {
		return err
	}
	if event.StreamVersion <= seen {
		return nil
	}
	_, err := db.New(tx).CountOrder(ctx, event.Data.Customer)
	return err
}

// case unguarded-increment: what is called looks at the version that it is given
type team5 struct{ projector }

func (team5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	var seen int64
	if err := tx.QueryRow(ctx, "SELECT version FROM customers WHERE name = $1", event.Data.Customer).Scan(&seen); err != nil {
		return err
	}
	return store.Count(ctx, tx, event.Data.Customer, int64(event.StreamVersion), seen)
}

// case insert-without-conflict: helpers of another package that take care
type team6 struct{ projector }

func (team6) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	if err := store.Keep(ctx, tx, event.Data.Customer); err != nil {
		return err
	}
	return store.Replace(ctx, tx, event.ID.String(), event.Data.Tags)
}

// case insert-without-conflict: the clause stands here, what runs it elsewhere
type team7 struct{ projector }

func (team7) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return store.Run(ctx, tx, store.InsertLine+" ON CONFLICT DO NOTHING", event.ID, "none")
}

type customer struct{ id, name string }

// case insert-without-conflict: a generic repository
type team8 struct {
	projector
	rows *store.Repository[customer]
}

func newTeam8() team8 {
	return team8{rows: store.NewRepository("customers", func(c customer) []any { return []any{c.id, c.name} })}
}

func (t team8) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return t.rows.Upsert(ctx, tx, customer{event.ID.String(), event.Data.Customer})
}

// case mutated-event: helpers of another package that copy
type team9 struct{ folder }

func (team9) OrderPlaced(s State, e Placed) State {
	s.Tags = texts.Sorted(texts.Unique(e.Data.Tags))
	return s
}

// case mutated-event: a helper that sorts is given a copy
type team10 struct{ folder }

func (team10) OrderPlaced(s State, e Placed) State {
	tags := append([]string(nil), e.Data.Tags...)
	texts.Order(tags)
	s.Tags = texts.Normalize(slices.Clone(tags))
	return s
}

// case mutated-event: the copy of a map is filled in elsewhere
type team11 struct{ mailer }

func (team11) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	attributes := maps.Clone(event.Data.Attributes)
	texts.Default(attributes, "language", "en")
	_, err := json.Marshal(attributes)
	return err
}

// case lost-cause: a recorder of another package is given the cause
type team12 struct {
	mailer
	closed *record.Recorder
}

func (t team12) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	return t.closed.With(ctx, record.After(event, "mails"), shop.OrderClosed{})
}

// case lost-cause: a new chain is for those without one
type team13 struct {
	mailer
	closed *record.Recorder
}

func (t team13) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	return t.closed.Or(ctx, runtime.CausedBy(event), shop.OrderClosed{})
}

// case lost-cause: a root of another package goes on with the chain
type team14 struct {
	mailer
	closed *record.Recorder
}

func (t team14) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	cause := record.Cause("mails").WithCorrelation(event.Correlation).WithCausation(event.ID)
	return t.closed.With(ctx, cause, shop.OrderClosed{})
}

// case clock: arithmetic with the time of the event
type team15 struct{ projector }

func (team15) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	due := event.OccurredAt.UTC().Truncate(24*time.Hour).AddDate(0, 0, 14)
	late := event.RecordedAt.Sub(event.Data.At) > time.Hour
	opened, err := time.Parse(time.RFC3339, "2024-01-01T00:00:00Z")
	if err != nil {
		return err
	}
	week := int(due.Sub(opened) / (7 * 24 * time.Hour))
	_, err = tx.Exec(ctx, "UPDATE orders SET due = $2, late = $3, week = $4 WHERE id = $1", event.ID, due, late, week)
	return err
}

// case random: chance that follows from the event
type team16 struct{ folder }

func (team16) OrderPlaced(s State, e Placed) State {
	seed := binary.BigEndian.Uint64(e.ID[:8])
	r := rand.New(rand.NewPCG(seed, uint64(e.Position)))
	if r.IntN(100) < 10 {
		s.Customer = "control group"
	}
	s.ID = uuid.NewSHA1(e.ID, []byte(e.Data.Customer))
	return s
}

// case concurrency: a cache behind a lock, in a consumer
type team17 struct {
	mailer
	mu   sync.RWMutex
	seen map[string]int
	once sync.Once
	tmpl *template.Template
}

func (t *team17) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	t.once.Do(func() { t.tmpl = template.Must(template.New("mail").Parse("Hello {{.Customer}}")) })
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen[event.Data.Customer] = len(event.Data.Tags)
	var b bytes.Buffer
	return t.tmpl.Execute(&b, event.Data)
}

// case concurrency: goroutines in a consumer, which talks to the world
type team18 struct {
	mailer
	send func(ctx context.Context, to string) error
}

func (t team18) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, tag := range event.Data.Tags {
		g.Go(func() error { return t.send(ctx, tag) })
	}
	return g.Wait()
}

// case concurrency: a projection with a lock for those who read
type team19 struct {
	projector
	mu    sync.Mutex
	names map[string]string
}

func (t *team19) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.names[event.ID.String()] = event.Data.Customer
	return ctx.Err()
}

// case map-order: sorted by value, then by key
type team20 struct{ folder }

func (team20) OrderPlaced(s State, e Placed) State {
	keys := slices.Collect(maps.Keys(e.Data.Attributes))
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(strings.Compare(e.Data.Attributes[a], e.Data.Attributes[b]), strings.Compare(a, b))
	})
	h := sha256.New()
	for _, k := range keys {
		fmt.Fprintf(h, "%s=%s;", k, e.Data.Attributes[k])
	}
	s.Customer = fmt.Sprintf("%x", h.Sum(nil))
	return s
}

// case map-order: groups, each of which keeps the order of the lines
type team21 struct{ folder }

func (team21) OrderPlaced(s State, e Placed) State {
	names := map[string]string{}
	count := 0
	for k, v := range e.Data.Attributes {
		names[strings.ToLower(k)] = v
		count++
	}
	s.Names, s.Total = names, int64(count)
	return s
}

// case insert-without-conflict: COPY to a table of its own, and from there with a clause
type team22 struct{ projector }

func (team22) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	if _, err := tx.Exec(ctx, "CREATE TEMP TABLE staged (order_id uuid, sku text) ON COMMIT DROP"); err != nil {
		return err
	}
	rows := make([][]any, 0, len(event.Data.Lines))
	for _, line := range event.Data.Lines {
		rows = append(rows, []any{event.ID, line.Sku})
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"staged"}, []string{"order_id", "sku"}, pgx.CopyFromRows(rows)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO lines SELECT * FROM staged ON CONFLICT DO NOTHING")
	return err
}

// builder puts statements together, as libraries do.
type builder struct {
	table, suffix string
	columns       []string
	values        []any
}

func insertInto(table string) *builder { return &builder{table: table} }

func (b *builder) Columns(names ...string) *builder { b.columns = names; return b }
func (b *builder) Values(values ...any) *builder    { b.values = values; return b }
func (b *builder) Suffix(s string) *builder         { b.suffix = s; return b }

func (b *builder) SQL() (string, []any) {
	var text strings.Builder
	text.WriteString("INSERT INTO ")
	text.WriteString(b.table)
	fmt.Fprintf(&text, " (%s) VALUES (", strings.Join(b.columns, ", "))
	for i := range b.values {
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "$%d", i+1)
	}
	text.WriteString(") ")
	text.WriteString(b.suffix)
	return text.String(), b.values
}

// case insert-without-conflict: a builder with a suffix
type team23 struct{ projector }

func (team23) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	text, args := insertInto("orders").Columns("id", "customer").Values(event.ID, event.Data.Customer).
		Suffix("ON CONFLICT (id) DO NOTHING").SQL()
	_, err := tx.Exec(ctx, text, args...)
	return err
}

// case insert-without-conflict: an update first, and an insert where it has changed nothing
type team24 struct{ projector }

func (team24) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tag, err := tx.Exec(ctx, "UPDATE orders SET customer = $2 WHERE id = $1", event.ID, event.Data.Customer)
	if err != nil {
		return err
	}
	if tag.RowsAffected() > 0 {
		return nil
	}
	_, err = tx.Exec(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2)", event.ID, event.Data.Customer)
	return err
}

// case insert-without-conflict: a SELECT that leaves out what is there, in small letters
type team25 struct{ mailer }

func (team25) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	_, err := tx.ExecContext(ctx, `
		insert into mails (id, customer)
		select ?, ?
		where not exists (
			select 1 from mails where id = ?
		)`, event.ID, event.Data.Customer, event.ID)
	return err
}

// case unguarded-increment: MERGE with the version
type team26 struct{ projector }

func (team26) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, `MERGE INTO totals t USING (VALUES ($1::text, $2::bigint, $3::bigint)) AS v (name, amount, version) ON t.name = v.name
		WHEN MATCHED AND t.version < v.version THEN UPDATE SET amount = t.amount + v.amount, version = v.version
		WHEN NOT MATCHED THEN INSERT (name, amount, version) VALUES (v.name, v.amount, v.version)`,
		event.Data.Customer, event.Data.Amount, int64(event.StreamVersion))
	return err
}

// case insert-without-conflict: the row is looked for first
type team27 struct{ projector }

func (team27) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM orders WHERE id = $1)", event.ID).Scan(&there); err != nil {
		return err
	}
	if there {
		return nil
	}
	_, err := tx.Exec(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2)", event.ID, event.Data.Customer)
	return err
}

type requestKey struct{}

// logged is a decorator.
type logged struct {
	team27
	log *slog.Logger
}

// case hidden-dependency: a decorator with a logger, and a value of the context
type team28 struct{ logged }

func (t team28) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	t.log.InfoContext(ctx, "order placed", "id", event.ID, "request", ctx.Value(requestKey{}))
	if err := t.logged.OrderPlaced(ctx, tx, event); err != nil {
		return fmt.Errorf("order %s: %w", event.ID, err)
	}
	return nil
}

// case ignored-ack: joined
type team29 struct {
	mailer
	store runtime.Store
}

func (t team29) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) (err error) {
	defer func() {
		_, failed := t.store.Append(ctx, event.Stream, runtime.ExpectAny(), runtime.CausedBy(event), shop.OrderClosed{})
		err = errors.Join(err, failed)
	}()
	return nil
}

// case exhaustive: a part on purpose, the rest by another function
func team30(e shop.Event) (string, error) {
	switch e := e.(type) {
	case shop.OrderPlaced:
		return e.Customer, nil
	case shop.OrderPaid, shop.OrderClosed, shop.OrderShipped:
		return "", nil
	default:
		return "", fmt.Errorf("unexpected %T", e)
	}
}
