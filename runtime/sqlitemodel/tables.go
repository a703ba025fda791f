package sqlitemodel

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime/projection"
)

const (
	// a scan of the schema, which is in memory
	selectColumns = `SELECT name FROM pragma_table_info(?1) ORDER BY cid`

	deleteLetters = `DELETE FROM evgen_letters WHERE id = ?1 AND number = ?2`
)

// Publish implements [projection.Tables].
func (l *ledger) Publish(ctx context.Context, v projection.Version) error {
	for _, name := range v.Tables {
		for _, statement := range []string{
			`DROP VIEW IF EXISTS ` + quote(name),
			`CREATE VIEW ` + quote(name) + ` AS SELECT * FROM ` + quote(v.Table(name)),
		} {
			if _, err := l.tx.tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("publish %s of %s: %w", name, &v, err)
			}
		}
	}
	return nil
}

// Drop implements [projection.Tables].
func (l *ledger) Drop(ctx context.Context, v projection.Version) error {
	for _, name := range v.Tables {
		if _, err := l.tx.tx.ExecContext(ctx, `DROP TABLE IF EXISTS `+quote(v.Table(name))); err != nil {
			return fmt.Errorf("drop %s: %w", v.Table(name), err)
		}
	}
	for _, statement := range []string{deleteLetters, deleteShards} {
		if _, err := l.tx.ExecContext(ctx, statement, v.ID, v.Number); err != nil {
			return fmt.Errorf("drop %s: %w", &v, err)
		}
	}
	return nil
}

// Diff implements [projection.Tables].
func (l *ledger) Diff(ctx context.Context, a, b projection.Version, limit int) ([]projection.Difference, error) {
	var out []projection.Difference
	for _, name := range a.Tables {
		for _, in := range []struct{ has, lacks projection.Version }{{a, b}, {b, a}} {
			rows, err := l.missing(ctx, name, in.has, in.lacks, limit-len(out))
			if err != nil {
				return nil, fmt.Errorf("compare %s of %s and %s: %w", name, &a, &b, err)
			}
			for _, row := range rows {
				out = append(out, projection.Difference{Table: name, In: in.has.Number, Row: row})
			}
		}
	}
	return out, nil
}

// missing returns rows of one version, as JSON, that another one lacks. Rows have
// a key, so that none is there twice.
func (l *ledger) missing(ctx context.Context, name string, has, lacks projection.Version, limit int) ([]string, error) {
	columns, err := collect(ctx, l.tx, scanText, selectColumns, has.Table(name))
	if err != nil || limit <= 0 {
		return nil, err
	}
	var object, all string
	for i, c := range columns {
		if i > 0 {
			object, all = object+", ", all+", "
		}
		text := quote(c)
		object += fmt.Sprintf("%s, CASE typeof(%s) WHEN 'blob' THEN hex(%s) ELSE %s END", literal(c), text, text, text)
		all += text
	}
	query := fmt.Sprintf("SELECT json_object(%s) FROM (SELECT %s FROM %s EXCEPT SELECT %s FROM %s) LIMIT %d",
		object, all, quote(has.Table(name)), all, quote(lacks.Table(name)), limit)
	return collect(ctx, l.tx, scanText, query)
}

func scanText(rows *sql.Rows) (text string, err error) {
	err = rows.Scan(&text)
	return text, err
}

// Count implements [projection.Tables]: exactly, since SQLite keeps no estimate.
func (l *ledger) Count(ctx context.Context, v projection.Version) (int64, error) {
	var total int64
	for _, name := range v.Tables {
		var n int64
		if err := l.tx.QueryRowContext(ctx, `SELECT count(*) FROM `+quote(v.Table(name))).Scan(&n); err != nil {
			return 0, fmt.Errorf("count the rows of %s: %w", v.Table(name), err)
		}
		total += n
	}
	return total, nil
}

// literal quotes a text value.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
