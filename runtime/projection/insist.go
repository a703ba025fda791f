package projection

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"
)

// beginMax is how long one who starts waits at most until it tries again.
const beginMax = 5 * time.Second

// Insist calls begin until it fails no more for reasons that pass, which transient
// tells, as [Database].Transient does: whoever starts while a database does, or while
// another process writes to its file, waits. Otherwise it returns what begin does, and
// ctx's error as soon as ctx ends.
func Insist(ctx context.Context, transient func(error) bool, logger *slog.Logger, begin func(ctx context.Context) error) error {
	for failures := 0; ; failures++ {
		err := begin(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil, !transient(err) && !unreachable(err):
			return err
		}
		logger.WarnContext(ctx, "cannot begin yet, trying again", slog.Any("error", err))
		if err := pause(ctx, jitter(transientBase, beginMax, failures)); err != nil {
			return err
		}
	}
}

// unreachable reports whether err is of the network: the store need not be of the
// database's kind.
func unreachable(err error) bool {
	var network net.Error
	return errors.As(err, &network)
}
