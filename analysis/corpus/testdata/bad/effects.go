package bad

import (
	crand "crypto/rand"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

// case clock: the plain one
type clock1 struct{ folder }

func (clock1) OrderPlaced(s State, e Placed) State {
	s.At = time.Now()
	return s
}

// case clock: a package-level variable holds the function
var now = time.Now

type clock2 struct{ folder }

func (clock2) OrderPlaced(s State, e Placed) State {
	s.At = now()
	return s
}

// case clock: a local variable holds it
type clock3 struct{ folder }

func (clock3) OrderPlaced(s State, e Placed) State {
	f := time.Now
	s.At = f()
	return s
}

// case clock: two helpers away
type clock4 struct{ folder }

func (clock4) OrderPlaced(s State, e Placed) State { return stamp(s) }

func stamp(s State) State {
	s.At = today()
	return s
}

func today() time.Time { return time.Now().Truncate(24 * time.Hour) }

// case clock: as an age
type clock5 struct{ projector }

func (clock5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	if time.Since(event.Data.At) > time.Hour {
		return nil
	}
	tx.Queue("UPDATE orders SET customer = $2 WHERE id = $1", event.ID, event.Data.Customer)
	return nil
}

// case clock: an interface of the package hides it
type teller interface{ tell() time.Time }

type wall struct{}

func (wall) tell() time.Time { return time.Now() }

type clock6 struct{ folder }

func (clock6) OrderPlaced(s State, e Placed) State {
	var t teller = wall{}
	s.At = t.tell()
	return s
}

// case clock: in a literal that an upcaster is
func init() {
	use(func(old shop.OrderPlaced) shop.OrderPlaced {
		old.At = time.Now()
		return old
	})
}

// case clock: in a reaction
type clock8 struct{}

func (clock8) OrderPaid(ctx Ctx, event Paid) ([]runtime.Event, error) {
	if time.Until(event.OccurredAt) > 0 {
		return nil, nil
	}
	return []runtime.Event{shop.OrderClosed{}}, nil
}

var _ answers = clock8{}

// case clock: a deferred literal
type clock9 struct{ folder }

func (clock9) OrderPlaced(s State, e Placed) (next State) {
	defer func() { next.At = time.Now() }()
	return s
}

// case clock: handed over as a value
type clock10 struct{ folder }

func (clock10) OrderPlaced(s State, e Placed) State { return at(s, time.Now) }

func at(s State, clock func() time.Time) State {
	s.At = clock()
	return s
}

// case random: an id
type random1 struct{ folder }

func (random1) OrderPlaced(s State, e Placed) State {
	s.ID = uuid.New()
	return s
}

// case random: an id in version 7, with the error
type random2 struct{ projector }

func (random2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	tx.Queue("INSERT INTO orders (id, event) VALUES ($1, $2) ON CONFLICT (event) DO NOTHING", id, event.ID)
	return nil
}

// case random: math/rand/v2
type random3 struct{ folder }

func (random3) OrderPlaced(s State, e Placed) State {
	s.Total = rand.Int64N(10)
	return s
}

// case random: crypto/rand by its reader
type random4 struct{ folder }

func (random4) OrderPlaced(s State, e Placed) State {
	b := make([]byte, 8)
	_, _ = crand.Read(b)
	s.Customer = fmt.Sprintf("%x", b)
	return s
}

// case random: shuffled
type random5 struct{ folder }

func (random5) OrderPlaced(s State, e Placed) State {
	tags := strings.Split(e.Data.Customer, " ")
	rand.Shuffle(len(tags), func(i, j int) { tags[i], tags[j] = tags[j], tags[i] })
	s.Tags = tags
	return s
}

// case environment: a variable
type environment1 struct{ folder }

func (environment1) OrderPlaced(s State, e Placed) State {
	s.Customer = os.Getenv("CUSTOMER")
	return s
}

// case environment: the host's name
type environment2 struct{ projector }

func (environment2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	host, err := os.Hostname()
	tx.Queue("UPDATE orders SET host = $2 WHERE id = $1", event.ID, host)
	return err
}

// case environment: one that may be missing
type environment3 struct{ folder }

func (environment3) OrderPlaced(s State, e Placed) State {
	if _, ok := os.LookupEnv("VIP"); ok {
		s.Total = 0
	}
	return s
}

// case concurrency: a goroutine
type concurrency1 struct{ folder }

func (concurrency1) OrderPlaced(s State, e Placed) State {
	done := make(chan int64)
	go func() { done <- e.Data.Amount }()
	s.Total = <-done
	return s
}

// case concurrency: whoever comes first
type concurrency2 struct{ folder }

func (concurrency2) OrderPlaced(s State, e Placed) State {
	a, b := make(chan int64, 1), make(chan int64, 1)
	a <- 1
	b <- 2
	select {
	case s.Total = <-a:
	case s.Total = <-b:
	}
	return s
}

// case concurrency: asleep
type concurrency3 struct{ projector }

func (concurrency3) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	time.Sleep(time.Second)
	return nil
}

