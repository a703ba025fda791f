package soak

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// FileRole is the role, of package faults, of the processes that share a file.
const FileRole = "soak a file"

// processes share the file, each with so many writers and a runner.
const (
	processes      = 3
	processWriters = 3
)

// RunFile does to a SQLite file what plan says, by processes that are killed with
// kill -9 and take each other's place, and judges what is left. Of plan it heeds Length,
// Seed, KillEvery and SwapEvery. The test's main function must give processes in
// [FileRole] to [PlayFile].
func RunFile(ctx context.Context, file string, plan Plan) (*Report, error) {
	plan.Follow = subscribeFile
	following, end := context.WithCancel(ctx)
	defer end()
	w := &world{plan: plan, dsn: file, following: following, logger: slog.New(slog.DiscardHandler)}
	db, err := openFile(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("soak: %w", err)
	}
	defer func() { _ = db.Close() }()
	var readers faults.Crew
	readers.Spawn(w.steady, w.failingOver)
	if err := w.share(ctx, db); err != nil {
		return nil, fmt.Errorf("soak: %w", err)
	}
	readers.Spawn(func() { _ = projectFile(following, file) })
	report, err := w.judgeFile(ctx, db, func() {
		end()
		readers.Wait()
	})
	if err != nil {
		return nil, fmt.Errorf("soak: %w", err)
	}
	return report, nil
}

// openFile makes the tables.
func openFile(ctx context.Context, file string) (*sqlitemodel.DB, error) {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	if err := store.Close(); err != nil {
		return nil, err
	}
	db, err := sqlitemodel.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	return db, db.Setup(ctx)
}

// share lets processes share the file until their time is up, and kills them all.
func (w *world) share(ctx context.Context, db *sqlitemodel.DB) error {
	writing, stop := context.WithTimeout(ctx, w.plan.Length)
	defer stop()
	w.writing = writing
	var mu sync.Mutex
	var errs []error
	var crew faults.Crew
	for range processes {
		crew.Spawn(func() {
			for w.writing.Err() == nil {
				if err := w.oneProcess(&mu); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
					return
				}
			}
		})
	}
	if w.plan.SwapEvery > 0 {
		crew.Spawn(func() { w.operate(db) })
	}
	crew.Wait()
	return errors.Join(errs...)
}

// oneProcess starts a process and kills it. mu guards the witnesses of the world.
func (w *world) oneProcess(mu *sync.Mutex) error {
	mu.Lock()
	first := len(w.witnesses)
	family := make([]*testimony.Witness, processWriters)
	for i := range family {
		family[i] = w.witness()
	}
	mu.Unlock()
	child, err := faults.StartChild(FileRole, fmt.Sprint(first, " ", w.dsn))
	if err != nil {
		return err
	}
	killed := make(chan struct{})
	go func() {
		defer close(killed)
		faults.Pause(w.writing, w.plan.KillEvery/2+rand.N(w.plan.KillEvery))
		child.Kill()
	}()
	err = w.hear(child, first, family)
	<-killed
	w.figures.kills.Add(1)
	return err
}

// hear notes what the writers of a process say, until it is dead.
func (w *world) hear(child *faults.Child, first int, family []*testimony.Witness) (err error) {
	open := make([]*testimony.Unit, len(family))
	child.Hear(func(line string) {
		name, rest, _ := strings.Cut(line, " ")
		writer, failed := strconv.Atoi(name)
		i := writer - first
		if failed == nil && (i < 0 || i >= len(family)) {
			failed = fmt.Errorf("a process says %q", line)
		}
		if failed == nil {
			open[i], failed = family[i].Hear(open[i], rest)
		}
		if failed == nil && strings.HasPrefix(rest, "wrote") {
			w.figures.written.Add(1)
		}
		err = errors.Join(err, failed)
	})
	return err
}

// PlayFile is a process that writes to a file and keeps the read model, until it is
// killed. The argument holds the number of its first writer and the file.
func PlayFile(argument string) error {
	number, file, _ := strings.Cut(argument, " ")
	first, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	ctx := context.Background()
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	failed := make(chan error)
	go func() { failed <- projectFile(ctx, file) }()
	for i := range processWriters {
		go func() { failed <- writeFile(ctx, store, first+i) }()
	}
	return <-failed
}

