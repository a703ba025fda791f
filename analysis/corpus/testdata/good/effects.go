package good

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

// case clock: the event knows
type clock1 struct{ folder }

func (clock1) OrderPlaced(s State, e Placed) State {
	s.At = e.OccurredAt.Add(time.Hour).Truncate(24 * time.Hour)
	return s
}

// case clock: made of numbers, parsed, compared
type clock2 struct{ folder }

func (clock2) OrderPlaced(s State, e Placed) State {
	begin := time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)
	until, err := time.Parse(time.RFC3339, "2030-01-01T00:00:00Z")
	if err == nil && e.Data.At.After(begin) && e.Data.At.Before(until) {
		s.At = e.Data.At.In(time.UTC)
	}
	return s
}

// case clock: outside of handlers
func started() time.Time { return time.Now() }

type clock3 struct {
	folder
	since time.Time
}

func newClock3() clock3 { return clock3{since: started()} }

// case clock: a method of that name
type calendar struct{ day time.Time }

func (c calendar) Now() time.Time { return c.day }

type clock4 struct{ folder }

func (clock4) OrderPlaced(s State, e Placed) State {
	s.At = calendar{e.OccurredAt}.Now()
	return s
}

// case clock: a consumer may
type clock5 struct{ mailer }

func (clock5) OrderShipped(ctx Ctx, tx *sqlTx, event Shipped) error {
	if time.Since(event.OccurredAt) > 24*time.Hour {
		return nil
	}
	return ctx.Err()
}

// case clock: loggers are trusted
type clock6 struct{ projector }

func (clock6) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	slog.InfoContext(ctx, "placed", "customer", event.Data.Customer)
	return nil
}

// case clock: formatting and JSON are opaque
type clock7 struct{ projector }

func (clock7) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	data, err := json.Marshal(event.Data)
	if err != nil {
		return fmt.Errorf("encode %s: %w", event.ID, err)
	}
	tx.Queue("UPDATE orders SET data = $2 WHERE id = $1", event.ID, data)
	return nil
}

// case random: an id that follows from the event's
type random1 struct{ folder }

func (random1) OrderPlaced(s State, e Placed) State {
	s.ID = uuid.NewSHA1(e.ID, []byte("order"))
	return s
}

// case random: parsed, or constant
type random2 struct{ folder }

func (random2) OrderPlaced(s State, e Placed) State {
	id, err := uuid.Parse(e.Stream.ID())
	if err != nil {
		id = uuid.MustParse("00000000-0000-0000-0000-000000000001")
	}
	s.ID = id
	return s
}

// case random: in a command
func random3() State { return State{ID: uuid.New()} }

// case random: a hash
type random4 struct{ folder }

func (random4) OrderPlaced(s State, e Placed) State {
	s.Customer = fmt.Sprintf("%x", sha256.Sum256([]byte(e.Data.Customer)))
	return s
}

// case random: a generator of the event's seed
type random5 struct{ folder }

func (random5) OrderPlaced(s State, e Placed) State {
	s.Total = rand.New(rand.NewPCG(uint64(e.Position), 1)).Int64N(10)
	return s
}

// case environment: who makes the handler says what it works with
type environment1 struct {
	folder
	customer string
}

func newEnvironment1(customer string) environment1 { return environment1{customer: customer} }

func (e environment1) OrderPlaced(s State, event Placed) State {
	s.Customer = e.customer
	return s
}

// case environment: a path is only a text
type environment2 struct{ folder }

func (environment2) OrderPlaced(s State, e Placed) State {
	s.Customer = filepath.Join("a", e.Data.Customer)
	return s
}

// case concurrency: a lock is not
type concurrency1 struct {
	projector
	mu   *sync.Mutex
	seen map[uuid.UUID]bool
}

func (c concurrency1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[event.ID] = true
	return nil
}

// case concurrency: whether the work shall end
type concurrency2 struct{ projector }

func (concurrency2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	return nil
}

// case concurrency: a worker beside the handlers
type concurrency3 struct{ projector }

func (c concurrency3) start(work chan string) {
	go func() {
		for range work {
			time.Sleep(time.Millisecond)
		}
	}()
}

// case network: addresses are texts
type network1 struct{ projector }

func (network1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	u, err := url.Parse("https://example.com/" + url.PathEscape(event.Data.Customer))
	if err != nil {
		return err
	}
	tx.Queue("UPDATE orders SET page = $2 WHERE id = $1", event.ID, u.String())
	return nil
}

// case process: a text of that name
type process1 struct{ folder }

func (process1) OrderPlaced(s State, e Placed) State {
	s.Customer = strings.TrimPrefix(e.Data.Customer, "exec.Command")
	return s
}

// case process: panics are failures as any other
type process2 struct{ folder }

func (process2) OrderPlaced(s State, e Placed) State {
	if e.Data.Amount < 0 {
		panic("amounts are never negative")
	}
	return s
}

// case filesystem: paths are texts
type filesystem1 struct{ folder }

func (filesystem1) OrderPlaced(s State, e Placed) State {
	s.Customer = filepath.Base(e.Data.Customer) + filepath.Ext("a.txt")
	return s
}

