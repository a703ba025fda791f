package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// service is a program that keeps a read model of memories up to date, in the file events.db of a script. It fails on
// the text "broken" for as long as there is no file named mended.
type service struct {
	stop func() error
}

// runService is `service start` and `service stop`.
func runService(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value("service").(*service)
	switch {
	case len(args) == 1 && args[0] == "start" && s.stop == nil:
		ts.Check(s.start(ts.MkAbs(".")))
		ts.Defer(func() { ts.Check(s.end()) })
	case len(args) == 1 && args[0] == "stop" && s.stop != nil:
		ts.Check(s.end())
	default:
		ts.Fatalf("usage: service start|stop")
	}
}

func (s *service) start(dir string) error {
	ctx, cancel := context.WithCancel(context.Background())
	events, err := sqlite.Open(ctx, filepath.Join(dir, "events.db"))
	if err != nil {
		cancel()
		return err
	}
	models, err := sqlitemodel.Open(ctx, filepath.Join(dir, "events.db"))
	if err != nil {
		cancel()
		return errors.Join(err, events.Close())
	}
	runner, err := newMemoryRunner(events, models, filepath.Join(dir, "mended"))
	if err != nil {
		cancel()
		return errors.Join(err, events.Close(), models.Close())
	}
	done := make(chan error, 1)
	go func() { done <- runner.Run(ctx) }()
	s.stop = func() error {
		cancel()
		return errors.Join(<-done, models.Close(), events.Close())
	}
	return nil
}

func (s *service) end() error {
	if s.stop == nil {
		return nil
	}
	stop := s.stop
	s.stop = nil
	return stop()
}

func newMemoryRunner(events *sqlite.Store, models *sqlitemodel.DB, mended string) (*projection.Runner[*sqlitemodel.Tx], error) {
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return nil, err
	}
	list := projection.Projection[*sqlitemodel.Tx]{
		ID: "memory_list", Digest: "1",
		Types:   []string{memory.TypeMemoryCreated, memory.TypeMemoryReworded, memory.TypeMemoryAccessed},
		Handler: memoryList(mended),
	}
	return projection.NewRunner(events, models, registry, []projection.Projection[*sqlitemodel.Tx]{list},
		projection.WithPoll(20*time.Millisecond), projection.WithOwner("service"), projection.WithLogger(slog.New(slog.DiscardHandler)),
		projection.WithRetries(projection.Retries{Attempts: 2, Base: time.Millisecond, Max: 5 * time.Millisecond}))
}

func memoryList(mended string) sqlitemodel.Handwritten {
	return sqlitemodel.Handwritten{
		Names: []string{"memory_list"},
		Make: func(ctx context.Context, tx *sqlitemodel.Tx) error {
			_, err := tx.ExecContext(ctx, `CREATE TABLE `+tx.Table("memory_list")+` (stream TEXT PRIMARY KEY, text TEXT NOT NULL, accesses INTEGER NOT NULL)`)
			return err
		},
		One: func(ctx context.Context, tx *sqlitemodel.Tx, f *projection.Fact) (err error) {
			table, stream := tx.Table("memory_list"), f.Stream.String()
			switch e := f.Data.(type) {
			case memory.MemoryCreated:
				_, err = tx.ExecContext(ctx, `INSERT INTO `+table+` VALUES (?, ?, 0)`, stream, e.Text)
			case memory.MemoryReworded:
				if _, missing := os.Stat(mended); e.Text == "broken" && missing != nil {
					return errors.New("this text cannot be taken")
				}
				_, err = tx.ExecContext(ctx, `UPDATE `+table+` SET text = ? WHERE stream = ?`, e.Text, stream)
			case memory.MemoryAccessed:
				_, err = tx.ExecContext(ctx, `UPDATE `+table+` SET accesses = accesses + 1 WHERE stream = ?`, stream)
			}
			return err
		},
	}
}

// until repeats a command until what it prints matches: until PATTERN evgen projections list.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN COMMAND ARG...")
	}
	pattern := regexp.MustCompile(`(?m)` + args[0])
	ticks := time.NewTicker(50 * time.Millisecond)
	defer ticks.Stop()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); <-ticks.C {
		if err := ts.Exec(args[1], args[2:]...); err == nil && pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("not within 30 s; at last:\n%s%s", ts.ReadFile("stdout"), ts.ReadFile("stderr"))
}
