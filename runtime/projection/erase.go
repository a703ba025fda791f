package projection

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// ErrNotErasable says that a handler does not know how to erase: hand-written ones
// call [Erase] with a function of their own.
var ErrNotErasable = errors.New("the handler of the projection cannot erase")

// Eraser is a [Handler] whose tables can forget a subject, as those of read models
// that are declared as rows can.
type Eraser[T any] interface {
	// EraseRows clears, in the tables of tx's version, what came out of sealed
	// fields of subject, as [SubjectText] writes it. It may be called again. Another
	// release may have made the tables: they say themselves what is cleared in them.
	EraseRows(ctx context.Context, tx T, subject string) error
}

// EraseSubject erases a subject in all versions of p: see [Erase]. The hook of an
// encryption.Eraser calls it. Of a handler that is no [Eraser] it is [ErrNotErasable].
func EraseSubject[T any](ctx context.Context, db Database[T], p Projection[T], tenant runtime.Tenant, subject string) error {
	eraser, ok := p.Handler.(Eraser[T])
	if !ok {
		return fmt.Errorf("projection %s: %w", p.ID, ErrNotErasable)
	}
	return Erase(ctx, db, p.ID, func(ctx context.Context, tx T) error {
		return eraser.EraseRows(ctx, tx, SubjectText(tenant, subject))
	})
}

// SubjectText is how rows name the subject of a tenant.
func SubjectText(tenant runtime.Tenant, subject string) string {
	return strings.NewReplacer("%", "%25", "/", "%2F").Replace(string(tenant)) + "/" + subject
}

// SubjectOf is how rows name the subject of a fact; nil for none. Generated code
// calls it.
func SubjectOf(f *Fact, subject string) *string {
	if subject == "" {
		return nil
	}
	text := SubjectText(f.Tenant, subject)
	return &text
}

// Erase runs erase for each version of a projection, in a transaction each, or once for
// a consumer. It fences the version first: what a runner has read before, perhaps with a
// key that is gone by now, does not commit behind it. Whoever reads again must find the
// subject erased: see encryption.Eraser, which waits for that.
//
// It blocks while shards commit, and appends that write the version inline. Errors are those of the database and of erase;
// called again it goes on. A projection that the database does not know has no
// versions, and nothing to erase.
func Erase[T any](ctx context.Context, db Database[T], id string, erase func(ctx context.Context, tx T) error) error {
	var all []Version
	err := db.Ledger(ctx, func(l Ledger) (err error) {
		all, err = l.Versions(ctx, "")
		return err
	})
	if err != nil {
		return fmt.Errorf("list versions of %s: %w", id, err)
	}
	for _, v := range all {
		if v.ID != id || !v.hasTables() {
			continue
		}
		err := db.Transact(ctx, v, func(tx T, l Ledger) error {
			if err := fenceWriters(ctx, l, all, &v); err != nil {
				return err
			}
			return erase(ctx, tx)
		})
		if err != nil {
			return fmt.Errorf("erase in %s: %w", &v, err)
		}
	}
	return nil
}

// hasTables reports whether the tables of v are made, and not dropped. Those of a consumer
// are made with the version, which follows no store.
func (v *Version) hasTables() bool {
	return v.State != Retired && (v.Incarnation != "" || v.Consumes())
}

// fenceWriters fences v, and where it is a consumer its partitions, which write to its tables.
func fenceWriters(ctx context.Context, l Ledger, all []Version, v *Version) error {
	for i := range all {
		consumer, _ := all[i].Partition()
		if all[i].ID == v.ID && all[i].Number == v.Number || v.Consumes() && all[i].Consumes() && consumer == v.ID {
			if err := l.Fence(ctx, all[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
