package operate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/projection"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// operator is somebody with a terminal and a database.
type operator struct {
	*testing.T
	binary, dir, dsn string
}

func newOperator(t *testing.T) *operator {
	t.Helper()
	o := &operator{T: t, binary: filepath.Join(t.TempDir(), "evgen"), dir: t.TempDir(), dsn: withPassword(t, pgtest.Database(t))}
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", o.binary, "../..").CombinedOutput(); err != nil {
		t.Fatalf("build evgen: %v\n%s", err, out)
	}
	return o
}

// secret is a password that a server which trusts everyone ignores, and that nobody may ever read.
const secret = "s3cret#%ü"

func withPassword(t *testing.T, dsn string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(u.User.Username(), secret)
	return u.String()
}

// evgen runs a command, demands an exit status, and returns both outputs.
func (o *operator) evgen(status int, args ...string) string {
	o.Helper()
	got, out := o.run(args...)
	if got != status {
		o.Fatalf("evgen %s: exit status %d, want %d\n%s", strings.Join(args, " "), got, status, out)
	}
	return out
}

func (o *operator) run(args ...string) (status int, output string) {
	o.Helper()
	cmd := exec.Command(o.binary, args...)
	cmd.Dir, cmd.Env = o.dir, append(os.Environ(), "EVGEN_STORE="+o.dsn)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		o.Fatal(err)
	}
	if bytes.Contains(out, []byte("s3cret")) {
		o.Errorf("evgen %s shows the password: %s", strings.Join(args, " "), out)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (o *operator) prints(pattern string, args ...string) {
	o.Helper()
	if out := o.evgen(0, args...); !regexp.MustCompile(`(?m)` + pattern).MatchString(out) {
		o.Errorf("evgen %s lacks %q:\n%s", strings.Join(args, " "), pattern, out)
	}
}

// until repeats a command until it prints what is wanted.
func (o *operator) until(pattern string, args ...string) {
	o.Helper()
	ticks := time.NewTicker(50 * time.Millisecond)
	defer ticks.Stop()
	out := ""
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); <-ticks.C {
		if _, out = o.run(args...); regexp.MustCompile(`(?m)` + pattern).MatchString(out) {
			return
		}
	}
	o.Fatalf("evgen %s lacks %q:\n%s", strings.Join(args, " "), pattern, out)
}

func (o *operator) write(name, content string) {
	o.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(content), 0o644); err != nil {
		o.Fatal(err)
	}
}

func line(n int, kind, stream, data string) string {
	return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012d","type":"memory.%s","version":1,"stream":"%s","correlation":"00000000-0000-4000-8000-00000000000a",`+
		`"causation":"00000000-0000-4000-8000-00000000000a","occurred_at":"2026-01-31T12:00:00Z","recorded_at":"2026-01-31T12:00:00Z","data":%s}`+"\n", n, kind, stream, data)
}

const schema = "the shop's"

func TestStoreCommandsOnPostgreSQL(t *testing.T) {
	o := newOperator(t)
	if out := o.evgen(2, "store", "streams"); !strings.Contains(out, "evgen store migrate") {
		t.Errorf("a store that is not migrated: %s", out)
	}
	o.evgen(1, "store", "migrate", "--dry-run", "--schema", schema)
	o.prints(`^postgres://\S+ went from level 0 to \d$`, "store", "migrate", "--schema", schema)
	o.prints(`the newest$`, "store", "migrate", "--schema", schema)
	o.prints(`CREATE TABLE "the shop's"\.events`, "store", "migrate", "--print", "--schema", schema)
	at := func(args ...string) []string { return append(args, "--schema", schema) }

	events := line(1, "MemoryForgotten", "Memory-1", `{ "reason" : "\u0000" }`) + line(2, "MemoryForgotten", "Memory-2", `{"reason":"2"}`) + line(3, "MemoryForgotten", "Memory-1", `1.0`)
	o.write("events.jsonl", events)
	o.prints("imported 3 events, 0 were", at("store", "import", "events.jsonl")...)
	o.prints("imported 0 events, 3 were", at("store", "import", "events.jsonl")...)
	o.prints(`^Memory-1 +2 `, at("store", "streams")...)
	o.prints("there are more streams", at("store", "streams", "--limit", "1")...)
	o.prints(`Memory-1 +2 +memory.MemoryForgotten v1`, at("store", "show", "Memory-1")...)
	o.prints(`"data":1.0}$`, at("store", "tail", "-n", "1", "--json", "--data")...)
	o.prints("^3 events in 2 streams", at("store", "verify")...)
	o.prints("exported 3 events", at("store", "export", "-o", "all.jsonl.gz")...)
	o.prints(`"data":{ "reason" : "\\u0000" }}$`, at("store", "export")...)

	o.evgen(0, "store", "migrate", "--store", "copy.db")
	o.prints("imported 3 events", "store", "import", "all.jsonl.gz", "--store", "copy.db")
	if here, there := o.evgen(0, at("store", "export")...), o.evgen(0, "store", "export", "--store", "copy.db"); withoutPositions(here) != withoutPositions(there) {
		t.Errorf("a copy differs:\n%s\n%s", here, there)
	}
}

// withoutPositions leaves out what each store gives anew.
func withoutPositions(text string) string {
	return regexp.MustCompile(`"position":\d+,`).ReplaceAllString(text, "")
}

