package sealed_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/golden/sealed/events/people/peopleprocess"
	"github.com/evgen/evgen/golden/sealed/events/people/peopleread"
	"github.com/evgen/evgen/golden/sealed/events/people/peoplesqlite"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/archive"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// What is relayed is sealed: who has keys opens it, who has none sees what an erased person would
// leave, and so does everybody after the erasure, although the broker keeps the messages.
func TestTheBrokerCarriesWhatIsSealed(t *testing.T) {
	w, js := newWorld(t), newBroker(t)
	w.append(t, stream, registered(), meeting())
	run(t, w, delivery.Relay[*sqlitemodel.Tx]("outgoing", jetstream.NewSink(js, "PEOPLE"), delivery.Binary{Source: "/people"}))

	able := consume(t, js, "able", w.registry)
	blind := consume(t, js, "blind", closed(t).Opening(encryption.Withhold()))
	for name, got := range map[string]projection.Fact{"able": next(t, able), "blind": next(t, blind)} {
		p := got.Data.(people.PersonRegistered)
		if opened := p.Name == "Ada Lovelace" && p.Phone != nil; opened != (name == "able") || got.Erased() == opened || p.Country != "UK" {
			t.Errorf("%s: %+v %+v", name, p, got.Sealing)
		}
	}
	if m := next(t, able).Data.(people.MeetingHeld); m.Guests[0].Email != "grace@example.com" || m.Tree.Children[0].Name != "Alan" {
		t.Errorf("able: %+v", m)
	}
	isRelayedSealed(t, w, js)

	w.erase(t, stream.ID())
	late := next(t, consume(t, js, "late", w.registry))
	if p := late.Data.(people.PersonRegistered); p.Name != "" || p.Phone != nil || p.Country != "UK" || !late.Erased() {
		t.Errorf("late: %+v %+v", p, late.Sealing)
	}
}

// A read model that a consumer keeps is erased like others, also where it has read before.
func TestReadModelsOfConsumersAreErased(t *testing.T) {
	w, js := newWorld(t), newBroker(t)
	run(t, w, delivery.Relay[*sqlitemodel.Tx]("outgoing", jetstream.NewSink(js, "PEOPLE"), delivery.Binary{Source: "/people"}))
	db, directory := newModelsFile(t), peoplesqlite.Directory()
	held := &holding{Opener: w.keyring, opened: make(chan struct{}), release: make(chan struct{})}
	consumeInto(t, js, "directory", closed(t).Opening(held), db, directory)
	rows := func(n int) []peopleread.DirectoryRow {
		t.Helper()
		for ctx, cancel := context.WithTimeout(t.Context(), time.Minute); ; {
			rows, _, err := peoplesqlite.ReadDirectory(db).List(ctx, projection.Page{Limit: 100})
			if len(rows) == n || ctx.Err() != nil {
				cancel()
				return rows
			} else if err != nil && !strings.Contains(err.Error(), "no such table") {
				t.Fatal(err)
			}
		}
	}
	w.append(t, stream, registered())
	if before := rows(1); holdsSecret(before) == "" {
		t.Fatalf("before: %+v", before)
	}
	held.on.Store(true)
	w.append(t, other, registered())
	<-held.opened // in its transaction, for which the hook waits
	erased := make(chan error, 1)
	go func() {
		hook := encryption.Hook{Name: "directory", Erase: func(ctx context.Context, s encryption.Subject) error {
			return projection.EraseSubject(ctx, db, directory, s.Tenant, s.ID)
		}}
		e := encryption.Eraser{Erasures: w.keys, Keyrings: []*encryption.Keyring{w.keyring}, Settle: encryption.Alone, Hooks: []encryption.Hook{hook}}
		erased <- e.Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}, encryption.Subject{ID: other.ID()})
	}()
	close(held.release)
	if err := <-erased; err != nil {
		t.Fatal(err)
	}
	if after := rows(2); len(after) != 2 || holdsSecret(after) != "" {
		t.Errorf("after: %+v", after)
	}
}

// mails is a consumer that is written by hand: whom it has written to, in a table of its own.
type mails struct{}

var _ peopleprocess.Handler[*sqlitemodel.Tx] = mails{}

func (mails) Tables() []string { return []string{"mails"} }

func (mails) Create(ctx context.Context, tx *sqlitemodel.Tx) error {
	_, err := tx.ExecContext(ctx, `CREATE TABLE `+tx.Table("mails")+` (person text NOT NULL, address text NOT NULL)`)
	return err
}

