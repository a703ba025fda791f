package operate

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/pgkeys"
	"github.com/evgen/evgen/runtime/sqlitekeys"
)

// ErrNoKeys says that the file of a store of keys is not there: a new one would
// know nobody, and so erase nobody.
var ErrNoKeys = errors.New("there is no such file of keys")

// Keys is a store of keys, as far as operators need it: no command reads a key.
type Keys struct {
	encryption.Erasures
	close func() error
}

// Close lets go of the store.
func (k *Keys) Close() error { return k.close() }

// OpenKeys opens the keys of subjects.
func (p Place) OpenKeys(ctx context.Context) (*Keys, error) {
	if p.file == "" {
		pool, err := p.pool(ctx)
		if err != nil {
			return nil, err
		}
		var opts []pgkeys.Option
		if p.schema != "" {
			opts = append(opts, pgkeys.WithSchema(p.schema))
		}
		return &Keys{pgkeys.New(pool, opts...), func() error { pool.Close(); return nil }}, nil
	}
	if _, err := os.Stat(p.file); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("open keys %s: %w", p, ErrNoKeys)
	}
	keys, err := sqlitekeys.Open(ctx, p.file)
	if err != nil {
		return nil, err
	}
	return &Keys{keys, keys.Close}, nil
}
