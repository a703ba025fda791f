package postgres

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
)

// soak is how long hostile writers run; make soak gives them minutes.
var soak = flag.Duration("soak", 2*time.Second, "how long readers are tried beside hostile writers")

// readFunc reads what it takes to be there after a position.
type readFunc func(ctx context.Context, after runtime.Position) ([]runtime.Position, error)

// Readers of every kind, among writers that do all that delays a commit.
func TestReadersLoseNothingBesideHostileWriters(t *testing.T) {
	for name, opts := range map[string][]Option{"one table": nil, "partitions": {WithPartitions(2000)}} {
		t.Run(name, func(t *testing.T) {
			h := newHostility(t, opts...)
			readers := []func(context.Context, *reading) error{h.polling, h.polling, h.restarting, h.subscribing}
			for i, r := range h.run(readers) {
				if err := r.check(h.truth()); err != nil {
					t.Errorf("reader %d: %v", i, err)
				}
			}
		})
	}
}

// The same, with a reader who takes what is visible for all there is: proof that
// the writers are hostile and that the check has eyes.
func TestReaderOfWhateverIsVisibleIsCaught(t *testing.T) {
	h := newHostility(t)
	conn := newSession(t, h.dsn).conn
	naive := func(ctx context.Context, after runtime.Position) ([]runtime.Position, error) {
		rows, err := conn.Query(ctx, `SELECT position FROM evgen.events WHERE position > $1 ORDER BY position`, int64(after))
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowTo[runtime.Position])
	}
	readings := h.run([]func(context.Context, *reading) error{
		func(ctx context.Context, r *reading) error { return h.poll(ctx, r, naive) },
	})
	if err := readings[0].check(h.truth()); err == nil {
		t.Error("a reader who passes what is not visible yet lost nothing: the writers are too tame")
	}
}

// hostility is a store with writers that make reading it hard.
type hostility struct {
	t       testing.TB
	dsn     string
	opts    []Option
	writing atomic.Bool
	upkeep  string // a statement, run now and then
}

func newHostility(t testing.TB, opts ...Option) *hostility {
	h := &hostility{t: t, dsn: pgtest.Database(t), opts: opts, upkeep: "SELECT 1"}
	if s := openStore(t, h.dsn, append([]Option{WithMigrations()}, opts...)...); s.config.partition > 0 {
		h.upkeep = "SELECT evgen.extend_events(4)"
	}
	newSession(t, h.dsn).exec("CREATE TABLE elsewhere (x int)")
	return h
}

// reading is what one reader has seen.
type reading struct {
	seen []runtime.Position
	at   atomic.Int64
}

func (r *reading) see(positions ...runtime.Position) {
	for _, p := range positions {
		r.seen = append(r.seen, p)
		r.at.Store(int64(p))
	}
}

// check compares what was seen with what is there.
func (r *reading) check(truth []runtime.Position) error {
	unordered := 0
	for i := 1; i < len(r.seen); i++ {
		if r.seen[i] < r.seen[i-1] {
			unordered++
		}
	}
	sorted := slices.Sorted(slices.Values(r.seen))
	distinct := slices.Compact(slices.Clone(sorted))
	lost := 0
	for _, p := range truth {
		if _, ok := slices.BinarySearch(distinct, p); !ok {
			lost++
		}
	}
	doubled, invented := len(sorted)-len(distinct), len(distinct)-(len(truth)-lost)
	if lost+doubled+unordered+invented > 0 {
		return fmt.Errorf("of %d records it lost %d, doubled %d, invented %d and saw %d out of order", len(truth), lost, doubled, invented, unordered)
	}
	return nil
}

func (h *hostility) truth() []runtime.Position {
	rows, err := newSession(h.t, h.dsn).conn.Query(context.Background(), `SELECT position FROM evgen.events ORDER BY position`)
	if err != nil {
		h.t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[runtime.Position])
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// run lets writers and readers work side by side, and readers go on until they
// have seen the end.
func (h *hostility) run(readers []func(context.Context, *reading) error) []*reading {
	const writers = 10
	ctx, cancel := context.WithTimeout(context.Background(), *soak+time.Minute)
	defer cancel()
	h.writing.Store(true)
	stop := time.AfterFunc(*soak, func() { h.writing.Store(false) })
	defer stop.Stop()
	var writing, reads sync.WaitGroup
	readings := make([]*reading, len(readers))
	end := make(chan runtime.Position)
	for i, read := range readers {
		readings[i] = &reading{}
		following, enough := context.WithCancel(ctx)
		h.spawn(&reads, func() error { return read(following, readings[i]) })
		h.spawn(&reads, func() error { defer enough(); return readings[i].reach(ctx, end) })
	}
	for i := range writers {
		h.spawn(&writing, func() error { return h.write(ctx, uint64(i)) })
	}
	h.spawn(&writing, func() error { return h.idle(ctx) })
	h.spawn(&writing, func() error { return h.elsewhere(ctx) })
	writing.Wait()
	truth := h.truth()
	for range readers {
		end <- truth[len(truth)-1]
	}
	reads.Wait()
	h.t.Logf("%d records", len(truth))
	return readings
}

func (h *hostility) spawn(wg *sync.WaitGroup, f func() error) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		if err := f(); err != nil && !errors.Is(err, context.Canceled) {
			h.t.Error(err)
		}
	}()
}