func (mails) ForgetSubject(ctx context.Context, tx *sqlitemodel.Tx, _ runtime.Tenant, subject string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM `+tx.Table("mails")+` WHERE person = ?`, subject)
	return err
}

func (mails) PersonRegistered(ctx context.Context, tx *sqlitemodel.Tx, event runtime.Envelope[people.PersonRegistered]) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO `+tx.Table("mails")+` VALUES (?, ?)`, event.Stream.ID(), event.Data.Email)
	return err
}

func (mails) MeetingHeld(context.Context, *sqlitemodel.Tx, runtime.Envelope[people.MeetingHeld]) error {
	return nil
}

func (mails) Measured(context.Context, *sqlitemodel.Tx, runtime.Envelope[people.Measured]) error {
	return nil
}

func (mails) ValuesConverted(context.Context, *sqlitemodel.Tx, runtime.Envelope[people.ValuesConverted]) error {
	return nil
}

// What a consumer has written by hand it is asked to forget, also where it has read before.
func TestHandWrittenConsumersForget(t *testing.T) {
	w, js := newWorld(t), newBroker(t)
	run(t, w, delivery.Relay[*sqlitemodel.Tx]("outgoing", jetstream.NewSink(js, "PEOPLE"), delivery.Binary{Source: "/people"}))
	source, err := jetstream.NewSource(js, "mails", []string{"PEOPLE"})
	if err != nil {
		t.Fatal(err)
	}
	db := newModelsFile(t)
	held := &holding{Opener: w.keyring, opened: make(chan struct{}), release: make(chan struct{})}
	c, err := peopleprocess.NewConsumer("mails", source, db, closed(t).Opening(held), mails{}, delivery.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	background(t, c.Run)
	addresses := func(last string) (all []string) { // once the last one is there
		t.Helper()
		for began := time.Now(); !slices.Contains(all, last); {
			if time.Since(began) > time.Minute {
				t.Fatalf("addresses %q, want %s", all, last)
			}
			all = nil
			rows, err := db.QueryContext(t.Context(), `SELECT address FROM mails`)
			for err == nil && rows.Next() {
				var text string
				err = rows.Scan(&text)
				all = append(all, text)
			}
		}
		return all
	}
	third := people.PersonStream(uuid.MustParse("018f5c2e-7a10-7000-8000-0000000000cc"))
	w.append(t, stream, registered())
	w.append(t, third, people.PersonRegistered{Name: "Bob", Email: "bob@example.org"})
	addresses("bob@example.org")
	held.on.Store(true)
	w.append(t, other, registered())
	taken(t, held.opened)
	erased := make(chan error, 1)
	go func() {
		hook := encryption.Hook{Name: "mails", Erase: func(ctx context.Context, s encryption.Subject) error { return c.Forget(ctx, s.Tenant, s.ID) }}
		e := encryption.Eraser{Erasures: w.keys, Keyrings: []*encryption.Keyring{w.keyring}, Settle: encryption.Alone, Hooks: []encryption.Hook{hook}}
		erased <- e.Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}, encryption.Subject{ID: other.ID()})
	}()
	close(held.release)
	if err := taken(t, erased); err != nil {
		t.Fatal(err)
	}
	w.append(t, third, people.PersonRegistered{Name: "Bob", Email: "bobby@example.org"})
	if all := addresses("bobby@example.org"); !slices.Contains(all, "bob@example.org") || slices.Contains(all, "ada@example.com") {
		t.Errorf("addresses %q", all)
	}
}

// isRelayedSealed checks that messages hold the very bytes of the store.
func isRelayedSealed(t *testing.T, w *world, js natsjs.JetStream) {
	t.Helper()
	s, err := js.Stream(t.Context(), "PEOPLE")
	if err != nil {
		t.Fatal(err)
	}
	for i, rec := range w.records(t) {
		m, err := s.GetMsg(t.Context(), uint64(i+1))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(m.Data, rec.Data) {
			t.Errorf("message %d is %s, stored is %s", i+1, m.Data, rec.Data)
		}
		holdsNoSecret(t, m.Data)
	}
}

func holdsNoSecret(t *testing.T, data []byte) {
	t.Helper()
	for _, secret := range secrets {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%q is in %s", secret, data)
		}
	}
}

