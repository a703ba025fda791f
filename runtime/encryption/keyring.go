package encryption

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

var (
	_ runtime.Sealer         = (*Keyring)(nil)
	_ runtime.Opener         = (*Keyring)(nil)
	_ runtime.SnapshotSealer = (*Keyring)(nil)
)

// DefaultStaleness is how long a [Keyring] uses a key without asking whether it
// was erased: after an erasure by another process that process may show the data
// for as long.
const DefaultStaleness = time.Minute

// Keyring seals and opens with keys that it fetches and makes as they are needed.
// It may be used concurrently. It holds keys in memory: see [WithCache].
type Keyring struct {
	keys      Keys
	wrapper   Wrapper
	staleness time.Duration
	timeout   time.Duration

	mu      sync.Mutex
	byID    cache[uuid.UUID, *held]
	current cache[Subject, *held]
	// forgotten counts calls of Forget, so that what was fetched before is not kept.
	forgotten int
	ahead     readAhead
}

// held is a key in memory.
type held struct {
	key   Key
	since time.Time

	making   chan struct{}            // holds a token while somebody makes the material
	material atomic.Pointer[material] // made on first use
}

func newHeld(key Key, since time.Time) *held {
	return &held{key: key, since: since, making: make(chan struct{}, 1)}
}

// readAhead fetches more keys at once the longer they are asked for in the order
// in which they were made, as a rebuild does.
type readAhead struct {
	last   uuid.UUID
	window int
}

// maxWindow bounds how many keys are fetched at once.
const maxWindow = 1024

// KeyringOption configures a keyring.
type KeyringOption func(*Keyring)

// WithStaleness sets how long a key is used without asking for it again;
// [DefaultStaleness] unless set.
func WithStaleness(d time.Duration) KeyringOption { return func(k *Keyring) { k.staleness = d } }

// WithCache bounds how many keys are held; 65,536 unless set. One takes about a
// kilobyte.
func WithCache(keys int) KeyringOption {
	return func(k *Keyring) {
		k.byID, k.current = newCache[uuid.UUID, *held](keys), newCache[Subject, *held](keys)
	}
}

// WithTimeout bounds how long a decoder waits for keys; 5 seconds unless set.
func WithTimeout(d time.Duration) KeyringOption { return func(k *Keyring) { k.timeout = d } }

// NewKeyring returns a keyring that fetches from keys what wrapper has wrapped.
func NewKeyring(keys Keys, wrapper Wrapper, opts ...KeyringOption) *Keyring {
	k := &Keyring{keys: keys, wrapper: wrapper, staleness: DefaultStaleness, timeout: 5 * time.Second}
	WithCache(1 << 16)(k)
	for _, opt := range opts {
		opt(k)
	}
	return k
}

// Forget makes the keyring ask for the keys of s again: what is erased from now on
// in this process is unreadable at once.
func (k *Keyring) Forget(s Subject) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forgotten++
	k.byID.remove(func(_ uuid.UUID, h *held) bool { return h.key.Subject == s })
	k.current.remove(func(of Subject, _ *held) bool { return of == s })
}

// sealing returns the key of s to seal with, which it makes if there was none.
func (k *Keyring) sealing(ctx context.Context, s Subject) (*material, error) {
	k.mu.Lock()
	h, ok := k.current.get(s)
	ok = ok && time.Since(h.since) < k.staleness
	forgotten := k.forgotten
	k.mu.Unlock()
	if !ok {
		var err error
		if h, err = k.ensure(ctx, s); err != nil {
			return nil, err
		}
		k.keep(forgotten, h)
	}
	return k.use(ctx, h)
}

func (k *Keyring) ensure(ctx context.Context, s Subject) (*held, error) {
	since := time.Now()
	key, err := k.keys.Ensure(ctx, s, func() (Key, error) { return freshKey(ctx, k.wrapper, s) })
	if err != nil {
		return nil, unavailable("fetch a key", err)
	}
	return newHeld(key, since), nil
}

// keep holds keys, unless some were forgotten meanwhile.
func (k *Keyring) keep(forgotten int, keys ...*held) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.forgotten != forgotten {
		return
	}
	for _, h := range keys {
		k.byID.put(h.key.ID, h)
	}
	if len(keys) == 1 && keys[0].key.Erased == nil {
		k.current.put(keys[0].key.Subject, keys[0])
	}
}

// opening returns a key by its id. If it is erased the error is [ErrErased], and
// the subject is returned.
func (k *Keyring) opening(ctx context.Context, id uuid.UUID) (*material, Subject, error) {
	h := k.cached(id)
	if h == nil {
		var err error
		if h, err = k.fetch(ctx, id); err != nil {
			return nil, Subject{}, err
		}
	}
	m, err := k.use(ctx, h)
	return m, h.key.Subject, err
}

// cached returns a key that may be used without asking; nil if there is none.
func (k *Keyring) cached(id uuid.UUID) *held {
	k.mu.Lock()
	defer k.mu.Unlock()
	if h, ok := k.byID.get(id); ok && (h.key.Erased != nil || time.Since(h.since) < k.staleness) {
		return h
	}
	return nil
}

// fetch reads a key, and those that are likely to be wanted next.
func (k *Keyring) fetch(ctx context.Context, id uuid.UUID) (*held, error) {
	k.mu.Lock()
	n, forgotten := k.ahead.next(id), k.forgotten
	k.mu.Unlock()
	since := time.Now()
	page, err := k.keys.Page(ctx, id, n)
	if err != nil {
		return nil, unavailable("fetch keys", err)
	}
	if len(page) == 0 || page[0].ID != id {
		return nil, ErrUnknownKey
	}
	all := make([]*held, len(page))
	for i := range page {
		all[i] = newHeld(page[i], since)
	}
	k.hold(forgotten, all)
	return all[0], nil
}

func (k *Keyring) hold(forgotten int, keys []*held) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ahead.last = keys[len(keys)-1].key.ID
	if k.forgotten != forgotten {
		return
	}
	for _, h := range keys {
		k.byID.put(h.key.ID, h)
	}
}

// next says how many keys to fetch from id on.
func (r *readAhead) next(id uuid.UUID) int {
	if string(id[:]) <= string(r.last[:]) || r.window == 0 {
		r.window = 1
		return 1
	}
	r.window = min(4*r.window, maxWindow)
	return r.window
}

// use unwraps a key, once. Who finds somebody else at it waits for as long as ctx lasts.
func (k *Keyring) use(ctx context.Context, h *held) (*material, error) {
	if h.key.Erased != nil {
		return nil, ErrErased
	}
	if m := h.material.Load(); m != nil {
		return m, nil
	}
	select {
	case h.making <- struct{}{}:
		defer func() { <-h.making }()
	case <-ctx.Done():
		return nil, unavailable("unwrap a key", ctx.Err())
	}
	if m := h.material.Load(); m != nil {
		return m, nil
	}
	m, err := k.unwrap(ctx, &h.key)
	if err == nil {
		h.material.Store(m)
	}
	return m, err
}

func (k *Keyring) unwrap(ctx context.Context, of *Key) (*material, error) {
	key, err := k.wrapper.Unwrap(ctx, of.ID, of.Wrapped)
	switch {
	case errors.Is(err, ErrTampered):
		return nil, err
	case err != nil:
		return nil, unavailable("unwrap a key", err)
	case len(key) != keySize:
		return nil, fmt.Errorf("%w: a key has %d bytes, not %d", ErrTampered, len(key), keySize)
	}
	defer clear(key)
	return newMaterial(of.ID, key)
}
