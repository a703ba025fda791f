package encryption

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

var (
	_ Keys     = (*Memory)(nil)
	_ Erasures = (*Memory)(nil)
	_ Custody  = (*Memory)(nil)
)

// Memory keeps keys in memory: for tests and examples, as memstore keeps events.
// With the process all data is gone that was sealed.
type Memory struct {
	mu   sync.Mutex
	keys []Key // by id
}

// NewMemory returns an empty store of keys.
func NewMemory() *Memory { return &Memory{} }

// Ensure implements [Keys].
func (m *Memory) Ensure(ctx context.Context, s Subject, fresh func() (Key, error)) (Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Key{}, err
	}
	if of := m.of(s); len(of) > 0 {
		return m.keys[of[len(of)-1]], nil
	}
	return m.add(fresh)
}

// Page implements [Keys].
func (m *Memory) Page(ctx context.Context, from uuid.UUID, n int) ([]Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, _ := slices.BinarySearchFunc(m.keys, from, func(k Key, id uuid.UUID) int { return compareIDs(k.ID, id) })
	return slices.Clone(m.keys[at:min(at+n, len(m.keys))]), ctx.Err()
}

// Erase implements [Erasures].
func (m *Memory) Erase(ctx context.Context, s Subject, e Erasure) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	of := m.of(s)
	if len(of) == 0 {
		_, err := m.add(func() (Key, error) {
			id, err := uuid.NewV7()
			return Key{ID: id, Subject: s, CreatedAt: runtime.Timestamp(time.Now()), Erased: &e}, err
		})
		return err
	}
	for _, i := range of {
		if k := &m.keys[i]; k.Erased == nil {
			k.Wrapped, k.Erased = nil, &e
		}
	}
	return nil
}

// Finish implements [Erasures].
func (m *Memory) Finish(_ context.Context, keys ...uuid.UUID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.keys {
		if k := &m.keys[i]; k.Erased != nil && slices.Contains(keys, k.ID) {
			finished := *k.Erased
			finished.Finished = true
			k.Erased = &finished
		}
	}
	return nil
}

// Pending implements [Erasures].
func (m *Memory) Pending(context.Context) ([]Subject, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Subject
	for _, k := range m.keys {
		if k.Erased != nil && !k.Erased.Finished && !slices.Contains(out, k.Subject) {
			out = append(out, k.Subject)
		}
	}
	return out, nil
}

// KeysOf implements [Erasures].
func (m *Memory) KeysOf(_ context.Context, s Subject) ([]Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Key
	for _, i := range m.of(s) {
		out = append(out, m.keys[i])
	}
	return out, nil
}

// Renew implements [Custody].
func (m *Memory) Renew(_ context.Context, s Subject, fresh func() (Key, error)) (Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of := m.of(s)
	if len(of) == 0 || m.keys[of[len(of)-1]].Erased == nil {
		return Key{}, ErrActive
	}
	if !m.keys[of[len(of)-1]].Erased.Finished {
		return Key{}, ErrPending
	}
	return m.add(fresh)
}

// Rewrap implements [Custody].
func (m *Memory) Rewrap(_ context.Context, id uuid.UUID, from, to []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := slices.IndexFunc(m.keys, func(k Key) bool { return k.ID == id && k.Erased == nil && bytes.Equal(k.Wrapped, from) })
	if at >= 0 {
		m.keys[at].Wrapped = slices.Clone(to)
	}
	return nil
}

// of lists the keys of s, oldest first.
func (m *Memory) of(s Subject) []int {
	var out []int
	for i := range m.keys {
		if m.keys[i].Subject == s {
			out = append(out, i)
		}
	}
	return out
}

func (m *Memory) add(fresh func() (Key, error)) (Key, error) {
	k, err := fresh()
	if err != nil {
		return Key{}, err
	}
	at, _ := slices.BinarySearchFunc(m.keys, k.ID, func(k Key, id uuid.UUID) int { return compareIDs(k.ID, id) })
	m.keys = slices.Insert(m.keys, at, k)
	return k, nil
}
