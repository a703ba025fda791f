package sqlitemodel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/evgen/evgen/runtime/projection"
)

// Declared returns the handler of a declared projection: it folds facts and writes
// each row once. It is a [projection.Loader] too.
//
// SQLite counts no decimals: what is added to a Decimal column is added in Go.
func Declared[K comparable, R any](rows *projection.Rows[K, R]) projection.Handler[*Tx] {
	return &declared[K, R]{rows: rows, statements: newStatements(&rows.Table)}
}

type declared[K comparable, R any] struct {
	rows       *projection.Rows[K, R]
	statements statements
}

func (d *declared[K, R]) Tables() []string { return []string{d.rows.Table.Name} }

// Create makes the table with its key; indexes wait for the end of the load.
func (d *declared[K, R]) Create(ctx context.Context, tx *Tx) error {
	t := &d.rows.Table
	if _, err := tx.tx.ExecContext(ctx, definition(t, tx.Table(t.Name))); err != nil {
		return fmt.Errorf("create table %s: %w", tx.Table(t.Name), err)
	}
	return nil
}

// Apply implements [projection.Handler].
func (d *declared[K, R]) Apply(ctx context.Context, tx *Tx, facts []projection.Fact) error {
	fold := projection.NewFold(d.rows)
	for i := range facts {
		if err := fold.Add(&facts[i]); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return d.write(ctx, tx, fold)
}

func (d *declared[K, R]) write(ctx context.Context, tx *Tx, fold *projection.Fold[K, R]) error {
	var values row
	for round := range fold.Rounds() {
		for key, c := range fold.Round(round) {
			values = values[:0]
			fold.Write(&values, key, c)
			if err := d.statements.change(ctx, tx, change{c.Kind, c.Set, c.Added &^ c.Set}, values); err != nil {
				return fmt.Errorf("write row %v of %s: %w", key, tx.Table(d.rows.Table.Name), summed(err))
			}
		}
	}
	return nil
}

// summed is a *[projection.SumError] if err says that: sums beyond 64 bits are floating
// point numbers to SQLite, which a strict column of integers refuses.
func summed(err error) error {
	var failure *sqlite.Error
	if !errors.As(err, &failure) || failure.Code() != lib.SQLITE_CONSTRAINT_DATATYPE {
		return err
	}
	_, place, found := strings.Cut(failure.Error(), "REAL value in INTEGER column ")
	place, _, _ = strings.Cut(place, " ")
	_, column, named := strings.Cut(place, ".")
	if !found || !named {
		return err
	}
	return &projection.SumError{Column: column}
}

// NewLoad implements [projection.Loader].
func (d *declared[K, R]) NewLoad() projection.Load[*Tx] {
	return &load[K, R]{declared: d, fold: projection.NewFoldOfNothing(d.rows), size: rowSize(reflect.TypeFor[R]())}
}

// load folds in memory. Only the first flush finds nothing in the table.
type load[K comparable, R any] struct {
	*declared[K, R]
	fold *projection.Fold[K, R]
	// flushed says that the fold has been written. It is kept until the next Add:
	// the transaction may yet fail and be tried again.
	flushed bool
	size    int
}

func (l *load[K, R]) Add(facts []projection.Fact) error {
	if l.flushed {
		l.fold, l.flushed = projection.NewFold(l.rows), false
	}
	for i := range facts {
		if err := l.fold.Add(&facts[i]); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return nil
}

func (l *load[K, R]) Size() int {
	if l.flushed {
		return 0
	}
	return l.fold.Len() * l.size
}

// rowSize estimates a row: texts are taken to have 64 bytes, and the fold to need as much again.
func rowSize(t reflect.Type) int {
	size := 128 + int(t.Size())
	if t.Kind() == reflect.Struct {
		size += 64 * t.NumField()
	}
	return size
}

// Flush writes the fold. Before another Add it writes the same again, which is right
// only where the transaction failed.
func (l *load[K, R]) Flush(ctx context.Context, tx *Tx) error {
	l.flushed = true
	return l.write(ctx, tx, l.fold)
}

// Finish makes the indexes that are not there yet.
func (l *load[K, R]) Finish(ctx context.Context, tx *Tx) error {
	t := &l.rows.Table
	for i, columns := range t.Sought() {
		quoted := make([]string, len(columns))
		for k, c := range columns {
			quoted[k] = quote(c)
		}
		name := quote(fmt.Sprintf("%s_by_%d", tx.version.Table(t.Name), i+1))
		statement := fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s ON %s (%s)", name, tx.Table(t.Name), strings.Join(quoted, ", "))
		if _, err := tx.tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("create index %s: %w", name, err)
		}
	}
	return nil
}

// change is what a statement does to a row.
type change struct {
	kind       projection.ChangeKind
	set, added uint64
}

// statements makes the statements of a table.
type statements struct {
	table *projection.Table
	// where finds a row by its key: the first parameters.
	where string
	// decimals are the columns that SQLite cannot add to.
	decimals uint64
}

func newStatements(t *projection.Table) statements {
	s := statements{table: t}
	var where []string
	for i, c := range t.Columns[:t.Keys] {
		where = append(where, fmt.Sprintf("%s = ?%d", quote(c.Name), i+1))
	}
	s.where = strings.Join(where, " AND ")
	for i, c := range t.Columns[t.Keys:] {
		if c.Type == projection.Decimal {
			s.decimals |= 1 << i
		}
	}
	return s
}

// change writes one row; values are all of its columns.
func (s statements) change(ctx context.Context, tx *Tx, c change, values row) error {
	if sums := c.added & s.decimals; sums != 0 && c.kind != projection.Replaced {
		if err := s.addDecimals(ctx, tx, sums, values); err != nil {
			return err
		}
		c.set, c.added = c.set|sums, c.added&^sums
	}
	text, args := s.statement(tx.Table(s.table.Name), c, values)
	if text == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, text, args...)
	return err
}

