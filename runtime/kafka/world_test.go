package kafka_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/kafka"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// topic is the one that all tests use.
const topic = "orders.events"

func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// broker speaks Kafka's protocol and keeps everything in memory. What it does not
// model, and so no test here proves: members with an instance's name (it refuses
// them, see [TestStaticMemberNamesItsInstance]); that a fenced producer cannot make
// itself the owner again (it lets it, which is why a writer that is fenced asks for
// nothing more); that whoever takes a transactional id over has what was left open
// rolled back at once (it leaves that open until its time is over, and what the heir
// commits before commits it, too); that offsets in a transaction
// make a group that is not there (it drops them, so the group is made in newBroker);
// and replicas, so that acks=all means one.
type broker struct {
	*kfake.Cluster
	client *kgo.Client
}

func newBroker(t testing.TB, partitions int32, opts ...kfake.Opt) *broker {
	t.Helper()
	c, err := kfake.NewCluster(append(opts, kfake.NumBrokers(1), kfake.SeedTopics(partitions, topic))...)
	check(t, "new cluster", err)
	t.Cleanup(c.Close)
	b := &broker{Cluster: c}
	b.client, err = kgo.NewClient(b.opts()...)
	check(t, "new client", err)
	t.Cleanup(b.client.Close)
	for shard := range 4 {
		b.makeGroup(t, fmt.Sprintf("evgen.%s.outgoing.%d", topic, shard))
	}
	return b
}

func (b *broker) makeGroup(t testing.TB, name string) {
	t.Helper()
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group = name
	partition := kmsg.NewOffsetCommitRequestTopicPartition()
	req.Topics = []kmsg.OffsetCommitRequestTopic{{Topic: topic, Partitions: []kmsg.OffsetCommitRequestTopicPartition{partition}}}
	_, err := req.RequestWith(context.Background(), b.client)
	check(t, "make a group", err)
}

// opts are those under which groups are quick.
func (b *broker) opts() []kgo.Opt {
	return []kgo.Opt{kgo.SeedBrokers(b.ListenAddrs()...), kgo.HeartbeatInterval(10 * time.Millisecond)}
}

func (b *broker) sink(t testing.TB, opts ...kgo.Opt) *kafka.Sink {
	t.Helper()
	s, err := kafka.NewSink(topic, append(b.opts(), opts...)...)
	check(t, "new sink", err)
	return s
}

func (b *broker) source(t testing.TB, instance string, opts ...kgo.Opt) *kafka.Source {
	t.Helper()
	s, err := kafka.NewSource(topic, kafka.Membership{Group: "mailer", Instance: instance}, append(b.opts(), opts...)...)
	check(t, "new source", err)
	return s
}

// records returns the n committed records of the topic, those of a partition in
// their order, and fails if there are more.
func (b *broker) records(t testing.TB, n int) []*kgo.Record {
	t.Helper()
	reader, err := kgo.NewClient(append(b.opts(), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.KeepControlRecords())...)
	check(t, "new reader", err)
	defer reader.Close()
	ctx, cancel := context.WithTimeout(context.Background(), await.Patience)
	defer cancel()
	var records []*kgo.Record
	seen := map[int32]int64{}
	for !b.reached(t, seen) {
		fetches := reader.PollFetches(ctx)
		check(t, "read the topic", fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) {
			seen[r.Partition] = r.Offset + 1
			if !r.Attrs.IsControl() {
				records = append(records, r)
			}
		})
	}
	if len(records) != n {
		t.Errorf("%d records, want %d", len(records), n)
	}
	return records
}

// reached reports whether the topic has nothing behind seen.
func (b *broker) reached(t testing.TB, seen map[int32]int64) bool {
	t.Helper()
	for partition, end := range b.ends(t) {
		if seen[partition] < end {
			return false
		}
	}
	return true
}

// ends returns the high watermarks.
func (b *broker) ends(t testing.TB) map[int32]int64 {
	t.Helper()
	ends := map[int32]int64{}
	for _, p := range b.partitions(t) {
		req := kmsg.NewPtrListOffsetsRequest()
		asked := kmsg.NewListOffsetsRequestTopicPartition()
		asked.Partition, asked.Timestamp = p, -1
		req.Topics = []kmsg.ListOffsetsRequestTopic{{Topic: topic, Partitions: []kmsg.ListOffsetsRequestTopicPartition{asked}}}
		resp, err := req.RequestWith(context.Background(), b.client)
		check(t, "list offsets", err)
		ends[p] = resp.Topics[0].Partitions[0].Offset
	}
	return ends
}

