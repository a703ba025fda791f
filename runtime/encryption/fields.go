package encryption

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Seal implements [runtime.Sealer]. It blocks where a key has to be fetched or
// made. Errors are of type *[SealError], and match [ErrErased], [ErrNoSubject],
// [ErrBadSubject], [ErrMalformed] or [runtime.ErrKeysUnavailable].
func (k *Keyring) Seal(ctx context.Context, dst []byte, rec *runtime.Record, s *runtime.Seals) ([]byte, error) {
	w := walker{op: "seal", seals: s, rec: rec, visit: &sealing{ctx, k}}
	return w.payload(dst, rec.Data)
}

// sealing seals fields. It lives as long as one call.
type sealing struct {
	ctx  context.Context
	keys *Keyring
}

func (v *sealing) replace(dst []byte, w *walker, f *runtime.SealField, value []byte, object []member) ([]byte, bool, error) {
	if f.Inner > 0 { // what belongs to others is sealed for them first
		inner, err := w.inner(nil, f, value)
		if err != nil {
			return dst, false, err
		}
		value = inner
	}
	subject := Subject{w.rec.Tenant, w.subject(f, object)}
	if err := subject.check(); err != nil {
		return dst, false, w.fail(err)
	}
	m, err := v.keys.sealing(v.ctx, subject)
	if err != nil {
		return dst, false, w.fail(err)
	}
	return m.seal(dst, w, value), true, nil
}

// Open implements [runtime.Opener]. It blocks where keys have to be fetched, for a
// bounded time. Errors are of type *[SealError], and match [ErrTampered],
// [ErrUnknownKey], [ErrMalformed] or [runtime.ErrKeysUnavailable].
func (k *Keyring) Open(dst []byte, rec *runtime.Record, s *runtime.Seals) ([]byte, *runtime.Sealing, error) {
	return open(dst, rec, s, k.lookup)
}

// lookup is opening for who has no context: decoders block on nothing else.
func (k *Keyring) lookup(id uuid.UUID) (*material, Subject, error) {
	if h := k.cached(id); h != nil {
		if m := h.material.Load(); m != nil {
			return m, h.key.Subject, nil
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), k.timeout)
	defer cancel()
	return k.opening(ctx, id)
}

// Withhold returns an opener without access: every sealed field decodes as an
// erased one does, and Meta.Sealing lists it as withheld.
func Withhold() runtime.Opener { return withholder{} }

type withholder struct{}

// errWithheld says that this reader has no access.
var errWithheld = errors.New("withheld")

func (withholder) Open(dst []byte, rec *runtime.Record, s *runtime.Seals) ([]byte, *runtime.Sealing, error) {
	return open(dst, rec, s, func(uuid.UUID) (*material, Subject, error) { return nil, Subject{}, errWithheld })
}

// lookup finds a key by its id.
type lookup func(id uuid.UUID) (*material, Subject, error)

func open(dst []byte, rec *runtime.Record, s *runtime.Seals, find lookup) ([]byte, *runtime.Sealing, error) {
	v := &opening{find: find}
	w := walker{op: "open", seals: s, rec: rec, visit: v}
	dst, err := w.payload(dst, rec.Data)
	if err != nil {
		return dst[:0], nil, err
	}
	if len(v.out.Keys)+len(v.out.Erased)+len(v.out.Withheld) == 0 {
		return dst, nil, nil
	}
	return dst, &v.out, nil
}

// opening opens fields. It lives as long as one call.
type opening struct {
	find lookup
	out  runtime.Sealing
}

func (v *opening) replace(dst []byte, w *walker, f *runtime.SealField, value []byte, _ []member) ([]byte, bool, error) {
	s, err := readSealed(value)
	switch {
	case err != nil:
		return dst, false, w.fail(err)
	case s == nil: // it was written before the field was sealed
		dst, err = w.inner(dst, f, value)
		return dst, true, err
	}
	m, subject, err := v.find(s.key)
	switch {
	case errors.Is(err, ErrErased):
		v.out.Erased = append(v.out.Erased, runtime.ErasedField{Path: string(w.shown), Subject: subject.ID})
		return append(dst, f.Erased...), f.Erased != "", nil
	case errors.Is(err, errWithheld):
		v.out.Withheld = append(v.out.Withheld, string(w.shown))
		return append(dst, f.Erased...), f.Erased != "", nil
	case err != nil:
		return dst, false, w.fail(err)
	}
	if !slices.Contains(v.out.Keys, s.key) {
		v.out.Keys = append(v.out.Keys, s.key)
	}
	dst, err = v.value(dst, w, f, m, s)
	return dst, true, err
}

// value appends what was sealed, and opens what is sealed in it.
func (v *opening) value(dst []byte, w *walker, f *runtime.SealField, m *material, s *sealed) ([]byte, error) {
	start := len(dst)
	dst, err := m.open(dst, w, s)
	switch {
	case err != nil:
		return dst, w.fail(err)
	case len(dst) == start:
		return dst, w.fail(ErrMalformed)
	case f.Inner == 0:
		return dst, nil
	}
	plain := slices.Clone(dst[start:])
	return w.inner(dst[:start], f, plain)
}
