package process_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/process/events/orders"
	"github.com/evgen/evgen/golden/process/events/orders/ordersprocess"
	"github.com/evgen/evgen/golden/process/events/payments"
	"github.com/evgen/evgen/golden/process/events/stock"
	"github.com/evgen/evgen/golden/process/events/stock/stockprocess"
	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// shelves reserves what there is: nine of everything.
type shelves struct{}

var _ stockprocess.ReserveReaction = shelves{}

func (shelves) OrderPlaced(_ context.Context, event runtime.Envelope[orders.OrderPlaced]) ([]stockprocess.ReserveEmission, error) {
	order, err := uuid.Parse(event.Stream.ID())
	if err != nil {
		return nil, err
	}
	if event.Data.Quantity > 9 {
		return []stockprocess.ReserveEmission{stockprocess.EmitStockRefused(event.Data.Item, stock.StockRefused{Order: order})}, nil
	}
	reserved := stock.StockReserved{Order: order, Quantity: event.Data.Quantity}
	return []stockprocess.ReserveEmission{stockprocess.EmitStockReserved(event.Data.Item, reserved).Expecting(runtime.ExpectAny())}, nil
}

// progress is what a fulfilment remembers.
type progress struct {
	Receipt string
	Parcel  string
}

// office fulfils orders. The bank answers to a charge by an event.
type office struct {
	bank func(ctx context.Context, order uuid.UUID, card string) error
}

var _ ordersprocess.FulfilSteps[progress] = office{}

func (o office) Charge(ctx context.Context, run *ordersprocess.FulfilRun[progress]) error {
	run.State.Receipt = run.Key.String()
	card := ""
	if run.Start.Data.Card != nil {
		card = *run.Start.Data.Card
	}
	order, err := uuid.Parse(run.ID)
	if err != nil {
		return saga.Permanent(err)
	}
	return o.bank(ctx, order, card)
}

func (office) Refund(_ context.Context, run *ordersprocess.FulfilRun[progress]) error {
	if run.State.Receipt == "" {
		return errors.New("the receipt is lost")
	}
	run.Emit(ordersprocess.EmitOrderRejected(uuid.MustParse(run.ID), orders.OrderRejected{Reason: "refunded"}))
	return nil
}

func (office) Pack(_ context.Context, run *ordersprocess.FulfilRun[progress]) error {
	if run.Attempt == 1 {
		return errors.New("no tape")
	}
	if paid, ok := run.Received["settle"].Data.(payments.PaymentReceived); !ok || paid.Cents != 100 {
		return saga.Permanent(errors.New("packed before it was paid"))
	}
	run.State.Parcel = "parcel of " + run.Start.Data.Item
	return nil
}

func (office) Unpack(context.Context, *ordersprocess.FulfilRun[progress]) error { return nil }

func (office) Confirm(_ context.Context, run *ordersprocess.FulfilRun[progress]) error {
	run.Emit(ordersprocess.EmitOrderConfirmed(uuid.MustParse(run.ID), orders.OrderConfirmed{Parcel: run.State.Parcel}))
	return nil
}

// mailer writes a row for each mail, into a table of its own.
type mailer[T any] struct{ *world[T] }

var (
	_ ordersprocess.OrderMailsHandler[any] = mailer[any]{}
	_ delivery.TableMaker[any]             = mailer[any]{}
)

type named interface{ Table(name string) string }

func (mailer[T]) Tables() []string { return []string{"mails"} }

func (m mailer[T]) Create(ctx context.Context, tx T) error {
	return m.exec(ctx, tx, `CREATE TABLE `+any(tx).(named).Table("mails")+` (text text NOT NULL)`)
}

func (m mailer[T]) mail(ctx context.Context, tx T, text string) error {
	return m.exec(ctx, tx, `INSERT INTO `+any(tx).(named).Table("mails")+` (text) VALUES ($1)`, text)
}

func (m mailer[T]) OrderConfirmed(ctx context.Context, tx T, event runtime.Envelope[orders.OrderConfirmed]) error {
	return m.mail(ctx, tx, "confirmed: "+event.Data.Parcel)
}

func (m mailer[T]) OrderRejected(ctx context.Context, tx T, event runtime.Envelope[orders.OrderRejected]) error {
	return m.mail(ctx, tx, "rejected: "+event.Data.Reason)
}

