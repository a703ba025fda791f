package sealed_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/postgres"
)

// Another process erases: this one shows the data for as long as it may be stale, and no longer.
func TestAnErasureElsewhereIsSeenOnceAKeyIsStale(t *testing.T) {
	for staleness, stillThere := range map[time.Duration]bool{0: false, time.Hour: true} {
		w := newWorld(t)
		w.append(t, stream, registered())
		keyring := encryption.NewKeyring(w.keys, master(t), encryption.WithStaleness(staleness))
		registry := closed(t).Opening(keyring)
		rec := w.records(t)[0]
		if events, err := registry.Decode(rec); err != nil || events[0].Erased() {
			t.Fatal(events, err)
		}
		subject := encryption.Subject{ID: stream.ID()}
		if err := w.keys.Erase(t.Context(), subject, encryption.Erasure{}); err != nil {
			t.Fatal(err)
		}
		events, err := registry.Decode(rec)
		if err != nil || events[0].Erased() == stillThere {
			t.Errorf("staleness %s: %+v %v", staleness, events, err)
		}
		keyring.Forget(subject)
		if events, err = registry.Decode(rec); err != nil || !events[0].Erased() {
			t.Errorf("forgotten: %+v %v", events, err)
		}
	}
}

// A cache that holds next to nothing changes no outcome.
func TestASmallCacheIsOnlySlower(t *testing.T) {
	w := newWorld(t)
	records := log(t, w, 300, 100)
	registry := closed(t).Opening(encryption.NewKeyring(w.keys, master(t), encryption.WithCache(2)))
	for _, rec := range records {
		events, err := registry.Decode(rec)
		if err != nil || events[0].Data.(people.PersonRegistered).Name != "Ada Lovelace" {
			t.Fatal(events, err)
		}
	}
}

func TestMasterKeysAreRotated(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	w.append(t, other, meeting())
	w.erase(t, "grace")
	former := encryption.MasterKey{Name: "test", Key: bytes.Repeat([]byte{7}, 32)}
	current := encryption.MasterKey{Name: "2027", Key: bytes.Repeat([]byte{9}, 32)}
	both, err := encryption.NewMaster(current, former)
	if err != nil {
		t.Fatal(err)
	}
	n, err := encryption.Rewrap(t.Context(), w.keys, w.keys, both)
	if err != nil || n != 4 { // the person, alan, the holder of the card, the host; not grace
		t.Errorf("%d keys, %v", n, err)
	}
	alone, err := encryption.NewMaster(current)
	if err != nil {
		t.Fatal(err)
	}
	registry := closed(t).Opening(encryption.NewKeyring(w.keys, alone))
	for _, rec := range w.records(t) {
		if _, err := registry.Decode(rec); err != nil {
			t.Errorf("with the new master key alone: %v", err)
		}
	}
}

func TestMasterKeysThatCannotWorkAreRefused(t *testing.T) {
	good := encryption.MasterKey{Name: "a", Key: make([]byte, 32)}
	for name, keys := range map[string][]encryption.MasterKey{
		"short":   {{Name: "a", Key: make([]byte, 16)}},
		"no name": {{Key: make([]byte, 32)}},
		"twice":   {good, good},
	} {
		if _, err := encryption.NewMaster(keys[0], keys[1:]...); err == nil {
			t.Error(name)
		}
	}
}

// Who clears a secret once it was given away does well: nothing may be wrapped under what is left of it.
func TestAMasterKeyIsTheCallersToClear(t *testing.T) {
	secret := bytes.Repeat([]byte{7}, 32)
	m, err := encryption.NewMaster(encryption.MasterKey{Name: "test", Key: secret})
	if err != nil {
		t.Fatal(err)
	}
	clear(secret)
	wrapped, err := m.Wrap(t.Context(), uuid.Max, []byte("key"))
	if err != nil {
		t.Fatal(err)
	}
	if key, err := master(t).Unwrap(t.Context(), uuid.Max, wrapped); err != nil || string(key) != "key" {
		t.Errorf("%q %v", key, err)
	}
}

// careless is a wrapper that returns another key than the one it was given.
type careless struct{ key []byte }

func (careless) Wrap(context.Context, uuid.UUID, []byte) ([]byte, error) { return []byte("kept"), nil }

func (c careless) Unwrap(context.Context, uuid.UUID, []byte) ([]byte, error) {
	return bytes.Clone(c.key), nil
}

