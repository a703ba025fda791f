package health_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/health"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// counting is a check that counts how often it is asked, and is well or not.
func counting(calls *atomic.Int64, faults ...health.Fault) health.Check {
	return health.Check{Name: "thing", Look: func(context.Context) []health.Fault {
		calls.Add(1)
		return faults
	}}
}

func TestManyProbesCostAsMuchAsOne(t *testing.T) {
	var calls atomic.Int64
	p := health.New([]health.Check{counting(&calls)}, health.WithHold(time.Hour))
	var asking sync.WaitGroup
	for range 100 {
		asking.Add(1)
		go func() {
			defer asking.Done()
			p.Report(context.Background())
		}()
	}
	asking.Wait()
	if n := calls.Load(); n != 1 {
		t.Errorf("looked %d times", n)
	}
	p = health.New([]health.Check{counting(&calls)}, health.WithHold(time.Millisecond))
	await.Until(t, "another look", func() bool { p.Report(context.Background()); return calls.Load() > 3 })
}

func get(t testing.TB, p http.Handler, target, accept string) (int, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestAnswersAreForPeopleAndForPrograms(t *testing.T) {
	var calls atomic.Int64
	good, bad := counting(&calls), counting(&calls, health.Fault{What: "memory_list v2 shard 0", Why: "stands still: disk is full"})
	if code, body := get(t, health.New([]health.Check{good}), "/readyz", "*/*"); code != http.StatusOK || body != "ok    thing\n" {
		t.Errorf("%d %s", code, body)
	}
	p := health.New([]health.Check{good, bad})
	if code, body := get(t, p, "/readyz", "*/*"); code != http.StatusServiceUnavailable || body != "ok    thing\nFAULT thing: memory_list v2 shard 0: stands still: disk is full\n" {
		t.Errorf("%d %s", code, body)
	}
	for target, accept := range map[string]string{"/readyz?format=json": "*/*", "/readyz": "application/json"} {
		code, body := get(t, p, target, accept)
		var report health.Report
		if err := json.Unmarshal([]byte(body), &report); err != nil || code != http.StatusServiceUnavailable || report.OK || !report.Checks[0].OK || report.Checks[1].Faults[0].Why != "stands still: disk is full" {
			t.Errorf("%d %s", code, body)
		}
	}
}

// A check that hangs is a fault, in time, and who asks may go away.
func TestCheckThatHangsIsAFault(t *testing.T) {
	hangs := health.Check{Name: "store", Look: func(ctx context.Context) []health.Fault {
		<-ctx.Done()
		return []health.Fault{{What: "it", Why: ctx.Err().Error()}}
	}}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	report := health.New([]health.Check{hangs}, health.WithTimeout(20*time.Millisecond)).Report(gone)
	if report.OK || report.Checks[0].Faults[0].Why != context.DeadlineExceeded.Error() {
		t.Errorf("%v", report)
	}
}

type tx = *sqlitemodel.Tx

// service is a store with one projection.
type service struct {
	store *sqlite.Store
	db    *sqlitemodel.DB
	fails atomic.Bool
}

func newService(t testing.TB) *service {
	t.Helper()
	s := &service{}
	var err error
	s.store, err = sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "events.db"))
	check(t, "open", err)
	t.Cleanup(func() { _ = s.store.Close() })
	s.db, err = sqlitemodel.Open(context.Background(), filepath.Join(t.TempDir(), "rows.db"))
	check(t, "open", err)
	t.Cleanup(func() { _ = s.db.Close() })
	check(t, "set up", s.db.Setup(context.Background()))
	return s
}

// run runs the projection until stop.
func (s *service) run(t testing.TB, task *health.Task) (stop func()) {
	t.Helper()
	registry, err := runtime.NewRegistry(orders.Schema())
	check(t, "registry", err)
	p := projection.Projection[tx]{ID: "list", Digest: "a", Types: []string{orders.TypeOrderShipped}, Handler: sqlitemodel.Handwritten{
		Make: func(context.Context, tx) error { return nil },
		One: func(context.Context, tx, *projection.Fact) error {
			if s.fails.Load() {
				return errors.New("poison")
			}
			return nil
		},
	}}
	r, err := projection.NewRunner(s.store, projection.Database[tx](s.db), registry, []projection.Projection[tx]{p},
		projection.WithPoll(3*time.Millisecond), projection.WithLogger(slog.New(slog.DiscardHandler)), projection.WithLimits(projection.Limits{Key: 2, Shard: 2}))
	check(t, "new runner", err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- task.Run(ctx, r.Run) }()
	stop = sync.OnceFunc(func() { cancel(); check(t, "run", <-done) })
	t.Cleanup(stop)
	return stop
}

