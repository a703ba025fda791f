package pgmodel

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime/projection"
)

const (
	// Statements that give back what is granted on a view, to others than its owner.
	selectGrants = `SELECT format('GRANT %s ON %s TO %s%s', a.privilege_type, $1::text,
			CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
			CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
		FROM pg_class AS c, aclexplode(c.relacl) AS a
		WHERE c.oid = to_regclass($1) AND a.grantee <> c.relowner ORDER BY 1`

	// Whether a view can be replaced by one that shows a table: its columns are the table's first ones.
	selectReplaceable = `SELECT count(*) FILTER (WHERE t.attname IS DISTINCT FROM v.attname
			OR (t.atttypid, t.atttypmod, t.attcollation) IS DISTINCT FROM (v.atttypid, v.atttypmod, v.attcollation)) = 0
		FROM (SELECT *, row_number() OVER (ORDER BY attnum) AS n FROM pg_attribute
			WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped) AS v
		LEFT JOIN (SELECT *, row_number() OVER (ORDER BY attnum) AS n FROM pg_attribute
			WHERE attrelid = to_regclass($2) AND attnum > 0 AND NOT attisdropped) AS t USING (n)`

	// A table's rows, estimated as PostgreSQL's planner does; -1 where nothing is known or counting is cheap.
	estimateRows = `SELECT CASE WHEN reltuples < 0 OR relpages = 0 OR pages < 1000 THEN -1
			ELSE (reltuples / relpages * pages)::bigint END
		FROM pg_class, LATERAL (SELECT pg_relation_size(oid) / current_setting('block_size')::bigint AS pages) AS size
		WHERE oid = to_regclass($1)`
)

// Publish points views at the version's tables. A view whose columns stay is
// replaced; another one is made anew, with the grants of the old one.
func (l *ledger) Publish(ctx context.Context, v projection.Version) error {
	for _, name := range v.Tables {
		if err := l.publish(ctx, l.tx.names.view(name), l.tx.names.table(&v, name)); err != nil {
			return fmt.Errorf("publish %s as %q: %w", &v, name, err)
		}
	}
	return nil
}

func (l *ledger) publish(ctx context.Context, view, table string) error {
	create := `CREATE OR REPLACE VIEW ` + view + ` AS SELECT * FROM ` + table
	var replaceable bool
	if err := l.tx.QueryRow(ctx, selectReplaceable, view, table).Scan(&replaceable); err != nil {
		return err
	}
	if replaceable {
		_, err := l.tx.Exec(ctx, create)
		return err
	}
	grants, err := l.strings(ctx, selectGrants, view)
	if err != nil {
		return err
	}
	for _, sql := range append([]string{`DROP VIEW ` + view, create}, grants...) {
		if _, err := l.tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) strings(ctx context.Context, sql string, args ...any) ([]string, error) {
	rows, err := l.query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Drop removes tables, letters and shards. It fails where a view still shows a table.
func (l *ledger) Drop(ctx context.Context, v projection.Version) error {
	for _, name := range v.Tables {
		if _, err := l.tx.Exec(ctx, `DROP TABLE IF EXISTS `+l.tx.names.table(&v, name)); err != nil {
			return fmt.Errorf("drop table %q of %s: %w", name, &v, err)
		}
	}
	l.queue(deleteLetters, v.ID, v.Number)
	l.queue(deleteShards, v.ID, v.Number)
	return wrap("drop "+v.String(), l.tx.Flush(ctx))
}

// Diff compares rows as jsonb, so that tables of different columns can be compared.
func (l *ledger) Diff(ctx context.Context, a, b projection.Version, limit int) ([]projection.Difference, error) {
	var all []projection.Difference
	for _, name := range union(a.Tables, b.Tables) {
		found, err := l.diff(ctx, name, a, b, limit-len(all))
		if err != nil {
			return nil, fmt.Errorf("compare table %q of %s and %s: %w", name, &a, &b, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

func (l *ledger) diff(ctx context.Context, name string, a, b projection.Version, limit int) ([]projection.Difference, error) {
	one, two := l.rowsOf(a, name), l.rowsOf(b, name)
	rows, err := l.query(ctx, fmt.Sprintf(`(SELECT %d AS number, r::text FROM (%s EXCEPT ALL %s) AS d(r) LIMIT $1)
		UNION ALL (SELECT %d, r::text FROM (%s EXCEPT ALL %s) AS d(r) LIMIT $1) LIMIT $1`,
		a.Number, one, two, b.Number, two, one), max(limit, 0))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (projection.Difference, error) {
		d := projection.Difference{Table: name}
		err := row.Scan(&d.In, &d.Row)
		return d, err
	})
}

// rowsOf selects the rows of a version's table, none if it has no such table.
func (l *ledger) rowsOf(v projection.Version, name string) string {
	if !slices.Contains(v.Tables, name) {
		return `SELECT NULL::jsonb WHERE false`
	}
	return `SELECT to_jsonb(t) FROM ` + l.tx.names.table(&v, name) + ` AS t`
}

// union is the names of both, in order.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// Count counts small tables and estimates others.
func (l *ledger) Count(ctx context.Context, v projection.Version) (int64, error) {
	var sum int64
	for _, name := range v.Tables {
		n, err := l.count(ctx, l.tx.names.table(&v, name))
		if err != nil {
			return 0, fmt.Errorf("count rows of table %q of %s: %w", name, &v, err)
		}
		sum += n
	}
	return sum, nil
}

func (l *ledger) count(ctx context.Context, table string) (n int64, err error) {
	err = l.tx.QueryRow(ctx, estimateRows, table).Scan(&n)
	if err == nil && n < 0 {
		err = l.tx.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n)
	}
	return n, err
}
