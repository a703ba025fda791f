package main

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/broker"
	"github.com/evgen/evgen/examples/memory/embedder"
	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// world is a place for a system, which runs in a process of its own.
type world struct {
	*testing.T
	store, home string
}

// everywhere runs a test on both kinds of store, side by side.
func everywhere(t *testing.T, test func(w *world)) {
	t.Run("file", func(t *testing.T) { test(onFile(t)) })
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(&world{t, pgtest.Database(t), t.TempDir()})
	})
}

func onFile(t *testing.T) *world {
	t.Parallel()
	home := t.TempDir()
	return &world{t, filepath.Join(home, "memory.db"), home}
}

// program is the program with some arguments, on the store; it is killed when the
// test has ended.
func (w *world) program(args ...string) *exec.Cmd {
	program, err := exec.LookPath("memory")
	if err != nil {
		w.Fatal(err)
	}
	cmd := exec.CommandContext(w.Context(), program, append(args, "--store", w.store)...)
	cmd.Env = append(os.Environ(), "HOME="+w.home, "XDG_DATA_HOME=", storeVariable+"=")
	cmd.WaitDelay = time.Minute
	return cmd
}

// plays runs a system quickly, to its end, checks the exit status, and returns what
// was printed.
func (w *world) plays(code int, args ...string) string {
	w.Helper()
	cmd := w.program(append([]string{"system", "--quick"}, args...)...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		w.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		w.Fatalf("the system ends with status %d, want %d:\n%s", got, code, out)
	}
	return string(out)
}

// ending is what there is when a system has ended.
type ending struct {
	facts  []runtime.Record
	rows   []uuid.UUID
	sagas  map[saga.State][]saga.Instance
	mind   *mind.Mind
	sagasC saga.Control
}

func (w *world) open() *library.Library {
	w.Helper()
	l, err := library.Make(w.Context(), w.store, slog.New(slog.DiscardHandler))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = l.Close() })
	return l
}

func (w *world) ending() ending {
	w.Helper()
	l, ctx := w.open(), w.Context()
	e := ending{sagas: map[saga.State][]saga.Instance{}, sagasC: l.Sagas}
	for rec, err := range l.Events.ReadAll(ctx, 0, runtime.Filter{}) {
		if err != nil {
			w.Fatal(err)
		}
		e.facts = append(e.facts, rec)
	}
	vectors, err := embedder.Open(ctx, w.store)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = vectors.Close() }()
	if e.rows, err = vectors.Events(ctx); err != nil {
		w.Fatal(err)
	}
	all, err := l.Sagas.List(ctx, saga.Query{})
	if err != nil {
		w.Fatal(err)
	}
	for _, s := range all {
		e.sagas[s.State] = append(e.sagas[s.State], s)
	}
	if e.mind, err = mind.New(l.Events, l); err != nil {
		w.Fatal(err)
	}
	return e
}

// embeddedOnce checks that all words have one row and one note, and that nothing else has.
func (w *world) embeddedOnce(e ending) {
	w.Helper()
	var words, notes []string
	for _, rec := range e.facts {
		switch rec.Type {
		case memory.TypeMemoryCreated, memory.TypeMemoryReworded:
			words = append(words, rec.ID.String())
		case memory.TypeMemoryEmbedded:
			notes = append(notes, rec.Causation.String())
		}
	}
	var rows []string
	for _, id := range e.rows {
		rows = append(rows, id.String())
	}
	slices.Sort(words)
	slices.Sort(notes)
	slices.Sort(rows)
	if len(words) == 0 || !slices.Equal(words, notes) || !slices.Equal(words, rows) {
		w.Errorf("%d texts, %d rows, %d notes", len(words), len(rows), len(notes))
	}
}

// consolidated checks n sagas of each ending, and what they have made of memories.
func (w *world) consolidated(e ending, n int) {
	w.Helper()
	if len(e.sagas) != 2 || len(e.sagas[saga.Completed]) != n || len(e.sagas[saga.Compensated]) != n {
		w.Fatalf("sagas %+v, want %d completed and %d compensated", e.sagas, n, n)
	}
	for _, s := range e.sagas[saga.Completed] {
		w.steps(e, s, "forward capture done", "forward embed received", "forward absorb done")
		whole, parts := w.memories(e, s)
		if whole.Status != mind.Kept || whole.Accesses != len(parts) {
			w.Errorf("the whole is %s, and was refreshed %d times", whole.Status, whole.Accesses)
		}
		for _, part := range parts {
			if part.Status != mind.Absorbed || part.Into != whole.ID {
				w.Errorf("a part is %s, into %s", part.Status, part.Into)
			}
		}
	}
	for _, s := range e.sagas[saga.Compensated] {
		w.steps(e, s, "forward capture done", "forward embed received", "forward absorb gave_up", "compensate capture done")
		whole, parts := w.memories(e, s)
		gone := 0
		for _, part := range parts {
			if part.Status == mind.Forgotten {
				gone++
			} else if part.Status != mind.Kept {
				w.Errorf("a part is %s", part.Status)
			}
		}
		if whole.Status != mind.Forgotten || gone != 1 {
			w.Errorf("the whole is %s, %d parts are forgotten", whole.Status, gone)
		}
	}
}

