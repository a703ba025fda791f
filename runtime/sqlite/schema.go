package sqlite

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/google/uuid"
)

//go:embed schema.sql
var firstTables string

// applicationID marks the file as ours ("evgn"), for file(1) and for Open.
const applicationID = 0x6576676e

// migrations returns the scripts that lead from an empty file to today's tables;
// script n makes version n+1. A released one never changes.
func migrations() []string { return []string{firstTables} }

// prepare makes sure that the file is a store with today's tables.
func prepare(ctx context.Context, c *conn, cfg config) error {
	return retryBusy(ctx, func() error {
		version, err := c.tableVersion()
		if err != nil {
			return err
		}
		if version < len(migrations()) {
			if err := c.migrate(version, cfg.now()); err != nil {
				return err
			}
		}
		_, _, err = c.life()
		return err
	})
}

// tableVersion is 0 for an empty file, and an error for one that is not ours.
func (c *conn) tableVersion() (int, error) {
	id, err := c.integer("PRAGMA application_id")
	if err != nil {
		return 0, err
	}
	tables, err := c.integer("SELECT count(*) FROM sqlite_schema")
	switch {
	case err != nil:
		return 0, err
	case id == 0 && tables == 0:
		return 0, nil
	case id != applicationID:
		return 0, fmt.Errorf("%w: it is the database of another program", ErrNotAStore)
	}
	version, err := c.integer("SELECT max(version) FROM store_versions")
	if known := len(migrations()); err == nil && int(version) > known {
		return 0, &NewerFileError{Found: int(version), Known: known}
	}
	return int(version), err
}

// migrate applies what is missing in one transaction, unless another process was
// faster. WAL mode is a property of the file and cannot be set inside.
func (c *conn) migrate(version int, now time.Time) error {
	if err := c.script("PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	if err := c.script("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := c.migrateLocked(now)
	if err == nil {
		err = c.script("COMMIT")
	}
	if err != nil {
		c.rollback()
		return fmt.Errorf("migrate from version %d: %w", version, err)
	}
	return nil
}

func (c *conn) migrateLocked(now time.Time) error {
	version, err := c.tableVersion()
	if err != nil {
		return err
	}
	scripts := migrations()
	for v := version; v < len(scripts); v++ {
		if err := c.script(scripts[v]); err != nil {
			return err
		}
		if err := c.exec("INSERT INTO store_versions (version, applied_at) VALUES (?, ?)", int64(v+1), now.UnixMicro()); err != nil {
			return err
		}
	}
	if version > 0 {
		return nil
	}
	if err := c.exec("INSERT INTO store (one, incarnation) VALUES (1, ?)", uuid.NewString()); err != nil {
		return err
	}
	return c.script(fmt.Sprintf("PRAGMA application_id = %d", applicationID))
}

// rollback ends a transaction if there is one: after some errors SQLite has
// rolled back already, and then refuses to do so again.
func (c *conn) rollback() { _ = c.script("ROLLBACK") }
