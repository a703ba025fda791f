package kafka_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/kafka"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
)

func TestEventsHaveTheirEffectOnceAndInOrder(t *testing.T) {
	everywhere(t, pass[sqliteTx], pass[*pgmodel.Tx])
}

func pass[T any](t *testing.T, to *rows[T]) {
	b, store := newBroker(t, 4), memstore.New()
	add(t, store, 30, "a", "b", "c", "d")
	relay(t, store, to.Database, b.sink(t))
	stop := background(t, consumer(t, b.source(t, ""), to, delivery.WithWindow(7)).Run)
	add(t, store, 30, "a", "b", "c", "d")
	await.Until(t, "all rows", func() bool { return len(to.all(t)) >= 240 })
	// The broker's offsets follow, up to the ends of the last transactions.
	await.Until(t, "committed offsets", func() bool { return b.committed(t) == total(b.ends(t)) })
	check(t, "stop", stop())
	onceInOrder(t, to.all(t), 60, "a", "b", "c", "d")
}

// A member that joins while the other one is in the middle of a batch is given
// partitions when that batch has been finished.
func TestRebalanceInTheMiddleOfABatchRepeatsAndLosesNothing(t *testing.T) {
	everywhere(t, rebalance[sqliteTx], rebalance[*pgmodel.Tx])
}