func (w *world) steps(e ending, s saga.Instance, want ...string) {
	w.Helper()
	entries, err := e.sagasC.Entries(w.Context(), s.Ref)
	if err != nil {
		w.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, string(entry.Kind)+" "+entry.Step+" "+string(entry.Outcome))
	}
	if !slices.Equal(got, want) {
		w.Errorf("%s went through %q, want %q", s.Ref, got, want)
	}
}

// memories are the whole of a saga, and its parts.
func (w *world) memories(e ending, s saga.Instance) (whole mind.Item, parts []mind.Item) {
	w.Helper()
	item := func(id uuid.UUID) mind.Item {
		it, err := e.mind.Now(w.Context(), id)
		if err != nil {
			w.Fatal(err)
		}
		return it
	}
	whole = item(uuid.MustParse(s.ID))
	for _, id := range whole.Parts {
		parts = append(parts, item(id))
	}
	if len(parts) != 2 {
		w.Fatalf("%d parts", len(parts))
	}
	return whole, parts
}

func TestTheSystemKeepsItsPromisesAndGoesOn(t *testing.T) {
	everywhere(t, func(w *world) {
		for run := 1; run <= 2; run++ {
			w.plays(0)
			e := w.ending()
			w.embeddedOnce(e)
			w.consolidated(e, run)
		}
	})
}

func TestTheSystemUsesABrokerThatRunsElsewhere(t *testing.T) {
	w := onFile(t)
	b, err := broker.Start(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	w.plays(0, "--nats", b.URL)
	e := w.ending()
	w.embeddedOnce(e)
	if messages, err := b.Messages(t.Context()); err != nil || messages != len(e.facts) {
		t.Errorf("%d messages for %d facts, %v", messages, len(e.facts), err)
	}
}

// The messages are those of another store.
func TestTheSystemRefusesABrokerOfAnotherStore(t *testing.T) {
	w := onFile(t)
	w.plays(0)
	w.store = filepath.Join(w.home, "other", "memory.db")
	if err := os.Mkdir(filepath.Dir(w.store), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(w.home, "memory-broker"), filepath.Join(w.home, "other", "memory-broker")); err != nil {
		t.Fatal(err)
	}
	w.plays(exitFailed)
	w.store = filepath.Join(w.home, "memory.db")
	w.plays(exitFailed)
}

func TestAnInterruptedSystemGoesOn(t *testing.T) {
	w := onFile(t)
	cmd := w.program("system", "--embedding", "300ms")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	l := w.open()
	w.eventually("a first embedding", func() bool { return w.count(l, memory.TypeMemoryEmbedded) > 0 })
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("interrupted, it ends with %v", err)
	}
	if n := w.count(l, memory.TypeConsolidationRequested); n != 0 {
		t.Fatalf("it was interrupted too late: %d consolidations", n)
	}
	w.plays(0)
	e := w.ending()
	w.embeddedOnce(e)
	w.consolidated(e, 1)
}

func (w *world) count(l *library.Library, types ...string) (n int) {
	w.Helper()
	for _, err := range l.Events.ReadAll(w.Context(), 0, runtime.Filter{Types: types}) {
		if err != nil {
			w.Fatal(err)
		}
		n++
	}
	return n
}

// eventually blocks until done, looking again and again.
func (w *world) eventually(what string, done func() bool) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			w.Fatalf("waited too long: %s", what)
		case <-tick.C:
		}
	}
}

// The figures in the README are those of a first run.
func TestTheSystemCountsWhatTheReadmeSays(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```text\n")
	table, _, found := strings.Cut(rest, "```\n")
	if out := onFile(t).plays(0); !found || !strings.Contains(out, table) {
		t.Errorf("the README says\n%s\nthe system\n%s", table, out)
	}
}

// Somebody else has noted an embedding, beside the one that the embedder makes.
func TestAnEffectThatTookPlaceTwiceIsABrokenPromise(t *testing.T) {
	w := onFile(t)
	l := w.open()
	m, err := mind.New(l.Events, l)
	if err != nil {
		t.Fatal(err)
	}
	id, err := m.Remember(t.Context(), "Ada likes tea.", memory.Source{Origin: memory.OriginConversation})
	if err != nil {
		t.Fatal(err)
	}
	for event, err := range m.History(t.Context(), id) {
		if err != nil {
			t.Fatal(err)
		}
		note := memory.MemoryEmbedded{Model: "another", Vector: []float32{1}}
		if _, err := l.Events.Append(t.Context(), event.Stream, runtime.ExpectAny(), runtime.CausedBy(event.Meta), note); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := m.List(t.Context(), projection.Page{}); err != nil {
		t.Fatal(err)
	}
	w.plays(exitRefused)
}