// partitions returns the numbers of the topic's partitions.
func (b *broker) partitions(t testing.TB) []int32 {
	t.Helper()
	req := kmsg.NewPtrMetadataRequest()
	name := topic
	req.Topics = []kmsg.MetadataRequestTopic{{Topic: &name}}
	resp, err := req.RequestWith(context.Background(), b.client)
	check(t, "metadata", err)
	var numbers []int32
	for _, p := range resp.Topics[0].Partitions {
		numbers = append(numbers, p.Partition)
	}
	return numbers
}

// drop makes the broker forget what is in front of an offset of partition 0.
func (b *broker) drop(t testing.TB, offset int64) {
	t.Helper()
	req := kmsg.NewPtrDeleteRecordsRequest()
	req.TimeoutMillis = 1000
	req.Topics = []kmsg.DeleteRecordsRequestTopic{{Topic: topic, Partitions: []kmsg.DeleteRecordsRequestTopicPartition{{Partition: 0, Offset: offset}}}}
	resp, err := req.RequestWith(context.Background(), b.client)
	check(t, "delete records", err)
	check(t, "delete records", kerr.ErrorForCode(resp.Topics[0].Partitions[0].ErrorCode))
}

// committed returns the sum of the group's committed offsets.
func (b *broker) committed(t testing.TB) int64 {
	t.Helper()
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group = "mailer"
	req.Topics = []kmsg.OffsetFetchRequestTopic{{Topic: topic, Partitions: b.partitions(t)}}
	resp, err := req.RequestWith(context.Background(), b.client)
	check(t, "fetch offsets", err)
	var sum int64
	for _, p := range resp.Topics[0].Partitions {
		sum += max(p.Offset, 0)
	}
	return sum
}

// rows is a database that consumers write to, a row a fact.
type rows[T any] struct {
	projection.Database[T]
	create func(ctx context.Context, tx T) error
	insert func(ctx context.Context, tx T, row string) error
	query  func(t testing.TB) []string
	mu     sync.Mutex
	before func(ctx context.Context, f *projection.Fact) error
}

// sqliteTx is a transaction of [newRows].
type sqliteTx = *sqlitemodel.Tx

