package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
)

// Scripts returns the scripts that make a file's tables: script i leads from
// level i to i+1. [Open] applies what is missing; they are for people to read.
func Scripts() []string { return migrations() }

// Level returns the level of a file's tables, 0 for an empty file, and changes
// nothing; the newest level is the number of [Scripts]. The file must exist: one
// that does not would be created.
//
// Errors: those of [Open].
func Level(ctx context.Context, name string) (level int, err error) {
	c := config{driver: &sqlite.Driver{}, synchronous: Full}
	if c.uri, err = uri(name); err == nil {
		level, err = c.level(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("level of event store %s: %w", name, err)
	}
	return level, nil
}

func (c config) level(ctx context.Context) (level int, err error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return 0, err
	}
	err = retryBusy(ctx, func() (err error) {
		level, err = conn.tableVersion()
		return err
	})
	return level, errors.Join(err, conn.close())
}
