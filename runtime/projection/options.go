package projection

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"
)

// Option configures a [Runner].
type Option func(*config)

type config struct {
	owner        string
	lease        time.Duration
	poll         time.Duration
	shards       int
	batch        Batching
	memory       int
	retries      Retries
	limits       Limits
	unreadable   Unreadable
	logger       *slog.Logger
	observer     Observer
	swapWhenDone bool
}

// Batching bounds what one transaction takes in. The end of the store ends a
// batch too, so that an event which comes alone is applied at once.
type Batching struct {
	Facts int
	// Bytes counts stored payload.
	Bytes int
	// Time bounds how long a batch is read.
	Time time.Duration
}

// Retries says when a letter is tried again: before attempt n+1 it waits a random
// time below min(Base * 2^n, Max). After Attempts it is [Dead].
type Retries struct {
	Attempts  int
	Base, Max time.Duration
}

// Limits says how many letters may wait before a shard pauses.
type Limits struct {
	Key, Shard int
}

// Unreadable says what becomes of a record that cannot be decoded.
type Unreadable int

const (
	// ParkUnreadable makes it a letter under its stream's key: it waits for
	// upcasters that can read it. What follows under that key waits behind it.
	ParkUnreadable Unreadable = iota
	// SkipUnreadable passes over it and logs that.
	SkipUnreadable
	// StopAtUnreadable stops the shard in front of it.
	StopAtUnreadable
)

func newConfig(opts []Option) config {
	host, _ := os.Hostname() // a name for people; the UUID makes it unique
	c := config{
		owner:    fmt.Sprintf("%s/%d/%s", host, os.Getpid(), uuid.NewString()),
		lease:    15 * time.Second,
		poll:     time.Second,
		shards:   1,
		batch:    Batching{Facts: 5000, Bytes: 8 << 20, Time: time.Second},
		memory:   256 << 20,
		retries:  Retries{Attempts: 10, Base: time.Second, Max: 300 * time.Second},
		limits:   Limits{Key: 1000, Shard: 10000},
		logger:   slog.Default(),
		observer: nobody{},
	}
	for _, opt := range opts {
		opt(&c)
	}
	return c
}

// WithOwner names the process in leases. The default is unique; a name that
// outlives the process gets its shards back at once after a restart, but two
// processes of one name would take them from each other.
func WithOwner(name string) Option { return func(c *config) { c.owner = name } }

// WithLease sets how long a shard stays with a process that no longer answers;
// 15 s is the default.
func WithLease(ttl time.Duration) Option { return func(c *config) { c.lease = ttl } }

// WithPoll sets how often the ledger is asked for versions, shards and letters
// to take up; 1 s is the default. Events do not wait for it.
func WithPoll(d time.Duration) Option { return func(c *config) { c.poll = d } }

// WithShards sets how many shards a new version gets; 1 is the default. A version
// that is bulk-loaded is loaded as one, and split when it is done.
func WithShards(n int) Option { return func(c *config) { c.shards = min(max(n, 1), Slots) } }

// WithBatching bounds transactions; 5000 facts, 8 MiB and 1 s are the default.
func WithBatching(b Batching) Option { return func(c *config) { c.batch = b } }

// WithMemory bounds what a bulk load holds, in bytes; 256 MiB is the default.
func WithMemory(bytes int) Option { return func(c *config) { c.memory = bytes } }

// WithRetries sets when letters are tried again; 10 attempts, from 1 s to 300 s,
// are the default.
func WithRetries(r Retries) Option { return func(c *config) { c.retries = r } }

// WithLimits sets how many letters may wait; 1000 a key and 10,000 a shard are
// the default.
func WithLimits(l Limits) Option { return func(c *config) { c.limits = l } }

// WithUnreadable sets what becomes of records that cannot be decoded;
// [ParkUnreadable] is the default.
func WithUnreadable(u Unreadable) Option { return func(c *config) { c.unreadable = u } }

// WithLogger replaces [slog.Default]. No payload is logged.
func WithLogger(l *slog.Logger) Option { return func(c *config) { c.logger = l } }

// WithObserver tells o what happens.
func WithObserver(o Observer) Option { return func(c *config) { c.observer = o } }

// SwapWhenReady makes a version live as soon as it has caught up with the one
// that is, unless it has more dead letters. Without it, operators call [Swap].
func SwapWhenReady() Option { return func(c *config) { c.swapWhenDone = true } }