func rebalance[T any](t *testing.T, to *rows[T]) {
	b, store := newBroker(t, 4), memstore.New()
	keys := []string{"a", "b", "c", "d", "e", "f"}
	joined, inside := make(chan struct{}), make(chan struct{})
	var once sync.Once
	to.do(func(ctx context.Context, _ *projection.Fact) error {
		once.Do(func() { close(inside) })
		select {
		case <-joined:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	relay(t, store, to.Database, b.sink(t))
	add(t, store, 20, keys...)
	second := &late{Source: b.source(t, ""), ready: make(chan struct{}), begin: make(chan struct{}), given: make(chan struct{})}
	background(t, consumer(t, second, to, delivery.WithWindow(5)).Run)
	<-second.ready // with the database, which is busy from now on
	background(t, consumer(t, b.source(t, ""), to, delivery.WithWindow(5)).Run)
	<-inside
	release := sync.OnceFunc(func() { close(joined) })
	b.ControlKey(11, func(kmsg.Request) (kmsg.Response, error, bool) { // a member joins
		release()
		return nil, nil, false
	})
	close(second.begin)
	<-second.given
	add(t, store, 20, keys...)
	await.Until(t, "all rows", func() bool { return len(to.all(t)) >= 240 })
	onceInOrder(t, to.all(t), 40, keys...)
}

// late takes part when it is told to, and tells when the first partition is given.
type late struct {
	delivery.Source
	once                sync.Once
	ready, begin, given chan struct{}
}

func (l *late) Follow(ctx context.Context, consumer string, work func(ctx context.Context, p delivery.Partition)) error {
	close(l.ready)
	select {
	case <-l.begin:
	case <-ctx.Done():
		return nil
	}
	return l.Source.Follow(ctx, consumer, func(ctx context.Context, p delivery.Partition) {
		l.once.Do(func() { close(l.given) })
		work(ctx, p)
	})
}

func TestPoisonParksItsKeyOnly(t *testing.T) {
	everywhere(t, poison[sqliteTx], poison[*pgmodel.Tx])
}

func poison[T any](t *testing.T, to *rows[T]) {
	b, store := newBroker(t, 1), memstore.New()
	var cured atomic.Bool
	to.do(func(_ context.Context, f *projection.Fact) error {
		if f.Stream == stream("bad") && f.StreamVersion == 2 && !cured.Load() {
			return errors.New("poison")
		}
		return nil
	})
	relay(t, store, to.Database, b.sink(t))
	background(t, consumer(t, b.source(t, ""), to).Run)
	add(t, store, 5, "bad", "good")
	await.Until(t, "the rows of others", func() bool { return len(to.all(t)) >= 6 })
	await.Until(t, "committed offsets", func() bool { return b.committed(t) == total(b.ends(t)) })
	cured.Store(true)
	await.Until(t, "all rows", func() bool { return len(to.all(t)) >= 10 })
	onceInOrder(t, to.all(t), 5, "bad", "good")
}

func TestRetentionGapEndsTheConsumerUntilItIsRestarted(t *testing.T) {
	everywhere(t, dropped[sqliteTx], dropped[*pgmodel.Tx])
}

func dropped[T any](t *testing.T, to *rows[T]) {
	b, store := newBroker(t, 1), memstore.New()
	relay(t, store, to.Database, b.sink(t))
	stop := background(t, consumer(t, b.source(t, ""), to).Run)
	add(t, store, 3, "a")
	await.Until(t, "rows", func() bool { return len(to.all(t)) == 3 })
	check(t, "stop", stop())
	add(t, store, 5, "a")
	await.Until(t, "messages", func() bool { return total(b.ends(t)) > 8 && checkpoint(t, to) == 8 })
	b.drop(t, total(b.ends(t))-1)
	if err := consumer(t, b.source(t, ""), to).Run(context.Background()); !errors.Is(err, runtime.ErrRetentionGap) {
		t.Errorf("run: %v", err)
	}
	if n := len(to.all(t)); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
	check(t, "restart", delivery.Restart(t.Context(), to, "mailer", "p0"))
	again := consumer(t, b.source(t, ""), to)
	background(t, again.Run)
	await.Until(t, "the end", func() bool {
		lags, err := again.Lag(t.Context())
		return err == nil && len(lags) == 1 && lags[0].At == lags[0].Last
	})
}

// partition 0 as a source gives it.
func partitionOf(t testing.TB, s *kafka.Source) (p delivery.Partition, giveUp func() error) {
	t.Helper()
	given := make(chan delivery.Partition)
	giveUp = background(t, func(ctx context.Context) error {
		return s.Follow(ctx, "mailer", func(ctx context.Context, p delivery.Partition) {
			given <- p
			<-ctx.Done()
		})
	})
	return <-given, giveUp
}

func TestPartitionThatWasGivenUpIsNotSettled(t *testing.T) {
	b := newBroker(t, 1)
	_, err := open(t, b, owner(0, 1023)).Write(context.Background(), messages(0, 3, 10))
	check(t, "write", err)
	p, giveUp := partitionOf(t, b.source(t, ""))
	feed, err := p.Open(context.Background(), 1)
	check(t, "open", err)
	defer func() { check(t, "close", feed.Close()) }()
	batch, err := feed.Fetch(context.Background(), 10)
	check(t, "fetch", err)
	if len(batch.Deliveries) != 2 || batch.Deliveries[0].Offset != 2 || batch.Deliveries[0].Mark.Position != 2 {
		t.Errorf("batch %+v", batch)
	}
	check(t, "settle", feed.Settle(context.Background(), 2, nil))
	check(t, "give up", giveUp())
	if err := feed.Settle(context.Background(), 3, nil); !errors.Is(err, kafka.ErrGivenUp) {
		t.Errorf("settle: %v", err)
	}
	if at := b.committed(t); at != 2 {
		t.Errorf("committed up to %d, want 2", at)
	}
}

func TestFeedBehindWhatIsKeptIsRefused(t *testing.T) {
	b := newBroker(t, 1)
	_, err := open(t, b, owner(0, 1023)).Write(context.Background(), messages(0, 5, 10))
	check(t, "write", err)
	b.drop(t, 3)
	p, _ := partitionOf(t, b.source(t, ""))
	bounds, err := p.Bounds(context.Background())
	check(t, "bounds", err)
	if bounds.First != 4 || bounds.Last != 6 || bounds.Life == "" { // five, and the end of their transaction
		t.Errorf("bounds %+v", bounds)
	}
	var gap *runtime.RetentionGapError
	if _, err := p.Open(context.Background(), 2); !errors.As(err, &gap) || gap.FirstKept != 4 {
		t.Errorf("open: %v", err)
	}
}

// The broker of these tests takes no members with an instance's name: what is looked
// at is that a member asks under it, and that it ends when the name is another's.
func TestStaticMemberNamesItsInstance(t *testing.T) {
	b := newBroker(t, 1)
	var instance atomic.Value
	b.ControlKey(11, func(req kmsg.Request) (kmsg.Response, error, bool) { // joins
		join := req.(*kmsg.JoinGroupRequest)
		instance.Store(*join.InstanceID)
		resp := join.ResponseKind().(*kmsg.JoinGroupResponse)
		resp.ErrorCode = kerr.FencedInstanceID.Code
		return resp, nil, true
	})
	err := b.source(t, "pod-3").Follow(context.Background(), "mailer", func(context.Context, delivery.Partition) { t.Error("was given a partition") })
	var refused *kafka.MembershipError
	if !errors.As(err, &refused) || !errors.Is(err, kerr.FencedInstanceID) || refused.Group != "mailer" {
		t.Errorf("follow: %v", err)
	}
	if instance.Load() != "pod-3" {
		t.Errorf("joined as %v", instance.Load())
	}
}
