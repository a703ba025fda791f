package delivery

import (
	"log/slog"
	"time"

	"github.com/evgen/evgen/runtime/projection"
)

// Option configures a [Consumer].
type Option func(*config)

type config struct {
	format   Format
	window   int
	sparse   bool
	timeout  time.Duration
	drain    time.Duration
	guard    time.Duration
	bad      projection.Unreadable
	logger   *slog.Logger
	observer projection.Observer
	runner   []projection.Option
}

func newConfig(opts []Option) config {
	c := config{
		format: Binary{}, window: 5000, timeout: 5 * time.Minute, drain: 30 * time.Second, guard: 30 * time.Second,
		logger: slog.Default(), observer: unobserved{},
	}
	for _, opt := range opts {
		opt(&c)
	}
	return c
}

// WithFormat sets what messages look like; [Binary] is the default.
func WithFormat(f Format) Option { return func(c *config) { c.format = f } }

// WithWindow bounds how many messages one transaction takes in, and how many are
// fetched ahead of it; 5000 is the default, and 8 MiB of payload bound both, too. A slow
// handler is given fewer: so many that a transaction takes about a second, one at first.
func WithWindow(n int) Option { return func(c *config) { c.window = max(n, 1) } }

// Sparse is for sources that do not deliver every version of a stream from the
// first one on: filtered ones, and those that began when streams were there. Versions
// that are missing are not waited for. One that comes after a later one is passed over.
func Sparse() Option { return func(c *config) { c.sparse = true } }

// WithHandlerTimeout bounds how long the handler may take, for each event that it is
// given at once; 5 minutes are the default. What takes longer has failed.
func WithHandlerTimeout(d time.Duration) Option { return func(c *config) { c.timeout = d } }

// WithDrain bounds how long a consumer that is told to stop goes on with what it
// has fetched; 30 s is the default. What is left then is rolled back.
func WithDrain(d time.Duration) Option { return func(c *config) { c.drain = d } }

// WithGuard sets how often it is looked whether the broker is about to drop, or has
// dropped, what was not read yet; 30 s is the default.
func WithGuard(every time.Duration) Option { return func(c *config) { c.guard = every } }

// WithUnreadable sets what becomes of messages that are no event of this format, or
// no event that the schemas can read; [projection.ParkUnreadable] is the default. One
// that is skipped is logged, and counts as taken in. Where one stops a partition,
// the log says so again and again, and what stands in front of it has its effect.
func WithUnreadable(u projection.Unreadable) Option { return func(c *config) { c.bad = u } }

// WithLogger replaces [slog.Default]. No payload is logged.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.logger = l } }

// WithObserver tells o what happens. Positions are offsets.
func WithObserver(o projection.Observer) Option { return func(c *config) { c.observer = o } }

// WithRunner sets leases, polls, retries and limits as for any projection. Shards,
// batches, observer, logger and what becomes of the unreadable are the consumer's own.
func WithRunner(opts ...projection.Option) Option {
	return func(c *config) { c.runner = append(c.runner, opts...) }
}

// unobserved is the observer of a consumer that nobody watches.
type unobserved struct{}

func (unobserved) Applied(projection.Applied) {}

func (unobserved) Stopped(projection.Version, int, error) {}

// Further bounds of one transaction: stored payload, and the time of reading it.
const (
	maxBatch = 8 << 20
	maxRead  = time.Second
)