// statement returns the text of a change, and the values it takes. Its parameters
// are numbered by columns, so that a change of the same columns has the same text.
func (s statements) statement(table string, c change, values row) (string, []any) {
	key := values[:s.table.Keys]
	switch c.kind {
	case projection.Deleted:
		return "DELETE FROM " + table + " WHERE " + s.where, key
	case projection.Replaced:
		c.set, c.added = 1<<(len(s.table.Columns)-s.table.Keys)-1, 0
		return s.insert(table, c, values)
	case projection.Upserted:
		return s.insert(table, c, values)
	case projection.Updated:
		assignments, args := s.assignments(table, c, values, "?%d")
		if len(assignments) == 0 {
			return "", nil
		}
		return "UPDATE " + table + " SET " + strings.Join(assignments, ", ") + " WHERE " + s.where, args
	}
	return "", nil
}

func (s statements) insert(table string, c change, values row) (string, []any) {
	columns, args := names(s.table.Columns[:s.table.Keys]), append([]any(nil), values[:s.table.Keys]...)
	for i, column := range s.table.Columns[s.table.Keys:] {
		if (c.set|c.added)&(1<<i) != 0 {
			columns += ", " + quote(column.Name)
			args = append(args, values[s.table.Keys+i])
		}
	}
	assignments, _ := s.assignments(table, c, values, "")
	then := "NOTHING"
	if len(assignments) > 0 {
		then = "UPDATE SET " + strings.Join(assignments, ", ")
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s) ON CONFLICT (%s) DO %s",
		table, columns, strings.Repeat(", ?", len(args)-1), names(s.table.Columns[:s.table.Keys]), then), args
}

// assignments lists what a change does to columns. Their new values are
// parameters, or those of the row that was to be inserted if parameter is empty.
func (s statements) assignments(table string, c change, values row, parameter string) (assignments []string, args []any) {
	args = append(args, values[:s.table.Keys]...)
	for i, column := range s.table.Columns[s.table.Keys:] {
		bit, name := uint64(1)<<i, quote(column.Name)
		if (c.set|c.added)&bit == 0 {
			continue
		}
		value := "excluded." + name
		if parameter != "" {
			args = append(args, values[s.table.Keys+i])
			value = fmt.Sprintf(parameter, len(args))
		}
		if c.added&bit != 0 {
			value = fmt.Sprintf("coalesce(%s.%s, 0) + %s", table, name, value)
		}
		assignments = append(assignments, name+" = "+value)
	}
	return assignments, args
}

// addDecimals makes sums of what the row holds and what values add to it.
func (s statements) addDecimals(ctx context.Context, tx *Tx, sums uint64, values row) error {
	for i, c := range s.table.Columns[s.table.Keys:] {
		if sums&(1<<i) == 0 {
			continue
		}
		var now sql.NullString
		query := fmt.Sprintf("SELECT %s FROM %s WHERE %s", quote(c.Name), tx.Table(s.table.Name), s.where)
		err := tx.QueryRowContext(ctx, query, values[:s.table.Keys]...).Scan(&now)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if !now.Valid {
			continue // nothing to add to
		}
		more, _ := values[s.table.Keys+i].(string)
		if values[s.table.Keys+i], err = addDecimals(now.String, more); err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return nil
}