func TestNothingIsSealedUnderAKeyThatIsTooShort(t *testing.T) {
	for _, key := range [][]byte{nil, make([]byte, 31)} {
		keyring := encryption.NewKeyring(encryption.NewMemory(), careless{key})
		_, err := runtime.NewSealedBatch(t.Context(), keyring, stream, runtime.ExpectAny(), runtime.Root(), []runtime.Event{registered()})
		if !errors.Is(err, encryption.ErrTampered) {
			t.Errorf("key of %d bytes: %v", len(key), err)
		}
	}
}

// hung is a key service that does not answer.
type hung struct{ encryption.Wrapper }

func (hung) Unwrap(ctx context.Context, _ uuid.UUID, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// An append may have all the time it wants, and wait for its key: a decoder has not, and waits for
// neither the service nor the append.
func TestDecodersWaitForABoundedTime(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	keyring := encryption.NewKeyring(w.keys, hung{master(t)}, encryption.WithTimeout(10*time.Millisecond))
	ctx, cancel := context.WithCancel(t.Context())
	var appending sync.WaitGroup
	defer appending.Wait()
	defer cancel()
	for range 3 {
		appending.Add(1)
		go func() {
			defer appending.Done()
			_, err := runtime.NewSealedBatch(ctx, keyring, stream, runtime.ExpectAny(), runtime.Root(), []runtime.Event{registered()})
			if !errors.Is(err, runtime.ErrKeysUnavailable) {
				t.Error(err)
			}
		}()
	}
	registry, done := closed(t).Opening(keyring), make(chan error, 1)
	rec := w.records(t)[0]
	for range 20 { // some of them find an append before them
		go func() {
			_, err := registry.Decode(rec)
			done <- err
		}()
		select {
		case err := <-done:
			if !errors.Is(err, runtime.ErrKeysUnavailable) {
				t.Fatal(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("a decoder waits for ever")
		}
	}
}

func TestNothingIsAppendedWithoutKeys(t *testing.T) {
	w := newWorld(t)
	broken, err := encryption.NewMaster(encryption.MasterKey{Name: "lost", Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	w.append(t, stream, registered())
	keyring := encryption.NewKeyring(w.keys, broken) // cannot unwrap what is there
	_, err = runtime.NewSealedBatch(t.Context(), keyring, stream, runtime.ExpectAny(), runtime.Root(), []runtime.Event{registered()})
	var invalid *runtime.InvalidEventError
	if !errors.Is(err, runtime.ErrKeysUnavailable) || !errors.Is(err, encryption.ErrUnknownMaster) || errors.As(err, &invalid) {
		t.Errorf("append: %v", err)
	}
}

// A subject that no store of keys takes is the event's fault: who takes it for one of the keys tries for ever.
func TestASubjectThatCannotBeKeptIsRefused(t *testing.T) {
	pool, keyring, _ := inPostgreSQL(t)
	store, err := postgres.New(t.Context(), pool, postgres.WithMigrations(), postgres.WithSealing(keyring))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	for name, id := range map[string]string{"zero": "a\x00b", "long": strings.Repeat("0123456789abcdef", 300)[:encryption.MaxSubject+1]} {
		m := meeting()
		m.Guests[0].ContactID = id
		_, err := store.Append(t.Context(), stream, runtime.ExpectAny(), runtime.Root(), m)
		var invalid *runtime.InvalidEventError
		if !errors.Is(err, encryption.ErrBadSubject) || !errors.As(err, &invalid) || errors.Is(err, runtime.ErrKeysUnavailable) || strings.Contains(err.Error(), id) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := meeting()
	m.Guests[0].ContactID = randomText(encryption.MaxSubject)
	if _, err := store.Append(t.Context(), stream, runtime.ExpectAny(), runtime.Root(), m); err != nil {
		t.Errorf("the longest: %v", err)
	}
}

// randomText cannot be compressed, as an index might.
func randomText(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = '!' + byte(rand.IntN(94))
	}
	return string(out)
}

func TestAnErasureNamesItsSubject(t *testing.T) {
	w := newWorld(t)
	if err := w.eraser(models{}).Erase(t.Context(), encryption.Erasure{}, encryption.Subject{}); !errors.Is(err, encryption.ErrNoSubject) {
		t.Errorf("erase: %v", err)
	}
}

// stuck is a store of keys that cannot erase one subject.
type stuck struct {
	*encryption.Memory
	on string
}

func (s stuck) Erase(ctx context.Context, of encryption.Subject, e encryption.Erasure) error {
	if of.ID == s.on {
		return errors.New("disk is full")
	}
	return s.Memory.Erase(ctx, of, e)
}

func TestAKeyThatCannotBeErasedKeepsNoOther(t *testing.T) {
	w := newWorld(t)
	e := w.eraser(models{})
	e.Erasures = stuck{w.keys, "ada"}
	ada, bob := encryption.Subject{ID: "ada"}, encryption.Subject{ID: "bob"}
	err := e.Erase(t.Context(), encryption.Erasure{}, ada, bob)
	left, listing := w.keys.Pending(t.Context())
	if err == nil || listing != nil || len(left) != 1 || left[0] != bob {
		t.Errorf("%v, pending %v %v", err, left, listing)
	}
}

// Hooks wait until no process can hold the key any more: before, it could show, or write, what they have cleared.
func TestHooksWaitUntilKeysAreForgotten(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	cleared := false
	e := encryption.Eraser{Erasures: w.keys, Keyrings: []*encryption.Keyring{w.keyring}, Settle: time.Hour, Hooks: []encryption.Hook{
		{Name: "early", Erase: func(context.Context, encryption.Subject) error { cleared = true; return nil }},
	}}
	err := e.Erase(ctx, encryption.Erasure{}, encryption.Subject{ID: stream.ID()})
	pending, listing := w.keys.Pending(t.Context())
	if !errors.Is(err, context.DeadlineExceeded) || cleared || len(pending) != 1 || listing != nil {
		t.Errorf("%v, cleared %t, pending %v %v", err, cleared, pending, listing)
	}
	if got := w.last(t); !got.Erased() {
		t.Error("the key is still there")
	}
	e.Settle = encryption.Alone
	if err := e.Resume(t.Context()); err != nil || !cleared {
		t.Errorf("resumed: %v, cleared %t", err, cleared)
	}
}

// Who says nothing of other processes waits for as long as keys are used here, and no minute.
func TestHooksWaitForTheLongestStaleness(t *testing.T) {
	w := newWorld(t)
	quick := encryption.NewKeyring(w.keys, master(t), encryption.WithStaleness(0))
	slow := encryption.NewKeyring(w.keys, master(t), encryption.WithStaleness(time.Hour))
	nothing := []encryption.Hook{{Name: "nothing", Erase: func(context.Context, encryption.Subject) error { return nil }}}
	for _, c := range []struct {
		keyrings []*encryption.Keyring
		want     error
	}{{[]*encryption.Keyring{quick}, nil}, {[]*encryption.Keyring{quick, slow, quick}, context.DeadlineExceeded}, {nil, context.DeadlineExceeded}} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if c.want != nil {
			ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
		}
		e := encryption.Eraser{Erasures: w.keys, Keyrings: c.keyrings, Hooks: nothing}
		if err := e.Erase(ctx, encryption.Erasure{}, encryption.Subject{ID: "ada"}); !errors.Is(err, c.want) {
			t.Errorf("%d keyrings: %v, want %v", len(c.keyrings), err, c.want)
		}
		cancel()
	}
}

// A service that was started without its hooks must not end what an operator has begun.
func TestErasuresAreNotResumedWithoutHooks(t *testing.T) {
	w := newWorld(t)
	e := encryption.Eraser{Erasures: w.keys, Settle: encryption.Alone}
	if err := e.Resume(t.Context()); err != nil {
		t.Errorf("nothing is pending: %v", err)
	}
	if err := w.keys.Erase(t.Context(), encryption.Subject{ID: "ada"}, encryption.Erasure{}); err != nil {
		t.Fatal(err)
	}
	err := e.Resume(t.Context())
	if left, listing := w.keys.Pending(t.Context()); !errors.Is(err, encryption.ErrNoHooks) || len(left) != 1 || listing != nil {
		t.Errorf("%v, pending %v %v", err, left, listing)
	}
}

// What is erased while hooks run for an earlier erasure has hooks of its own to wait for.
func TestAnErasureFinishesOnlyWhatWasErasedBeforeItsHooks(t *testing.T) {
	w := newWorld(t)
	ada := encryption.Subject{ID: "ada"}
	e := encryption.Eraser{Erasures: w.keys, Settle: encryption.Alone}
	e.Hooks = []encryption.Hook{{Name: "slow", Erase: func(ctx context.Context, _ encryption.Subject) error {
		other := encryption.Eraser{Erasures: w.keys, Settle: encryption.Alone}
		if err := other.Erase(ctx, encryption.Erasure{}, ada); err != nil { // another process ends the same
			return err
		}
		if err := encryption.Renew(ctx, w.keys, master(t), ada); err != nil {
			return err
		}
		return w.keys.Erase(ctx, ada, encryption.Erasure{Why: "again"})
	}}}
	if err := e.Erase(t.Context(), encryption.Erasure{}, ada); err != nil {
		t.Fatal(err)
	}
	if left, err := w.keys.Pending(t.Context()); err != nil || len(left) != 1 {
		t.Errorf("pending %v %v", left, err)
	}
}