// case concurrency: a group of workers
type concurrency4 struct{ projector }

func (concurrency4) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	var wg sync.WaitGroup
	for _, line := range event.Data.Lines {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_ = line.Sku
		}()
	}
	wg.Wait()
	return nil
}

// case network: asks a service
type network1 struct{ projector }

func (network1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	resp, err := http.Get("https://example.com/" + event.Data.Customer)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// case network: with a request of its own
type network2 struct{ projector }

func (network2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return tell(ctx, event.Data.Customer)
}

func tell(ctx Ctx, customer string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://example.com", strings.NewReader(customer))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// case process: runs a program
type process1 struct{ projector }

func (process1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return exec.CommandContext(ctx, "mail", event.Data.Customer).Run()
}

// case process: ends this one
type process2 struct{ folder }

func (process2) OrderPlaced(s State, e Placed) State {
	if e.Data.Amount < 0 {
		os.Exit(1)
	}
	return s
}

// case filesystem: reads a file
type filesystem1 struct{ folder }

func (filesystem1) OrderPlaced(s State, e Placed) State {
	text, err := os.ReadFile("customers.txt")
	if err == nil {
		s.Customer = string(text)
	}
	return s
}

// case filesystem: writes one
type filesystem2 struct{ projector }

func (filesystem2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	f, err := os.Create("orders.csv")
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, event.Data.Customer)
	return err
}

// case foreign-store hidden-dependency: another connection
type foreign1 struct {
	projector
	pool *pgxpool.Pool
}

func (f foreign1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := f.pool.Exec(ctx, "UPDATE orders SET customer = $2 WHERE id = $1", event.ID, event.Data.Customer)
	return err
}

// case map-order: into a list
type order1 struct{ folder }

func (order1) OrderPlaced(s State, e Placed) State {
	for k := range e.Data.Attributes {
		s.Tags = append(s.Tags, k)
	}
	return s
}

// case map-order: into a text
type order2 struct{ folder }

func (order2) OrderPlaced(s State, e Placed) State {
	var b strings.Builder
	for k, v := range e.Data.Attributes {
		fmt.Fprintf(&b, "%s=%s,", k, v)
	}
	s.Customer = b.String()
	return s
}

// case map-order: into statements
type order3 struct{ projector }

func (order3) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	for k, v := range event.Data.Attributes {
		tx.Queue("INSERT INTO attributes (k, v) VALUES ($1, $2) ON CONFLICT (k) DO NOTHING", k, v)
	}
	return nil
}

// case map-order: the last one wins
type order4 struct{ folder }

func (order4) OrderPlaced(s State, e Placed) State {
	for k := range e.Data.Attributes {
		s.Customer = k
	}
	return s
}

// case hidden-dependency: a client
type hidden1 struct {
	projector
	client *http.Client
}

func (h hidden1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error { return nil }

// case hidden-dependency: a clock
type hidden2 struct {
	folder
	clock func() time.Time
}

func (h hidden2) OrderPlaced(s State, e Placed) State {
	s.At = h.clock()
	return s
}

// case suppression: without a reason
type suppressed1 struct{ folder }

func (suppressed1) OrderPlaced(s State, e Placed) State {
	//evgen:ignore clock
	s.At = time.Now()
	return s
}

// case suppression: of nothing
type suppressed2 struct{ folder }

func (suppressed2) OrderPlaced(s State, e Placed) State {
	//evgen:ignore random the id is not kept
	slog.Info("placed", "customer", e.Data.Customer)
	sort.Strings(strings.Fields(e.Data.Customer))
	return s
}
