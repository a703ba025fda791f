package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/evgen/evgen/runtime"
)

func TestRefusalsAreThoseThatNoSecondTryMends(t *testing.T) {
	for err, want := range map[error]bool{
		&runtime.ConflictError{}:                             true,
		&runtime.IdempotencyError{}:                          true,
		&runtime.TenantError{}:                               true,
		&runtime.InvalidStreamError{}:                        true,
		&runtime.InvalidEventError{Err: runtime.ErrNoSealer}: true,
		runtime.ErrNoCause:                                   true,
		runtime.ErrNoEvents:                                  true,
		runtime.ErrNoExpect:                                  true,
		runtime.ErrClosed:                                    false,
		context.DeadlineExceeded:                             false,
		errors.New("disk full"):                              false,
		&runtime.InvalidEventError{Err: fmt.Errorf("seal: %w", runtime.ErrKeysUnavailable)}: false,
	} {
		if got := runtime.Refused(fmt.Errorf("append: %w", err)); got != want {
			t.Errorf("%v (%T): %t", err, err, got)
		}
	}
}
