package good

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

type sqlTx = sql.Tx

// case mutated-event: a clone is sorted
type mutated1 struct{ folder }

func (mutated1) OrderPlaced(s State, e Placed) State {
	tags := slices.Clone(e.Data.Tags)
	sort.Strings(tags)
	s.Tags = tags
	return s
}

// case mutated-event: the old way to clone
type mutated2 struct{ folder }

func (mutated2) OrderPlaced(s State, e Placed) State {
	tags := append([]string(nil), e.Data.Tags...)
	tags[0] = "x"
	names := make(map[string]string, len(e.Data.Attributes))
	for k, v := range e.Data.Attributes {
		names[k] = v
	}
	names["a"] = "b"
	s.Tags, s.Names = tags, names
	return s
}

// case mutated-event: a copy that gets a list of its own
type mutated3 struct{ folder }

func (mutated3) OrderPlaced(s State, e Placed) State {
	data := e.Data
	data.Customer = strings.TrimSpace(data.Customer)
	data.Tags = slices.Clone(data.Tags)
	data.Tags[0] = "first"
	s.Customer, s.Tags = data.Customer, data.Tags
	return s
}

// case mutated-event: the state is the evolver's
type mutated4 struct{ folder }

func (mutated4) OrderPlaced(s State, e Placed) State {
	s.Names = maps.Clone(e.Data.Attributes)
	s.Tags = append(s.Tags, e.Data.Tags...)
	return s
}

func (mutated4) OrderShipped(s State, e Shipped) State {
	s.Names["carrier"] = e.Data.Carrier
	s.Tags[0] = e.Data.Carrier
	s.Tags = slices.DeleteFunc(s.Tags, func(t string) bool { return t == "" })
	s.Total++
	return s
}

// case mutated-event: each line is a copy
type mutated5 struct{ projector }

func (mutated5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	for i, line := range event.Data.Lines {
		line.Quantity *= 2
		tx.Queue("UPDATE lines SET quantity = $3 WHERE order_id = $1 AND n = $2", event.ID, i, line.Quantity)
	}
	return nil
}

// case mutated-event: before it is recorded
func mutated6(tags []string, at time.Time) runtime.Event {
	e := shop.OrderPlaced{Customer: "c", Amount: 1, Channel: shop.ChannelWeb, At: at, Tags: make([]string, len(tags))}
	for i, tag := range tags {
		e.Tags[i] = strings.ToLower(tag)
	}
	e.Attributes = map[string]string{}
	e.Attributes["a"] = "b"
	return e
}

// case mutated-event: a variable for each event
func mutated7(lists [][]string, at time.Time) (events []runtime.Event) {
	for _, list := range lists {
		e := shop.OrderPlaced{Customer: "c", Amount: 1, Channel: shop.ChannelWeb, At: at, Tags: slices.Clone(list)}
		e.Tags[0] = "x"
		events = append(events, e)
	}
	return events
}

// case mutated-event: a helper that only reads, one that changes a clone
type mutated8 struct{ projector }

func (mutated8) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	if longest(event.Data.Tags) > 3 {
		lower(slices.Clone(event.Data.Tags))
	}
	return nil
}

func longest(list []string) (n int) {
	for _, s := range list {
		n = max(n, len(s))
	}
	return n
}

func lower(list []string) {
	for i := range list {
		list[i] = strings.ToLower(list[i])
	}
}

// case mutated-event: another event takes its place
type mutated9 struct{ mailer }

func (mutated9) OrderShipped(ctx Ctx, tx *sqlTx, event Shipped) error {
	event = runtime.Wrap(event.Meta, shop.OrderShipped{Carrier: "post", Parcels: event.Data.Parcels})
	return ctx.Err()
}

// case mutated-event: decoded into a variable of its own
type mutated10 struct{ projector }

func (mutated10) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	var e shop.OrderPlaced
	return json.Unmarshal([]byte("{}"), &e)
}

// case missing-fields: complete
func missing1() runtime.Event { return shop.OrderShipped{Carrier: "post", Parcels: 0} }

// case missing-fields: by position
func missing2() runtime.Event { return shop.OrderShipped{"post", 1} }

// case missing-fields: the rest follows
func missing3(customer string, at time.Time, phone bool) runtime.Event {
	e := shop.OrderPlaced{Customer: customer, At: at}
	e.Channel = shop.ChannelWeb
	if phone {
		e.Channel = shop.ChannelPhone
	}
	e.Amount, e.Tags = 3, []string{}
	return e
}

// case missing-fields: optional ones are
func missing4() runtime.Event { return shop.OrderClosed{} }

// case missing-fields: nothing happened
func missing5(ok bool) (shop.OrderShipped, error) {
	if !ok {
		return shop.OrderShipped{}, errors.New("no")
	}
	return shop.OrderShipped{Carrier: "a", Parcels: 1}, nil
}

// case missing-fields: its type is meant
func missing6() []string {
	return []string{shop.OrderShipped{}.EventType(), shop.OrderPlaced{}.EventType()}
}

// case missing-fields: filled in by others
func missing7(data []byte) (runtime.Event, error) {
	var e shop.OrderPlaced
	err := e.UnmarshalJSON(data)
	e.Customer = strings.TrimSpace(e.Customer)
	return e, err
}

// case missing-fields: compared with
func missing8(l shop.Line) bool { return l == shop.Line{} }

// case exhaustive: all of them
func exhaustive1(e shop.Event) string {
	switch e.(type) {
	case shop.OrderPlaced, shop.OrderShipped:
		return "open"
	case shop.OrderPaid:
		return "paid"
	case shop.OrderClosed:
		return "closed"
	}
	return ""
}

