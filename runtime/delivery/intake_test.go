package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// failing is a decoder that fails.
type failing struct{ err error }

func (f failing) AppendEvents(dst []runtime.Event, _ *runtime.Record) ([]runtime.Event, error) {
	return dst, f.err
}

// Messages that cannot be read are skipped where that is wanted; but not those whose keys
// cannot be had now.
func TestMessagesWhoseKeysAreUnavailableAreNotSkipped(t *testing.T) {
	for skipped, reason := range map[bool]error{true: errors.New("it is no JSON"), false: fmt.Errorf("open: %w", runtime.ErrKeysUnavailable)} {
		h := &intake[any]{decoder: failing{reason}, format: Binary{}, bad: projection.SkipUnreadable, logger: slog.New(slog.DiscardHandler)}
		c, d := carrier{format: Binary{}, partition: "events"}, deliveryOf(t, sample(1), 1)
		carried, todo := c.carry(&d), selection{}
		todo.begin([]runtime.Record{carried})
		err := h.add(context.Background(), &todo, 0, &carried)
		if skipped != (err == nil) || !skipped && !errors.Is(err, runtime.ErrKeysUnavailable) {
			t.Errorf("%v: %v", reason, err)
		}
		if taken := todo.of(carried.Stream).Version == 1; taken != skipped {
			t.Errorf("%v: taken in %t", reason, taken)
		}
	}
}