func TestAnOrderGoesThroughAllProcesses(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { order(onSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { order(onPostgres(t)) })
}

func order[T any](w *world[T]) {
	w.open()
	paid, declined := "visa", "gone"
	first := w.place(orders.OrderPlaced{Item: "tea", Quantity: 2, Card: &paid})
	second := w.place(orders.OrderPlaced{Item: "rum", Quantity: 12, Card: &declined})
	await.Until(w.t, "mails", func() bool { return len(w.mails()) >= 2 })
	if got := w.mails(); !slices.Equal(got, []string{"confirmed: parcel of tea", "rejected: refunded"}) {
		w.t.Errorf("mails %q", got)
	}
	w.holds(orders.OrderStream(first), "orders.OrderPlaced", "orders.OrderConfirmed")
	w.holds(orders.OrderStream(second), "orders.OrderPlaced", "orders.OrderRejected")
	await.Until(w.t, "what follows of the second order", func() bool { return len(w.types(stock.ItemStream("rum"))) == 1 })
	w.holds(stock.ItemStream("tea"), "stock.StockReserved")
	w.holds(stock.ItemStream("rum"), "stock.StockRefused")
	w.ends(first, saga.Completed)
	w.ends(second, saga.Compensated)
}

// ear hears all events of the orders. It has no tables.
type ear[T any] struct {
	mu    sync.Mutex
	heard []string
}

var _ ordersprocess.Handler[any] = &ear[any]{}

func (e *ear[T]) hear(text string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, text)
	return nil
}

func (e *ear[T]) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Sorted(slices.Values(e.heard))
}

func (e *ear[T]) OrderPlaced(_ context.Context, _ T, event runtime.Envelope[orders.OrderPlaced]) error {
	return e.hear("placed " + event.Data.Item)
}

func (e *ear[T]) OrderConfirmed(_ context.Context, _ T, event runtime.Envelope[orders.OrderConfirmed]) error {
	return e.hear("confirmed " + event.Data.Parcel)
}

func (e *ear[T]) OrderRejected(_ context.Context, _ T, event runtime.Envelope[orders.OrderRejected]) error {
	return e.hear("rejected " + event.Data.Reason)
}

func (e *ear[T]) Counted(_ context.Context, _ T, event runtime.Envelope[orders.Counted]) error {
	return e.hear("counted " + event.Data.Shop)
}

func TestTheConsumerOfAllEventsHearsThoseOfItsPackage(t *testing.T) {
	w := onSQLite(t)
	w.run(delivery.Relay[*sqlitemodel.Tx]("outgoing", jetstream.NewSink(w.js, "EVENTS"), delivery.Binary{Source: "/shop"}))
	heard := &ear[*sqlitemodel.Tx]{}
	consumer, err := ordersprocess.NewConsumer("audit", w.source(), w.models, registry(t), heard, delivery.WithLogger(quiet()), delivery.WithRunner(quick()...))
	check(t, "new consumer", err)
	background(t, consumer.Run)
	order := orders.OrderStream(w.place(orders.OrderPlaced{Item: "tea"}))
	counted := orders.Counted{Shop: "main"}
	for stream, event := range map[runtime.StreamID]runtime.Event{
		stock.ItemStream("tea"): stock.Counted{}, orders.CountedStream(counted): counted, order: orders.OrderRejected{Reason: "tired"},
	} {
		_, err := w.store.Append(t.Context(), stream, runtime.ExpectAny(), runtime.Root(), event)
		check(t, "append", err)
	}
	await.Until(t, "what was said", func() bool { return len(heard.all()) >= 3 })
	if got := heard.all(); !slices.Equal(got, []string{"counted main", "placed tea", "rejected tired"}) {
		t.Errorf("heard %q", got)
	}
}

// picky refuses what was confirmed.
type picky struct{ mailer[*sqlitemodel.Tx] }

func (picky) OrderConfirmed(context.Context, *sqlitemodel.Tx, runtime.Envelope[orders.OrderConfirmed]) error {
	return errors.New("no address")
}

// The consumer's name holds a dot, which does not keep what is given up from being passed over.
func TestWhatWaitsBehindALetterThatIsDroppedGoesOn(t *testing.T) {
	w := onSQLite(t)
	w.run(delivery.Relay[*sqlitemodel.Tx]("outgoing", jetstream.NewSink(w.js, "EVENTS"), delivery.Binary{Source: "/shop"}))
	consumer, err := ordersprocess.NewOrderMails(w.source(), w.models, registry(t), picky{mailer[*sqlitemodel.Tx]{w}},
		delivery.WithLogger(quiet()), delivery.WithRunner(append(quick(), projection.WithRetries(projection.Retries{Attempts: 1, Base: time.Millisecond, Max: time.Millisecond}))...))
	check(t, "new consumer", err)
	background(t, consumer.Run)
	_, err = w.store.Append(t.Context(), orders.OrderStream(uuid.New()), runtime.ExpectNew(), runtime.Root(),
		orders.OrderConfirmed{Parcel: "p"}, orders.OrderRejected{Reason: "late"})
	check(t, "append", err)
	var letters []projection.Letter
	await.Until(t, "both events are put aside", func() bool {
		err := w.models.Ledger(t.Context(), func(l projection.Ledger) (err error) {
			letters, err = l.Letters(t.Context(), projection.LetterQuery{Projection: "orders.order-mails.EVENTS"})
			return err
		})
		return err == nil && len(letters) == 2
	})
	_, err = projection.DropLetters(t.Context(), w.models, projection.LetterQuery{IDs: []int64{letters[0].ID}})
	check(t, "drop", err)
	await.Until(t, "the mail behind", func() bool { return slices.Equal(w.mails(), []string{"rejected: late"}) })
}

