package reaction_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// apart is a world whose ledger is in another database than its store.
func apart(t *testing.T) *world[*sqlitemodel.Tx] {
	w := onSQLite(t)
	w.store = memstore.New()
	w.append = reaction.Through[*sqlitemodel.Tx](w.store)
	return w
}

func TestThroughAnotherDatabaseCrashesEmitOnce(t *testing.T) {
	w := apart(t)
	for i := range 5 {
		w.place(runtime.Root(), fmt.Sprint(i))
	}
	inner := w.append
	died := make(chan struct{})
	w.append = func(ctx context.Context, tx *sqlitemodel.Tx, appends []runtime.Appending) ([]runtime.Appended, error) {
		if _, err := inner(ctx, tx, appends[:3]); err != nil { // these stay, unlike the checkpoint
			return nil, err
		}
		close(died)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	stop := w.run(w.again(), w.shipping(ships))
	<-died
	stop()
	w.append = inner
	other := func(ctx context.Context, f *projection.Fact) ([]reaction.Emission, error) { // other code, deployed meanwhile
		return []reaction.Emission{{Stream: shipment(f), Event: orders.OrderShipped{Carrier: "other"}}}, nil
	}
	w.run(w.db, w.shipping(other))
	w.untilThere(5, orders.TypeOrderShipped)
	w.settled("shipping")
	if n, letters := len(w.all(orders.TypeOrderShipped)), w.letters("shipping"); n != 5 || len(letters) != 0 {
		t.Errorf("%d events follow from 5; %d letters", n, len(letters))
	}
}

// unreachable is a store that fails for a while.
type unreachable struct {
	runtime.Store
	failures atomic.Int64
}

var errUnreachable = errors.New("no route to the store")

func (u *unreachable) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	if u.failures.Add(-1) >= 0 {
		return runtime.Appended{}, errUnreachable
	}
	return u.Store.Append(ctx, stream, expect, cause, events...)
}

func TestThroughAStoreThatCannotBeReachedNoFactIsAtFault(t *testing.T) {
	w := apart(t)
	store := &unreachable{Store: w.store}
	store.failures.Store(5)
	w.append = reaction.Through[*sqlitemodel.Tx](store)
	w.place(runtime.Root(), "Ada")
	w.run(w.db, w.shipping(ships))
	w.untilThere(1, orders.TypeOrderShipped)
	w.settled("shipping")
	if letters := w.letters("shipping"); len(letters) != 0 {
		t.Errorf("letters: %+v", letters)
	}
}

func TestThroughARefusalIsADeadLetter(t *testing.T) {
	w := apart(t)
	handle := func(ctx context.Context, f *projection.Fact) ([]reaction.Emission, error) {
		out, err := ships(ctx, f)
		if f.Data.(orders.OrderPlaced).Customer == "conflict" {
			out[0].Expect = runtime.ExpectVersion(7)
		}
		return out, err
	}
	for _, customer := range []string{"1", "conflict", "2"} {
		w.place(runtime.Root(), customer)
	}
	w.run(w.db, w.shipping(handle))
	w.untilThere(2, orders.TypeOrderShipped)
	w.until("a letter", func() bool { return len(w.letters("shipping")) == 1 })
}