// What is archived, or exported, which writes the same lines, is sealed; a store that is restored
// from it opens it with the keys, as long as they are there.
func TestArchivesKeepWhatIsSealed(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered(), meeting())
	kept := w.records(t)
	for _, rec := range kept {
		line, err := archive.Append(nil, &rec)
		if err != nil || !bytes.Contains(line, rec.Data) {
			t.Errorf("exported %s, %v; stored %s", line, err, rec.Data)
		}
		holdsNoSecret(t, line)
	}
	sink := archive.Dir(t.TempDir())
	await := run(t, w, archive.Projection[*sqlitemodel.Tx]("archive", w.store, sink, archive.WithEvery(time.Millisecond)))
	await()
	_, life, err := w.store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.store = memstore.New()
	t.Cleanup(func() { w.store.Close() })
	if _, err := w.store.Import(t.Context(), archive.Restore(t.Context(), sink, life, 0)); err != nil {
		t.Fatal(err)
	}
	for i, rec := range w.records(t) {
		if !bytes.Equal(rec.Data, kept[i].Data) {
			t.Errorf("restored %s, stored was %s", rec.Data, kept[i].Data)
		}
	}
	if got := w.last(t).Data.(people.MeetingHeld); got.Guests[0].Email != "grace@example.com" {
		t.Errorf("restored: %+v", got)
	}
	w.erase(t, "grace")
	if got := w.last(t); got.Data.(people.MeetingHeld).Guests[0].Email != "" || !got.Erased() {
		t.Errorf("restored and erased: %+v", got)
	}
}

// newBroker starts a NATS server with a stream of all people, that ends with the test.
func newBroker(t *testing.T) natsjs.JetStream {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server does not start")
	}
	conn, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := natsjs.New(conn)
	if err == nil {
		_, err = js.CreateStream(t.Context(), natsjs.StreamConfig{Name: "PEOPLE", Subjects: []string{"people.>"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// run runs a projection that opens nothing until the test ends. What it returns blocks until it
// has come to the end of the store.
func run(t *testing.T, w *world, p projection.Projection[*sqlitemodel.Tx]) (await func()) {
	t.Helper()
	db := newModelsFile(t)
	r, err := projection.NewRunner(w.store, db, closed(t), []projection.Projection[*sqlitemodel.Tx]{p}, projection.WithPoll(5*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	background(t, r.Run)
	return func() {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		head, _, err := w.store.Head(ctx)
		if err == nil {
			err = projection.WaitFor(ctx, db, p.ID, head)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func newModelsFile(t *testing.T) *sqlitemodel.DB {
	t.Helper()
	db, err := sqlitemodel.Open(t.Context(), filepath.Join(t.TempDir(), "models.db"))
	if err == nil {
		err = db.Setup(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// consume runs a consumer of all people until the test ends, and returns what it sees.
func consume(t *testing.T, js natsjs.JetStream, name string, registry *runtime.Registry) <-chan projection.Fact {
	t.Helper()
	seen := make(facts, 100)
	consumeInto(t, js, name, registry, newModelsFile(t), projection.Projection[*sqlitemodel.Tx]{
		ID: name, Types: []string{people.TypePersonRegistered, people.TypeMeetingHeld}, Handler: seen,
	})
	return seen
}

func consumeInto(t *testing.T, js natsjs.JetStream, name string, registry *runtime.Registry, db *sqlitemodel.DB, p projection.Projection[*sqlitemodel.Tx]) {
	t.Helper()
	source, err := jetstream.NewSource(js, name, []string{"PEOPLE"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := delivery.NewConsumer(source, db, registry, p, delivery.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	background(t, c.Run)
}

// next is what a consumer sees next.
func next(t *testing.T, seen <-chan projection.Fact) projection.Fact {
	t.Helper()
	select {
	case f := <-seen:
		return f
	case <-time.After(time.Minute):
		t.Fatal("nothing was seen for a minute")
		return projection.Fact{}
	}
}

// facts is a handler that passes on what it is given.
type facts chan projection.Fact

func (facts) Tables() []string { return nil }

func (facts) Create(context.Context, *sqlitemodel.Tx) error { return nil }

func (f facts) Apply(_ context.Context, _ *sqlitemodel.Tx, all []projection.Fact) error {
	for _, fact := range all {
		f <- fact
	}
	return nil
}

// background runs fn until the test ends, which waits for it.
func background(t *testing.T, fn func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Add(1)
	go func() {
		defer running.Done()
		if err := fn(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { cancel(); running.Wait() })
}