func TestTailFollowsWhatOthersAppendUntilItIsInterrupted(t *testing.T) {
	o := newOperator(t)
	o.evgen(0, "store", "migrate")
	cmd := exec.Command(o.binary, "store", "tail", "--follow", "--json")
	cmd.Env = append(os.Environ(), "EVGEN_STORE="+o.dsn)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		o.write("one.jsonl", line(n, "MemoryForgotten", "Memory-1", `{"reason":"x"}`))
		o.evgen(0, "store", "import", "one.jsonl")
		buffer := make([]byte, 4096)
		if n, err := out.Read(buffer); err != nil || !strings.Contains(string(buffer[:n]), `"stream":"Memory-1"`) {
			t.Errorf("%s, %v", buffer[:n], err)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("interrupted: %v", err)
	}
}

func TestProjectionCommandsOnPostgreSQL(t *testing.T) {
	o := newOperator(t)
	o.evgen(0, "store", "migrate")
	if out := o.evgen(2, "projections", "list"); !strings.Contains(out, "no projection has run in this database") {
		t.Errorf("without a ledger: %s", out)
	}
	o.write("events.jsonl", line(1, "MemoryForgotten", "Memory-1", `{"reason":"broken"}`)+line(2, "MemoryForgotten", "Memory-1", `{"reason":"behind"}`)+line(3, "MemoryForgotten", "Memory-2", `{"reason":"well"}`))
	o.evgen(0, "store", "import", "events.jsonl")
	o.serve()
	o.until(`^forgotten +1 +live +\d+ +0 +2 `, "projections", "list")
	o.until(`forgotten v1 +dead +Memory-1 `, "deadletters", "list")
	o.prints(`caught up`, "projections", "rebuild", "forgotten")
	o.prints(`same rows`, "projections", "diff", "forgotten")
	o.prints(`^forgotten v2 is live`, "projections", "swap", "forgotten")
	o.prints(`^forgotten v1 is live`, "projections", "swap", "forgotten", "--back")
	o.prints(`"reason": "broken"`, append([]string{"deadletters", "show"}, o.letter("forgotten", 1))...)
	o.evgen(2, "deadletters", "drop", o.letter("forgotten", 1))
	o.prints(`dropped 1 dead letters`, "deadletters", "drop", "--yes", o.letter("forgotten", 1))
	o.until(`^forgotten +1 +live +\d+ +0 +0 `, "projections", "list")
	if out := o.evgen(1, "projections", "diff", "forgotten"); !strings.Contains(out, `"behind"`) {
		t.Errorf("diff: %s", out)
	}
	o.prints(`are due`, "deadletters", "retry", "--all")
	o.prints(`^dropped forgotten v2 \(standby`, "projections", "retire", "forgotten", "2", "--yes")
	o.prints(`^forgotten v3 is live`, "projections", "reset", "forgotten", "--yes")
	o.until(`^forgotten +3 +live +0 +\d+ +0 +0 s +2`, "projections", "lag")
}

// letter is the number of the first dead letter of a version.
func (o *operator) letter(id string, version int) string {
	o.Helper()
	out := o.evgen(0, "deadletters", "list", "--json", "--projection", id, "--version", fmt.Sprint(version))
	found := regexp.MustCompile(`"id":(\d+)`).FindStringSubmatch(out)
	if found == nil {
		o.Fatalf("no dead letter: %s", out)
	}
	return found[1]
}

// serve runs a program that lists what was forgotten, and why. It cannot take "broken".
// It ends with the test, or when stop is called.
func (o *operator) serve() (stop func()) {
	o.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	store, err := postgres.Open(ctx, o.dsn)
	if err != nil {
		o.Fatal(err)
	}
	db, err := pgmodel.Open(ctx, o.dsn)
	if err != nil {
		o.Fatal(err)
	}
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		o.Fatal(err)
	}
	forgotten := projection.Projection[*pgmodel.Tx]{ID: "forgotten", Digest: "1", Types: []string{memory.TypeMemoryForgotten}, Handler: forgottenList{}}
	runner, err := projection.NewRunner(store, db, registry, []projection.Projection[*pgmodel.Tx]{forgotten},
		projection.WithPoll(20*time.Millisecond), projection.WithLogger(slog.New(slog.DiscardHandler)),
		projection.WithRetries(projection.Retries{Attempts: 2, Base: time.Millisecond, Max: 5 * time.Millisecond}))
	if err != nil {
		o.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- runner.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		err := <-done
		db.Close()
		if err := errors.Join(err, store.Close()); err != nil {
			o.Error(err)
		}
	})
	o.Cleanup(stop)
	return stop
}

// forgottenList is a handler for PostgreSQL.
type forgottenList struct{}

func (forgottenList) Tables() []string { return []string{"forgotten"} }

func (forgottenList) Create(ctx context.Context, tx *pgmodel.Tx) error {
	_, err := tx.Exec(ctx, `CREATE TABLE `+tx.Table("forgotten")+` (position bigint PRIMARY KEY, reason text NOT NULL)`)
	return err
}

func (forgottenList) Apply(ctx context.Context, tx *pgmodel.Tx, facts []projection.Fact) error {
	broken := slices.IndexFunc(facts, func(f projection.Fact) bool { return f.Data.(memory.MemoryForgotten).Reason == "broken" })
	if broken >= 0 {
		return &projection.EventError{Index: broken, Err: errors.New("this cannot be taken")}
	}
	for i := range facts {
		tx.Queue(`INSERT INTO `+tx.Table("forgotten")+` VALUES ($1, $2)`, int64(facts[i].Position), facts[i].Data.(memory.MemoryForgotten).Reason)
	}
	return nil
}
