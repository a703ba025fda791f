package bad

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// case mutated-event: a field of what came
type mutated1 struct{ projector }

func (mutated1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	event.Data.Customer = strings.TrimSpace(event.Data.Customer)
	tx.Queue("UPDATE orders SET customer = $2 WHERE id = $1", event.ID, event.Data.Customer)
	return nil
}

// case mutated-event: sorted in place
type mutated2 struct{ folder }

func (mutated2) OrderPlaced(s State, e Placed) State {
	sort.Strings(e.Data.Tags)
	s.Tags = slices.Clone(e.Data.Tags)
	return s
}

// case mutated-event: a copy of the struct shares the list
type mutated3 struct{ folder }

func (mutated3) OrderPlaced(s State, e Placed) State {
	data := e.Data
	data.Tags[0] = "first"
	return s
}

// case mutated-event: filtered in place
type mutated4 struct{ folder }

func (mutated4) OrderPlaced(s State, e Placed) State {
	kept := e.Data.Tags[:0]
	for _, tag := range e.Data.Tags {
		if tag != "" {
			kept = append(kept, tag)
		}
	}
	s.Tags = slices.Clone(kept)
	return s
}

// case mutated-event: the state shares a map that a later event writes to
type mutated5 struct{ folder }

func (mutated5) OrderPlaced(s State, e Placed) State {
	s.Names = e.Data.Attributes
	return s
}

func (mutated5) OrderShipped(s State, e Shipped) State {
	s.Names["carrier"] = e.Data.Carrier
	return s
}

// case mutated-event: a helper does it
type mutated6 struct{ projector }

func (mutated6) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	upper(event.Data.Tags)
	return nil
}

func upper(list []string) {
	for i := range list {
		list[i] = strings.ToUpper(list[i])
	}
}

// case mutated-event: by a pointer to an element
type mutated7 struct{ projector }

func (mutated7) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	for i := range event.Data.Lines {
		line := &event.Data.Lines[i]
		if line.Quantity == 0 {
			line.Quantity = 1
		}
	}
	return nil
}

// case mutated-event: an optional field's pointer
type mutated8 struct{ mailer }

func (mutated8) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	if event.Data.Note != nil {
		*event.Data.Note = "read"
	}
	return nil
}

// case mutated-event: the headers of the envelope
type mutated9 struct{ mailer }

func (mutated9) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	event.Headers["seen"] = "yes"
	return nil
}

// case mutated-event: after the append
func mutated10(ctx context.Context, store runtime.Store, id uuid.UUID, cause runtime.Cause, tags []string) error {
	shipped := shop.OrderShipped{Carrier: "post", Parcels: 1}
	if _, err := store.Append(ctx, shop.OrderStream(id), runtime.ExpectAny(), cause, shipped); err != nil {
		return err
	}
	shipped.Parcels = 2
	return nil
}

// case mutated-event: one buffer for all
func mutated11(lists [][]string, at Placed) []runtime.Event {
	var events []runtime.Event
	buffer := make([]string, 1)
	for _, list := range lists {
		copy(buffer, list)
		events = append(events, shop.OrderPlaced{Customer: "c", Amount: 1, Channel: shop.ChannelWeb, Tags: buffer, At: at.OccurredAt})
	}
	return events
}

// case mutated-event: by type
func mutated12(facts []projection.Fact) {
	for _, f := range facts {
		switch e := f.Data.(type) {
		case shop.OrderPlaced:
			clear(e.Attributes)
		}
	}
}

// case mutated-event: merged into
func mutated13(event Placed, defaults map[string]string) {
	attributes := event.Data.Attributes
	maps.Copy(attributes, defaults)
}

// case missing-fields: the field that came later
func missing1() runtime.Event { return shop.OrderShipped{Carrier: "post"} }

// case missing-fields: in a decision
func missing2(customer string) runtime.Decide[State] {
	return func(s State) ([]runtime.Event, error) {
		return []runtime.Event{shop.OrderPlaced{Customer: customer, Channel: shop.ChannelPhone}}, nil
	}
}

// case missing-fields: filled in, but not all
func missing3(amount int64) shop.Event {
	var paid shop.OrderPaid
	paid.Amount = amount
	return paid
}

// case missing-fields: a part of it
func missing4(event Placed) shop.Event {
	return shop.OrderPlaced{
		Customer: "c", Amount: 1, Channel: shop.ChannelWeb, Tags: nil, At: event.OccurredAt,
		Lines: []shop.Line{{Sku: "s"}},
	}
}

// case missing-fields: nothing at all
func missing5(ctx context.Context, store runtime.Store, id uuid.UUID, cause runtime.Cause) error {
	_, err := store.Append(ctx, shop.OrderStream(id), runtime.ExpectAny(), cause, shop.OrderShipped{})
	return err
}

// case missing-fields: by pointer
func missing6() *shop.OrderPaid {
	p := &shop.OrderPaid{}
	p.Amount = 2
	return p
}