// reach waits until the reader has come to the end.
func (r *reading) reach(ctx context.Context, end <-chan runtime.Position) error {
	last := int64(<-end)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for r.at.Load() < last {
		select {
		case <-ctx.Done():
			return fmt.Errorf("at position %d of %d: %w", r.at.Load(), last, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}

func (h *hostility) open() *Store { return openStore(h.t, h.dsn, h.opts...) }

func (h *hostility) poll(ctx context.Context, r *reading, read readFunc) error {
	for ctx.Err() == nil {
		positions, err := read(ctx, runtime.Position(r.at.Load()))
		if err != nil {
			return err
		}
		r.see(positions...)
	}
	return ctx.Err()
}

func (s *Store) readPositions(ctx context.Context, after runtime.Position) (out []runtime.Position, err error) {
	for rec, err := range s.ReadAll(ctx, after, runtime.Filter{}) {
		if err != nil {
			return nil, err
		}
		out = append(out, rec.Position)
	}
	return out, nil
}

// polling reads again and again from where it is.
func (h *hostility) polling(ctx context.Context, r *reading) error {
	return h.poll(ctx, r, h.open().readPositions)
}

// restarting knows nothing but its position each time.
func (h *hostility) restarting(ctx context.Context, r *reading) error {
	return h.poll(ctx, r, func(ctx context.Context, after runtime.Position) ([]runtime.Position, error) {
		s, err := Open(ctx, h.dsn, h.opts...)
		if err != nil {
			return nil, err
		}
		defer func() { _ = s.Close() }()
		return s.readPositions(ctx, after)
	})
}

func (h *hostility) subscribing(ctx context.Context, r *reading) error {
	for rec, err := range h.open().Subscribe(ctx, 0, runtime.Filter{}) {
		if err != nil {
			return err
		}
		r.see(rec.Position)
	}
	return nil
}

// write makes one transaction after the other, each of its own kind.
func (h *hostility) write(ctx context.Context, seed uint64) error {
	conn, err := pgx.Connect(ctx, h.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	random := rand.New(rand.NewPCG(7, seed))
	for h.writing.Load() {
		if err := hostileTransaction(ctx, conn, random); err != nil {
			return err
		}
	}
	return nil
}

// Fragments of hostile transactions.
const (
	insertQuietly = `INSERT INTO evgen.events (id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, data)
		VALUES (gen_random_uuid(), 'Hand-' || gen_random_uuid(), 1, 'hand.Made', 1, '', gen_random_uuid(), gen_random_uuid(), '', now(), '{}')`
	otherWork = `INSERT INTO elsewhere VALUES (1)`
	dawdle    = `SELECT pg_sleep(random() * 0.01)`
)

func hostileTransaction(ctx context.Context, conn *pgx.Conn, random *rand.Rand) error {
	chance := func(percent int) bool { return random.IntN(100) < percent }
	if chance(40) {
		return runAll(ctx, conn, insertQuietly)
	}
	steps := []string{"BEGIN"}
	if chance(30) {
		steps = append(steps, otherWork)
	}
	if chance(20) {
		steps = append(steps, "SAVEPOINT a", insertQuietly, dawdle, "ROLLBACK TO a")
	}
	for range 1 + random.IntN(3) {
		steps = append(steps, insertQuietly)
	}
	if chance(20) {
		steps = append(steps, "SAVEPOINT b", insertQuietly, "RELEASE b")
	}
	if chance(30) {
		steps = append(steps, dawdle)
	}
	switch {
	case chance(12):
		steps = append(steps, "ROLLBACK")
	case chance(10):
		steps = append(steps, inTwoPhases(random)...)
	default:
		steps = append(steps, "COMMIT")
	}
	return runAll(ctx, conn, steps...)
}

// inTwoPhases prepares, appends something else meanwhile, and decides.
func inTwoPhases(random *rand.Rand) []string {
	name := "'" + uuid.NewString() + "'"
	decision := "COMMIT PREPARED "
	if random.IntN(5) == 0 {
		decision = "ROLLBACK PREPARED "
	}
	return []string{"PREPARE TRANSACTION " + name, insertQuietly, dawdle, decision + name}
}

func runAll(ctx context.Context, conn *pgx.Conn, statements ...string) error {
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// idle appends and then does nothing, for longer than readers are patient. It
// sees to partitions on the way.
func (h *hostility) idle(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, h.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for h.writing.Load() {
		if err := runAll(ctx, conn, "BEGIN", insertQuietly, "SELECT pg_sleep(0.4)", "COMMIT", h.upkeep, "SELECT pg_sleep(0.2)"); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere holds a transaction open that never appends.
func (h *hostility) elsewhere(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, h.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for h.writing.Load() {
		if err := runAll(ctx, conn, "BEGIN", otherWork, "SELECT pg_sleep(0.5)", "COMMIT"); err != nil {
			return err
		}
	}
	return nil
}
