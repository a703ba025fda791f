package runtime

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
)

// SnapshotSealer encrypts the states of streams with sealed fields, so that they
// are unreadable once one of the subjects is erased.
type SnapshotSealer interface {
	// SealSnapshot returns s.State encrypted under all of keys.
	SealSnapshot(ctx context.Context, s Snapshot, keys []uuid.UUID) ([]byte, error)
	// OpenSnapshot returns the state, and the keys under which it was encrypted.
	OpenSnapshot(ctx context.Context, s Snapshot) ([]byte, []uuid.UUID, error)
}

// sealedState begins states that are sealed. No codec of states writes it first:
// it is no JSON, and other codecs would have to begin with these very bytes.
var sealedState = []byte("\x00sealed\x00")

var (
	// errUnsealable keeps what was opened from being written as it is.
	errUnsealable = errors.New("state holds opened fields, and the policy has no sealer")
	// errPartial keeps from readers with access what one without it has made.
	errPartial = errors.New("state lacks fields that were withheld from this reader")
)

// note remembers the keys that opened fields of an event, and whether some stayed closed.
func (l *loaded[S]) note(s *Sealing) {
	if s == nil {
		return
	}
	l.partial = l.partial || len(s.Withheld) > 0
	for _, id := range s.Keys {
		if !slices.Contains(l.keys, id) {
			l.keys = append(l.keys, id)
		}
	}
}

// write sets the state of s, sealed if opened fields went into it.
func (s *snapshots[S]) write(ctx context.Context, out *Snapshot, l *loaded[S]) (err error) {
	if l.partial {
		return errPartial
	}
	if out.State, err = s.codec.Encode(l.Data); err != nil || len(l.keys) == 0 {
		return err
	}
	if s.sealer == nil {
		return errUnsealable
	}
	sealed, err := s.sealer.SealSnapshot(ctx, *out, l.keys)
	out.State = append(bytes.Clone(sealedState), sealed...)
	return err
}

// read returns the state of a snapshot, and the keys that opened it.
func (s *snapshots[S]) read(ctx context.Context, in Snapshot) (state S, keys []uuid.UUID, err error) {
	if sealed, ok := bytes.CutPrefix(in.State, sealedState); ok {
		if s.sealer == nil {
			return state, nil, ErrNoOpener
		}
		in.State = sealed
		if in.State, keys, err = s.sealer.OpenSnapshot(ctx, in); err != nil {
			return state, nil, err
		}
	}
	state, err = s.codec.Decode(in.State)
	return state, keys, err
}
