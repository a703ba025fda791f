package journey

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	natsjs "github.com/nats-io/nats.go/jetstream"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime/projection"
)

// Evidence is what is left, as it was read.
type Evidence struct {
	// Told are the numbers that writers were told to be written.
	Told []int
	// Log is what is stored, by position.
	Log []Entry
	// Effects are those of each consumer, in the order of their commits.
	Effects map[string][]Effect
	// Letters are the events that each consumer, relay, reaction or saga has put aside.
	Letters map[string][]Place
	// Reasons counts what the letters in front of their keys failed with.
	Reasons map[string]int
	// Carried is what each partition of each broker holds, in its order.
	Carried map[string]map[string][]Place
	Trips   []Trip
}

// Place is that of an event in its stream.
type Place struct {
	Stream  string
	Version int64
	Event   uuid.UUID
}

// Entry is an event of the log.
type Entry struct {
	Place
	Happening
}

// Effect is a row that a consumer has made.
type Effect struct {
	Place
	// Partition is where the event came from, Tenure who had that, and for the how
	// manieth time.
	Partition, Tenure string
	// Age is the event's when it was taken in.
	Age time.Duration
}

// Trip is a saga as it ended.
type Trip struct {
	ID, State string
	// Done are the steps that were committed, with their direction, in order.
	Done []string
	// Deeds are the steps that were taken in the world, Repeated how often one was
	// taken again under its key.
	Deeds    []string
	Repeated int
}