// case exhaustive: the default fails
func exhaustive2(env shop.Envelope) error {
	switch e := env.Data.(type) {
	case shop.OrderPlaced:
		log.Print(e.Customer)
	default:
		return &runtime.UnexpectedEventError{Event: e, Meta: env.Meta}
	}
	return nil
}

// case exhaustive: what is not taken fails behind
func exhaustive3(e shop.Event) (int64, error) {
	switch e := e.(type) {
	case shop.OrderPlaced:
		return e.Amount, nil
	case shop.OrderPaid:
		return -e.Amount, nil
	}
	return 0, fmt.Errorf("unexpected %T", e)
}

// case exhaustive: passed over, and said so
func exhaustive4(e shop.Event) (n int) {
	switch e.(type) {
	case shop.OrderPlaced:
		n++
	case shop.OrderShipped, shop.OrderPaid, shop.OrderClosed: // change no number
	}
	return n
}

// case exhaustive: one event only
func exhaustive5(e shop.Event) bool {
	placed, ok := e.(shop.OrderPlaced)
	return ok && placed.Amount > 0
}

// case exhaustive: any event, of any package
func exhaustive6(e runtime.Event) bool {
	switch e.(type) {
	case shop.OrderPlaced:
		return true
	}
	return false
}

// case exhaustive: an open enum, and a closed one
func exhaustive7(c shop.Colour, ch shop.Channel) string {
	switch c {
	case shop.ColourGreen:
		return "green"
	}
	switch ch {
	case shop.ChannelWeb, shop.ChannelPhone, shop.ChannelStore:
	}
	return ""
}

// case exhaustive: an interface of one's own
type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int { return s.side * s.side }

func exhaustive8(s shape) int {
	switch s := s.(type) {
	case square:
		return s.side
	}
	return 0
}

type msg interface {
	Ack() error
	Nak() error
}

// case ignored-ack: checked
func ack1(ctx context.Context, store runtime.Store, id uuid.UUID, cause runtime.Cause) error {
	if _, err := store.Append(ctx, shop.OrderStream(id), runtime.ExpectAny(), cause, shop.OrderClosed{}); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

// case ignored-ack: returned as it is
func ack2(ctx context.Context, store runtime.Store, id uuid.UUID, cause runtime.Cause) (runtime.Appended, error) {
	return store.Append(ctx, shop.OrderStream(id), runtime.ExpectAny(), cause, shop.OrderClosed{})
}

// case ignored-ack: logged
func ack3(m msg) {
	if err := m.Ack(); err != nil {
		log.Print(err)
	}
}

// case ignored-ack: joined in a deferred literal
func ack4(tx *sql.Tx) (err error) {
	defer func() { err = errors.Join(err, tx.Commit()) }()
	return nil
}

// case ignored-ack: a rollback may fail
func ack5(tx *sql.Tx) error {
	defer tx.Rollback()
	return tx.Commit()
}

// case ignored-ack: others of these names
type list struct{ items []string }

func (l *list) Append(s string) { l.items = append(l.items, s) }
func (l *list) Commit() int     { return len(l.items) }

func ack6(l *list) {
	l.Append("x")
	l.Commit()
}

// case ignored-ack: by a channel
func ack7(m msg) <-chan error {
	out := make(chan error, 1)
	go func() { out <- m.Ack() }()
	return out
}

type appending struct {
	mailer
	store runtime.Store
}

// case lost-cause: passed on
type lost1 struct{ appending }

func (l lost1) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), runtime.CausedBy(event), shop.OrderClosed{})
	return err
}

// case lost-cause: passed on to a helper, and more told
type lost2 struct{ appending }

func (l lost2) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	return l.shut(ctx, event.Stream, runtime.CausedBy(event.Meta).WithActor("mails").WithCommand(event.ID))
}

func (l lost2) shut(ctx Ctx, stream runtime.StreamID, cause runtime.Cause) error {
	_, err := l.store.Append(ctx, stream, runtime.ExpectAny(), cause, shop.OrderClosed{})
	return err
}

// case lost-cause: by hand
type lost3 struct{ appending }

func (l lost3) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	cause := runtime.Root().WithCorrelation(event.Correlation).WithCausation(event.ID).WithTenant(event.Tenant)
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), cause, shop.OrderClosed{})
	return err
}

// case lost-cause: a request begins a chain
func (l lost3) Serve(ctx Ctx, id uuid.UUID) error {
	_, err := l.store.Append(ctx, shop.OrderStream(id), runtime.ExpectAny(), runtime.Root(), shop.OrderClosed{})
	return err
}

// case lost-cause: of a lineage that is the event's
type lost4 struct{ appending }

func (l lost4) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	lineage := event.Lineage()
	lineage.Actor = "mails"
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), runtime.CausedBy(lineage), shop.OrderClosed{})
	return err
}

// case lost-cause: declared first
type lost5 struct{ appending }

func (l lost5) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	var cause runtime.Cause
	if event.Actor == "" {
		cause = runtime.CausedBy(event).WithActor("nobody")
	} else {
		cause = runtime.CausedBy(event)
	}
	_, err := l.store.Append(ctx, event.Stream, runtime.ExpectAny(), cause, shop.OrderClosed{})
	return err
}

// case mutated-event: no room to share
type mutated11 struct{ folder }

func (mutated11) OrderPlaced(s State, e Placed) State {
	tags := e.Data.Tags
	s.Tags = append(tags[:0:0], tags...)
	s.Tags[0] = "mine"
	return s
}
