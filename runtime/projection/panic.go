package projection

import (
	"fmt"
	"runtime/debug"
)

// PanicError says that code which is called for facts panicked: a handler, an
// upcast, the key of a projection. It counts as any other failure.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// guarded makes an error of a panic of fn: a process that ended for it would meet
// the same fact again when it is back, and nothing else would get on.
func guarded(fn func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return fn()
}
