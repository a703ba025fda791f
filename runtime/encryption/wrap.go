package encryption

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Wrapper encrypts keys at rest: the seam for a key management service. An error
// is taken for one that passes, unless it matches [ErrTampered].
type Wrapper interface {
	// Wrap returns what may be kept of key. It must be bound to id.
	Wrap(ctx context.Context, id uuid.UUID, key []byte) ([]byte, error)
	// Unwrap returns the key that was wrapped under id, in memory that is cleared
	// after use.
	Unwrap(ctx context.Context, id uuid.UUID, wrapped []byte) ([]byte, error)
}

// MasterKey is a key that wraps others.
type MasterKey struct {
	// Name tells master keys apart, in 1 to 255 bytes. It stands beside each key it wraps.
	Name string
	// Key is 32 random bytes.
	Key []byte
}

// Master is a [Wrapper] with keys in memory, by AES-256-GCM.
type Master struct {
	current string
	keys    map[string][]byte
}

// NewMaster wraps with current, and unwraps also what former keys have wrapped:
// see [Rewrap]. It keeps copies: the caller may clear the keys.
func NewMaster(current MasterKey, former ...MasterKey) (*Master, error) {
	m := &Master{current: current.Name, keys: map[string][]byte{}}
	for _, k := range append([]MasterKey{current}, former...) {
		switch _, twice := m.keys[k.Name]; {
		case len(k.Key) != keySize:
			return nil, fmt.Errorf("master key %q has %d bytes, not %d", k.Name, len(k.Key), keySize)
		case k.Name == "" || len(k.Name) > 255:
			return nil, errors.New("name of a master key must have 1 to 255 bytes")
		case twice:
			return nil, fmt.Errorf("master key %q is given twice", k.Name)
		}
		m.keys[k.Name] = bytes.Clone(k.Key)
	}
	return m, nil
}

// Wrap implements [Wrapper].
func (m *Master) Wrap(_ context.Context, id uuid.UUID, key []byte) ([]byte, error) {
	aead, err := newAEAD(m.keys[m.current])
	if err != nil {
		return nil, err
	}
	out := append([]byte{byte(len(m.current))}, m.current...)
	nonce := make([]byte, nonceSize)
	rand.Read(nonce) // never fails, see crypto/rand
	return aead.Seal(append(out, nonce...), nonce, key, id[:]), nil
}

// Unwrap implements [Wrapper]. Errors: [ErrUnknownMaster], [ErrTampered].
func (m *Master) Unwrap(_ context.Context, id uuid.UUID, wrapped []byte) ([]byte, error) {
	name, rest, ok := masterOf(wrapped)
	if !ok {
		return nil, ErrTampered
	}
	master, ok := m.keys[name]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownMaster, name)
	}
	aead, err := newAEAD(master)
	if err != nil {
		return nil, err
	}
	key, err := aead.Open(nil, rest[:nonceSize], rest[nonceSize:], id[:])
	if err != nil {
		return nil, ErrTampered
	}
	return key, nil
}

func masterOf(wrapped []byte) (name string, rest []byte, ok bool) {
	if len(wrapped) == 0 || len(wrapped) < 1+int(wrapped[0])+nonceSize {
		return "", nil, false
	}
	n := 1 + int(wrapped[0])
	return string(wrapped[1:n]), wrapped[n:], true
}

// rewrapPage is how many keys are read at once.
const rewrapPage = 500

// Rewrap brings all keys under what w wraps with today, and returns how many there
// were. It may be broken off and run again, beside services that read and write.
//
// To rotate a master key: give all processes the new one among the former ones, then
// to all in front, and only when none wraps with the old one any more call Rewrap, and
// take the old one away. A process that lacks the master key of a key waits for it.
func Rewrap(ctx context.Context, keys Keys, c Custody, w Wrapper) (int, error) {
	n := 0
	for from := (uuid.UUID{}); ; {
		page, err := keys.Page(ctx, from, rewrapPage)
		if err != nil {
			return n, fmt.Errorf("list keys: %w", err)
		}
		for i := range page {
			if page[i].Wrapped == nil {
				continue
			}
			if err := rewrap(ctx, c, w, &page[i]); err != nil {
				return n, fmt.Errorf("rewrap key %s: %w", page[i].ID, err)
			}
			n++
		}
		if len(page) < rewrapPage {
			return n, nil
		}
		from = following(page[len(page)-1].ID)
	}
}

func rewrap(ctx context.Context, c Custody, w Wrapper, k *Key) error {
	key, err := w.Unwrap(ctx, k.ID, k.Wrapped)
	if err != nil {
		return err
	}
	defer clear(key)
	wrapped, err := w.Wrap(ctx, k.ID, key)
	if err != nil {
		return err
	}
	return c.Rewrap(ctx, k.ID, k.Wrapped, wrapped)
}

// following is the id right after id.
func following(id uuid.UUID) uuid.UUID {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]++; id[i] != 0 {
			break
		}
	}
	return id
}
