package projection

import (
	"context"
	"log/slog"
)

// Adviser is a [Handler] that can tell what may end badly with the way in which what it
// needs was set up.
type Adviser interface {
	// Advice is asked for once, before the first fact, and logged as a warning. Empty: none.
	Advice() string
}

// advise logs the advice of a handler, if it has any.
func advise(ctx context.Context, logger *slog.Logger, id string, handler any) {
	adviser, ok := handler.(Adviser)
	if !ok {
		return
	}
	if advice := adviser.Advice(); advice != "" {
		logger.WarnContext(ctx, advice, slog.String("projection", id))
	}
}
