package delivery

import (
	"context"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Forget erases a subject in what the consumer has written, in one transaction, which
// fences its partitions: what one of them has read before does not commit behind it. The
// hook of an encryption.Eraser calls it, wherever the database is the consumer's.
//
// The handler is a [Forgetter], or a read model that is declared as rows; else:
// [projection.ErrNotErasable]. For what it blocks on, and further errors, see
// [projection.Erase].
func (c *Consumer[T]) Forget(ctx context.Context, tenant runtime.Tenant, subject string) error {
	h, ok := c.projection.Handler.(interface{ forgetter() Forgetter[T] })
	if !ok || h.forgetter() == nil {
		return projection.EraseSubject(ctx, c.db, c.projection, tenant, subject)
	}
	return projection.Erase(ctx, c.db, c.projection.ID, func(ctx context.Context, tx T) error {
		return h.forgetter().ForgetSubject(ctx, tx, tenant, subject)
	})
}