func newRows(t testing.TB) *rows[sqliteTx] {
	t.Helper()
	db, err := sqlitemodel.Open(context.Background(), filepath.Join(t.TempDir(), "rows.db"))
	check(t, "open", err)
	t.Cleanup(func() { _ = db.Close() })
	return &rows[sqliteTx]{
		Database: db,
		create: func(ctx context.Context, tx sqliteTx) error {
			_, err := tx.ExecContext(ctx, `CREATE TABLE `+tx.Table("seen")+` (n INTEGER PRIMARY KEY AUTOINCREMENT, row TEXT NOT NULL)`)
			return err
		},
		insert: func(ctx context.Context, tx sqliteTx, row string) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO `+tx.Table("seen")+` (row) VALUES (?1)`, row)
			return err
		},
		query: func(t testing.TB) []string {
			found, err := db.QueryContext(context.Background(), `SELECT row FROM seen ORDER BY n`)
			if err != nil {
				return nil
			}
			defer func() { _ = found.Close() }()
			return scanned(t, found)
		},
	}
}

func newPostgresRows(t testing.TB) *rows[*pgmodel.Tx] {
	t.Helper()
	db, err := pgmodel.Open(context.Background(), pgtest.Database(t))
	check(t, "open", err)
	check(t, "set up", db.Setup(context.Background())) // stories look before a consumer has begun
	t.Cleanup(db.Close)
	return &rows[*pgmodel.Tx]{
		Database: db,
		create: func(ctx context.Context, tx *pgmodel.Tx) error {
			_, err := tx.Exec(ctx, `CREATE TABLE `+tx.Table("seen")+` (n bigserial PRIMARY KEY, row text NOT NULL)`)
			return err
		},
		insert: func(_ context.Context, tx *pgmodel.Tx, row string) error {
			tx.Queue(`INSERT INTO `+tx.Table("seen")+` (row) VALUES ($1)`, row)
			return nil
		},
		query: func(t testing.TB) []string {
			found, err := db.Pool().Query(context.Background(), `SELECT row FROM seen ORDER BY n`)
			if err != nil {
				return nil
			}
			defer found.Close()
			return scanned(t, found)
		},
	}
}

// scanned returns rows of one column.
func scanned(t testing.TB, found interface {
	Next() bool
	Scan(dest ...any) error
}) (all []string) {
	t.Helper()
	for found.Next() {
		var row string
		check(t, "row", found.Scan(&row))
		all = append(all, row)
	}
	return all
}

// everywhere runs a story on both databases.
func everywhere(t *testing.T, sqlite func(t *testing.T, to *rows[sqliteTx]), postgres func(t *testing.T, to *rows[*pgmodel.Tx])) {
	t.Run("sqlite", func(t *testing.T) { sqlite(t, newRows(t)) })
	t.Run("postgres", func(t *testing.T) { postgres(t, newPostgresRows(t)) })
}

// do has before asked about every fact.
func (r *rows[T]) do(before func(ctx context.Context, f *projection.Fact) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.before = before
}

func (*rows[T]) Tables() []string { return []string{"seen"} }

func (r *rows[T]) Create(ctx context.Context, tx T) error { return r.create(ctx, tx) }

func (r *rows[T]) Apply(ctx context.Context, tx T, facts []projection.Fact) error {
	r.mu.Lock()
	before := r.before
	r.mu.Unlock()
	for i := range facts {
		if before != nil {
			if err := before(ctx, &facts[i]); err != nil {
				return &projection.EventError{Index: i, Err: err}
			}
		}
		if err := r.insert(ctx, tx, fmt.Sprintf("%s@%d", facts[i].Stream, facts[i].StreamVersion)); err != nil {
			return err
		}
	}
	return nil
}

// all returns the rows in the order of their making: none before there is a table.
func (r *rows[T]) all(t testing.TB) []string {
	t.Helper()
	return r.query(t)
}

func registry(t testing.TB) *runtime.Registry {
	t.Helper()
	r, err := runtime.NewRegistry(orders.Schema())
	check(t, "registry", err)
	return r
}

func format() delivery.Format { return delivery.Binary{Source: "/orders"} }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// quick are options of runners under which nothing takes long.
func quick() []projection.Option {
	return []projection.Option{
		projection.WithPoll(3 * time.Millisecond), projection.WithLogger(quiet()),
		projection.WithRetries(projection.Retries{Attempts: 1000, Base: time.Millisecond, Max: 5 * time.Millisecond}),
	}
}

// background runs fn until stop, which waits for it; the end of the test stops it too.
func background(t testing.TB, fn func(ctx context.Context) error) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- fn(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() })
	return stop
}

// relay runs a relay of store to the topic.
func relay[T any](t testing.TB, store *memstore.Store, db projection.Database[T], sink delivery.Sink, opts ...projection.Option) (stop func() error) {
	t.Helper()
	outgoing := delivery.Relay[T]("outgoing", sink, format())
	r, err := projection.NewRunner(store, db, registry(t), []projection.Projection[T]{outgoing}, append(quick(), opts...)...)
	check(t, "new runner", err)
	return background(t, r.Run)
}

// consumer is a member of the consumer "mailer".
func consumer[T any](t testing.TB, source delivery.Source, to *rows[T], opts ...delivery.Option) *delivery.Consumer[T] {
	t.Helper()
	opts = append([]delivery.Option{delivery.WithLogger(quiet()), delivery.WithRunner(quick()...)}, opts...)
	c, err := delivery.NewConsumer(source, to.Database, registry(t), projection.Projection[T]{
		ID: "mailer", Types: []string{orders.TypeOrderShipped}, Handler: to,
	}, opts...)
	check(t, "new consumer", err)
	return c
}

func stream(id string) runtime.StreamID { return runtime.StreamOf(orders.CategoryOrder, id) }

// add appends n events to each of some streams, in turn.
func add(t testing.TB, store *memstore.Store, n int, ids ...string) {
	t.Helper()
	for range n {
		for _, id := range ids {
			_, err := store.Append(context.Background(), stream(id), runtime.ExpectAny(), runtime.Root(), orders.OrderShipped{Carrier: "post"})
			check(t, "append", err)
		}
	}
}

// onceInOrder checks that rows are n versions of each stream, each once and in order.
func onceInOrder(t testing.TB, rows []string, n int, ids ...string) {
	t.Helper()
	for _, id := range ids {
		var want, got []string
		for v := range n {
			want = append(want, fmt.Sprintf("%s@%d", stream(id), v+1))
		}
		for _, row := range rows {
			if strings.HasPrefix(row, stream(id).String()+"@") {
				got = append(got, row)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("rows of %s: %v, want %v", id, got, want)
		}
	}
	if len(rows) != n*len(ids) {
		t.Errorf("%d rows, want %d", len(rows), n*len(ids))
	}
}
