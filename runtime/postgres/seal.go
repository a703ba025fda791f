package postgres

import "github.com/evgen/evgen/runtime"

// WithSealing has sealer encrypt the sealed fields of what is appended; without it
// events that have such are refused: [runtime.ErrNoSealer].
func WithSealing(sealer runtime.Sealer) Option { return func(c *config) { c.sealer = sealer } }