func (s *service) add(t testing.TB, n int) {
	t.Helper()
	for range n {
		_, err := s.store.Append(context.Background(), runtime.StreamOf(orders.CategoryOrder, "1"), runtime.ExpectAny(), runtime.Root(), orders.OrderShipped{Carrier: "x"})
		check(t, "append", err)
	}
}

// says returns the faults that a check finds, as text.
func says(c health.Check) string {
	return health.New([]health.Check{c}, health.WithTimeout(await.Patience)).Report(context.Background()).String()
}

func TestReadinessFollowsWhatProjectionsDo(t *testing.T) {
	s, task := newService(t), health.NewTask()
	bounds := health.Bounds{Events: 2, Still: 50 * time.Millisecond, Letters: 1}
	projections := health.Projections("models", s.db, s.store, bounds, "list")
	if text := says(projections); !strings.Contains(text, "list: has no live version") {
		t.Errorf("before anything runs: %s", text)
	}
	if text := says(task.Check("runner")); !strings.Contains(text, "not begun") {
		t.Errorf("before anything runs: %s", text)
	}
	stop := s.run(t, task)
	await.Until(t, "ready", func() bool {
		return says(projections) == "ok    models\n" && says(task.Check("runner")) == "ok    runner\n"
	})
	stop()
	for _, text := range []string{"is nobody's", "does not run: it returned"} {
		if found := says(projections) + says(task.Check("runner")); !strings.Contains(found, text) {
			t.Errorf("after a stop: %s", found)
		}
	}
	s.add(t, 3)
	await.Until(t, "lag", func() bool {
		text := says(projections)
		return strings.Contains(text, "is 3 events behind, more than 2") && strings.Contains(text, "has not moved for")
	})
	s.fails.Store(true)
	s.run(t, task)
	await.Until(t, "a pause", func() bool {
		text := says(projections)
		return strings.Contains(text, "stands still: list v1 shard 0: more than 2 letters") && strings.Contains(text, "has put 2 events aside")
	})
}

func TestStoreThatCannotBeReachedIsAFault(t *testing.T) {
	s := newService(t)
	for _, c := range []health.Check{health.Store("store", s.store), health.Projections("models", s.db, s.store, health.Bounds{})} {
		if text := says(c); !strings.HasPrefix(text, "ok") {
			t.Errorf("open: %s", text)
		}
	}
	check(t, "close", s.store.Close())
	for _, c := range []health.Check{health.Store("store", s.store), health.Projections("models", s.db, s.store, health.Bounds{})} {
		if text := says(c); !strings.Contains(text, "cannot be reached: ") {
			t.Errorf("closed: %s", text)
		}
	}
}

// lagging is a consumer that says where it stands.
type lagging struct {
	lags []delivery.Lag
	err  error
}

func (l lagging) Lag(context.Context) ([]delivery.Lag, error) { return l.lags, l.err }

func TestConsumerIsReadyIfItsPartitionsAre(t *testing.T) {
	bounds := health.Bounds{Events: 10, Still: time.Second, Letters: 5}
	for name, c := range map[string]struct {
		consumer lagging
		want     string
	}{
		"stands by":   {lagging{}, "ok    mailer\n"},
		"keeps up":    {lagging{lags: []delivery.Lag{{Partition: "p0", At: 90, Last: 100, Letters: 5}}}, "ok    mailer\n"},
		"cut off":     {lagging{err: errors.New("no servers")}, "FAULT mailer: it: cannot be reached: no servers\n"},
		"far behind":  {lagging{lags: []delivery.Lag{{Partition: "p0", At: 89, Last: 100}}}, "FAULT mailer: partition p0: is 11 events behind, more than 10\n"},
		"stands":      {lagging{lags: []delivery.Lag{{Partition: "p0", At: 99, Last: 100, Behind: 2 * time.Second}}}, "FAULT mailer: partition p0: has not moved for 2s although 1 events wait\n"},
		"paused":      {lagging{lags: []delivery.Lag{{Partition: "p0", Paused: "disk is full"}}}, "FAULT mailer: partition p0: stands still: disk is full\n"},
		"many parked": {lagging{lags: []delivery.Lag{{Partition: "p0", Letters: 6}}}, "FAULT mailer: partition p0: has put 6 events aside, more than 5\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if text := says(health.Consumer("mailer", c.consumer, bounds)); text != c.want {
				t.Errorf("says %s, want %s", text, c.want)
			}
		})
	}
}
