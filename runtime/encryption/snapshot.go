package encryption

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"crypto/hkdf"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// A sealed snapshot is its form's version, the number of keys, their ids in
// ascending order, a nonce, and what AES-GCM made of the state, under a key that
// is made of all of them: it is unreadable as soon as one of them is erased.
const snapshotForm = 1

// SealSnapshot implements [runtime.SnapshotSealer].
func (k *Keyring) SealSnapshot(ctx context.Context, s runtime.Snapshot, keys []uuid.UUID) ([]byte, error) {
	out := binary.AppendUvarint([]byte{snapshotForm}, uint64(len(keys)))
	for _, id := range slices.SortedFunc(slices.Values(keys), compareIDs) {
		out = append(out, id[:]...)
	}
	key, err := k.joint(ctx, keys)
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, nonceSize)
	rand.Read(nonce) // never fails, see crypto/rand
	header := out
	return aead.Seal(append(slices.Clip(out), nonce...), nonce, s.State, boundSnapshot(header, s)), nil
}

// OpenSnapshot implements [runtime.SnapshotSealer]. Errors match [ErrErased],
// [ErrTampered], [ErrUnknownKey] or [runtime.ErrKeysUnavailable].
func (k *Keyring) OpenSnapshot(ctx context.Context, s runtime.Snapshot) ([]byte, []uuid.UUID, error) {
	keys, header, body, ok := readSnapshot(s.State)
	if !ok {
		return nil, nil, fmt.Errorf("open snapshot of %s: %w", s.Stream, ErrTampered)
	}
	key, err := k.joint(ctx, keys)
	if err != nil {
		return nil, nil, fmt.Errorf("open snapshot of %s: %w", s.Stream, err)
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, nil, err
	}
	state, err := aead.Open(nil, body[:nonceSize], body[nonceSize:], boundSnapshot(header, s))
	if err != nil {
		return nil, nil, fmt.Errorf("open snapshot of %s: %w", s.Stream, ErrTampered)
	}
	return state, keys, nil
}

// joint is a key made of several, in the order of their ids.
func (k *Keyring) joint(ctx context.Context, ids []uuid.UUID) ([]byte, error) {
	var secret []byte
	for _, id := range slices.SortedFunc(slices.Values(ids), compareIDs) {
		m, _, err := k.opening(ctx, id)
		if err != nil {
			return nil, err
		}
		secret = append(secret, m.snapshot...)
	}
	return hkdf.Key(sha256.New, secret, nil, "evgen snapshot", keySize)
}

func compareIDs(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

// boundSnapshot is what else is authenticated.
func boundSnapshot(header []byte, s runtime.Snapshot) []byte {
	out := appendText(slices.Clone(header), s.Stream.String())
	out = appendText(out, s.Digest)
	return binary.AppendUvarint(out, uint64(s.Version))
}

func readSnapshot(state []byte) (keys []uuid.UUID, header, body []byte, ok bool) {
	if len(state) == 0 || state[0] != snapshotForm {
		return nil, nil, nil, false
	}
	n, size := binary.Uvarint(state[1:])
	body = state[1+max(size, 0):]
	if size <= 0 || n > uint64(len(body)/idSize) || len(body)-int(n)*idSize < nonceSize {
		return nil, nil, nil, false
	}
	for range n {
		keys = append(keys, uuid.UUID(body[:idSize]))
		body = body[idSize:]
	}
	return keys, state[:len(state)-len(body)], body, true
}