// open starts the reaction, the saga, the relay and the consumer.
func (w *world[T]) open() {
	definition := ordersprocess.NewFulfil(office{w.bank})
	worker, err := saga.NewWorker(w.store, w.sagas, registry(w.t), w.append, definition, saga.WithLogger(quiet()))
	check(w.t, "new worker", err)
	relay := delivery.Relay[T]("outgoing", jetstream.NewSink(w.js, "EVENTS"), delivery.Binary{Source: "/shop"})
	w.run(stockprocess.NewReserve(shelves{}, w.appendIn()), worker.Starter(), relay)
	background(w.t, worker.Run)
	consumer, err := ordersprocess.NewOrderMails(w.source(), w.models, registry(w.t), mailer[T]{w},
		delivery.WithLogger(quiet()), delivery.WithRunner(quick()...))
	check(w.t, "new consumer", err)
	background(w.t, consumer.Run)
}

func (w *world[T]) place(placed orders.OrderPlaced) uuid.UUID {
	w.t.Helper()
	id := uuid.New()
	_, err := w.store.Append(context.Background(), orders.OrderStream(id), runtime.ExpectNew(), runtime.Root(), placed)
	check(w.t, "place an order", err)
	return id
}

// bank answers once to each charge.
func (w *world[T]) bank(ctx context.Context, order uuid.UUID, card string) error {
	account := payments.Account{Iban: card}
	cause := runtime.Root().WithCommand(order)
	if card == "gone" {
		event := payments.PaymentDeclined{Account: account, Order: order.String(), Why: "no such card"}
		_, err := w.store.Append(ctx, payments.PaymentDeclinedStream(event), runtime.ExpectAny(), cause, event)
		return err
	}
	event := payments.PaymentReceived{Account: account, Order: order, Cents: 100}
	_, err := w.store.Append(ctx, payments.PaymentReceivedStream(event), runtime.ExpectAny(), cause, event)
	return err
}

func (w *world[T]) types(stream runtime.StreamID) []string {
	var types []string
	for rec, err := range w.store.Load(context.Background(), stream) {
		check(w.t, "load", err)
		types = append(types, rec.Type)
	}
	return types
}

// holds checks the events of a stream, which belong to one chain.
func (w *world[T]) holds(stream runtime.StreamID, types ...string) {
	w.t.Helper()
	if got := w.types(stream); !slices.Equal(got, types) {
		w.t.Errorf("%s holds %q", stream, got)
	}
	correlations := map[uuid.UUID]bool{}
	for rec, err := range w.store.Load(context.Background(), stream) {
		check(w.t, "load", err)
		correlations[rec.Correlation] = true
	}
	if len(correlations) > 1 {
		w.t.Errorf("%s belongs to %d chains", stream, len(correlations))
	}
}

func (w *world[T]) ends(order uuid.UUID, state saga.State) {
	w.t.Helper()
	list, err := w.sagas.List(context.Background(), saga.Query{Saga: "orders.Fulfil", ID: order.String()})
	check(w.t, "list", err)
	if len(list) != 1 || list[0].State != state {
		w.t.Errorf("%d sagas of %s: %+v", len(list), order, list)
	}
}

// Steps are tried without any runtime: what a run is told stands in it, and what it emits can be asked for.
func TestAStepCanBeTriedAlone(t *testing.T) {
	id := uuid.New()
	run := &ordersprocess.FulfilRun[progress]{Ref: saga.Ref{ID: id.String()}, State: &progress{Parcel: "p"}}
	if err := (office{}).Confirm(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	want := []ordersprocess.FulfilEmission{ordersprocess.EmitOrderConfirmed(id, orders.OrderConfirmed{Parcel: "p"})}
	if got := run.Emitted(); !reflect.DeepEqual(got, want) {
		t.Errorf("emitted %+v", got)
	}
}

func TestEmissionsGoToTheStreamsThatTheSchemaNames(t *testing.T) {
	reactor := shelves{}
	placed := runtime.Wrap(runtime.Meta{Stream: orders.OrderStream(uuid.New())}, orders.OrderPlaced{Item: "tea", Quantity: 10})
	got, err := reactor.OrderPlaced(t.Context(), placed)
	want := []stockprocess.ReserveEmission{stockprocess.EmitStockRefused("tea", stock.StockRefused{Order: uuid.MustParse(placed.Stream.ID())})}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}