// writeFile says before each append what it intends, and behind it where that stands.
func writeFile(ctx context.Context, store *sqlite.Store, writer int) error {
	w, said := testimony.NewWitness(writer), said(writer)
	for {
		stream := runtime.StreamOf("Soak", fmt.Sprint("hot-", rand.N(hot)))
		if rand.N(4) == 0 {
			stream = streamOf(w)
		}
		part := w.Begin().Intend(stream, 1+rand.N(4))
		if err := testimony.Intends(said, part); err != nil {
			return err
		}
		out, err := store.Append(ctx, part.Stream(), runtime.ExpectAny(), runtime.Root(), part.Events()...)
		if err != nil {
			return err
		}
		if err := testimony.Wrote(said, out); err != nil {
			return err
		}
		faults.Pause(ctx, rand.N(3*time.Millisecond))
	}
}

// said writes lines to the parent, each by one call, with the writer in front.
type said int

var _ io.Writer = said(0)

func (s said) Write(line []byte) (int, error) {
	_, err := os.Stdout.Write(append([]byte(fmt.Sprint(int(s), " ")), line...))
	return len(line), err
}

// projectFile keeps the read model until ctx ends.
func projectFile(ctx context.Context, file string) error {
	logger := slog.New(slog.DiscardHandler)
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	db, err := sqlitemodel.Open(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	registry, err := testimony.Registry()
	if err != nil {
		return err
	}
	tallies := projection.Projection[*sqlitemodel.Tx]{
		ID: testimony.Tallies, Digest: "sha256:tallies", Types: []string{testimony.TypeMark}, Handler: sqlitemodel.Declared(testimony.Rows()),
	}
	r, err := projection.NewRunner(store, db, registry, []projection.Projection[*sqlitemodel.Tx]{tallies},
		projection.WithShards(3), projection.WithLease(time.Second), projection.WithPoll(50*time.Millisecond), projection.WithLogger(logger))
	if err != nil {
		return err
	}
	return r.Run(ctx)
}

// subscribeFile opens the file anew.
func subscribeFile(ctx context.Context, file string, after runtime.Position, see func(*runtime.Record) error) error {
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	return seeAll(ctx, store, after, see)
}

// judgeFile is judge for a file.
func (w *world) judgeFile(ctx context.Context, db *sqlitemodel.DB, stop func()) (*Report, error) {
	raw, err := sql.Open("sqlite", w.dsn)
	if err != nil {
		return nil, err
	}
	defer func() { _ = raw.Close() }()
	truth, err := fileTruth(ctx, raw)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	arrived := w.arrive(within, truth.Last())
	live, fresh, late := w.settleIn(within, db, truth.Last())
	stop()
	r := w.report(truth)
	if !arrived {
		r.wrong = append(r.wrong, fmt.Errorf("readers stand at %d and %d of %d", w.readings[0].At(), w.readings[1].At(), truth.Last()))
	}
	if late != nil {
		r.wrong = append(r.wrong, fmt.Errorf("the read model did not come to position %d: %w", truth.Last(), late))
		return r, nil
	}
	err = r.compareVersions(ctx, db, live, fresh)
	for _, table := range []string{testimony.Tallies, fmt.Sprintf("%s_v%d", testimony.Tallies, fresh)} {
		if wrong := fileTallies(ctx, raw, truth, table); wrong != nil {
			r.wrong = append(r.wrong, wrong)
		}
	}
	r.Rows = len(truth.Fold(truth.Last()))
	return r, errors.Join(err, integrity(ctx, raw, r))
}

// fileTruth reads all events by plain SQL: the primary key.
func fileTruth(ctx context.Context, raw *sql.DB) (all testimony.Truth, err error) {
	rows, err := raw.QueryContext(ctx, `SELECT position, stream, version, data FROM events ORDER BY position`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e testimony.Entry
		var data []byte
		if err := rows.Scan(&e.Position, &e.Stream, &e.Version, &data); err != nil {
			return nil, err
		}
		if e.Mark, err = testimony.ParseMark(data); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

func fileTallies(ctx context.Context, raw *sql.DB, truth testimony.Truth, table string) error {
	rows, err := raw.QueryContext(ctx, `SELECT stream, events, sum, last FROM `+table)
	if err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	defer func() { _ = rows.Close() }()
	got := map[string]testimony.Tally{}
	for rows.Next() {
		var key string
		var row testimony.Tally
		if err := rows.Scan(&key, &row.Events, &row.Sum, &row.Last); err != nil {
			return err
		}
		got[key] = row
	}
	return errors.Join(rows.Err(), truth.CompareTallies(table, got))
}

// integrity adds to r what SQLite itself finds wrong.
func integrity(ctx context.Context, raw *sql.DB, r *Report) error {
	var verdict string
	err := raw.QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&verdict)
	if err == nil && verdict != "ok" {
		r.wrong = append(r.wrong, fmt.Errorf("integrity check: %s", verdict))
	}
	return err
}