// gather reads all but what the brokers hold.
func (w *world) gather(ctx context.Context) (*Evidence, error) {
	e := &Evidence{Effects: map[string][]Effect{}, Letters: map[string][]Place{}, Reasons: map[string]int{}, Carried: map[string]map[string][]Place{}}
	w.mu.Lock()
	e.Told = slices.Clone(w.told)
	w.mu.Unlock()
	for _, read := range []func(context.Context, *Evidence) error{w.readEffects, w.readFile, w.readLetters, w.readTrips, w.readLog} {
		if err := read(ctx, e); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// the primary key
const selectLog = `SELECT stream, version, id, type, data FROM evgen.events ORDER BY position`

func (w *world) readLog(ctx context.Context, e *Evidence) error {
	rows, err := w.pool.Query(ctx, selectLog)
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	e.Log, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (entry Entry, err error) {
		var wireType string
		var data []byte
		if err = row.Scan(&entry.Stream, &entry.Version, &entry.Event, &wireType, &data); err == nil {
			entry.Happening, err = parse(wireType, data)
		}
		return entry, err
	})
	return err
}

const (
	// a scan: all of it is wanted
	selectEffects = `SELECT consumer, stream, version, event, place, tenure, age FROM effects ORDER BY pg_xact_commit_timestamp(xmin), n`

	// the primary key
	selectEffectsSQLite = `SELECT consumer, stream, version, event, place, tenure, age FROM effects ORDER BY n`
)

func (w *world) readEffects(ctx context.Context, e *Evidence) error {
	rows, err := w.pool.Query(ctx, selectEffects)
	if err != nil {
		return fmt.Errorf("read effects: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := e.scanEffect(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (w *world) readFile(ctx context.Context, e *Evidence) error {
	rows, err := w.file.QueryContext(ctx, selectEffectsSQLite)
	if err != nil {
		return fmt.Errorf("read effects of the file: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := e.scanEffect(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (e *Evidence) scanEffect(rows interface{ Scan(dest ...any) error }) error {
	var f Effect
	var consumer, event string
	var age int64
	if err := rows.Scan(&consumer, &f.Stream, &f.Version, &event, &f.Partition, &f.Tenure, &age); err != nil {
		return err
	}
	id, err := uuid.Parse(event)
	f.Event, f.Age = id, time.Duration(age)*time.Microsecond
	e.Effects[consumer] = append(e.Effects[consumer], f)
	return err
}

// readLetters files letters under the name in front of the partition's.
func (w *world) readLetters(ctx context.Context, e *Evidence) error {
	for _, db := range []projection.Control{w.models, w.file} {
		var letters []projection.Letter
		err := db.Ledger(ctx, func(l projection.Ledger) (err error) {
			letters, err = l.Letters(ctx, projection.LetterQuery{})
			return err
		})
		if err != nil {
			return fmt.Errorf("read letters: %w", err)
		}
		for i := range letters {
			owner, _, _ := strings.Cut(letters[i].Version.ID, ".")
			rec := &letters[i].Record
			if letters[i].State != projection.Parked {
				e.Reasons[owner+": "+letters[i].Error]++
			}
			e.Letters[owner] = append(e.Letters[owner], Place{rec.Stream.String(), int64(rec.StreamVersion), rec.ID})
		}
	}
	return nil
}

const (
	// scans: all of it is wanted
	selectTrips = `SELECT convert_from(id, 'UTF8'), state FROM evgen.sagas ORDER BY started_at`
	selectSteps = `SELECT convert_from(id, 'UTF8'), kind || ' ' || step FROM evgen.saga_steps WHERE outcome = 'done' ORDER BY id, version`
	selectDeeds = `SELECT trip, kind || ' ' || step, times FROM deeds`
)

func (w *world) readTrips(ctx context.Context, e *Evidence) error {
	trips := map[string]*Trip{}
	var id, text string
	var times int
	rows, err := w.pool.Query(ctx, selectTrips)
	if err != nil {
		return fmt.Errorf("read sagas: %w", err)
	}
	_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error { trips[id] = &Trip{ID: id, State: text}; return nil })
	if err != nil {
		return fmt.Errorf("read sagas: %w", err)
	}
	trip := func() *Trip { // one that there is no saga of is found to be wrong
		if trips[id] == nil {
			trips[id] = &Trip{ID: id}
		}
		return trips[id]
	}
	if rows, err = w.pool.Query(ctx, selectSteps); err == nil {
		_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error { trip().Done = append(trip().Done, text); return nil })
	}
	if err != nil {
		return fmt.Errorf("read the ledger of steps: %w", err)
	}
	if rows, err = w.pool.Query(ctx, selectDeeds); err == nil {
		_, err = pgx.ForEachRow(rows, []any{&id, &text, &times}, func() error {
			trip().Deeds, trip().Repeated = append(trip().Deeds, text), trip().Repeated+times-1
			return nil
		})
	}
	for _, t := range trips {
		e.Trips = append(e.Trips, *t)
	}
	slices.SortFunc(e.Trips, func(a, b Trip) int { return cmp.Compare(a.ID, b.ID) })
	return err
}

// silence is that after which Kafka is believed to hold no more.
const silence = time.Second

// readBrokers reads what the brokers hold.
func (w *world) readBrokers(ctx context.Context, e *Evidence) (err error) {
	if e.Carried["JetStream"], err = w.readNATS(ctx); err != nil {
		return fmt.Errorf("read JetStream: %w", err)
	}
	if e.Carried["Kafka"], err = w.readKafka(ctx); err != nil {
		return fmt.Errorf("read Kafka: %w", err)
	}
	return nil
}

func (w *world) readNATS(ctx context.Context) (map[string][]Place, error) {
	all := map[string][]Place{}
	for shard := range shards {
		stream, err := w.js.Stream(ctx, streamOf(shard))
		if err != nil {
			return nil, err
		}
		if all[streamOf(shard)], err = readStream(ctx, stream); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readStream reads a stream of JetStream to its end.
func readStream(ctx context.Context, stream natsjs.Stream) (all []Place, err error) {
	consumer, err := stream.OrderedConsumer(ctx, natsjs.OrderedConsumerConfig{})
	if err != nil {
		return nil, err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return nil, err
	}
	defer messages.Stop()
	for uint64(len(all)) < stream.CachedInfo().State.Msgs {
		m, err := messages.Next(natsjs.NextContext(ctx))
		if err != nil {
			return nil, err
		}
		place, err := placeOf(func(name string) string { return m.Headers().Get("ce-" + name) })
		if err != nil {
			return nil, err
		}
		all = append(all, place)
	}
	return all, nil
}

func (w *world) readKafka(ctx context.Context) (map[string][]Place, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(w.Kafka.Addresses()...), kgo.ConsumeTopics(Topic),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	all := map[string][]Place{}
	for {
		within, cancel := context.WithTimeout(ctx, silence)
		fetches := client.PollFetches(within)
		cancel()
		for _, failed := range fetches.Errors() {
			if !errors.Is(failed.Err, context.DeadlineExceeded) {
				return nil, failed.Err
			}
		}
		if fetches.NumRecords() == 0 {
			return all, ctx.Err()
		}
		fetches.EachRecord(func(r *kgo.Record) {
			place, failed := placeOf(func(name string) string { return header(r, "ce_"+name) })
			err = errors.Join(err, failed)
			partition := fmt.Sprint(r.Partition)
			all[partition] = append(all[partition], place)
		})
		if err != nil {
			return nil, err
		}
	}
}

func header(r *kgo.Record, name string) string {
	for _, h := range r.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// placeOf reads the attributes of a message.
func placeOf(attribute func(name string) string) (p Place, err error) {
	p.Stream = attribute("subject")
	if p.Event, err = uuid.Parse(attribute("id")); err == nil {
		_, err = fmt.Sscan(attribute("streamversion"), &p.Version)
	}
	if err != nil {
		return p, fmt.Errorf("message of stream %q: %w", p.Stream, err)
	}
	return p, nil
}

// inFile carries out a script.
func inFile(ctx context.Context, file, script string) (err error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, script)
	return err
}
