package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// StateCodec turns states into bytes and back. Decode must not keep data.
type StateCodec[S any] interface {
	Encode(state S) ([]byte, error)
	Decode(data []byte) (S, error)
}

// jsonState is the StateCodec that is used unless another is given.
type jsonState[S any] struct{}

func (jsonState[S]) Encode(state S) ([]byte, error) { return json.Marshal(state) }

func (jsonState[S]) Decode(data []byte) (state S, err error) {
	err = json.Unmarshal(data, &state)
	return state, err
}

// SnapshotPolicy says when a repository writes snapshots, and which it trusts.
type SnapshotPolicy[S any] struct {
	// Every is the number of events after which [Execute] writes a snapshot.
	Every int
	// Digest identifies the state's shape and the evolver's code: change it
	// whenever either changes. A snapshot with another digest is ignored and the
	// stream replayed. The aggregate's own digest is part of the key already.
	Digest string
	// Codec is encoding/json unless set; then only exported fields survive.
	Codec StateCodec[S]
	// Sealer seals the snapshots of streams with sealed fields. Without one, states
	// into which opened fields went are not kept.
	Sealer SnapshotSealer
}

// WithSnapshots makes a repository load from snapshots and write them.
func WithSnapshots[S any](p SnapshotPolicy[S]) RepositoryOption[S] {
	return func(repo *Repository[S]) {
		if p.Codec == nil {
			p.Codec = jsonState[S]{}
		}
		repo.snapshots = snapshots[S]{every: p.Every, digest: p.Digest, codec: p.Codec, sealer: p.Sealer}
		if p.Every < 1 {
			repo.snapshots = snapshots[S]{}
		}
	}
}

type snapshots[S any] struct {
	every  int
	digest string
	codec  StateCodec[S]
	store  SnapshotStore
	sealer SnapshotSealer
}

func (s *snapshots[S]) bind(store Store, aggregateDigest string) error {
	if s.digest == "" {
		return errors.New("no digest is given")
	}
	keeper, ok := store.(SnapshotStore)
	if !ok {
		return fmt.Errorf("store %T keeps none", store)
	}
	s.store, s.digest = keeper, aggregateDigest+"/"+s.digest
	return nil
}

// errBadSnapshot marks a snapshot that its codec could not read.
var errBadSnapshot = errors.New("snapshot cannot be read")

func (r *Repository[S]) loadFromSnapshot(ctx context.Context, stream StreamID, marker uuid.UUID) (*loaded[S], error) {
	l := &loaded[S]{State: State[S]{Data: r.aggregate.initial()}, marker: marker}
	if err := r.checkStream(stream); err != nil {
		return l, err
	}
	restore := func(s Snapshot) error {
		state, keys, err := r.snapshots.read(ctx, s)
		if err != nil {
			return fmt.Errorf("%w: %w", errBadSnapshot, err)
		}
		l.keys = keys
		l.Data, l.Version, l.fromSnapshot = state, s.Version, s.Version
		return nil
	}
	err := r.fold(l, stream, r.snapshots.store.LoadFromSnapshot(ctx, stream, r.snapshots.digest, restore))
	if errors.Is(err, errBadSnapshot) {
		r.logger.WarnContext(ctx, "snapshot ignored", "stream", stream.String(), "error", err)
		return r.replay(ctx, stream, marker)
	}
	return l, err
}

// snapshotOf encodes l if a snapshot is due. It must run before decide, which
// may change the state; it is written only after the append.
func (r *Repository[S]) snapshotOf(ctx context.Context, stream StreamID, l *loaded[S]) *Snapshot {
	if r.snapshots.store == nil || l.tail < r.snapshots.every {
		return nil
	}
	s := &Snapshot{Stream: stream, Digest: r.snapshots.digest, Version: l.Version, TakenAt: Timestamp(time.Now())}
	if err := r.snapshots.write(ctx, s, l); err != nil {
		r.logger.WarnContext(ctx, "snapshot not encoded", "stream", stream.String(), "error", err)
		return nil
	}
	return s
}

// keep writes a snapshot. It is a cache, so that failing is worth a warning only.
func (r *Repository[S]) keep(ctx context.Context, s *Snapshot) {
	if s == nil {
		return
	}
	if err := r.snapshots.store.SaveSnapshot(ctx, *s); err != nil {
		r.logger.WarnContext(ctx, "snapshot not written", "stream", s.Stream.String(), "error", err)
	}
}
