package operate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/sqlite"
)

// Step is one step of a store's tables. SQL is a script that is applied once, in one transaction.
type Step struct {
	Level int
	Name  string
	SQL   string
}

// Steps returns all steps from nothing to the tables of this release, without connecting.
func (p Place) Steps() ([]Step, error) {
	if p.IsFile() {
		return fileSteps(), nil
	}
	migrations, err := postgres.Migrations(p.options()...)
	if err != nil {
		return nil, err
	}
	var steps []Step
	for _, m := range migrations {
		steps = append(steps, Step{m.Version, m.Name, strings.TrimSpace(m.SQL) + "\n"})
	}
	return steps, nil
}

func fileSteps() []Step {
	var steps []Step
	for i, script := range sqlite.Scripts() {
		steps = append(steps, Step{i + 1, "store", strings.TrimSpace(script) + "\n"})
	}
	return steps
}

// Level returns the level of the tables, 0 for none.
func (p Place) Level(ctx context.Context) (int, error) {
	if p.IsFile() {
		err := p.exists()
		if errors.Is(err, ErrNoFile) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		return sqlite.Level(ctx, p.file)
	}
	pool, err := p.pool(ctx)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	level, err := postgres.Level(ctx, pool, p.options()...)
	return level, p.hide(err)
}

// Migrate brings the tables up to date, creating a file that is missing, and returns the levels before and after.
func (p Place) Migrate(ctx context.Context) (from, to int, err error) {
	if p.IsFile() {
		return p.migrateFile(ctx)
	}
	pool, err := p.pool(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer pool.Close()
	done, err := postgres.Migrate(ctx, pool, p.options()...)
	return done.From, done.To, p.hide(err)
}

// migrateFile opens the file, which is all that it takes.
func (p Place) migrateFile(ctx context.Context) (from, to int, err error) {
	if from, err = p.Level(ctx); err != nil {
		return 0, 0, err
	}
	s, err := sqlite.Open(ctx, p.file)
	if err != nil {
		return 0, 0, err
	}
	if err := s.Close(); err != nil {
		return 0, 0, fmt.Errorf("close %s: %w", p, err)
	}
	return from, len(sqlite.Scripts()), nil
}