// case filesystem: a compiled expression
var letters = regexp.MustCompile("[a-z]+")

type filesystem2 struct{ folder }

func (filesystem2) OrderPlaced(s State, e Placed) State {
	s.Tags = letters.FindAllString(e.Data.Customer, -1)
	return s
}

// case foreign-store: the transaction it was lent
type foreign1 struct{ projector }

func (foreign1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	if _, err := tx.Exec(ctx, "UPDATE orders SET customer = $2 WHERE id = $1", event.ID, event.Data.Customer); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, "SELECT id FROM orders WHERE customer = $1", event.Data.Customer)
	if err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

// case map-order: collected, then sorted
type order1 struct{ folder }

func (order1) OrderPlaced(s State, e Placed) State {
	var keys []string
	for k := range e.Data.Attributes {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	s.Tags = keys
	return s
}

// case map-order: sorted at once
type order2 struct{ folder }

func (order2) OrderPlaced(s State, e Placed) State {
	s.Tags = slices.Sorted(maps.Keys(e.Data.Attributes))
	return s
}

// case map-order: added up
type order3 struct{ folder }

func (order3) OrderPlaced(s State, e Placed) State {
	for _, v := range e.Data.Attributes {
		s.Total += int64(len(v))
	}
	return s
}

// case map-order: into another map
type order4 struct{ folder }

func (order4) OrderPlaced(s State, e Placed) State {
	names := map[string]string{}
	for k, v := range e.Data.Attributes {
		names[strings.ToLower(k)] = v
	}
	s.Names = names
	return s
}

// case map-order: whether there is one
type order5 struct{ folder }

func (order5) OrderPlaced(s State, e Placed) State {
	for _, v := range e.Data.Attributes {
		if v == "vip" {
			s.Customer = "vip"
		}
	}
	return s
}

// case map-order: the greatest
type order6 struct{ folder }

func (order6) OrderPlaced(s State, e Placed) State {
	longest := 0
	for k := range e.Data.Attributes {
		longest = max(longest, len(k))
	}
	s.Total = int64(longest)
	return s
}

// case map-order: sorted by a function, with statements behind
type order7 struct{ projector }

func (order7) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	keys := slices.Collect(maps.Keys(event.Data.Attributes))
	slices.SortFunc(keys, cmp.Compare)
	for _, k := range keys {
		tx.Queue("INSERT INTO attributes (k, v) VALUES ($1, $2) ON CONFLICT (k) DO NOTHING", k, event.Data.Attributes[k])
	}
	return nil
}

// case map-order: emptied
type order8 struct{ folder }

func (order8) OrderPlaced(s State, e Placed) State {
	left := maps.Clone(e.Data.Attributes)
	for k := range left {
		if k == "" {
			delete(left, k)
		}
	}
	s.Names = left
	return s
}

// case hidden-dependency: settings are values
type hidden1 struct {
	folder
	limit int64
	names map[string]string
	zone  *time.Location
	re    *regexp.Regexp
}

func (h hidden1) OrderPlaced(s State, e Placed) State {
	s.Total = min(h.limit, e.Data.Amount)
	return s
}

// case hidden-dependency: a logger
type hidden2 struct {
	projector
	log *slog.Logger
}

func (h hidden2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	h.log.Info("placed")
	return nil
}

// case hidden-dependency: a consumer has what it needs
type hidden3 struct {
	mailer
	send func(to string) error
}

func (h hidden3) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	return h.send(event.Data.Customer)
}

// case suppression: with a reason, and of something
type suppressed1 struct{ folder }

func (suppressed1) OrderPlaced(s State, e Placed) State {
	s.At = time.Now() //evgen:ignore clock nobody reads it before it is overwritten
	return s
}

// case suppression: of a whole function
type suppressed2 struct{ folder }

// OrderPlaced measures.
//
//evgen:ignore clock what it measures is logged only
func (suppressed2) OrderPlaced(s State, e Placed) State {
	begin := time.Now()
	slog.Debug("placed", "took", time.Since(begin))
	return s
}

// case clock: names are no roles
type Evolver struct{}

func (Evolver) OrderPlaced(s State) State {
	s.At = time.Now()
	s.ID = uuid.New()
	return s
}

func Handle(e shop.Event) time.Time { return time.Now() }

type UserProjection struct{ started time.Time }

func (p *UserProjection) Apply(e shop.Event) error {
	p.started = time.Now()
	return errors.New("none")
}

// case random: an upcast that computes
func init() {
	use(func(old shop.OrderPlaced) shop.OrderPlaced {
		old.Amount *= 100
		old.Customer = strings.ToUpper(old.Customer)
		return old
	})
}

// case concurrency: a reaction that answers
type reacting struct{}

var _ answers = reacting{}

func (reacting) OrderPaid(ctx Ctx, event Paid) ([]runtime.Event, error) {
	if event.Data.Amount == 0 {
		return nil, nil
	}
	return []runtime.Event{shop.OrderClosed{}}, nil
}