// case exhaustive: one is missing
func exhaustive1(e shop.Event) string {
	switch e.(type) {
	case shop.OrderPlaced:
		return "placed"
	case shop.OrderShipped:
		return "shipped"
	case shop.OrderClosed:
		return "closed"
	}
	return ""
}

// case exhaustive: the default logs
func exhaustive2(env shop.Envelope) error {
	switch e := env.Data.(type) {
	case shop.OrderPlaced:
		log.Print(e.Customer)
	default:
		log.Print("ignored")
	}
	return nil
}

// case exhaustive: the default returns nil
func exhaustive3(e shop.Event) (int64, error) {
	switch e := e.(type) {
	case shop.OrderPlaced:
		return e.Amount, nil
	case shop.OrderPaid:
		return -e.Amount, nil
	default:
		return 0, nil
	}
}

// case exhaustive: a channel was added
func exhaustive4(c shop.Channel) int {
	switch c {
	case shop.ChannelWeb:
		return 1
	case shop.ChannelPhone:
		return 2
	}
	return 0
}

// case exhaustive: a way to pay
func exhaustive5(p shop.Payment) string {
	switch p := p.(type) {
	case shop.Cash:
		return p.Currency
	}
	return ""
}

// case exhaustive: continue is quiet
func exhaustive6(events []shop.Event) (n int) {
	for _, e := range events {
		switch e.(type) {
		case shop.OrderPlaced, shop.OrderPaid:
			n++
		default:
			continue
		}
	}
	return n
}

type msg interface {
	Ack() error
	Nak() error
}

// case ignored-ack: the bare append
func ack1(ctx context.Context, store runtime.Store, id uuid.UUID, cause runtime.Cause) {
	store.Append(ctx, shop.OrderStream(id), runtime.ExpectAny(), cause, shop.OrderClosed{})
}

// case ignored-ack: to the blank
func ack2(ctx context.Context, store runtime.Store, id uuid.UUID, cause runtime.Cause) {
	_, _ = store.Append(ctx, shop.OrderStream(id), runtime.ExpectAny(), cause, shop.OrderClosed{})
}

// case ignored-ack: deferred
func ack3(m msg) error {
	defer m.Ack()
	return nil
}

// case ignored-ack: overwritten
func ack4(m msg, tx *sql.Tx) error {
	err := tx.Commit()
	err = m.Ack()
	return err
}

// case ignored-ack: a refusal in the failing branch
func ack5(m msg, failed bool) error {
	if failed {
		m.Nak()
		return fmt.Errorf("failed")
	}
	return m.Ack()
}

// case ignored-ack: a commit in a literal
func ack6(tx *sql.Tx) func() {
	return func() { tx.Commit() }
}

// case ignored-ack: a command
func ack7(ctx context.Context, repo *runtime.Repository[State], id uuid.UUID, cause runtime.Cause) {
	go runtime.Execute(ctx, repo, shop.OrderStream(id), cause, func(State) ([]runtime.Event, error) { return nil, nil })
}

type appending struct {
	mailer
	store runtime.Store
	cause runtime.Cause
}

// case lost-cause: the root
type lost1 struct{ appending }

func (l lost1) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), runtime.Root(), shop.OrderClosed{})
	return err
}

// case lost-cause: with an actor only
type lost2 struct{ appending }

func (l lost2) OrderShipped(ctx Ctx, tx *sql.Tx, event Shipped) error {
	cause := runtime.Root().WithActor(event.Actor).WithTenant(event.Tenant)
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), cause, shop.OrderClosed{})
	return err
}

// case lost-cause: the zero one
type lost3 struct{ appending }

func (l lost3) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), runtime.Cause{}, shop.OrderClosed{})
	return err
}

// case lost-cause: in a helper
type lost4 struct{ appending }

func (l lost4) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error { return l.shut(ctx, event.Stream) }

func (l lost4) shut(ctx Ctx, stream runtime.StreamID) error {
	_, err := l.store.Append(ctx, stream, runtime.ExpectAny(), runtime.Root(), shop.OrderClosed{})
	return err
}

// case lost-cause: a new correlation
type lost5 struct{ appending }

func (l lost5) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	cause := runtime.CausedBy(runtime.Lineage{ID: uuid.New(), Correlation: uuid.New()})
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), cause, shop.OrderClosed{})
	return err
}

// case lost-cause: made once for all
type lost6 struct{ appending }

func newLost6(store runtime.Store) lost6 {
	return lost6{appending{store: store, cause: runtime.Root().WithActor("mails")}}
}

func (l lost6) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), l.cause, shop.OrderClosed{})
	return err
}

// case lost-cause: a command that is executed
type lost7 struct {
	mailer
	repo *runtime.Repository[State]
}

func (l lost7) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	_, err := runtime.Execute(ctx, l.repo, event.Stream, runtime.Root(), func(State) ([]runtime.Event, error) {
		return []runtime.Event{shop.OrderClosed{}}, nil
	})
	return err
}

// case mutated-event: decoded over it
type mutated14 struct{ projector }

func (mutated14) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return json.Unmarshal([]byte("{}"), &event.Data)
}
